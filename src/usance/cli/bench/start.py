"""How long an engine takes to start, and how much memory it holds, as history grows.

A book with many accounts is made by SQL, then given more and more transfers, each a command
with its fact; its balances are reckoned from them and checked against them. After every step an
engine is started in a process of its own. The baseline is the bare reading: the same rows of the
same tables through COPY, over one connection, by a client that makes nothing of them.
"""

import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median
from typing import Any, Final

import asyncpg
import msgspec

from usance.cli.bench import starting
from usance.cli.bench.processes import child
from usance.cli.bench.report import ROUNDS, Report, WrongResult, doing, machine, over, say
from usance.cli.throwaway import connected, empty_database
from usance.kernel.records import Record
from usance.runtime.database import create_tables, open_book
from usance.runtime.postgres import ServerAddress
from usance.runtime.reconciling import reconciled_alone
from usance.runtime.rows import HOT_TABLES
from usance.runtime.tables import COMMANDS

_BOOK: Final = "usance_bench_start"
_START: Final = datetime(2026, 9, 9, tzinfo=UTC)
_CHUNK: Final = 1_000_000
# One account in so many has an open hold.
_HOLDS_EVERY: Final = 20
_PER_COMMAND: Final = 4
_KINDS: Final = ("seller_pending", "seller_settling", "seller_available", "seller_reserve")

# Ids as a caller makes them: the time first, then what looks like chance.
_ID: Final = """
    (lpad(to_hex(1788912000000 + {number}), 12, '0') || '7'
     || substr(md5('{what}' || {number}), 1, 3) || '8'
     || substr(md5('{what}' || {number}), 4, 15))::uuid
"""


class Started(Record, frozen=True):
    """What an engine process says of its start. Memory in MB (10^6 bytes)."""

    seconds: float
    cpu_seconds: float
    memory_mb: int
    peak_mb: int


async def bench_start(
    address: ServerAddress,
    accounts: int,
    history: Sequence[int],
    rounds: int = ROUNDS,
) -> Report:
    """Measure starts with each of these numbers of transfers, in rising order.

    Raises WrongResult where the balances are not what the transfers add up to.
    """
    async with empty_database(address, _BOOK) as dsn:
        await create_tables(dsn)
        await open_book(dsn, _BOOK, _START, test_clock=True)
        async with connected(dsn) as connection:
            return await _measure(connection, dsn, accounts, history, rounds)


async def _measure(
    connection: "asyncpg.Connection[Any]",
    dsn: str,
    accounts: int,
    history: Sequence[int],
    rounds: int,
) -> Report:
    say(f"{accounts:,} accounts")
    doing("making them")
    await _accounts(connection, accounts)
    figures: dict[str, Any] = {"accounts": accounts}
    bare: list[float] = []
    starts: list[Started] = []
    reached = 0
    for transfers in history:
        say(f"{transfers:,} transfers of history")
        await _transfers(connection, accounts, reached, transfers)
        reached = transfers
        starts = []
        for number in range(1, rounds + 1):
            doing(f"start {number} of {rounds}")
            bare.append(await _bare(connection))
            starts.append(await _start(dsn))
        figures[f"with_{transfers}_transfers"] = _figures(starts)
    say("reconciling what was made")
    await _check(connection)
    baseline = {"name": "COPY of the same rows", "seconds": over(bare, 2)}
    # Not from the rounded figures: on a small book the copy takes less than they show.
    ratio = median(each.seconds for each in starts) / median(bare)
    return Report("start", figures, baseline, round(ratio, 2), machine())


async def _check(connection: "asyncpg.Connection[Any]") -> None:
    found = await reconciled_alone(connection)
    if found.differences:
        raise WrongResult("the book that was made: " + str(found.differences[0]))


def _figures(starts: list[Started]) -> dict[str, Any]:
    return {
        "seconds": over([each.seconds for each in starts], 2),
        "cpu_seconds": over([each.cpu_seconds for each in starts], 2),
        "memory_mb": over([each.memory_mb for each in starts]),
        "peak_mb": over([each.peak_mb for each in starts]),
    }


async def _accounts(connection: "asyncpg.Connection[Any]", count: int) -> None:
    """Open accounts, four to a seller, each with a balance of nothing."""
    kinds = "array[" + ",".join(f"'{kind}'" for kind in _KINDS) + "]"
    await connection.execute(
        "insert into ledger.accounts (number, kind, currency, owner, balance_limit, opened_at)"  # noqa: S608
        f" select n, ({kinds})[1 + n % 4], 'GBP', {_ID.format(number='n / 4', what='party')},"
        " 'none', $2::timestamptz + n / 8 * interval '1 second'"
        " from generate_series(1, $1::bigint) n",
        count,
        _START,
    )
    await connection.execute(
        "insert into ledger.balances (number, debits_pending, debits_posted, credits_pending,"
        " credits_posted) select n, 0, 0, 0, 0 from generate_series(1, $1::bigint) n",
        count,
    )
    await connection.execute("insert into ledger.counters values ('accounts', $1)", count + 1)


