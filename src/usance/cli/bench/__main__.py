"""Run a benchmark by itself: `python -m usance.cli.bench ledger --json`."""

import argparse
import os
import sys
from pathlib import Path

import uvloop

from usance.cli.bench import Report, WrongResult, bench_import, bench_ledger
from usance.kernel.records import encode
from usance.runtime.postgres import ensure_server, home_folder


def main() -> int:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=("ledger", "import"))
    parser.add_argument("--file", type=Path, help="the shop's order file to import")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    if options.name == "import" and options.file is None:
        parser.error("import needs --file")
    address = ensure_server(os.environ)
    try:
        if options.name == "ledger":
            report = uvloop.run(bench_ledger(address, options.rounds))
        else:
            home = home_folder(os.environ)
            report = uvloop.run(bench_import(address, home, options.file, options.rounds))
    except WrongResult as wrong:
        sys.stderr.write(f"usance: {wrong}\n")
        return 1
    sys.stdout.write(encode(report).decode() + "\n" if options.json else printed(report))
    return 0


def printed(report: Report) -> str:
    """Return a report for people."""
    lines = [f"{report.name}: {report.ratio} times the baseline"]
    lines += [f"  {name}: {value}" for name, value in report.figures.items()]
    lines += [f"  baseline {name}: {value}" for name, value in report.baseline.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
