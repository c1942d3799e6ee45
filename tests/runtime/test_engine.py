"""The engine: answers once, stays closed when it must, and one bad command harms nobody else."""

import asyncio
import errno
import os
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest
import structlog
from tests.runtime.books import (
    START,
    Break,
    Entry,
    Later,
    Note,
    accounts,
    ask,
    book,
    command,
    next_due,
    noted,
    running,
    same_answer,
    transfer,
    transfer_id,
    unavailable,
)

from usance.kernel.errors import Invalid
from usance.kernel.records import encode
from usance.ledger.events import TransfersCreated
from usance.ledger.model import Flags
from usance.runtime import batch as batch_module
from usance.runtime import writer as writer_module
from usance.runtime.commands import BEAT, TICK, Beat, Stage, Tick, Verb
from usance.runtime.engine import BookTaken
from usance.runtime.pending import tell_pending
from usance.runtime.rows import HOT_LOOKUPS, HOT_TABLES
from usance.runtime.tables import DUE
from usance.runtime.telemetry import speak


def tick(number: int, to: datetime):
    return command(number, TICK, Tick(to.isoformat()))


def result_of(outcome) -> str:
    return outcome.part(TransfersCreated).results[0]


def codes(outcomes) -> list[str]:
    return [each.refusal.code if each.refusal else "" for each in outcomes]


def test_the_same_key_gets_the_same_answer_even_twice_in_a_batch(server_address):
    async def story():
        async with book(server_address) as dsn, running(dsn) as engine:
            first, twin, other = await engine.submit([noted(1), noted(1), noted(1, "changed")])
            assert first.fact.position == 1
            assert same_answer(first, twin)
            assert (first.replayed, twin.replayed) == (False, True)
            assert other.refusal.code == "idempotency_key_reused"
            at_once = await asyncio.gather(*(engine.submit([noted(2)]) for _ in range(20)))
            assert {each.fact.position for [each] in at_once} == {2}
            assert sum(not each.replayed for [each] in at_once) == 1

    asyncio.run(story())


def test_a_hold_is_posted_once_however_many_ask(server_address):
    async def story():
        async with book(server_address) as dsn, running(dsn) as engine:
            await engine.submit([accounts(1, "fx_position", "nostro")])
            await engine.submit([transfer(2, 1, 2, 10, Flags.PENDING)])
            posts = [transfer(n, 0, 0, 0, Flags.POST_PENDING, transfer_id(2)) for n in range(3, 13)]
            answers = await asyncio.gather(*(engine.submit([each]) for each in posts))
            results = [result_of(each) for [each] in answers]
            assert sorted(results) == ["created", *["pending_transfer_already_posted"] * 9]
            rows = await ask(dsn, "select debits_posted, debits_pending from ledger.balances")
            assert [tuple(row) for row in rows] == [(10, 0), (0, 0)]

    asyncio.run(story())


def test_a_tick_walks_through_nothing_that_is_not_due(server_address):
    """It stops the engine several times a second, and a million rows may be to fall due."""

    class Closed(dict):
        def values(self):
            raise AssertionError("walked through")

    async def story():
        async with book(server_address) as dsn:
            async with running(dsn) as engine:
                bodies = [Later(START + timedelta(hours=n), str(n)) for n in (3, 1, 2)]
                await engine.submit([command(n, "later", body) for n, body in enumerate(bodies, 1)])
            for hours, position in ((0, 3), (1, 4), (3, 6)):
                async with running(dsn) as engine:
                    rows = engine._writer.state.rows
                    rows[DUE.slot] = Closed(rows[DUE.slot])
                    await engine.submit([tick(10 + hours, START + timedelta(hours=hours))])
                    assert (engine.failure, engine.position) == ("", position)

    asyncio.run(story())


