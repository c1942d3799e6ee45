"""What every benchmark returns, and how a measurement and its baseline are run in turn."""

import os
import platform
import statistics
import sys
from collections.abc import Awaitable, Callable
from typing import Any, Final

from usance.kernel.records import Record

ROUNDS: Final = 3
# The terminal's line is empty, and writing goes on at its beginning.
_CLEARED: Final = "\r\x1b[K"


class WrongResult(Exception):
    """What was measured did not do its work: the figures mean nothing."""


class Figures(Record, frozen=True):
    """One kind of figure over all rounds."""

    median: float
    smallest: float
    largest: float


class Report(Record, frozen=True):
    """The outcome of a benchmark. ratio: the figure's median over the baseline's."""

    name: str
    figures: dict[str, Any]
    baseline: dict[str, Any]
    ratio: float
    machine: dict[str, Any]


def over(values: list[float], digits: int = 0) -> Figures:
    """Return median and spread, rounded."""
    figures = (statistics.median(values), min(values), max(values))
    return Figures(*(round(figure, digits) for figure in figures))


def percentile(values: list[float], percent: float) -> float:
    """Return the smallest value that is not exceeded by `percent` of all."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    return {
        "processors": os.cpu_count(),
        "load_1min": round(os.getloadavg()[0], 2),
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def say(words: str) -> None:
    """Tell whoever waits how far it is; standard output is for the result."""
    _write(f"{words}\n")


def doing(words: str) -> None:
    """Show on a terminal what takes long now; whatever is said next takes its place."""
    if sys.stderr.isatty():
        # No bar that moves by itself: its thread would be measured, too.
        _write(f"  {words} …")


def nothing_more() -> None:
    """Clear the line of what took long."""
    _write("")


def _write(words: str) -> None:
    sys.stderr.write(_CLEARED * sys.stderr.isatty() + words)
    sys.stderr.flush()


async def in_turn(
    rounds: int,
    measured: Callable[[], Awaitable[float]],
    baseline: Callable[[], Awaitable[float]],
    settle: Callable[[], Awaitable[None]] | None = None,
) -> tuple[list[float], list[float]]:
    """Run both in turn and return the figures of each. settle: what is done before every run."""
    ours: list[float] = []
    theirs: list[float] = []
    for number in range(1, rounds + 1):
        for what, rates, run in (("ours", ours, measured), ("baseline", theirs, baseline)):
            doing(f"round {number} of {rounds}: {what}")
            if settle is not None:
                await settle()
            rates.append(await run())
        say(f"  round {number} of {rounds}: {ours[-1]:,.0f}/s beside {theirs[-1]:,.0f}/s")
    return ours, theirs
