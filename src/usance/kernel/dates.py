"""Dates: business days, intervals, and what part of a year lies between two days.

Holidays are dated rows of `policy`; a calendar is given them and knows no country by itself.
"""

from calendar import isleap, monthrange
from collections.abc import Callable, Collection
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import Final

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


class IntervalUnit(StrEnum):
    """What an interval is counted in."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


_DAYS_OF: Final = {IntervalUnit.DAY: 1, IntervalUnit.WEEK: 7}
_MONTHS_OF: Final = {IntervalUnit.MONTH: 1, IntervalUnit.YEAR: 12}


class Interval(Record, frozen=True):
    """The time from one due date to the next: `count` (> 0) days, weeks, months or years."""

    count: int
    unit: IntervalUnit

    def after(self, start: date, times: int) -> date:
        """Return the day that is `times` intervals after `start`.

        Months are counted from `start` itself: a month that is too short ends on its last day,
        and the next one knows the old day again (31 January, 29 February, 31 March).
        Raises OverflowError beyond the year 9999.
        """
        if self.unit in _DAYS_OF:
            return start + timedelta(days=_DAYS_OF[self.unit] * self.count * times)
        return months_after(start, _MONTHS_OF[self.unit] * self.count * times)


def months_after(start: date, months: int) -> date:
    """Return the same day of a later month, or the month's last where it is shorter.

    Raises OverflowError beyond the year 9999.
    """
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    if year > date.max.year:
        raise OverflowError(f"{months} months after {start} lie beyond the year 9999")
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


class DayCount(StrEnum):
    """How days become a part of a year. Sources: 2006 ISDA Definitions, section 4.16.

    ACT_ACT: (b), "Actual/Actual (ISDA)": days in leap years ÷ 366 and the others ÷ 365.
    ACT_365: (d), "Actual/365 (Fixed)". ACT_360: (e), "Actual/360".
    THIRTY_360: (f), "30/360" or "Bond Basis": months of 30 days; a 31st as first day is a 30th,
    and as last day too where the first day is a 30th or 31st. February stays as it is.
    """

    ACT_ACT = "act/act"
    ACT_365 = "act/365"
    ACT_360 = "act/360"
    THIRTY_360 = "30/360"


def year_fraction(day_count: DayCount, start: date, end: date) -> Fraction:
    """Return, exactly, what part of a year lies from `start` to `end` (not before it).

    The first day counts, the last does not.
    """
    assert start <= end, (start, end)
    return _FRACTIONS[day_count](start, end)


def _actual_actual(start: date, end: date) -> Fraction:
    if start.year == end.year:
        return Fraction((end - start).days, _days_in(start.year))
    first = Fraction((date(start.year + 1, 1, 1) - start).days, _days_in(start.year))
    last = Fraction((end - date(end.year, 1, 1)).days, _days_in(end.year))
    return first + (end.year - start.year - 1) + last


def _days_in(year: int) -> int:
    return 366 if isleap(year) else 365


def _bond_basis(start: date, end: date) -> Fraction:
    first = min(start.day, 30)
    last = 30 if end.day == 31 and first == 30 else end.day
    months = (end.year - start.year) * 12 + end.month - start.month
    return Fraction(months * 30 + last - first, 360)


_FRACTIONS: Final[dict[DayCount, Callable[[date, date], Fraction]]] = {
    DayCount.ACT_ACT: _actual_actual,
    DayCount.ACT_365: lambda start, end: Fraction((end - start).days, 365),
    DayCount.ACT_360: lambda start, end: Fraction((end - start).days, 360),
    DayCount.THIRTY_360: _bond_basis,
}
