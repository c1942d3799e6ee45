"""Business days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usance.kernel.dates import Calendar, calendar

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
