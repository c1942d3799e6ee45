"""Clocks: the only place where the house asks what time it is.

A live book goes by the wall clock. A test book's time is frozen until somebody advances it, so
a quarter can be replayed in a minute and twice the same.
"""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the book's time, in UTC."""

    def now(self) -> datetime:
        """Return the present moment of the book."""


class WallClock:
    """The time of the world, never running backwards."""

    def __init__(self) -> None:
        self._last = datetime.now(UTC)

    def now(self) -> datetime:
        """Return the wall time, or the last one told where the wall clock was set back."""
        self._last = max(self._last, datetime.now(UTC))
        return self._last


class FrozenClock:
    """The time of a test book: it stands still until it is set forward."""

    def __init__(self, start: datetime) -> None:
        assert start.tzinfo is not None, "a moment without a zone is nobody's time"
        self._now = start

    def now(self) -> datetime:
        """Return the moment at which the clock stands."""
        return self._now

    def advance(self, to: datetime) -> None:
        """Set the clock forward. Setting it back is a bug."""
        assert to >= self._now, f"{to} is before {self._now}"
        self._now = to


def wall_now() -> datetime:
    """Return the wall time, for what is not book time: keys, logs, how long work took."""
    return datetime.now(UTC)