@pytest.mark.parametrize("where", ["prepare", "query", "apply", "write"])
def test_a_broken_command_is_set_aside_and_its_neighbours_go_on(server_address, where):
    async def story():
        async with book(server_address) as dsn, running(dsn) as engine:
            bad = {7, 20}
            commands = [
                command(n, "break", Break(where)) if n in bad else noted(n) for n in range(1, 31)
            ]
            outcomes = await engine.submit(commands)
            refused = [n for n, each in enumerate(outcomes, 1) if each.refusal]
            assert refused == sorted(bad)
            assert codes(outcomes)[6] == "quarantined"
            positions = [each.fact.position for each in outcomes if each.fact]
            assert positions == list(range(1, 29))
            kept = await ask(dsn, "select id, body from engine.quarantine order by id")
            assert [row["id"] for row in kept] == [commands[n - 1].id for n in sorted(bad)]
            assert kept[0]["body"] == encode(Break(where))
            # No answer stands under its key: mended, it can be sent again.
            assert not await ask(dsn, "select 1 from engine.commands where id = $1", commands[6].id)
            assert not engine.failure

    asyncio.run(story())


@pytest.mark.parametrize(
    ("_case", "unfit", "code", "field"),
    [
        ("unknown verb", command(9, "fly", Note("x")), "unknown_verb", "commands[1].verb"),
        ("another body", command(9, "note", Beat()), "malformed_input", "commands[1].body"),
        ("no moment", command(9, TICK, Tick("noon")), "malformed_input", "commands[1].body.to"),
        (
            "no zone",
            command(9, TICK, Tick("2026-09-09T00:00:00")),
            "malformed_input",
            "commands[1].body.to",
        ),
    ],
)
def test_a_command_of_wrong_form_is_refused_before_anything_is_done(
    server_address, _case, unfit, code, field
):
    async def story():
        async with book(server_address) as dsn, running(dsn) as engine:
            with pytest.raises(Invalid) as refused:
                await engine.submit([noted(1), unfit])
            assert (refused.value.code.code, refused.value.field) == (code, field)
            [outcome] = await engine.submit([noted(1)])
            assert outcome.fact.position == 1

    asyncio.run(story())


def test_inputs_that_no_row_can_hold_are_refused_and_not_stored(server_address):
    async def story():
        async with book(server_address) as dsn, running(dsn) as engine:
            outcomes = await engine.submit(
                [
                    noted(1),
                    noted(3, "\ud800"),
                    command(4, "break", Break("form")),
                    noted(5),
                ]
            )
            assert codes(outcomes) == ["", "malformed_input", "negative_amount", ""]
            assert len(await ask(dsn, "select 1 from engine.commands")) == 2

    asyncio.run(story())


@pytest.mark.usefixtures("either_way")
def test_text_that_postgres_cannot_hold_harms_nobody_else(server_address):
    async def story():
        async with book(server_address) as dsn, running(dsn) as engine:
            await engine.submit([accounts(1, "fx_position", "nostro")])
            bad = transfer(2, 1, 2, 5)
            request = bad.body.transfers[0]
            poisoned = type(request)(request.id, 1, 2, 5, "nul\x00")
            bad = type(bad)(
                bad.id, bad.verb, bad.actor, type(bad.body)((poisoned,), bad.body.value_date)
            )
            outcomes = await engine.submit([noted(3), bad, transfer(4, 1, 2, 5)])
            assert codes(outcomes) == ["", "quarantined", ""]
            assert result_of(outcomes[2]) == "created"

    asyncio.run(story())


@pytest.mark.parametrize("which", ["lost", "blind"])
def test_a_lost_connection_closes_the_engine_and_frees_the_book(server_address, which):
    async def story():
        async with book(server_address) as dsn, running(dsn) as engine:
            await engine.submit([noted(1)])
            both = await asyncio.gather(
                unavailable(engine, noted(2), command(3, "break", Break(which, dsn))),
                unavailable(engine, noted(4)),
            )
            assert all("acknowledges nothing more" in why for why in both)
            assert "again" in await unavailable(engine, noted(5))
            async with running(dsn) as heir:
                assert heir.epoch == engine.epoch + 1
                outcomes = await heir.submit([noted(1), noted(2), noted(4)])
                assert [each.fact.position for each in outcomes] == [1, 2, 3]
                assert [each.replayed for each in outcomes] == [True, False, False]

    asyncio.run(story())