async def _transfers(
    connection: "asyncpg.Connection[Any]", accounts: int, since: int, until: int
) -> None:
    """Add transfers, the commands that asked for them and their facts; set the balances."""
    for first in range(since + 1, until + 1, _CHUNK):
        last = min(first + _CHUNK - 1, until)
        doing(f"making transfers up to number {last:,}")
        await connection.execute(
            "insert into ledger.transfers (id, position, debit, credit, amount, code, flags,"  # noqa: S608
            f" value_date, recorded_at) select {_ID.format(number='n', what='transfer')},"
            " (n - 1) / $4 + 1, n * 7919 % $3 + 1, (n * 7919 + 1 + n * 104729 % ($3 - 1)) % $3 + 1,"
            " 1 + n % 100000, 'manual', 0, $5::timestamptz::date,"
            " $5::timestamptz + n * interval '1 millisecond'"
            " from generate_series($1::bigint, $2::bigint) n",
            first,
            last,
            accounts,
            _PER_COMMAND,
            _START,
        )
    doing("making their commands, facts and balances")
    await _commands(connection, since // _PER_COMMAND, -(-until // _PER_COMMAND))
    if until > since:
        await _holds(connection, accounts, until)
    await _balances(connection)
    await connection.execute("vacuum analyze")


async def _commands(connection: "asyncpg.Connection[Any]", since: int, until: int) -> None:
    await connection.execute(
        "insert into engine.commands (id, input_hash, position)"  # noqa: S608
        f" select {_ID.format(number='n', what='command')}, sha256(n::text::bytea), n"
        " from generate_series($1::bigint + 1, $2::bigint) n on conflict do nothing",
        since,
        until,
    )
    await connection.execute(
        "insert into engine.outbox (position, recorded_at, verb, payload, salt)"
        " select position, $1, 'create_transfers', '{}', substr(input_hash, 1, 16)"
        " from engine.commands on conflict do nothing",
        _START,
    )
    await connection.execute("update engine.book set position = $1", until)


async def _holds(connection: "asyncpg.Connection[Any]", accounts: int, number: int) -> None:
    """Open holds anew, each a pending transfer, as many whatever the history."""
    await connection.execute("update ledger.holds set state = 'expired' where state = 'open'")
    row = f"({number}::bigint * 10 + n)"
    await connection.execute(
        "with made as (insert into ledger.transfers (id, position, debit, credit, amount, code,"  # noqa: S608
        f" flags, value_date, recorded_at) select {_ID.format(number=row, what='hold')},"
        " 1, n, n + 1, 5, 'manual', 2, $2::timestamptz::date, $2::timestamptz"
        " from generate_series(1, $1::bigint - 1, $3) n returning id, debit, credit, amount)"
        " insert into ledger.holds (id, debit, credit, amount, state)"
        " select id, debit, credit, amount, 'open' from made",
        accounts,
        _START,
        _HOLDS_EVERY,
    )


async def _balances(connection: "asyncpg.Connection[Any]") -> None:
    """Set every balance to what transfers and open holds add up to."""
    await connection.execute(
        """
        with legs as (
            select debit as number, amount as dp, 0 as cp, 0 as dh, 0 as ch
            from ledger.transfers where flags & 2 = 0
            union all
            select credit, 0, amount, 0, 0 from ledger.transfers where flags & 2 = 0
            union all
            select debit, 0, 0, amount, 0 from ledger.holds where state = 'open'
            union all
            select credit, 0, 0, 0, amount from ledger.holds where state = 'open'),
        sums as (
            select number, sum(dp) as dp, sum(cp) as cp, sum(dh) as dh, sum(ch) as ch
            from legs group by number)
        update ledger.balances b set debits_posted = dp, credits_posted = cp,
            debits_pending = dh, credits_pending = ch
        from sums where sums.number = b.number
        """
    )


async def _bare(connection: "asyncpg.Connection[Any]") -> float:
    """Read what an engine reads, through COPY, and make nothing of it; return the seconds."""

    async def away(data: bytes) -> None:
        pass

    began = time.perf_counter()
    for table in HOT_TABLES:
        if table.keep_sql != "false":
            await connection.copy_from_query(
                f"select * from {table.name} where {table.keep_sql}",  # noqa: S608
                output=away,
                format="binary",
            )
    newest = f"select * from {COMMANDS.name} order by id desc limit 500000"  # noqa: S608
    await connection.copy_from_query(newest, output=away, format="binary")
    return time.perf_counter() - began


async def _start(dsn: str) -> Started:
    """Start an engine in a process of its own and end it; return what it said of itself."""
    async with child(sys.executable, starting.__file__, dsn, stdout=PIPE) as process:
        said, _ = await process.communicate()
    if process.returncode != 0:
        raise WrongResult(f"the engine did not start: it ended with {process.returncode}")
    started = msgspec.json.decode(said, type=Started)
    say(f"  {started.seconds:.1f} s, {started.memory_mb} MB, peak {started.peak_mb} MB")
    return started
