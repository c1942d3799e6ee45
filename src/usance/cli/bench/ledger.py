"""Transfers a second through the engine, in batches, beside transactions one by one.

The engine runs in this process and is given commands of many transfers each, decoded from a
request's JSON, by two clients that each wait for their answer; each batch is one durable
transaction. *Uniform*: two accounts out of ten thousand, drawn evenly, for every transfer: the
worst case for the balances, since hardly any is shared. *Hot*: nine transfers in ten have one
side in one of two accounts. Bursts run in a book that is nearly empty; a second book is filled by
sustained runs of a million, and bursts in both are then compared in turn.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from usance.cli.bench.baseline import Baseline, beside
from usance.cli.bench.report import ROUNDS, Report, WrongResult, doing, over, say
from usance.cli.throwaway import bare_engine, connected
from usance.kernel.ids import derive, fresh, milliseconds_at
from usance.kernel.money import Currency
from usance.kernel.records import decode, encode
from usance.ledger.events import TransfersCreated
from usance.ledger.model import Ref
from usance.ledger.service import CreateTransfers, OpenAccounts, TransferRequest
from usance.parties.model import HOUSE
from usance.runtime.clock import FrozenClock
from usance.runtime.commands import Command
from usance.runtime.engine import Engine
from usance.runtime.postgres import ServerAddress

ACCOUNTS: Final = 10_000
HOT_ACCOUNTS: Final = 2
BATCH: Final = 8192
BATCHES: Final = 16
CLIENTS: Final = 2
SUSTAINED: Final = 1_000_000
ROWS: Final = 5_000_000
_SECONDS: Final = 8
_START: Final = datetime(2026, 9, 9, tzinfo=UTC)
_HOT_SHARE: Final = 0.9
_EITHER_SIDE: Final = 0.5
_VALUE_DATE: Final = date(2026, 9, 9)
_BOOK: Final = "usance_bench_ledger"
_LARGE: Final = "usance_bench_ledger_large"
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


class Book(msgspec.Struct):
    """A book that transfers are created in, and how many were asked for and acknowledged."""

    dsn: str
    engine: Engine
    chance: random.Random
    milliseconds: int
    asked: int = 0
    created: int = 0

    async def run(self, batches: int, *, hot: bool = False) -> float:
        """Create batches of transfers and return the transfers a second."""
        bodies = iter([encode(self._transfers(BATCH, hot=hot)) for _ in range(batches)])
        began = time.perf_counter()
        await asyncio.gather(*(self._client(bodies) for _ in range(CLIENTS)))
        return BATCH * batches / (time.perf_counter() - began)

    async def _client(self, bodies: Iterator[bytes]) -> None:
        """Send one batch after the other; the next when the last is answered."""
        for body in bodies:
            command = self._command(decode(body, CreateTransfers))
            self.asked += BATCH
            [outcome] = await self.engine.submit([command])
            self.created += outcome.part(TransfersCreated).created

    async def singles(self) -> float:
        """Create as many as one batch has, each asked for by itself, and return their rate."""
        bodies = [encode(self._transfers(1)) for _ in range(BATCH)]
        began = time.perf_counter()
        commands = [self._command(decode(body, CreateTransfers)) for body in bodies]
        self.asked += BATCH
        outcomes = await self.engine.submit(commands)
        seconds = time.perf_counter() - began
        self.created += sum(outcome.part(TransfersCreated).created for outcome in outcomes)
        return BATCH / seconds

    def single(self) -> Command:
        """Return a command with one transfer; whoever asks the engine counts it."""
        return self._command(self._transfers(1))

    def _command(self, body: CreateTransfers) -> Command:
        return Command(self._id(), "create_transfers", HOUSE, body)

    def _transfers(self, count: int, *, hot: bool = False) -> CreateTransfers:
        chance = self.chance
        requests = []
        for _ in range(count):
            debit, credit = chance.sample(range(1, ACCOUNTS + 1), 2)
            if hot and chance.random() < _HOT_SHARE:
                debit = chance.randint(1, HOT_ACCOUNTS)
                credit = chance.randint(HOT_ACCOUNTS + 1, ACCOUNTS)
                if chance.random() < _EITHER_SIDE:
                    debit, credit = credit, debit
            requests.append(TransferRequest(self._id(), debit, credit, chance.randrange(1, 100)))
        return CreateTransfers(tuple(requests), _VALUE_DATE)

    def _id(self) -> UUID:
        self.milliseconds += 1
        return fresh(self.milliseconds, self.chance.getrandbits(74))


@asynccontextmanager
async def opened(address: ServerAddress, name: str) -> AsyncIterator[Book]:
    """A new book with its accounts, checked and gone at the end. Raises WrongResult."""
    async with bare_engine(address, name, FrozenClock(_START)) as engine:
        await _open_accounts(engine)
        chance = random.Random(1)  # noqa: S311 - no secret, and the same for everybody
        book = Book(address.dsn(name), engine, chance, milliseconds_at(_START))
        yield book
        await check_transfers(book.dsn, book.created, book.asked)


class _Rates(msgspec.Struct):
    """Transfers a second by round, and bytes of WAL for each transfer of the bursts."""

    uniform: list[float] = []
    hot: list[float] = []
    singles: list[float] = []
    sustained: list[float] = []
    small: list[float] = []
    large: list[float] = []
    wal: list[float] = []


async def bench_ledger(
    address: ServerAddress, rounds: int = ROUNDS, seconds: int = _SECONDS, rows: int = ROWS
) -> Report:
    """Measure the ledger. seconds: how long each round of the baseline lasts.

    rows: how many transfers the large book has when bursts in it are measured; 0 for none.
    Raises WrongResult where the books do not agree with what was acknowledged.
    """
    rates = _Rates()
    async with beside(address, seconds) as other:
        async with opened(address, _BOOK) as small:
            await _bursts(small, other, rates, rounds)
            if rows:
                async with opened(address, _LARGE) as large:
                    await _long(small, large, other, rates, rounds, rows)
        return _report(rates, other)


async def _bursts(book: Book, other: Baseline, rates: _Rates, rounds: int) -> None:
    say(f"bursts of {BATCHES} batches of {BATCH:,} transfers beside {other.seconds} s of baseline")
    for number in range(1, rounds + 1):
        doing(f"round {number} of {rounds}: single commands")
        rates.singles.append(await book.singles())
        doing(f"round {number} of {rounds}: uniform")
        await other.settle()
        before = await _wal(book.dsn)
        rates.uniform.append(await book.run(BATCHES))
        rates.wal.append((await _wal(book.dsn) - before) / (BATCH * BATCHES))
        doing(f"round {number} of {rounds}: hot")
        await other.settle()
        rates.hot.append(await book.run(BATCHES, hot=True))
        doing(f"round {number} of {rounds}: baseline")
        await other.settle()
        base = await other.run()
        say(
            f"  round {number} of {rounds}: {rates.uniform[-1]:,.0f}/s uniform,"
            f" {rates.hot[-1]:,.0f}/s hot beside {base:,.0f}/s"
        )


async def _long(
    small: Book, large: Book, other: Baseline, rates: _Rates, rounds: int, rows: int
) -> None:
    say(f"sustained runs of {SUSTAINED:,} transfers until a book has {rows:,}")
    while large.asked < rows:
        doing(f"from {large.asked:,} rows on")
        rates.sustained.append(await large.run(-(-min(SUSTAINED, rows) // BATCH)))
        say(f"  {rates.sustained[-1]:,.0f}/s, {large.asked:,} rows")
    say("bursts in both books")
    for number in range(1, rounds + 1):
        doing(f"round {number} of {rounds}")
        for book, figures in ((small, rates.small), (large, rates.large)):
            await other.settle()
            figures.append(await book.run(BATCHES))
        say(
            f"  round {number} of {rounds}: {rates.small[-1]:,.0f}/s in the small book,"
            f" {rates.large[-1]:,.0f}/s in the large one"
        )


def _report(rates: _Rates, other: Baseline) -> Report:
    uniform, hot = over(rates.uniform), over(rates.hot)
    figures: dict[str, Any] = {
        "burst_uniform_per_s": uniform,
        "burst_hot_per_s": hot,
        "hot_over_uniform": round(hot.median / uniform.median, 2),
        "single_commands_per_s": over(rates.singles),
        "wal_bytes_per_transfer": over(rates.wal),
        "batch": BATCH,
        "clients": CLIENTS,
        "accounts": ACCOUNTS,
    }
    if rates.large:
        sustained, small, large = over(rates.sustained), over(rates.small), over(rates.large)
        figures |= {
            "sustained_per_s": sustained,
            "sustained_over_baseline": round(sustained.median / over(other.rates).median, 1),
            "burst_small_book_per_s": small,
            "burst_large_book_per_s": large,
            "large_over_small": round(large.median / small.median, 2),
        }
    return other.report("ledger", figures, uniform)


async def _wal(dsn: str) -> int:
    """Return how many bytes of WAL the server has written."""
    async with connected(dsn) as connection:
        return int(await connection.fetchval("select pg_current_wal_lsn() - '0/0'::pg_lsn"))


async def _open_accounts(engine: Engine) -> None:
    """Open the accounts that transfers are drawn from."""
    currency = Currency("CNY")
    refs = tuple(Ref("fx_position", currency, derive(0, at)) for at in range(ACCOUNTS))
    command = Command(derive(0, "accounts"), "open_accounts", HOUSE, OpenAccounts(refs))
    [outcome] = await engine.submit([command])
    if outcome.refusal is not None:
        raise WrongResult(f"the accounts were not opened: {outcome.refusal}")


async def check_transfers(dsn: str, acknowledged: int, asked: int) -> None:
    """Raise WrongResult where the book does not hold just what was acknowledged."""
    async with connected(dsn) as connection:
        row = await connection.fetchrow(_CHECK)
    assert row is not None, "a query of sums has a row"
    if not row["transfers"] == acknowledged == asked:
        raise WrongResult(f"{asked} asked, {acknowledged} acknowledged, {row['transfers']} kept")
    if row["debits"] != row["credits"] or row["wrong"]:
        raise WrongResult(
            f"debits {row['debits']}, credits {row['credits']}; {row['wrong']} balances differ"
            " from their transfers"
        )
