"""Transfers a second by HTTP: one for each request, and a thousand, beside pgbench.

`usance serve` runs as it is in a process of its own (engine, worker and one API worker), the load
comes from another; all of them and PostgreSQL share the machine. Every request shows a key, and
has an idempotency key and transfers of its own. Two accounts out of ten thousand, drawn
evenly, for every transfer.
"""

import asyncio
import json
import socket
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

from usance.cli.bench.baseline import Baseline, beside
from usance.cli.bench.ledger import check_transfers
from usance.cli.bench.processes import child, cpu_seconds, running
from usance.cli.bench.report import ROUNDS, Report, WrongResult, doing, over, percentile
from usance.cli.bench.scene import BEGINS, bring_in_cast
from usance.cli.keys import issue
from usance.cli.throwaway import new_book
from usance.kernel.ids import derive, milliseconds_at
from usance.ledger.service import AccountRequest, CreateAccounts
from usance.parties.service import cast_user
from usance.runtime.commands import Command
from usance.runtime.postgres import ServerAddress
from usance.worker.session import Place, opened

ACCOUNTS: Final = 10_000
PATH: Final = "/v1/ledger/named_transfers"
_BOOK: Final = "bench_http"
_SECONDS: Final = 8
_PATIENCE: Final = 60.0


class Kind(msgspec.Struct, frozen=True):
    """One kind of load. requests: in a round at most. batch: transfers in each."""

    name: str
    connections: int
    requests: int
    batch: int


SINGLE: Final = Kind("single", 64, 60_000, 1)
BATCH: Final = Kind("batch", 4, 300, 1000)


class _Seen(msgspec.Struct):
    """What the rounds of one kind of load showed."""

    requests: int = 0
    rates: list[float] = []
    p50: list[float] = []
    p99: list[float] = []
    generator_us: list[float] = []
    server_us: list[float] = []


class _Load:
    """Has a generator send requests, a round at a time."""

    def __init__(self, port: int, secret: str, servers: list[int], seconds: int) -> None:
        self.acknowledged = 0
        self.asked = 0
        self._given = 0
        self._seconds = seconds
        self._servers = servers
        self._orders = {"path": PATH, "port": port, "secret": secret, "accounts": _accounts()}

    async def round(self, kind: Kind, seen: _Seen) -> float:
        """Send requests for one round and return the transfers a second."""
        orders = {
            **self._orders,
            "connections": kind.connections,
            "requests": kind.requests,
            "batch": kind.batch,
            "seconds": self._seconds,
            "seed": self._given,
            # Each transfer and each request takes a millisecond of ids.
            "milliseconds": milliseconds_at(BEGINS) + self._given,
        }
        self._given += kind.requests * (kind.batch + 1)
        result, served = await self._generate(orders)
        count = len(result["latencies"]) * kind.batch
        self.asked += count
        self.acknowledged += result["created"]
        if result["wrong"] or result["created"] != count or not count:
            raise WrongResult(f"{count} asked, {result['created']} created: {result['wrong']}")
        seen.requests += len(result["latencies"])
        seen.rates.append(count / result["seconds"])
        seen.p50.append(1e3 * percentile(result["latencies"], 50))
        seen.p99.append(1e3 * percentile(result["latencies"], 99))
        seen.generator_us.append(1e6 * result["cpu_seconds"] / count)
        seen.server_us.append(1e6 * served / count)
        return seen.rates[-1]

    async def _generate(self, orders: dict[str, Any]) -> tuple[dict[str, Any], float]:
        """Return what the generator saw, and the CPU seconds of those who served it."""
        generator = (sys.executable, "-m", "usance.cli.bench.generator")
        async with child(*generator, stdin=PIPE, stdout=PIPE) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(orders).encode() + b"\n")
            if await process.stdout.readline() != b"ready\n":
                raise WrongResult("the generator of the load did not start")
            before = cpu_seconds(self._servers)
            process.stdin.write(b"go\n")
            said = await process.stdout.readline()
            served = cpu_seconds(self._servers) - before
        if not said:
            raise WrongResult("the generator of the load ended without a word")
        return json.loads(said), served


def _accounts() -> list[str]:
    return [str(derive(0, _BOOK, at)) for at in range(ACCOUNTS)]