def test_an_engine_that_cannot_even_say_why_it_fails_leaves_nobody_waiting(server_address):
    """The disk is full, and the log is on it."""

    class FullLog(structlog.PrintLogger):
        def msg(self, _line):
            raise OSError(errno.ENOSPC, "No space left on device")

        error = msg

    async def story():
        async with book(server_address) as dsn, running(dsn) as engine:
            structlog.configure(logger_factory=FullLog)
            try:
                both = await asyncio.gather(
                    unavailable(engine, command(1, "break", Break("lost", dsn))),
                    unavailable(engine, noted(2)),
                )
            finally:
                speak(os.environ)
            assert all("acknowledges nothing more" in why for why in both)
            async with running(dsn) as heir:
                assert heir.epoch == engine.epoch + 1

    asyncio.run(story())


def test_a_commit_of_unknown_outcome_is_not_acknowledged(server_address, monkeypatch, either_way):
    """The commit reaches the server, its answer does not reach us."""
    ends = {
        "one statement": (writer_module, "write_few"),
        "COPY": (asyncpg.transaction.Transaction, "commit"),
    }
    place, name = ends[either_way]
    end = getattr(place, name)

    async def story():
        async with book(server_address) as dsn, running(dsn) as engine:
            await engine.submit([noted(1)])

            async def cut(*arguments):
                await end(*arguments)
                monkeypatch.setattr(place, name, end)
                raise ConnectionResetError("cut off after the commit")

            monkeypatch.setattr(place, name, cut)
            assert "cut off" in await unavailable(engine, noted(2))
            assert engine.position == 1
            async with running(dsn) as heir:
                [outcome] = await heir.submit([noted(2)])
                assert (outcome.fact.position, outcome.replayed) == (2, True)

    asyncio.run(story())


@pytest.mark.usefixtures("either_way")
def test_a_book_has_one_engine_and_a_fenced_one_writes_nothing(server_address):
    async def story():
        async with book(server_address) as dsn, running(dsn) as engine:
            with pytest.raises(BookTaken):
                async with running(dsn):
                    pass
            await engine.submit([noted(1)])
            await ask(dsn, "update engine.book set epoch = epoch + 1")
            assert "Another engine has taken this book" in await unavailable(engine, noted(2))
            assert "Another engine" in engine.failure
            assert len(await ask(dsn, "select 1 from engine.outbox")) == 1

    asyncio.run(story())


def test_a_fenced_engine_sets_nothing_aside_either(server_address):
    async def story():
        async with book(server_address) as dsn, running(dsn) as engine:
            await ask(dsn, "update engine.book set epoch = epoch + 1")
            await unavailable(engine, command(1, "break", Break("prepare")))
            assert not await ask(dsn, "select 1 from engine.quarantine")

    asyncio.run(story())


def test_stop_answers_what_waits(server_address):
    async def story():
        async with book(server_address) as dsn:
            async with running(dsn) as engine:
                asked = [asyncio.create_task(engine.submit([noted(n)])) for n in range(1, 200)]
                await asyncio.sleep(0)
            answers = await asyncio.gather(*asked)
            assert [each.fact.position for [each] in answers] == list(range(1, 200))
            assert "stopping" in await unavailable(engine, noted(500))

    asyncio.run(story())


def test_a_caller_who_leaves_disturbs_nobody(server_address):
    async def story():
        async with book(server_address) as dsn, running(dsn) as engine:
            leaving = asyncio.create_task(engine.submit([noted(1), noted(2)]))
            staying = asyncio.create_task(engine.submit([noted(3)]))
            await asyncio.sleep(0)
            leaving.cancel()
            assert (await staying)[0].fact.position == 3
            again = await engine.submit([noted(1), noted(2)])
            assert [each.replayed for each in again] == [True, True]

    asyncio.run(story())


def test_keys_that_memory_let_go_of_are_looked_up(server_address, monkeypatch):
    monkeypatch.setattr(batch_module, "KEYS_IN_MEMORY", 10)

    async def story():
        async with book(server_address) as dsn:
            async with running(dsn) as engine:
                first = await engine.submit([noted(n) for n in range(1, 41)])
                assert len(engine._writer.keys.answered) == 10
                again = await engine.submit([noted(n) for n in range(1, 41)])
                assert all(map(same_answer, first, again))
                assert all(each.replayed for each in again)
                [reused] = await engine.submit([noted(2, "changed")])
                assert reused.refusal.code == "idempotency_key_reused"
            async with running(dsn) as heir:
                assert not heir._writer.keys.complete
                again = await heir.submit([noted(n) for n in range(1, 41)])
                assert all(map(same_answer, first, again))
                assert heir.position == 40

    asyncio.run(story())


