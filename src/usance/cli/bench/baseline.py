"""The ledger's baseline: how many transactions a second the same server does one at a time.

pgbench's own TPC-B-like transaction where pgbench can be found; else the nearest thing we can
say ourselves, a transaction for every transfer that locks both accounts in order.
"""

import asyncio
import random
import re
import time
from abc import ABC, abstractmethod
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import asyncpg

from usance.cli.bench.processes import child
from usance.cli.bench.report import (
    Figures,
    Report,
    WrongResult,
    doing,
    in_turn,
    machine,
    over,
    say,
)
from usance.cli.throwaway import connected, empty_database
from usance.runtime.postgres import ServerAddress, ServerUnavailable, wheel_binaries

SCALE: Final = 100
CLIENTS: Final = 8
_DATABASE: Final = "usance_bench_baseline"
_THREADS: Final = 2
_ACCOUNTS: Final = 10_000
_TPS: Final = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)
_DONE: Final = re.compile(r"transactions actually processed: ([0-9]+)")


class Baseline(ABC):
    """Transactions one by one, on a database of their own."""

    name: str

    def __init__(self, dsn: str, seconds: int) -> None:
        self.dsn = dsn
        self.seconds = seconds
        self.done = 0
        self.rates: list[float] = []

    @abstractmethod
    async def make(self) -> None:
        """Make the tables."""

    async def settle(self) -> None:
        """Have the server write down what lies in its memory, so that all start alike.

        The first change of a page after this is logged whole: whoever measures pays for it.
        """
        async with connected(self.dsn) as connection:
            await connection.execute("checkpoint")

    async def run(self) -> float:
        """Work for `seconds` and return the transactions a second."""
        self.rates.append(await self._run())
        return self.rates[-1]

    async def in_turn(self, rounds: int, measured: Callable[[], Awaitable[float]]) -> list[float]:
        """Run what is measured and this in turn; return the figures of what is measured."""
        ours, _ = await in_turn(rounds, measured, self.run, self.settle)
        return ours

    def report(self, name: str, figures: dict[str, Any], rate: Figures, digits: int = 1) -> Report:
        """Return the report of a rate beside this one's. digits: of the ratio."""
        mine = over(self.rates)
        return Report(
            name,
            figures,
            {"name": self.name, "transactions_per_s": mine},
            round(rate.median / mine.median, digits),
            machine(),
        )

    @abstractmethod
    async def check(self) -> None:
        """Raise WrongResult where the tables do not show what was done."""

    @abstractmethod
    async def _run(self) -> float: ...


@asynccontextmanager
async def beside(address: ServerAddress, seconds: int) -> AsyncIterator[Baseline]:
    """The baseline, ready to run for so many seconds at a time; checked and gone at the end.

    Raises WrongResult.
    """
    async with empty_database(address, _DATABASE) as dsn:
        baseline = _best(dsn, seconds)
        say(f"baseline: {baseline.name}")
        doing("making its tables")
        await baseline.make()
        yield baseline
        await baseline.check()


def _best(dsn: str, seconds: int) -> Baseline:
    """Return pgbench where it can be found, the row-locking transaction where it cannot."""
    try:
        program = wheel_binaries() / "pgbench"
    except ServerUnavailable:
        program = Path()
    if program.is_file():
        return TpcB(dsn, seconds, program)
    say("pgbench cannot be found: a row-locking transaction for each transfer is the baseline")
    return RowLocks(dsn, seconds)


class TpcB(Baseline):
    """pgbench, as it comes."""

    def __init__(self, dsn: str, seconds: int, program: Path) -> None:
        super().__init__(dsn, seconds)
        self._program = program
        self.name = f"pgbench TPC-B-like, scale {SCALE}, {CLIENTS} clients, prepared"

    async def make(self) -> None:
        await self._pgbench("-i", "-q", "-s", str(SCALE))

    async def _run(self) -> float:
        said = await self._pgbench(
            *("-c", str(CLIENTS), "-j", str(_THREADS), "-M", "prepared", "-n"),
            *("-T", str(self.seconds)),
        )
        rate, done = _TPS.search(said), _DONE.search(said)
        if rate is None or done is None:
            raise WrongResult(f"pgbench said: {said}")
        self.done += int(done[1])
        return float(rate[1])

    async def check(self) -> None:
        async with connected(self.dsn) as connection:
            row = await connection.fetchrow(
                "select (select sum(abalance) from pgbench_accounts) as a,"
                " (select sum(tbalance) from pgbench_tellers) as t,"
                " (select sum(delta) from pgbench_history) as h,"
                " (select count(*) from pgbench_history) as n"
            )
        if row is None or not row["a"] == row["t"] == row["h"] or row["n"] != self.done:
            raise WrongResult(f"pgbench did {self.done} transactions and left {row}")

    async def _pgbench(self, *arguments: str) -> str:
        async with child(self._program, *arguments, self.dsn, stdout=PIPE, stderr=PIPE) as process:
            said, complained = await process.communicate()
        if process.returncode != 0:
            raise WrongResult(f"pgbench failed: {complained.decode(errors='replace').strip()}")
        return said.decode()


class RowLocks(Baseline):
    """A transaction for every transfer: lock both accounts, change both, write one row."""

    name = f"a row-locking transaction for each transfer, {CLIENTS} connections"

    async def make(self) -> None:
        async with connected(self.dsn) as connection:
            await connection.execute(
                "create table accounts (id bigint primary key, balance bigint not null)"
                " with (fillfactor = 50);"
                "create table transfers (id bigint generated always as identity primary key,"
                " debit bigint not null, credit bigint not null, amount bigint not null)"
            )
            await connection.execute(
                "insert into accounts select n, 0 from generate_series(1, $1::bigint) n", _ACCOUNTS
            )

    async def _run(self) -> float:
        began = time.perf_counter()
        until = began + self.seconds
        done = sum(await asyncio.gather(*(self._work(seed, until) for seed in range(CLIENTS))))
        self.done += done
        return done / (time.perf_counter() - began)

    async def _work(self, seed: int, until: float) -> int:
        chance = random.Random(seed)  # noqa: S311 - no secret
        done = 0
        async with connected(self.dsn) as connection:
            while time.perf_counter() < until:
                debit, credit = chance.sample(range(1, _ACCOUNTS + 1), 2)
                await self._transfer(connection, debit, credit, chance.randrange(1, 100))
                done += 1
        return done

    @staticmethod
    async def _transfer(
        connection: "asyncpg.Connection[asyncpg.Record]", debit: int, credit: int, amount: int
    ) -> None:
        async with connection.transaction():
            await connection.fetch(
                "select id from accounts where id in ($1, $2) order by id for no key update",
                debit,
                credit,
            )
            for account, change in ((debit, -amount), (credit, amount)):
                await connection.execute(
                    "update accounts set balance = balance + $2 where id = $1", account, change
                )
            await connection.execute(
                "insert into transfers (debit, credit, amount) values ($1, $2, $3)",
                debit,
                credit,
                amount,
            )

    async def check(self) -> None:
        async with connected(self.dsn) as connection:
            count = await connection.fetchval("select count(*) from transfers")
            total = await connection.fetchval("select sum(balance) from accounts")
        if count != self.done or total != 0:
            raise WrongResult(f"{self.done} transfers left {count} rows and a sum of {total}")
