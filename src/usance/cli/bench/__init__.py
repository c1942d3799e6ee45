"""`usance bench`: how fast it is, beside a baseline on the same machine in the same run.

A figure without its baseline says how fast somebody's machine is. So both are run in turn,
three times over; the medians stand for them, with the smallest and the largest beside. What was
written is checked afterwards, and a run whose books do not agree is no result but an error.
"""

from usance.cli.bench.ledger import bench_ledger
from usance.cli.bench.orders import bench_import
from usance.cli.bench.path import bench_path
from usance.cli.bench.report import Report, WrongResult
from usance.cli.bench.start import bench_start
from usance.cli.bench.takeover import bench_takeover

__all__ = [
    "Report",
    "WrongResult",
    "bench_import",
    "bench_ledger",
    "bench_path",
    "bench_start",
    "bench_takeover",
]
