"""How long a book is without an engine: until a standby answers for one that is dead or paused.

The engines are processes of their own, started by `usance engine`. The time runs from the signal
until a command sent to the book's socket is answered. The baseline is the least it can take: how
long the server needs to notice that a connection was killed, and to let go of its lock.
"""

import asyncio
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from usance.cli.bench.processes import USANCE, child
from usance.cli.bench.report import Report, WrongResult, doing, machine, over, say
from usance.cli.throwaway import connected, new_book
from usance.kernel.errors import Unavailable
from usance.kernel.ids import derive
from usance.ledger.service import OpenAccounts
from usance.parties.model import HOUSE
from usance.runtime.commands import Command
from usance.runtime.postgres import ServerAddress
from usance.runtime.standby import LEASE_SECONDS
from usance.runtime.wire import RemoteBook
from usance.worker.session import Place

_BOOK: Final = "bench_takeover"
_START: Final = datetime(2026, 9, 9, tzinfo=UTC)
_LOOK_EVERY: Final = 0.02
_PATIENCE: Final = 120
_LOCK: Final = 1


async def bench_takeover(address: ServerAddress, home: Path, rounds: int) -> Report:
    """Measure takeovers from an engine killed with -9, and from one stopped by SIGSTOP.

    Raises WrongResult where more than one engine wrote, or nobody took over.
    """
    async with new_book(address, home, _BOOK, _START) as place:
        dead = [await _takeover(place, signal.SIGKILL) for _ in range(rounds)]
        paused = [await _takeover(place, signal.SIGSTOP) for _ in range(rounds)]
        bare = [await _lock_freed(place.dsn) for _ in range(rounds)]
        await _check(place.dsn, 4 * rounds)
    figures = {
        "seconds_from_a_dead_engine": over(dead, 2),
        "seconds_from_a_paused_engine": over(paused, 2),
        "lease_seconds": LEASE_SECONDS,
    }
    baseline = {
        "name": "the server lets go of a killed connection's lock",
        "seconds": over(bare, 3),
    }
    ratio = over(dead, 3).median / over(bare, 3).median
    return Report("takeover", figures, baseline, round(ratio, 1), machine())


async def _takeover(place: Place, how: signal.Signals) -> float:
    """Return the seconds between the signal and the standby's first answer."""
    doing(f"{how.name}: starting an engine and a standby")
    async with _engine(place) as first, _engine(place, "--standby"):
        await _answered(place)
        # Long enough for the standby to have seen its first sign of life.
        await asyncio.sleep(LEASE_SECONDS)
        began = time.perf_counter()
        first.send_signal(how)
        await _answered(place)
        seconds = time.perf_counter() - began
    say(f"  {how.name}: {seconds:.2f} s")
    return seconds


@asynccontextmanager
async def _engine(place: Place, *options: str) -> AsyncIterator[Process]:
    """An engine of the book, or one that stands by for it, from its first word on."""
    engine = (*USANCE, "engine", "--book", place.book, *options)
    async with child(*engine, stderr=PIPE) as process:
        assert process.stderr is not None
        if not await process.stderr.readline():
            raise WrongResult("an engine ended before it said a word")
        yield process


async def _answered(place: Place) -> None:
    """Return when the book has carried out a command, whoever its engine is."""
    command_id = derive(time.perf_counter_ns() // 1_000_000, "takeover", time.perf_counter_ns())
    command = Command(command_id, "open_accounts", HOUSE, OpenAccounts(()))
    try:
        async with asyncio.timeout(_PATIENCE):
            while not await _submitted(place, command):  # noqa: ASYNC110 - nobody tells us
                await asyncio.sleep(_LOOK_EVERY)
    except TimeoutError:
        raise WrongResult(f"nobody answered for the book within {_PATIENCE} seconds") from None


async def _submitted(place: Place, command: Command) -> bool:
    """Whether somebody who is reached at the book's socket has carried the command out."""
    remote = RemoteBook(place.socket)
    try:
        await remote.connect()
        await remote.submit([command])
    except Unavailable:
        return False
    finally:
        await remote.close()
    return True


async def _lock_freed(dsn: str) -> float:
    """Return how long a lock outlives the process that holds it, as another connection sees it."""
    script = (
        "import asyncio, asyncpg, sys\n"
        "async def hold():\n"
        "    connection = await asyncpg.connect(sys.argv[1])\n"
        f"    await connection.execute('select pg_advisory_lock({_LOCK})')\n"
        "    print('held', flush=True)\n"
        "    await asyncio.sleep(600)\n"
        "asyncio.run(hold())\n"
    )
    async with (
        child(sys.executable, "-c", script, dsn, stdout=PIPE) as process,
        connected(dsn) as connection,
    ):
        assert process.stdout is not None
        await process.stdout.readline()
        began = time.perf_counter()
        process.kill()
        await connection.execute("select pg_advisory_lock($1)", _LOCK)
        return time.perf_counter() - began


async def _check(dsn: str, commands: int) -> None:
    async with connected(dsn) as connection:
        row = await connection.fetchrow(
            "select (select epoch from engine.book) as epoch,"
            " (select position from engine.book) as position,"
            " (select count(*) from engine.outbox) as facts"
        )
    if row is None or not row["epoch"] == row["position"] == row["facts"] == commands:
        raise WrongResult(f"{commands} engines carried out one command each, and left {row}")