def test_a_restart_restores_what_was_in_memory(server_address):
    async def story():
        async with book(server_address) as dsn:
            async with running(dsn) as engine:
                await engine.submit([accounts(1, "fx_position", "nostro", "seller_available")])
                await engine.submit(
                    [
                        transfer(2, 1, 3, 100),
                        transfer(3, 3, 2, 30, Flags.PENDING),
                        transfer(4, 3, 2, 20, Flags.PENDING),
                        transfer(5, 0, 0, 7, Flags.POST_PENDING, transfer_id(4)),
                        command(6, "later", Later(START + timedelta(days=9), "x", times=3)),
                        command(7, "later", Later(START + timedelta(days=1), "y")),
                        tick(8, START + timedelta(days=2)),
                    ]
                )
                before = engine
            async with running(dsn) as after:
                assert after.position == before.position
                assert after._writer.keys.answered == before._writer.keys.answered
                for slot, table in enumerate(HOT_TABLES):
                    kept, loaded = before._writer.state.rows[slot], after._writer.state.rows[slot]
                    assert loaded == kept, table.name
                    assert {k: encode(r) for k, r in loaded.items()} == {
                        k: encode(r) for k, r in kept.items()
                    }, table.name
                for slot, lookup in enumerate(HOT_LOOKUPS):
                    assert (
                        after._writer.state.lookups[slot] == before._writer.state.lookups[slot]
                    ), lookup.name
                assert next_due(after) == next_due(before) == START + timedelta(days=9)
                assert after.clock.now() == START + timedelta(days=2)

    asyncio.run(story())


def test_a_test_book_keeps_its_time_though_nothing_fell_due(server_address):
    async def story():
        async with book(server_address) as dsn:
            later = START + timedelta(days=40)
            async with running(dsn) as engine:
                await engine.submit([tick(1, later), tick(2, START)])
            [row] = await ask(dsn, "select book_time from engine.book")
            assert row["book_time"] == later
            async with running(dsn) as engine:
                [outcome] = await engine.submit([noted(3)])
                assert outcome.fact.recorded_at == later

    asyncio.run(story())


class BrokenClock:
    """A machine's clock that was set back."""

    def __init__(self, *moments: datetime) -> None:
        self.moments = list(moments)

    def now(self) -> datetime:
        return self.moments.pop(0) if len(self.moments) > 1 else self.moments[0]


def test_the_time_of_a_live_book_never_runs_backwards(server_address):
    async def story():
        async with book(server_address, test_clock=False) as dsn:
            noon = datetime(2026, 9, 9, 12, tzinfo=UTC)
            jumping = BrokenClock(noon, noon - timedelta(hours=1))
            async with running(dsn, jumping) as engine:
                moments = [(await engine.submit([noted(n)]))[0].fact.recorded_at for n in (1, 2)]
            async with running(dsn, BrokenClock(noon - timedelta(days=1))) as engine:
                [third] = await engine.submit([noted(3)])
            assert [*moments, third.fact.recorded_at] == [noon] * 3

    asyncio.run(story())


def test_thousands_fall_due_in_their_order(server_address):
    async def story():
        async with book(server_address) as dsn, running(dsn) as engine:
            hour = timedelta(hours=1)
            await engine.submit(
                [
                    command(1, "later", Later(START + 2 * hour, "second ", times=3_000)),
                    command(2, "later", Later(START + hour, "first ", times=3_000)),
                    command(3, "later", Later(START + 9 * hour, "not yet ")),
                ]
            )
            assert next_due(engine) == START + hour
            await engine.submit([tick(4, START + 3 * hour)])
            rows = await ask(
                dsn, "select payload from engine.outbox where verb = 'note' order by position"
            )
            texts = [bytes(row["payload"]).split(b'"text":"')[1].split(b" ")[0] for row in rows]
            assert texts == [b"first"] * 3_000 + [b"second"] * 3_000
            assert len(engine._writer.state.rows[DUE.slot]) == 1
            await engine.submit([tick(5, START + 3 * hour)])
            assert engine.position == 6_003

    asyncio.run(story())