async def bench_http(
    address: ServerAddress,
    home: Path,
    rounds: int = ROUNDS,
    kinds: tuple[Kind, Kind] = (SINGLE, BATCH),
    seconds: int = _SECONDS,
    *,
    apart: bool = False,
) -> Report:
    """Measure transfers by HTTP.

    kinds: one transfer a request, and many. seconds: of each kind, and of the baseline. apart:
    the engine runs in a process of its own, and the API reaches it over its socket. Raises
    WrongResult where the book does not agree with what was acknowledged.
    """
    async with (
        beside(address, seconds) as other,
        new_book(address, home, _BOOK, BEGINS) as place,
    ):
        doing("making a book with accounts")
        secret = await _make_ready(place)
        doing("starting the server")
        async with _served(place, apart=apart) as (port, servers):
            load = _Load(port, secret, servers, seconds)
            report = await _measure(load, other, rounds, kinds, apart=apart)
        await check_transfers(place.dsn, load.acknowledged, load.asked)
        return report


async def _make_ready(place: Place) -> str:
    """Have the book hold accounts and a program that keeps them; return the program's key."""
    async with opened(place, engine=True) as session:
        await bring_in_cast(session)
        requests = tuple(AccountRequest(derive(0, _BOOK, at), "GBP", 1) for at in range(ACCOUNTS))
        program = cast_user("ledger")
        body = CreateAccounts(requests)
        await session.book.submit([Command(derive(0, _BOOK), "create_accounts", program, body)])
        return await issue(session, program)


@asynccontextmanager
async def _served(place: Place, *, apart: bool) -> AsyncIterator[tuple[int, list[int]]]:
    """Serve the book as `usance serve` does; yield its port and the processes that do it."""
    port = _free_port()
    async with AsyncExitStack() as stack:
        servers = []
        if apart:
            engine = await stack.enter_async_context(running("engine", "--book", place.book))
            await _until(place.socket.exists, "the engine")
            servers.append(engine)
        servers.append(
            await stack.enter_async_context(
                running("serve", "--book", place.book, "--port", str(port))
            )
        )
        await _until(lambda: _answers(port), "the server")
        yield port, servers


async def _until(true: Callable[[], bool], what: str) -> None:
    for _ in range(int(_PATIENCE / 0.1)):
        if true():
            return
        await asyncio.sleep(0.1)
    raise WrongResult(f"{what} did not start within {_PATIENCE:.0f} seconds")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _answers(port: int) -> bool:
    """Whether the server answers: it listens before it can."""
    with socket.socket() as asking:
        asking.settimeout(5)
        try:
            asking.connect(("127.0.0.1", port))
            asking.sendall(b"GET /readyz HTTP/1.1\r\nHost: book\r\nConnection: close\r\n\r\n")
            return asking.recv(100).startswith(b"HTTP/1.1 200")
        except OSError:
            return False


async def _measure(
    load: _Load, other: Baseline, rounds: int, kinds: tuple[Kind, Kind], *, apart: bool
) -> Report:
    seen = {kind.name: _Seen() for kind in kinds}
    one, many = kinds

    async def measured() -> float:
        rate = await load.round(one, seen[one.name])
        await load.round(many, seen[many.name])
        return rate

    rate = over(await other.in_turn(rounds, measured))
    batched = over(seen[many.name].rates)
    return other.report(
        "http",
        {
            "transfers_per_s": rate,
            "batched_transfers_per_s": batched,
            "batched_ratio": round(batched.median / over(other.rates).median, 1),
            "transfers": load.acknowledged,
            "accounts": ACCOUNTS,
            "engine": "in a process of its own" if apart else "in the API worker's process",
            **{kind.name: _figures(kind, seen[kind.name]) for kind in kinds},
        },
        rate,
    )


def _figures(kind: Kind, seen: _Seen) -> dict[str, Any]:
    return {
        "connections": kind.connections,
        "requests": seen.requests,
        "transfers_a_request": kind.batch,
        "p50_ms": over(seen.p50, 1),
        "p99_ms": over(seen.p99, 1),
        "server_cpu_us": over(seen.server_us, 1),
        "generator_cpu_us": over(seen.generator_us, 1),
    }
