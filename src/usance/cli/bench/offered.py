"""How long an answer takes while requests arrive at a steady rate, whether we keep up or not.

Each request is one future of the engine in this process. It is due at its place in the schedule,
and its time counts from then: a request that had to wait because we were late is not
forgiven. Where the rate cannot be kept, `achieved_per_s` and `kept` say so.
"""

import asyncio
import math
import random
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg

from usance.bootstrap import money_path
from usance.cli.bench.baseline import Baseline, baseline
from usance.cli.bench.ledger import ACCOUNTS, check_transfers, open_accounts
from usance.cli.bench.path import confirmed
from usance.cli.bench.report import (
    ROUNDS,
    Report,
    WrongResult,
    in_turn,
    machine,
    over,
    percentile,
    say,
)
from usance.cli.bench.scene import BEGINS, Sale, order_again, sales, set_the_scene
from usance.kernel.errors import Unavailable
from usance.kernel.ids import derive, fresh, milliseconds_at
from usance.kernel.records import Record
from usance.ledger.service import CreateTransfers, TransferRequest
from usance.parties.model import HOUSE
from usance.payments.events import PaymentInitiated
from usance.risk.service import Screens
from usance.runtime.clock import FrozenClock
from usance.runtime.commands import Command
from usance.runtime.database import create_tables, open_book
from usance.runtime.engine import Engine
from usance.runtime.facts import Outcome
from usance.runtime.postgres import ServerAddress, create_database, drop_database
from usance.worker.session import Session, make_book, opened, place_of

SECONDS: Final = 5
_BOOK: Final = "usance_bench_offered"
_PATH_BOOK: Final = "bench_offered"
_OTHER: Final = "usance_bench_baseline"
_START: Final = datetime(2026, 9, 9, tzinfo=UTC)
_VALUE_DATE: Final = date(2026, 9, 9)
# Answers come as fast as requests, or nearly: then no queue grows.
_KEPT: Final = 0.99
_PERCENTS: Final = (50, 90, 99)
Ended = Callable[[], None]
_CAPTURED: Final = """
    select count(*) filter (where status = 'captured') as captured,
           count(*) filter (where status in ('in_review', 'blocked')) as stopped
    from payments.payments
"""


class Round:
    """One round: `count` requests, `rate` of them due each second."""

    def __init__(self, rate: int, count: int) -> None:
        self.seconds: list[float] = []
        self.turned_away = 0
        self.ends: list[float] = []
        self.cpu_us = 0.0
        self.commands = 0
        self.batches = 0
        self._rate = rate
        self._count = count
        self._missing = count
        self._done = asyncio.Event()

    async def run(self, send: Callable[[int, Ended], None]) -> float:
        """Send each request when it is due; return how many a second were answered.

        send: sends the request of a number, and has the other argument called at its end.
        Raises Unavailable where it is turned away.
        """
        sent, start, cpu = 0, time.perf_counter(), time.process_time()
        while sent < self._count:
            due = min(self._count, math.ceil((time.perf_counter() - start) * self._rate))
            while sent < due:
                self._send(send, sent, start + sent / self._rate)
                sent += 1
            await asyncio.sleep(max(0.0, start + sent / self._rate - time.perf_counter()))
        await self._done.wait()
        self.cpu_us = 1e6 * (time.process_time() - cpu) / self._count
        return self.achieved()

    def achieved(self) -> float:
        """Return the answers a second, between the first and the last of them."""
        return (len(self.ends) - 1) / (self.ends[-1] - self.ends[0]) if len(self.ends) > 1 else 0.0

    def _send(self, send: Callable[[int, Ended], None], number: int, due: float) -> None:
        def ended() -> None:
            self.ends.append(time.perf_counter())
            self.seconds.append(self.ends[-1] - due)
            self._one_less()

        try:
            send(number, ended)
        except Unavailable:
            self.turned_away += 1
            self._one_less()

    def _one_less(self) -> None:
        self._missing -= 1
        if not self._missing:
            self._done.set()


