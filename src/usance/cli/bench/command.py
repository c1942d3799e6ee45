"""`usance bench`: measure one thing beside its baseline, and print what was measured."""

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Final

from usance.cli.bench.http import bench_http
from usance.cli.bench.ledger import bench_ledger
from usance.cli.bench.offered_payments import bench_path_offered
from usance.cli.bench.offered_transfers import bench_ledger_offered
from usance.cli.bench.orders import bench_import
from usance.cli.bench.path import bench_path
from usance.cli.bench.report import Report, WrongResult, nothing_more
from usance.cli.bench.route import bench_route
from usance.cli.bench.route_quality import bench_route_quality
from usance.cli.bench.start import bench_start
from usance.cli.bench.statements import bench_statements
from usance.cli.bench.table import printed
from usance.cli.bench.takeover import bench_takeover
from usance.cli.places import run, server
from usance.kernel.records import encode
from usance.runtime.postgres import home_folder

# As a shell says of a command that Ctrl-C has ended.
INTERRUPTED: Final = 130


def measure_ledger(rounds: int, offered: int, *, as_json: bool) -> int:
    """Measure transfers through the engine beside pgbench; return the exit code.

    offered: transfers a second, whose answers' times are measured; 0 for as many as it can do.
    """
    if offered:
        return _measure(bench_ledger_offered(server(), offered, rounds), as_json=as_json)
    return _measure(bench_ledger(server(), rounds), as_json=as_json)


def measure_import(file: Path, rounds: int, *, as_json: bool) -> int:
    """Measure the import of an order file beside the bare reading of it."""
    return _measure(bench_import(server(), _home(), file, rounds), as_json=as_json)


def measure_statements(entries: int, rounds: int, *, as_json: bool) -> int:
    """Measure reading, storing and matching of a statement beside the bare reading of it."""
    return _measure(bench_statements(server(), _home(), entries, rounds), as_json=as_json)


def measure_path(rounds: int, offered: int, *, as_json: bool) -> int:
    """Measure whole payments through the engine beside pgbench. offered: see measure_ledger."""
    if offered:
        return _measure(bench_path_offered(server(), _home(), offered, rounds), as_json=as_json)
    return _measure(bench_path(server(), _home(), rounds), as_json=as_json)


def measure_route(rounds: int, *, quality: bool, as_json: bool) -> int:
    """Measure routing decisions, or how well routing learns."""
    work = bench_route_quality() if quality else bench_route(rounds)
    return _measure(work, as_json=as_json)


def measure_start(accounts: int, transfers: list[int], rounds: int, *, as_json: bool) -> int:
    """Measure starts of an engine as history grows, beside the bare reading of the same rows."""
    return _measure(bench_start(server(), accounts, sorted(transfers), rounds), as_json=as_json)


def measure_http(rounds: int, *, apart: bool, as_json: bool) -> int:
    """Measure transfers by HTTP beside pgbench."""
    return _measure(bench_http(server(), _home(), rounds, apart=apart), as_json=as_json)


def measure_takeover(rounds: int, *, as_json: bool) -> int:
    """Measure how long a standby takes to answer for an engine that is dead or paused."""
    return _measure(bench_takeover(server(), _home(), rounds), as_json=as_json)


def _home() -> Path:
    return home_folder(os.environ)


def _measure(work: Coroutine[Any, Any, Report], *, as_json: bool) -> int:
    try:
        report = run(_until_told(work))
    except WrongResult as wrong:
        sys.stderr.write(f"usance: {wrong}\n")
        return 1
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.stderr.write("usance: interrupted; what was made for the measurement is gone.\n")
        return INTERRUPTED
    sys.stdout.write(encode(report).decode() + "\n" if as_json else printed(report))
    return 0


async def _until_told(work: Coroutine[Any, Any, Report]) -> Report:
    """Measure, and clean up when a signal comes: SIGTERM ends a measurement as Ctrl-C does."""
    measuring = asyncio.ensure_future(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, measuring.cancel)
    try:
        return await measuring
    finally:
        nothing_more()
