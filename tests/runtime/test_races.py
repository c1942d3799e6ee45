"""Races: whoever comes first wins, the others are told what they lost to; nothing is doubled."""

import asyncio
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import pytest
from tests.runtime.books import (
    START,
    accounts,
    ask,
    book,
    command,
    noted,
    running,
    same_answer,
    transfer,
    transfer_id,
)

from usance.ledger.events import TransfersCreated
from usance.ledger.model import Flags
from usance.ledger.service import CreateTransfers, TransferRequest
from usance.parties.model import HOUSE
from usance.runtime.commands import TICK, Command, Tick
from usance.runtime.wire import RemoteBook, serve_engine

HELD, MINUTE = 100, timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def hold(number: int, timeout: int = 0) -> Command:
    asked = TransferRequest(transfer_id(number), 1, 2, HELD, flags=Flags.PENDING, timeout=timeout)
    return command(number, "create_transfers", CreateTransfers((asked,), date(2026, 9, 9)))


def post(number: int, amount: int = 0) -> Command:
    return transfer(number, 0, 0, amount, Flags.POST_PENDING, transfer_id(2))


def void(number: int) -> Command:
    return transfer(number, 0, 0, 0, Flags.VOID_PENDING, transfer_id(2))


def tick(after: timedelta) -> Command:
    return Command(UUID(int=0), TICK, HOUSE, Tick((START + after).isoformat()))


def result(outcome) -> str:
    if outcome.refusal is not None:
        return outcome.refusal.code
    told = outcome.fact and outcome.fact.part(TransfersCreated)
    return told.results[0] if told else ""


async def left(dsn: str) -> tuple[str, int, int]:
    """What became of the hold, what is still reserved, and what was posted."""
    [row] = await ask(
        dsn,
        "select state, debits_pending, debits_posted from ledger.holds, ledger.balances"
        " where number = 1",
    )
    return tuple(row)


# Two callers at once, in this order; what they are told; hold, reserved, posted.
AT_ONCE = [
    ("two posts", post(3), post(4), "created", "pending_transfer_already_posted", 100),
    ("parts", post(3, 30), post(4, 70), "created", "pending_transfer_already_posted", 30),
    ("post, void", post(3), void(4), "created", "pending_transfer_already_posted", 100),
    ("void, post", void(3), post(4), "created", "pending_transfer_already_voided", 0),
    ("same key", post(3), post(3), "created", "created", 100),
    ("same key, other inputs", post(3, 30), post(3, 70), "created", "idempotency_key_reused", 30),
    ("same key, other verb", post(3), noted(3), "created", "idempotency_key_reused", 100),
    ("key of a refusal", post(3, 101), post(3, 101), *["exceeds_pending_transfer_amount"] * 2, 0),
]


@pytest.mark.parametrize("by_socket", [False, True])
@pytest.mark.parametrize(("_case", "one", "other", "first", "second", "posted"), AT_ONCE)
def test_of_two_at_once_the_first_wins(
    server_address, by_socket, _case, one, other, first, second, posted
):
    async def story(folder: Path):
        async with book(server_address) as dsn, running(dsn) as engine:
            await engine.submit([accounts(1, "fx_position", "nostro"), hold(2)])
            door = engine
            if by_socket:
                server = await serve_engine(engine, engine.path, folder / "engine.sock")
                door = RemoteBook(folder / "engine.sock")
                await door.connect()
            answers = await asyncio.gather(door.submit([one]), door.submit([other]))
            assert [result(each) for [each] in answers] == [first, second]
            assert (await left(dsn))[2] == posted
            [again] = await door.submit([one])
            assert again.replayed
            assert same_answer(again, answers[0][0])
            if by_socket:
                await door.close()
                server.close()

    with TemporaryDirectory() as folder:
        asyncio.run(story(Path(folder)))


# A hold of one minute. What is asked in one breath, what each is told, and what is left.
DEADLINES = [
    ("post, then the deadline", [post(3), tick(MINUTE)], ["created", ""], ("posted", 0, 100)),
    (
        "the deadline, then post",
        [tick(MINUTE), post(3)],
        ["", "pending_transfer_expired"],
        ("expired", 0, 0),
    ),
    (
        "the deadline, then void",
        [tick(MINUTE), void(3)],
        ["", "pending_transfer_expired"],
        ("expired", 0, 0),
    ),
    (
        "a second before",
        [tick(MINUTE - SECOND), post(3, 40), tick(MINUTE)],
        ["", "created", ""],
        ("posted", 0, 40),
    ),
    (
        "the clock set back in between",
        [tick(MINUTE), tick(-MINUTE), post(3)],
        ["", "", "pending_transfer_expired"],
        ("expired", 0, 0),
    ),
    (
        "post on both sides",
        [post(3), tick(MINUTE), post(4)],
        ["created", "", "pending_transfer_already_posted"],
        ("posted", 0, 100),
    ),
]


@pytest.mark.parametrize("callers", ["one", "many"])
@pytest.mark.parametrize(("_case", "asked", "told", "expected"), DEADLINES)
def test_a_deadline_and_a_post_do_not_both_happen(
    server_address, callers, _case, asked, told, expected
):
    async def story():
        async with book(server_address) as dsn, running(dsn) as engine:
            await engine.submit([accounts(1, "fx_position", "nostro"), hold(2, timeout=60)])
            lists = [asked] if callers == "one" else [[each] for each in asked]
            answers = await asyncio.gather(*(engine.submit(each) for each in lists))
            assert [result(each) for several in answers for each in several] == told
            await engine.submit([tick(2 * MINUTE)])
            assert await left(dsn) == expected

    asyncio.run(story())


class SwingingClock:
    """A machine's clock that somebody turns."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


# Where the wall clock stands, minute by minute after the beginning; where the book then stands.
SWINGS = [
    ("forwards", [1, 5, 600], [1, 5, 600]),
    ("backwards", [3, 1, 2], [3, 3, 3]),
    ("back and on", [3, -1000, 4], [3, 3, 4]),
    ("still", [2, 2, 2], [2, 2, 2]),
]


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize(("_case", "wall", "expected"), SWINGS)
def test_time_in_a_book_never_runs_back(server_address, restarts, _case, wall, expected):
    async def story():
        async with book(server_address, test_clock=False) as dsn:
            clock = SwingingClock(START)
            engine = None
            times = []
            for number, minutes in enumerate(wall):
                clock.moment = START + minutes * MINUTE
                if restarts or engine is None:
                    living = running(dsn, clock)
                    engine = await living.__aenter__()
                [outcome] = await engine.submit([noted(number)])
                times.append((outcome.fact.recorded_at - START) / MINUTE)
                if restarts:
                    await living.__aexit__(None, None, None)
            await engine.stop()
            assert times == expected

    asyncio.run(story())


def test_a_hold_is_over_at_its_moment_though_nobody_has_said_so_yet(server_address):
    async def story():
        async with book(server_address, test_clock=False) as dsn:
            clock = SwingingClock(START)
            async with running(dsn, clock) as engine:
                await engine.submit([accounts(1, "fx_position", "nostro"), hold(2, timeout=60)])
                clock.moment = START + MINUTE
                [late] = await engine.submit([post(3)])
                assert result(late) == "pending_transfer_expired"
                assert await left(dsn) == ("open", HELD, 0)
                # The clock is set back: what was late stays late.
                clock.moment = START
                [later] = await engine.submit([post(4)])
                assert result(later) == "pending_transfer_expired"
                await engine.submit([Command(UUID(int=0), TICK, HOUSE, Tick())])
                assert await left(dsn) == ("expired", 0, 0)

    asyncio.run(story())
