"""A report on a terminal is a table with units."""

from usance.cli.bench.report import Figures, Report
from usance.cli.bench.table import printed

REPORT = Report(
    "ledger",
    {
        "burst_per_s": Figures(81234.0, 80000.0, 90123.0),
        "p99_ms": Figures(9.5, 8.1, 20.0),
        "wal_bytes_per_transfer": Figures(310.0, 300.0, 320.0),
        "lines_per_s_spread": [1.0, 2000.0],
        "hot_over_uniform": 1.07,
        "kept": True,
        "accounts": 10_000,
        "engine": "in a process of its own",
        "verbs": {"pay": {"us": Figures(600.0, 500.0, 700.0)}},
        "stage_us": {"pay.gate": 12.5},
    },
    {"name": "pgbench TPC-B", "tps": Figures(3200.0, 3100.0, 3300.0)},
    25.4,
    {"processors": 2},
)
TABLE = """\
ledger: 25.4 times the baseline (pgbench TPC-B)

                            median    smallest     largest  unit
burst per s                 81,234      80,000      90,123  a second
p99 ms                         9.5         8.1          20  ms
wal bytes per transfer         310         300         320  bytes
lines per s spread                           1       2,000  a second
hot over uniform              1.07                          times
kept                           yes
accounts                    10,000
engine: in a process of its own
verbs
  pay
    us                         600         500         700  µs
stage us
  pay.gate                    12.5                          µs
baseline
  name: pgbench TPC-B
  tps                        3,200       3,100       3,300  a second
"""


def test_every_kind_of_figure_has_its_place():
    assert printed(REPORT) == TABLE
