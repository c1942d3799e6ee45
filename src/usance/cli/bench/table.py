"""A report for people: a table of its figures with their units. For machines there is JSON."""

from collections.abc import Iterator
from typing import Any, Final

from usance.cli.bench.report import Figures, Report

# What the end of a figure's name says of its unit; the first that fits.
_UNITS: Final = (
    ("_per_s_spread", "a second"),
    ("_per_s", "a second"),
    ("tps", "a second"),
    ("_ms", "ms"),
    ("_us", "µs"),
    ("_mb", "MB"),
    ("_ratio", "times"),
    ("seconds", "s"),
)
_WITHIN: Final = (("stage_us", "µs"), ("seconds_", "s"), ("bytes", "bytes"), ("_over_", "times"))
_NUMBER: Final = 12


def printed(report: Report) -> str:
    """Return a report as a table: what, its median, the smallest and the largest, the unit."""
    rows = [*_rows(report.figures), ("baseline", "", "", "", ""), *_rows(report.baseline, "  ")]
    width = max(len(row[0]) for row in rows if any(row[1:]))
    named = str(report.baseline.get("name", "baseline"))
    lines = [
        f"{report.name}: {report.ratio:,g} times the baseline ({named})",
        "",
        _line(("", "median", "smallest", "largest", "unit"), width),
        *(_line(row, width) for row in rows),
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _line(row: tuple[str, str, str, str, str], width: int) -> str:
    name, *numbers, unit = row
    return f"{name:<{width}}" + "".join(f"{each:>{_NUMBER}}" for each in numbers) + f"  {unit}"


def _rows(
    figures: dict[str, Any], indent: str = "", above: str = ""
) -> Iterator[tuple[str, str, str, str, str]]:
    for name, value in figures.items():
        label, unit = indent + name.replace("_", " "), _unit(name) or above
        if isinstance(value, dict):
            yield (label, "", "", "", "")
            yield from _rows(value, f"{indent}  ", unit)
        elif isinstance(value, Figures):
            median, smallest, largest = value.median, value.smallest, value.largest
            yield (label, _shown(median), _shown(smallest), _shown(largest), unit)
        elif isinstance(value, list):
            smallest, largest = value
            yield (label, "", _shown(smallest), _shown(largest), unit)
        elif isinstance(value, str):
            # Words need the room of the numbers.
            yield (f"{label}: {value}", "", "", "", "")
        else:
            yield (label, _shown(value), "", "", unit)


def _shown(value: Any) -> str:  # noqa: ANN401 - what a report may hold
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() else f"{value:,}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _unit(name: str) -> str:
    for end, unit in _UNITS:
        if name.endswith(end) or name == end.lstrip("_"):
            return unit
    return next((unit for part, unit in _WITHIN if part in name), "")
