"""The engine's socket: the same answers as in process, and nobody is left waiting."""

import asyncio

import pytest
from tests.runtime.books import Break, Note, book, command, noted, reached, running

from usance.kernel.errors import Invalid, Unavailable
from usance.kernel.records import encode
from usance.runtime import wire
from usance.runtime.commands import QUARANTINED, Verb
from usance.runtime.facts import Outcome


def test_the_socket_answers_as_the_engine_does(server_address):
    async def story():
        async with (
            book(server_address) as dsn,
            running(dsn) as engine,
            reached(engine) as (remote, _),
        ):
            asked = [[noted(n), command(100 + n, "break", Break("apply"))] for n in range(1, 30)]
            answers = await asyncio.gather(*(remote.submit(each) for each in asked))
            assert [each[0].fact.part(Note).text for each in answers] == [
                f"note {n}" for n in range(1, 30)
            ]
            assert {each[1].refusal.code for each in answers} == {"quarantined"}
            assert await remote.submit([]) == []

    asyncio.run(story())


@pytest.mark.parametrize(
    ("_case", "unfit", "code", "field"),
    [
        ("verb", command(2, "fly", Note("x")), "unknown_verb", "commands[1].verb"),
        ("body", command(2, "note", Break("x")), "malformed_input", "commands[1].body"),
        (
            "currency",
            command(2, "open_accounts", Note("x")),
            "malformed_input",
            "commands[1].body",
        ),
    ],
)
def test_a_malformed_command_is_invalid_for_ever_not_unavailable_for_now(
    server_address, _case, unfit, code, field
):
    async def story():
        async with (
            book(server_address) as dsn,
            running(dsn) as engine,
            reached(engine) as (remote, _),
        ):
            with pytest.raises(Invalid) as refused:
                await remote.submit([noted(1), unfit])
            assert (refused.value.code.code, refused.value.field) == (code, field)
            assert refused.value.value
            assert (await remote.submit([noted(1)]))[0].fact.position == 1

    asyncio.run(story())


class Raising:
    """A book with a bug."""

    def __init__(self) -> None:
        self.path = {"note": Verb(Note, ())}

    async def submit(self, commands):
        raise RuntimeError("a bug")


def test_a_bug_in_the_book_is_an_answer_too():
    async def story():
        async with reached(Raising()) as (remote, _):
            with pytest.raises(Unavailable, match="a bug"):
                await asyncio.wait_for(remote.submit([noted(1)]), 10)

    asyncio.run(story())


@pytest.mark.parametrize(
    ("_case", "said", "expected"),
    [
        ("half a character", "\ud800", "surrogates"),
        ("more than a frame holds", "x" * 2000, "bytes are too many"),
    ],
)
def test_an_answer_that_cannot_travel_is_an_answer_too(monkeypatch, _case, said, expected):
    """Its caller would wait for ever, or everybody on the connection would be cut off."""
    monkeypatch.setattr(wire, "FRAME_MAX", 1000)

    class Saying(Raising):
        async def submit(self, commands):
            return [Outcome(refusal=QUARANTINED.refuse(value=said))]

    async def story():
        async with reached(Saying()) as (remote, _):
            with pytest.raises(Unavailable, match=expected):
                await asyncio.wait_for(remote.submit([noted(1)]), 10)

    asyncio.run(story())


@pytest.mark.parametrize(
    ("_case", "sent"),
    [
        ("no json", (7).to_bytes(4, "big") + b"garbage"),
        ("no request", (2).to_bytes(4, "big") + b"{}"),
        ("too long", (1 << 31).to_bytes(4, "big")),
        ("no text", (3).to_bytes(4, "big") + b'{"\xff'),
        ("too deep", (90_000).to_bytes(4, "big") + b"[" * 90_000),
        ("cut off", (100).to_bytes(4, "big") + b"abc"),
    ],
)
def test_a_frame_that_is_no_request_ends_its_own_connection_only(_case, sent):
    async def story():
        async with reached(Raising()) as (remote, socket):
            reader, writer = await asyncio.open_unix_connection(str(socket))
            writer.write(sent)
            writer.write_eof()
            assert await asyncio.wait_for(reader.read(), 10) == b""
            writer.close()
            with pytest.raises(Unavailable, match="a bug"):
                await remote.submit([noted(1)])

    asyncio.run(story())


def test_callers_of_an_engine_that_goes_away_are_told(server_address):
    async def story():
        async with book(server_address) as dsn:
            async with running(dsn) as engine, reached(engine) as (remote, _):
                asked = asyncio.create_task(remote.submit([noted(1)]))
                assert (await asked)[0].fact.position == 1
                await engine.stop()
                with pytest.raises(Unavailable, match="stopping"):
                    await remote.submit([noted(2)])
            with pytest.raises(Unavailable, match="closed"):
                await remote.submit([noted(2)])

    asyncio.run(story())


def test_a_caller_who_hangs_up_before_the_answer_harms_nobody(server_address):
    async def story():
        async with (
            book(server_address) as dsn,
            running(dsn) as engine,
            reached(engine) as (remote, socket),
        ):
            _, writer = await asyncio.open_unix_connection(str(socket))
            frame = encode({"number": 1, "commands": [noted(n) for n in range(1, 400)]})
            writer.write(len(frame).to_bytes(4, "big") + frame)
            await writer.drain()
            writer.transport.abort()
            for attempt in range(500, 520):
                [outcome] = await remote.submit([noted(attempt)])
            assert outcome.fact is not None
            assert not engine.failure

    asyncio.run(story())


class Slow:
    """A book that answers when it is let, and says when it has been asked often enough."""

    def __init__(self, enough: int) -> None:
        self.enough = enough
        self.often = asyncio.Event()
        self.path = {"note": Verb(Note, ())}
        self.asked = 0
        self.let = asyncio.Event()

    async def submit(self, commands):
        self.asked += 1
        if self.asked == self.enough:
            self.often.set()
        await self.let.wait()
        return []


@pytest.mark.parametrize(
    ("_case", "bound", "value", "at_once"),
    [("requests", "REQUESTS_MAX", 3, 3), ("bytes", "BYTES_MAX", 100_000, 2)],
)
def test_who_asks_faster_than_is_answered_is_not_read(monkeypatch, _case, bound, value, at_once):
    monkeypatch.setattr(wire, bound, value)

    async def story():
        slow = Slow(at_once)
        async with reached(slow) as (remote, _):
            long = "x" * 60_000
            asked = [asyncio.create_task(remote.submit([noted(n, long)])) for n in range(1, 9)]
            await asyncio.wait_for(slow.often.wait(), 30)
            await asyncio.sleep(0.2)
            assert slow.asked == at_once
            slow.let.set()
            assert await asyncio.wait_for(asyncio.gather(*asked), 30) == [[]] * 8
            assert slow.asked == 8

    asyncio.run(story())


def test_a_caller_finds_the_engine_that_has_taken_over(server_address):
    """The first one's socket is gone with it; who waits is told, who asks next is answered."""

    async def story():
        async with book(server_address) as dsn:
            slow = Slow(1)
            async with reached(slow) as (remote, socket), running(dsn) as heir:
                waiting = asyncio.create_task(remote.submit([noted(1)]))
                await asyncio.wait_for(slow.often.wait(), 30)
                server = await wire.serve_engine(heir, heir.path, socket)
                with pytest.raises(Unavailable, match="closed before it answered"):
                    await asyncio.wait_for(waiting, 30)
                slow.let.set()
                assert (await remote.submit([noted(1)]))[0].fact.position == 1
                server.close()

    asyncio.run(story())
