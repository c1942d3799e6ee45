"""Business days, intervals, and parts of a year."""

from calendar import isleap
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usance.kernel.dates import (
    Calendar,
    DayCount,
    Interval,
    IntervalUnit,
    calendar,
    months_after,
    year_fraction,
)

_CHRISTMAS = calendar([date(2026, 12, 25), date(2026, 12, 28)])


@pytest.mark.parametrize(
    ("_case", "days", "start", "count", "expected"),
    [
        ("two days in a week", Calendar(), date(2026, 9, 9), 2, date(2026, 9, 11)),
        ("over a weekend", Calendar(), date(2026, 9, 10), 2, date(2026, 9, 14)),
        ("none from a Saturday is Monday", Calendar(), date(2026, 9, 12), 0, date(2026, 9, 14)),
        ("one from a Saturday is Tuesday", Calendar(), date(2026, 9, 12), 1, date(2026, 9, 15)),
        ("over holidays", _CHRISTMAS, date(2026, 12, 24), 1, date(2026, 12, 29)),
    ],
)
def test_business_days(_case, days, start, count, expected):
    assert days.add_business_days(start, count) == expected


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 40))
def test_a_business_day_is_reached_and_never_backwards(start, count):
    reached = _CHRISTMAS.add_business_days(start, count)

    assert _CHRISTMAS.is_business_day(reached)
    assert reached >= start


def day(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-01-31", 2, "2024-03-31"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2024-08-31", 6, "2025-02-28"),
        ("2024-12-15", 1, "2025-01-15"),
        ("2024-11-30", 1, "2024-12-30"),
        ("9999-11-30", 1, "9999-12-30"),
    ],
)
def test_the_same_day_of_a_later_month_or_its_last(start, months, expected):
    assert months_after(day(start), months) == day(expected)


@pytest.mark.parametrize(
    ("every", "times", "expected"),
    [
        (Interval(1, IntervalUnit.DAY), 30, "2024-03-01"),
        (Interval(2, IntervalUnit.WEEK), 3, "2024-03-13"),
        (Interval(1, IntervalUnit.MONTH), 1, "2024-02-29"),
        (Interval(3, IntervalUnit.MONTH), 4, "2025-01-31"),
        (Interval(1, IntervalUnit.YEAR), 2, "2026-01-31"),
    ],
)
def test_intervals_are_counted_from_the_first_day(every, times, expected):
    assert every.after(day("2024-01-31"), times) == day(expected)


@pytest.mark.parametrize("unit", list(IntervalUnit))
def test_no_interval_ends_after_the_year_9999(unit):
    with pytest.raises(OverflowError):
        Interval(1, unit).after(date.max, 1)


# Of ISDA's published comparison of the 30/360 conventions in its 2006 Definitions
# (isda.org/2008/12/22/30-360-day-count-conventions): days by "30/360, Bond Basis".
BOND_BASIS = [
    ("2007-01-15", "2007-01-30", 15),
    ("2007-01-15", "2007-02-15", 30),
    ("2007-01-15", "2007-07-15", 180),
    ("2007-09-30", "2008-03-31", 180),
    ("2007-09-30", "2007-10-31", 30),
    ("2007-09-30", "2008-09-30", 360),
    ("2007-01-15", "2007-01-31", 16),
    ("2007-01-31", "2007-02-28", 28),
    ("2007-02-28", "2007-03-31", 33),
    ("2006-08-31", "2007-02-28", 178),
    ("2007-02-28", "2007-08-31", 183),
    ("2007-02-14", "2007-02-28", 14),
    ("2007-02-26", "2008-02-29", 363),
    ("2008-02-29", "2009-02-28", 359),
    ("2008-02-29", "2008-03-30", 31),
    ("2008-02-29", "2008-03-31", 32),
    ("2007-02-28", "2007-03-05", 7),
    ("2007-10-31", "2007-11-28", 28),
    ("2007-08-31", "2008-02-29", 179),
    ("2008-02-29", "2008-08-31", 182),
    ("2008-08-31", "2009-02-28", 178),
    ("2009-02-28", "2009-08-31", 183),
]


@pytest.mark.parametrize(("start", "end", "days"), BOND_BASIS)
def test_thirty_days_a_month_as_isda_publishes_them(start, end, days):
    assert year_fraction(DayCount.THIRTY_360, day(start), day(end)) == Fraction(days, 360)


@pytest.mark.parametrize(("start", "end", "_days"), BOND_BASIS)
def test_actual_days_over_a_year_that_never_changes(start, end, _days):
    days = (day(end) - day(start)).days

    assert year_fraction(DayCount.ACT_360, day(start), day(end)) == Fraction(days, 360)
    assert year_fraction(DayCount.ACT_365, day(start), day(end)) == Fraction(days, 365)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        # As ISDA's paper of 1999 on actual/actual has it, to the ten digits that QuantLib tests.
        ("2003-11-01", "2004-05-01", "0.497724380567"),
        ("1999-02-01", "1999-07-01", "0.410958904110"),
        ("1999-07-01", "2000-07-01", "1.001377348600"),
        ("2002-08-15", "2003-07-15", "0.915068493151"),
        ("2003-07-15", "2004-01-15", "0.504004790778"),
        ("1999-07-30", "2000-01-30", "0.503892506924"),
        ("2000-01-30", "2000-06-30", "0.415300546448"),
    ],
)
def test_actual_actual_splits_at_the_end_of_the_year(start, end, expected):
    found = year_fraction(DayCount.ACT_ACT, day(start), day(end))

    assert abs(found - Fraction(expected)) < Fraction(1, 10**10)


@given(st.dates(date(1890, 1, 1), date(2110, 1, 1)), st.integers(0, 1500))
def test_actual_actual_is_the_sum_of_its_days(start, count):
    days = [start + timedelta(days=number) for number in range(count)]
    in_leap_years = sum(isleap(one.year) for one in days)

    assert year_fraction(DayCount.ACT_ACT, start, start + timedelta(days=count)) == (
        Fraction(in_leap_years, 366) + Fraction(count - in_leap_years, 365)
    )


@pytest.mark.parametrize("day_count", list(DayCount))
def test_no_time_is_no_part_of_a_year_and_the_last_year_can_be_counted(day_count):
    assert year_fraction(day_count, date(2024, 2, 29), date(2024, 2, 29)) == 0
    assert 0 < year_fraction(day_count, date(9998, 12, 31), date.max) < Fraction(102, 100)