@pytest.mark.parametrize("where", ["prepare", "apply", "write"])
def test_a_due_row_that_goes_wrong_is_fired_once(server_address, where):
    async def story():
        async with book(server_address) as dsn, running(dsn) as engine:
            await engine.submit(
                [
                    command(1, "later", Later(START, broken=where)),
                    command(2, "later", Later(START, "good")),
                    tick(3, START),
                ]
            )
            assert not engine._writer.state.rows[DUE.slot]
            assert not await ask(dsn, "select 1 from engine.due where fired_at is null")
            assert len(await ask(dsn, "select 1 from engine.quarantine")) == 1
            assert len(await ask(dsn, "select 1 from engine.outbox where verb = 'note'")) == 1

    asyncio.run(story())


@pytest.mark.parametrize(("verb", "body"), [("gone", b"{}"), ("note", b'{"text":1}')])
def test_a_due_row_that_this_version_cannot_read_is_set_aside(server_address, verb, body):
    async def story():
        async with book(server_address) as dsn:
            await ask(
                dsn,
                "insert into engine.due (id, due_at, verb, body) values ($1, $2, $3, $4)",
                UUID(int=5),
                START,
                verb,
                body,
            )
            async with running(dsn) as engine:
                await engine.submit([tick(1, START), noted(2)])
                assert not engine.failure
                assert next_due(engine) is None
            [row] = await ask(dsn, "select verb, body from engine.quarantine")
            assert (row["verb"], row["body"]) == (verb, body)

    asyncio.run(story())


def test_facts_of_ordinary_transactions_get_their_place_when_they_commit(server_address):
    async def story():
        async with book(server_address) as dsn, running(dsn) as engine:
            slow, fast = await asyncpg.connect(dsn), await asyncpg.connect(dsn)
            held = slow.transaction()
            await held.start()
            await tell_pending(slow, "slow", UUID(int=1), [(None, Note("slow"))])
            await tell_pending(
                fast, "fast", UUID(int=1), [(None, Note(f"fast {n}")) for n in range(5_000)]
            )
            await engine.submit([command(1, BEAT, Beat())])
            assert engine.position == 5_000
            await held.commit()
            await engine.submit([command(2, BEAT, Beat()), noted(3)])
            rows = await ask(dsn, "select position, verb from engine.outbox order by position")
            assert [row["position"] for row in rows] == list(range(1, 5_003))
            assert [row["verb"] for row in rows[-3:]] == ["fast", "slow", "note"]
            assert not await ask(dsn, "select 1 from engine.outbox_pending")
            await slow.close()
            await fast.close()

    asyncio.run(story())


def test_a_pending_fact_that_is_no_fact_does_not_stop_the_beat(server_address):
    async def story():
        async with book(server_address) as dsn, running(dsn) as engine:
            await ask(
                dsn,
                "insert into engine.outbox_pending (verb, actor, parts) values"
                " ('a', $1, '{'), ('b', $1, '{}')",
                UUID(int=1),
            )
            await engine.submit([command(1, BEAT, Beat())])
            rows = await ask(dsn, "select position, verb from engine.outbox")
            assert [tuple(row) for row in rows] == [(1, "b")]
            assert len(await ask(dsn, "select 1 from engine.quarantine where verb = 'a'")) == 1

    asyncio.run(story())


