"""Transfers a second through the engine, in batches, beside transactions one by one.

The engine runs in this process and is given commands of many transfers each, decoded from a
request's JSON, by two clients that each wait for their answer; each batch is one durable
transaction. Two accounts out of ten thousand,
drawn evenly, for every transfer: the worst case for the balances, since hardly any is shared.
"""

import asyncio
import random
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

import asyncpg

from usance.bootstrap import money_path
from usance.cli.bench.baseline import baseline
from usance.cli.bench.report import ROUNDS, Report, WrongResult, in_turn, machine, over, say
from usance.kernel.ids import derive, fresh, milliseconds_at
from usance.kernel.money import Currency
from usance.kernel.records import decode, encode
from usance.ledger.events import TransfersCreated
from usance.ledger.model import Ref
from usance.ledger.service import CreateTransfers, OpenAccounts, TransferRequest
from usance.parties.model import HOUSE
from usance.risk.service import Screens
from usance.runtime.clock import FrozenClock
from usance.runtime.commands import Command
from usance.runtime.database import create_tables, open_book
from usance.runtime.engine import Engine
from usance.runtime.postgres import ServerAddress, create_database, drop_database

ACCOUNTS: Final = 10_000
BATCH: Final = 8192
BATCHES: Final = 16
CLIENTS: Final = 2
_SECONDS: Final = 5
_START: Final = datetime(2026, 9, 9, tzinfo=UTC)
_VALUE_DATE: Final = date(2026, 9, 9)
_BOOK: Final = "usance_bench_ledger"
_OTHER: Final = "usance_bench_baseline"
_CHECK: Final = """
    with moved as (
        select number, sum(debits) as debits, sum(credits) as credits
        from (select debit as number, amount as debits, 0 as credits from ledger.transfers
              union all
              select credit, 0, amount from ledger.transfers) legs
        group by number)
    select (select count(*) from ledger.transfers) as transfers,
           (select coalesce(sum(debits_posted), 0) from ledger.balances) as debits,
           (select coalesce(sum(credits_posted), 0) from ledger.balances) as credits,
           (select count(*) from ledger.balances full join moved using (number)
            where coalesce(moved.debits, 0) <> debits_posted
               or coalesce(moved.credits, 0) <> credits_posted) as wrong
"""


class _Load:
    """Makes transfers and has the engine create them."""

    def __init__(self, engine: Engine) -> None:
        self.created = 0
        self._engine = engine
        self._chance = random.Random(1)  # noqa: S311 - no secret, and the same for everybody
        self._milliseconds = milliseconds_at(_START)

    async def batches(self) -> float:
        """Create BATCHES batches and return the transfers a second."""
        bodies = iter([self._body(BATCH) for _ in range(BATCHES)])
        began = time.perf_counter()
        await asyncio.gather(*(self._client(bodies) for _ in range(CLIENTS)))
        return BATCH * BATCHES / (time.perf_counter() - began)

    async def _client(self, bodies: Iterator[bytes]) -> None:
        """Send one batch after the other; the next when the last is answered."""
        for body in bodies:
            command = Command(self._id(), "create_transfers", HOUSE, decode(body, CreateTransfers))
            [outcome] = await self._engine.submit([command])
            self.created += outcome.part(TransfersCreated).created

    async def singles(self) -> float:
        """Create as many as one batch has, each asked for by itself, and return their rate."""
        bodies = [self._body(1) for _ in range(BATCH)]
        began = time.perf_counter()
        commands = [
            Command(self._id(), "create_transfers", HOUSE, decode(body, CreateTransfers))
            for body in bodies
        ]
        outcomes = await self._engine.submit(commands)
        seconds = time.perf_counter() - began
        self.created += sum(outcome.part(TransfersCreated).created for outcome in outcomes)
        return BATCH / seconds

    def _body(self, count: int) -> bytes:
        chance = self._chance
        requests = []
        for _ in range(count):
            debit, credit = chance.sample(range(1, ACCOUNTS + 1), 2)
            requests.append(TransferRequest(self._id(), debit, credit, chance.randrange(1, 100)))
        return encode(CreateTransfers(tuple(requests), _VALUE_DATE))

    def _id(self) -> UUID:
        self._milliseconds += 1
        return fresh(self._milliseconds, self._chance.getrandbits(74))


async def bench_ledger(
    address: ServerAddress, rounds: int = ROUNDS, seconds: int = _SECONDS
) -> Report:
    """Measure the ledger. seconds: how long each round of the baseline lasts.

    Raises WrongResult where the books do not agree with what was acknowledged.
    """
    for database in (_BOOK, _OTHER):
        await drop_database(address, database)
        await create_database(address, database)
    try:
        return await _measure(address, rounds, seconds)
    finally:
        for database in (_BOOK, _OTHER):
            await drop_database(address, database)


async def _measure(address: ServerAddress, rounds: int, seconds: int) -> Report:
    other = baseline(address.dsn(_OTHER), seconds)
    say(f"baseline: {other.name}")
    await other.make()
    await create_tables(address.dsn(_BOOK))
    await open_book(address.dsn(_BOOK), _BOOK, _START, test_clock=True)
    engine = Engine(address.dsn(_BOOK), money_path(Screens()), FrozenClock(_START))
    await engine.start()
    load = _Load(engine)
    singles: list[float] = []

    async def measured() -> float:
        singles.append(await load.singles())
        return await load.batches()

    try:
        await open_accounts(engine)
        say(f"{BATCHES} batches of {BATCH:,} transfers beside {seconds} seconds of the baseline")
        ours, theirs = await in_turn(rounds, measured, other.run)
    finally:
        await engine.stop()
    await check_transfers(address.dsn(_BOOK), load.created, rounds * BATCH * (BATCHES + 1))
    await other.check()
    rate, single, base = over(ours), over(singles), over(theirs)
    return Report(
        "ledger",
        {
            "transfers_per_s": rate,
            "single_transfers_per_s": single,
            "transfers": load.created,
            "batch": BATCH,
            "clients": CLIENTS,
            "accounts": ACCOUNTS,
        },
        {"name": other.name, "transactions_per_s": base},
        round(rate.median / base.median, 1),
        machine(),
    )


async def open_accounts(engine: Engine) -> None:
    """Open the accounts that transfers are drawn from."""
    currency = Currency("CNY")
    refs = tuple(Ref("fx_position", currency, derive(0, at)) for at in range(ACCOUNTS))
    command = Command(derive(0, "accounts"), "open_accounts", HOUSE, OpenAccounts(refs))
    [outcome] = await engine.submit([command])
    if outcome.refusal is not None:
        raise WrongResult(f"the accounts were not opened: {outcome.refusal}")


async def check_transfers(dsn: str, acknowledged: int, asked: int) -> None:
    """Raise WrongResult where the book does not hold just what was acknowledged, or no balance."""
    connection = await asyncpg.connect(dsn)
    try:
        row = await connection.fetchrow(_CHECK)
    finally:
        await connection.close()
    assert row is not None, "a query of sums has a row"
    if not row["transfers"] == acknowledged == asked:
        raise WrongResult(f"{asked} asked, {acknowledged} acknowledged, {row['transfers']} kept")
    if row["debits"] != row["credits"] or row["wrong"]:
        raise WrongResult(
            f"debits {row['debits']}, credits {row['credits']}; {row['wrong']} balances differ"
            " from their transfers"
        )