def figures(rounds: Sequence[Round], offered: int) -> dict[str, Any]:
    """Return what the rounds of one load showed."""
    achieved = over([each.achieved() for each in rounds])
    times = {
        f"p{percent}_ms": over([1e3 * percentile(each.seconds, percent) for each in rounds], 1)
        for percent in _PERCENTS
    }
    return {
        "offered_per_s": offered,
        "achieved_per_s": achieved,
        "kept": achieved.median >= _KEPT * offered,
        "turned_away": sum(each.turned_away for each in rounds),
        **times,
        "max_ms": over([1e3 * max(each.seconds) for each in rounds], 1),
        "mean_batch": over([each.commands / each.batches for each in rounds], 1),
        "cpu_us": over([each.cpu_us for each in rounds], 1),
    }


class _Transfers:
    """Single transfers, each a command of its own."""

    def __init__(self, engine: Engine, dsn: str, offered: int, count: int) -> None:
        self.rounds: list[Round] = []
        self.created = 0
        self._engine = engine
        self._dsn = dsn
        self._offered = offered
        self._count = count
        self._chance = random.Random(1)  # noqa: S311 - no secret, and the same for everybody
        self._milliseconds = milliseconds_at(_START)

    async def round(self) -> float:
        """Offer transfers for a while and return the answers a second."""
        commands = [self._command() for _ in range(self._count)]
        now = Round(self._offered, self._count)
        self.rounds.append(now)

        def send(number: int, ended: Ended) -> None:
            def answered(answer: "asyncio.Future[list[Outcome]]") -> None:
                [outcome] = answer.result()
                self.created += outcome.fact is not None
                ended()

            self._engine.ask([commands[number]]).add_done_callback(answered)

        async with _counted(now, self._dsn):
            return await now.run(send)

    def _command(self) -> Command:
        chance = self._chance
        debit, credit = chance.sample(range(1, ACCOUNTS + 1), 2)
        asked = TransferRequest(self._id(), debit, credit, chance.randrange(1, 100))
        body = CreateTransfers((asked,), _VALUE_DATE)
        return Command(self._id(), "create_transfers", HOUSE, body)

    def _id(self) -> UUID:
        self._milliseconds += 1
        return fresh(self._milliseconds, self._chance.getrandbits(74))


@asynccontextmanager
async def _counted(now: Round, dsn: str) -> AsyncIterator[None]:
    """Count the commands and the batches that the book takes meanwhile: each is a transaction."""
    connection = await asyncpg.connect(dsn)
    try:
        before = await connection.fetchval("select position from engine.book")
        yield
        row = await connection.fetchrow(
            "select count(*) as commands, count(distinct xmin::text) as batches"
            " from engine.outbox where position > $1",
            before,
        )
        assert row is not None, "a query of counts has a row"
        now.commands, now.batches = row["commands"], max(1, row["batches"])
    finally:
        await connection.close()


async def bench_ledger_offered(
    address: ServerAddress, offered: int, rounds: int = ROUNDS, seconds: int = SECONDS
) -> Report:
    """Measure single transfers at `offered` a second.

    Raises WrongResult where the book does not agree with what was acknowledged.
    """
    for database in (_BOOK, _OTHER):
        await drop_database(address, database)
        await create_database(address, database)
    other = baseline(address.dsn(_OTHER), seconds)
    say(f"baseline: {other.name}")
    try:
        await other.make()
        dsn = address.dsn(_BOOK)
        await create_tables(dsn)
        await open_book(dsn, _BOOK, _START, test_clock=True)
        engine = Engine(dsn, money_path(Screens()), FrozenClock(_START))
        await engine.start()
        try:
            await open_accounts(engine)
            load = _Transfers(engine, dsn, offered, offered * seconds)
            ours, theirs = await in_turn(rounds, load.round, other.run, other.settle)
        finally:
            await engine.stop()
        away = sum(each.turned_away for each in load.rounds)
        await check_transfers(dsn, load.created, rounds * offered * seconds - away)
        await other.check()
        return _report("ledger offered", load.rounds, offered, other, (ours, theirs))
    finally:
        for database in (_BOOK, _OTHER):
            await drop_database(address, database)