@pytest.mark.parametrize(
    ("verb", "parts"),
    [
        pytest.param("deep", b'{"a":' + b"[" * 5_000 + b"]" * 5_000 + b"}", id="too deep"),
        pytest.param("name", b'{"\xff":1}', id="a name that is no text"),
        pytest.param("unwritable", b"{}", id="a row the table refuses"),
    ],
)
def test_a_pending_fact_that_cannot_be_written_is_set_aside(server_address, verb, parts):
    """And not tried again at every beat, closing the engine each time."""

    async def story():
        async with book(server_address) as dsn, running(dsn) as engine:
            rule = "alter table engine.outbox {} constraint for_this_test {}"
            await ask(dsn, rule.format("add", "check (verb <> 'unwritable')"))
            try:
                for told in ("a", "b", verb, "c", verb, "d"):
                    insert = "insert into engine.outbox_pending (verb, actor, parts) values"
                    stored = parts if told == verb else b"{}"
                    await ask(dsn, f"{insert} ($1, $2, $3)", told, UUID(int=1), stored)
                outcomes = await engine.submit([command(1, BEAT, Beat()), noted(2)])
            finally:
                await ask(dsn, rule.format("drop", ""))
            assert outcomes[1].fact.position == 5
            rows = await ask(dsn, "select verb from engine.outbox order by position")
            assert [row["verb"] for row in rows] == ["a", "b", "c", "d", "note"]
            aside = await ask(dsn, "select verb, body from engine.quarantine")
            assert [tuple(row) for row in aside] == [(verb, parts)] * 2
            assert not await ask(dsn, "select 1 from engine.outbox_pending")

    asyncio.run(story())


@pytest.mark.parametrize("where", ["apply", "prepare"])
def test_an_error_that_the_database_cannot_hold_is_kept_spelt_out(server_address, where):
    """Neither a zero byte nor half a character is text to PostgreSQL."""

    def bug(*_):
        raise ValueError("\0 and \ud800")

    async def prepare(*_):
        bug()

    stage = Stage(bug, prepare if where == "prepare" else None)

    async def story():
        async with book(server_address) as dsn, running(dsn) as engine:
            engine.path = {**engine.path, "odd": Verb(Note, (stage,))}
            outcomes = await engine.submit([noted(1), command(2, "odd", Note("x")), noted(3)])
            assert codes(outcomes) == ["", "quarantined", ""]
            [row] = await ask(dsn, "select error from engine.quarantine")
            assert row["error"] == r"ValueError: \0 and \ud800"

    asyncio.run(story())


def test_an_id_that_another_verb_gave_a_transfer_counts_as_taken(server_address):
    """Refused by name, not set aside as a bug."""

    async def story():
        async with book(server_address) as dsn, running(dsn) as engine:
            await engine.submit([accounts(1, "fx_position", "nostro")])
            await engine.submit([transfer(2, 1, 2, 5)])
            await engine.submit([command(3, "enter", Entry(transfer_id(90)))])
            [outcome] = await engine.submit([transfer(90, 1, 2, 6)])
            assert result_of(outcome) == "exists_with_different_amount"

    asyncio.run(story())


def test_an_engine_that_cannot_load_lets_go_of_the_book(server_address, monkeypatch):
    async def story():
        async with book(server_address) as dsn:
            with monkeypatch.context() as patch:

                async def broken(*_):
                    raise MemoryError("too much to load")

                patch.setattr(writer_module, "load_book", broken)
                with pytest.raises(MemoryError):
                    async with running(dsn):
                        pass
            async with running(dsn) as engine:
                assert (await engine.submit([noted(1)]))[0].fact.position == 1

    asyncio.run(story())


@pytest.mark.parametrize(
    ("_case", "happening", "traced"),
    [("another engine took it", "epoch", False), ("nobody knows why", "commit", True)],
)
def test_an_engine_that_lost_its_book_says_so_in_one_line(
    server_address, monkeypatch, _case, happening, traced
):
    async def cut(*_arguments):
        raise ConnectionResetError("the answer to the commit was lost")

    async def story():
        async with book(server_address) as dsn:
            with structlog.testing.capture_logs() as said:
                async with running(dsn) as engine:
                    if happening == "epoch":
                        await ask(dsn, "update engine.book set epoch = epoch + 1")
                    else:
                        monkeypatch.setattr(writer_module, "write_few", cut)
                    await unavailable(engine, noted(1))
            return [each for each in said if each["event"] == "engine_failed"]

    [line] = asyncio.run(story())
    assert "acknowledges nothing more" in line["error"]
    assert ("another engine has taken this book (epoch 2" in line["error"]) is not traced
    assert ("exc_info" in line) is traced
