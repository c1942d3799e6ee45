"""Dates: business days.

Holidays are dated rows of `policy`; a calendar is given them and knows no country by itself.
"""

from collections.abc import Collection
from datetime import date, timedelta
from functools import lru_cache

from usance.kernel.records import Record

_SATURDAY = 5


class Calendar(Record, frozen=True):
    """The days on which a place does business: Monday to Friday, but for its holidays."""

    holidays: frozenset[date] = frozenset()

    def is_business_day(self, day: date) -> bool:
        """Return whether `day` is neither a weekend nor a holiday."""
        return day.weekday() < _SATURDAY and day not in self.holidays

    def add_business_days(self, day: date, count: int) -> date:
        """Return the business day `count` (≥ 0) business days after `day`.

        Zero means `day` itself, or the next business day where it is none.
        """
        return _business_day(self, day, count)


@lru_cache(maxsize=4096)
def _business_day(calendar: Calendar, day: date, count: int) -> date:
    # Every payment of a day asks the same few questions.
    assert count >= 0, count
    while not calendar.is_business_day(day):
        day += timedelta(days=1)
    for _ in range(count):
        day = _business_day(calendar, day + timedelta(days=1), 0)
    return day


def calendar(holidays: Collection[date]) -> Calendar:
    """Return the calendar that rests on weekends and on `holidays`."""
    return Calendar(frozenset(holidays))