def _report(
    name: str,
    rounds: Sequence[Round],
    offered: int,
    other: Baseline,
    rates: tuple[list[float], list[float]],
    **more: object,
) -> Report:
    ours, theirs = over(rates[0]), over(rates[1])
    return Report(
        name,
        {**figures(rounds, offered), **more},
        {"name": other.name, "transactions_per_s": theirs},
        round(ours.median / theirs.median, 2),
        machine(),
    )


class _Payments:
    """Whole payments: asked for, and the rail's yes as soon as the first is answered."""

    def __init__(self, session: Session, offered: int, count: int, pattern: list[Sale]) -> None:
        assert session.engine is not None, "the bench is its book's engine"
        self.rounds: list[Round] = []
        self.captured = 0
        self.stopped = 0
        self._engine = session.engine
        self._dsn = session.place.dsn
        self._session = session
        self._offered = offered
        self._count = count
        self._pattern = pattern

    async def round(self) -> float:
        """Offer payments for a while and return how many a second were done with."""
        first = len(self.rounds) * self._count
        pays = await order_again(self._session, self._pattern, first, self._count)
        now = Round(self._offered, self._count)
        self.rounds.append(now)

        def send(number: int, ended: Ended) -> None:
            def paid(answer: "asyncio.Future[list[Outcome]]") -> None:
                [outcome] = answer.result()
                if outcome.fact is None:
                    raise WrongResult(f"a payment was refused: {outcome.refusal}")
                begun = outcome.fact.part(PaymentInitiated)
                if begun is None:
                    self.stopped += 1
                    ended()
                    return
                yes = _command("record_answer", confirmed(begun), begun.instruction_id)
                self._engine.ask([yes]).add_done_callback(captured)

            def captured(answer: "asyncio.Future[list[Outcome]]") -> None:
                [outcome] = answer.result()
                self.captured += outcome.fact is not None
                ended()

            pay = pays[number]
            self._engine.ask([_command("pay", pay, pay.order_id)]).add_done_callback(paid)

        async with _counted(now, self._dsn):
            return await now.run(send)


def _command(verb: str, body: Record, key: UUID) -> Command:
    return Command(derive(milliseconds_at(BEGINS), verb, key), verb, HOUSE, body)


async def bench_path_offered(
    address: ServerAddress,
    home: Path,
    offered: int,
    rounds: int = ROUNDS,
    seconds: int = SECONDS,
) -> Report:
    """Measure payments, each paid and captured, at `offered` a second.

    Raises WrongResult where the book does not agree with what was acknowledged.
    """
    place = place_of(address, home, _PATH_BOOK)
    await drop_database(address, _OTHER)
    await create_database(address, _OTHER)
    other = baseline(address.dsn(_OTHER), seconds)
    say(f"baseline: {other.name}")
    try:
        await other.make()
        await make_book(place, BEGINS, test_clock=True, anew=True)
        async with opened(place, engine=True) as session:
            await set_the_scene(session)
            load = _Payments(session, offered, offered * seconds, await sales(session))
            rates = await in_turn(rounds, load.round, other.run, other.settle)
            row = await session.pool.fetchrow(_CAPTURED)
        await other.check()
        found = None if row is None else (row["captured"], row["stopped"])
        if found != (load.captured, load.stopped):
            raise WrongResult(f"{load.captured} captured, {load.stopped} held; the book has {row}")
        return _report(
            "path offered",
            load.rounds,
            offered,
            other,
            rates,
            captured=load.captured,
            held_by_risk=load.stopped,
        )
    finally:
        for database in (place.database, _OTHER):
            await drop_database(address, database)
