"""How fast a shop's file goes in: `usance bench import --file FILE --json`.

Measures the whole import (reading twice, judging, linking returns, writing orders, lines and
facts in one transaction per chunk) into a fresh database, and the same file again. The baseline
is Python's csv.reader alone over the same file, which nothing in Python that reads CSV can
beat; both are run in turn, three times, and the median stands for them.
"""

import argparse
import asyncio
import csv
import gzip
import io
import json
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import asyncpg

import usance.runtime.tables
import usance.trade.tables  # noqa: F401 - declares the tables that the database gets
from usance.adapters.marketplaces.files import CsvOrderFile
from usance.adapters.marketplaces.mapping import load
from usance.adapters.marketplaces.rejects_file import RejectsFile
from usance.kernel.ids import PartyId, UserId
from usance.runtime.database import create_tables
from usance.runtime.postgres import ServerAddress, create_database, drop_database, ensure_server
from usance.trade.model import ImportReport
from usance.trade.service.import_orders import ImportOrders, import_orders

DATABASE = "usance_bench_import"


class _DerivedBuyers:
    """Buyers without a chapter behind them: the import is measured, not the registering."""

    async def known(
        self, seller_id: PartyId, customers: Sequence[tuple[str, str]]
    ) -> Mapping[str, PartyId]:
        return {number: PartyId.derived(0, seller_id, number) for number, _ in customers}


def bench_import(file: Path, address: ServerAddress, rounds: int = 3) -> dict[str, Any]:
    """Return the figures, the baseline and their ratio, both in lines a second.

    second_run_added: orders, returns and lines that the second run added; anything but 0 is a bug.
    """
    rates: list[float] = []
    again_rates: list[float] = []
    baselines: list[float] = []
    added = lines = 0
    for _ in range(rounds):
        baselines.append(_baseline(file))
        first, again = asyncio.run(_import_twice(file, address))
        rates.append(first[0].lines / first[1])
        again_rates.append(again[0].lines / again[1])
        lines = first[0].lines
        report = again[0]
        added += report.orders + report.returns_linked + report.returns_unlinked
        added += report.lines_added
    rate, baseline = statistics.median(rates), statistics.median(baselines)
    return {
        "name": "import",
        "figures": {
            "lines": lines,
            "lines_per_s": round(rate),
            "lines_per_s_spread": [round(min(rates)), round(max(rates))],
            "second_run_lines_per_s": round(statistics.median(again_rates)),
            "second_run_added": added,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        },
        "baseline": {
            "name": "csv.reader alone",
            "lines_per_s": round(baseline),
            "lines_per_s_spread": [round(min(baselines)), round(max(baselines))],
        },
        "ratio": round(rate / baseline, 3),
        "machine": {
            "processors": os.cpu_count(),
            "system": platform.platform(),
            "python": platform.python_version(),
        },
    }


def _baseline(file: Path) -> float:
    began = time.perf_counter()
    with file.open("rb") as raw:
        packed = raw.peek(2)[:2] == b"\x1f\x8b"
        stream = gzip.GzipFile(fileobj=raw) if packed else raw
        text = io.TextIOWrapper(stream, "utf-8", errors="replace", newline="")
        count = sum(1 for _ in csv.reader(text))
    return count / (time.perf_counter() - began)


Run = tuple[ImportReport, float]


async def _import_twice(file: Path, address: ServerAddress) -> tuple[Run, Run]:
    await drop_database(address, DATABASE)
    await create_database(address, DATABASE)
    await create_tables(address.dsn(DATABASE))
    connection = await asyncpg.connect(address.dsn(DATABASE))
    try:
        return await _import(connection, file), await _import(connection, file)
    finally:
        await connection.close()
        await drop_database(address, DATABASE)


async def _import(connection: "asyncpg.Connection[Any]", file: Path) -> Run:
    command = ImportOrders(PartyId.derived(0, "seller"), UserId.derived(0, "importer"))
    rejects = RejectsFile(file.name)
    began = time.perf_counter()
    report = await import_orders(
        connection, command, CsvOrderFile(file, load()), _DerivedBuyers(), rejects.add
    )
    return report, time.perf_counter() - began


def main() -> None:
    """Run the benchmark by itself."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    figures = bench_import(options.file, ensure_server(os.environ), options.rounds)
    json.dump(figures, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
