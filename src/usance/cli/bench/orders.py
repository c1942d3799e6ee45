"""Lines a second of a shop's order file going in, whole, and a second time.

The whole import is measured: reading twice, judging, linking returns, registering buyers,
writing orders, lines and facts. The baseline is Python's csv.reader alone over the same file,
which nothing in Python that reads CSV can beat.
"""

import csv
import gzip
import io
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from usance.cli.bench.report import ROUNDS, Report, WrongResult, in_turn, machine, over, say
from usance.cli.bench.scene import adopt_rules, bring_in_cast
from usance.cli.throwaway import new_book
from usance.kernel.ids import UserId
from usance.parties.model import HOUSE
from usance.parties.service import cast_party
from usance.runtime.postgres import ServerAddress
from usance.trade.model import ImportReport
from usance.worker.imports import import_order_file
from usance.worker.session import Session, opened

_START: Final = datetime(2026, 9, 9, tzinfo=UTC)
_BOOK: Final = "bench_import"
_KIB_PER_MIB: Final = 1024
Run = tuple[ImportReport, float]


async def bench_import(
    address: ServerAddress, home: Path, file: Path, rounds: int = ROUNDS
) -> Report:
    """Measure the import of a file into a new book.

    second_run_added: what importing the file again added. Raises WrongResult where that is
    not 0, or where lines are neither in the book nor among the rejects.
    """
    again_rates: list[float] = []
    runs: list[tuple[ImportReport, ImportReport]] = []

    async def measured() -> float:
        (first, seconds), (again, again_seconds) = await _import_twice(address, home, file)
        runs.append((first, again))
        again_rates.append(again.lines / again_seconds)
        return first.lines / seconds

    async def baseline() -> float:
        return _read_alone(file)

    say(f"importing {file.name} twice into a new book, beside csv.reader alone")
    ours, theirs = await in_turn(rounds, measured, baseline)
    added = max(_added(again) for _, again in runs)
    if added:
        raise WrongResult(f"the second import of the same file added {added} rows")
    rate, base = over(ours), over(theirs)
    return Report(
        "import",
        {
            "lines": runs[0][0].lines,
            "lines_per_s": rate.median,
            "lines_per_s_spread": [rate.smallest, rate.largest],
            "second_run_lines_per_s": over(again_rates).median,
            "second_run_added": added,
            "peak_mb": peak_mb(),
        },
        {
            "name": "csv.reader alone",
            "lines_per_s": base.median,
            "lines_per_s_spread": [base.smallest, base.largest],
        },
        round(rate.median / base.median, 3),
        machine(),
    )


async def _import_twice(address: ServerAddress, home: Path, file: Path) -> tuple[Run, Run]:
    async with (
        new_book(address, home, _BOOK, _START) as place,
        opened(place, engine=True) as session,
    ):
        await adopt_rules(session)
        await bring_in_cast(session)
        with tempfile.TemporaryDirectory() as folder:
            rejects = Path(folder) / "rejects.csv"
            first = await _import(session, file, rejects)
            await _check(session, first[0])
            again = await _import(session, file, rejects)
            await _check(session, first[0])
    return first, again


async def _import(session: Session, file: Path, rejects: Path) -> Run:
    began = time.perf_counter()
    report = await import_order_file(
        session, file, cast_party("seller"), UserId(HOUSE), rejects=rejects
    )
    return report, time.perf_counter() - began


async def _check(session: Session, report: ImportReport) -> None:
    """Count what is in the book against what the first import said of it."""
    kept = await session.pool.fetchval(
        "select (select count(*) from trade.order_lines)"
        " + (select count(*) from trade.goods_return_lines)"
    )
    if kept != report.lines_added or kept + sum(report.rejected.values()) < report.lines:
        raise WrongResult(f"{report} left {kept} lines in the book")


def _added(report: ImportReport) -> int:
    made = report.orders + report.returns_linked + report.returns_unlinked
    return made + report.lines_added


def _read_alone(file: Path) -> float:
    began = time.perf_counter()
    with file.open("rb") as raw:
        packed = raw.peek(2)[:2] == b"\x1f\x8b"
        stream = gzip.GzipFile(fileobj=raw) if packed else raw
        text = io.TextIOWrapper(stream, "utf-8", errors="replace", newline="")
        count = sum(1 for _ in csv.reader(text))
    return count / (time.perf_counter() - began)


def peak_mb() -> int:
    """Return the most memory this process has held, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts in KiB, macOS in bytes.
    return peak // _KIB_PER_MIB // (_KIB_PER_MIB if sys.platform == "darwin" else 1)
