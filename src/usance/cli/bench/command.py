"""`usance bench`: measure one thing beside its baseline, and print what was measured."""

import os
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from usance.cli.bench.http import bench_http
from usance.cli.bench.ledger import bench_ledger
from usance.cli.bench.offered import bench_ledger_offered, bench_path_offered
from usance.cli.bench.orders import bench_import
from usance.cli.bench.path import bench_path
from usance.cli.bench.report import Report, WrongResult
from usance.cli.bench.start import bench_start
from usance.cli.bench.takeover import bench_takeover
from usance.cli.places import run
from usance.kernel.records import encode
from usance.runtime.postgres import ensure_server, home_folder


def measure_ledger(rounds: int, offered: int, *, as_json: bool) -> int:
    """Measure transfers through the engine beside pgbench; return the exit code.

    offered: transfers a second, whose answers' times are measured; 0 for as many as it can do.
    """
    address = ensure_server(os.environ)
    if offered:
        return _measure(bench_ledger_offered(address, offered, rounds), as_json=as_json)
    return _measure(bench_ledger(address, rounds), as_json=as_json)


def measure_import(file: Path, rounds: int, *, as_json: bool) -> int:
    """Measure the import of an order file beside the bare reading of it."""
    address, home = ensure_server(os.environ), home_folder(os.environ)
    return _measure(bench_import(address, home, file, rounds), as_json=as_json)


def measure_path(rounds: int, offered: int, *, as_json: bool) -> int:
    """Measure whole payments through the engine beside pgbench. offered: see measure_ledger."""
    address, home = ensure_server(os.environ), home_folder(os.environ)
    if offered:
        return _measure(bench_path_offered(address, home, offered, rounds), as_json=as_json)
    return _measure(bench_path(address, home, rounds), as_json=as_json)


def measure_start(accounts: int, transfers: list[int], rounds: int, *, as_json: bool) -> int:
    """Measure starts of an engine as history grows, beside the bare reading of the same rows."""
    work = bench_start(ensure_server(os.environ), accounts, sorted(transfers), rounds)
    return _measure(work, as_json=as_json)


def measure_http(rounds: int, *, apart: bool, as_json: bool) -> int:
    """Measure transfers by HTTP beside pgbench."""
    address, home = ensure_server(os.environ), home_folder(os.environ)
    return _measure(bench_http(address, home, rounds, apart=apart), as_json=as_json)


def measure_takeover(rounds: int, *, as_json: bool) -> int:
    """Measure how long a standby takes to answer for an engine that is dead or paused."""
    address, home = ensure_server(os.environ), home_folder(os.environ)
    return _measure(bench_takeover(address, home, rounds), as_json=as_json)


def _measure(work: Coroutine[Any, Any, Report], *, as_json: bool) -> int:
    try:
        report = run(work)
    except WrongResult as wrong:
        sys.stderr.write(f"usance: {wrong}\n")
        return 1
    sys.stdout.write(encode(report).decode() + "\n" if as_json else printed(report))
    return 0


def printed(report: Report) -> str:
    """Return a report for people."""
    lines = [f"{report.name}: {report.ratio} times the baseline"]
    lines += [f"  {name}: {value}" for name, value in report.figures.items()]
    lines += [f"  baseline {name}: {value}" for name, value in report.baseline.items()]
    return "\n".join(lines) + "\n"
