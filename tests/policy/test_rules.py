"""Which row holds on a day, and which rows may follow."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usance.kernel.errors import Invalid, Refusal
from usance.policy import rules
from usance.policy.model import PolicyRow, Series

NEW_YEAR = date(2026, 1, 1)


def row(on: date, bps: str = "100", **changes) -> PolicyRow:
    fields = {
        "rule": "payments.fee",
        "scope": "card",
        "effective_from": on,
        "values": {"bps": bps},
        "source": "the schedule",
        "verified": False,
    }
    return PolicyRow(**(fields | changes))


def series(*rows: PolicyRow) -> Series:
    return Series("payments.fee/card", rows)


TWO_RATES = series(row(NEW_YEAR, "100"), row(date(2026, 7, 1), "90"))


@pytest.mark.parametrize(
    ("_case", "on", "bps"),
    [
        ("before any row", date(2025, 12, 31), None),
        ("the first day", NEW_YEAR, 100),
        ("the last day of the first row", date(2026, 6, 30), 100),
        ("the first day of the second", date(2026, 7, 1), 90),
        ("long after", date(2036, 1, 1), 90),
    ],
)
def test_the_row_in_force(_case, on, bps):
    found = rules.in_force(TWO_RATES, on)

    assert (None if found is None else found.integer("bps")) == bps


TODAY = date(2026, 9, 9)


@pytest.mark.parametrize(
    ("_case", "before", "new", "expected"),
    [
        ("a first row may begin in the past", None, row(NEW_YEAR), 1),
        ("a later row", TWO_RATES, row(TODAY, "80"), 3),
        ("the same row again", TWO_RATES, row(NEW_YEAR, "100"), 2),
        ("other values on a known day", TWO_RATES, row(NEW_YEAR, "1"), "policy_already_dated"),
        ("a day gone by", TWO_RATES, row(date(2026, 9, 8)), "policy_in_the_past"),
        ("before the last row", series(row(date(2027, 1, 1))), row(TODAY), "policy_in_the_past"),
        ("no source", TWO_RATES, row(TODAY, source=""), "policy_incomplete"),
        ("no values", None, row(TODAY, values={}), "policy_incomplete"),
        ("another name", TWO_RATES, row(TODAY, values={"rate": "80"}), "policy_shape"),
        ("a fraction for a whole number", TWO_RATES, row(TODAY, "0.5"), "policy_shape"),
        ("a word for a number", TWO_RATES, row(TODAY, "many"), "policy_shape"),
        ("nothing for a number", TWO_RATES, row(TODAY, ""), "policy_shape"),
    ],
)
def test_what_may_be_added(_case, before, new, expected):
    grown = rules.added(before, None, new, TODAY)

    assert (grown.code if isinstance(grown, Refusal) else len(grown.rows)) == expected


@pytest.mark.parametrize(
    ("_case", "before", "after", "fits"),
    [
        ("a list grows", "300 3600", "60 300 3600", True),
        ("a list of days", "2026-01-01", "2027-01-01 2027-12-25", True),
        ("whole for decimal", "0.5", "1", True),
        ("decimal for whole", "1", "0.5", False),
        ("amount", "10.00 GBP", "12 GBP", True),
        ("amount loses its currency", "10.00 GBP", "12", False),
        ("an empty list is filled", "", "KP IR", True),
        ("not a number after all", "1", "NaN", False),
    ],
)
def test_values_keep_their_kind(_case, before, after, fits):
    known = series(row(NEW_YEAR, before))

    grown = rules.added(known, None, row(TODAY, after), TODAY)

    assert isinstance(grown, Series) is fits


@given(
    days=st.lists(st.dates(date(2026, 1, 1), date(2027, 1, 1)), unique=True, min_size=1),
    more=st.integers(1, 400),
    on=st.dates(date(2026, 1, 1), date(2027, 1, 1)),
)
def test_adopting_never_changes_what_held_before_today(days, more, on):
    days = sorted(days)
    known = series(*[row(day, str(n)) for n, day in enumerate(days)])
    today = days[-1] + timedelta(days=1)

    grown = rules.added(known, None, row(today + timedelta(days=more), "7"), today)

    assert isinstance(grown, Series)
    assert on >= today or rules.in_force(grown, on) == rules.in_force(known, on)


def test_typed_values():
    found = row(
        NEW_YEAR,
        values={
            "after_seconds": "300 3600",
            "rate": "0.25",
            "block_from": "1500.00 GBP",
            "dates": "2026-12-25",
            "grades": "A B",
        },
    )

    assert found.integers("after_seconds") == (300, 3600)
    assert str(found.decimal("rate")) == "0.25"
    assert str(found.money("block_from")) == "1500.00 GBP"
    assert found.dates("dates") == (date(2026, 12, 25),)
    assert found.words("grades") == ("A", "B")


@pytest.mark.parametrize(
    ("_case", "line"),
    [
        ("no day", "card,soon,100,no,x"),
        ("verified is yes or no", "card,2026-01-01,100,maybe,x"),
        ("a short line", "card,2026-01-01"),
    ],
)
def test_a_broken_table_names_the_line(_case, line):
    with pytest.raises(Invalid, match=r"payments\.fee line 2"):
        rules.table_rows("payments.fee", f"scope,effective_from,bps,verified,source\n{line}\n")
