"""Schedules that cannot be: each named by its code and field."""

from datetime import date
from decimal import Decimal

import pytest

from usance.financing.rules.schedules import (
    ROWS_MAX,
    DueDates,
    loan_at_fee,
    loan_at_rate,
    share_of_sales,
)
from usance.kernel.dates import DayCount, Interval, IntervalUnit
from usance.kernel.errors import Invalid
from usance.kernel.money import parse

MONTHLY = Interval(1, IntervalUnit.MONTH)
NEW_YEAR = date(2024, 1, 1)


def dollars(text):
    return parse(text, "USD")


USUAL = DueDates(6, MONTHLY, NEW_YEAR)


@pytest.mark.parametrize(
    ("_case", "principal", "rate", "due", "code", "field"),
    [
        ("nothing lent", "0.00", "1", USUAL, "not_positive", "principal"),
        ("less than nothing", "-1.00", "1", USUAL, "not_positive", "principal"),
        ("a rate below zero", "1.00", "-0.01", USUAL, "rate_out_of_range", "rate"),
        ("too high a rate", "1.00", "1000.01", USUAL, "rate_out_of_range", "rate"),
        ("eleven decimals", "1.00", "0.00000000001", USUAL, "rate_out_of_range", "rate"),
        ("no number", "1.00", "NaN", USUAL, "rate_out_of_range", "rate"),
        ("no end", "1.00", "Infinity", USUAL, "rate_out_of_range", "rate"),
        (
            "no period",
            "1.00",
            "1",
            DueDates(0, MONTHLY, NEW_YEAR),
            "periods_out_of_range",
            "periods",
        ),
        (
            "too many periods",
            "1.00",
            "1",
            DueDates(ROWS_MAX + 1, MONTHLY, NEW_YEAR),
            "periods_out_of_range",
            "periods",
        ),
        (
            "after the year 9999",
            "1.00",
            "1",
            DueDates(2, MONTHLY, date(9999, 11, 30)),
            "schedule_too_late",
            "start",
        ),
        (
            "far after it",
            "1.00",
            "1",
            DueDates(10_000, Interval(999, IntervalUnit.YEAR), NEW_YEAR),
            "schedule_too_late",
            "start",
        ),
        (
            "instalments of nothing",
            "0.01",
            "1",
            DueDates(3, MONTHLY, NEW_YEAR),
            "rounding_outweighs",
            "periods",
        ),
        (
            "repaid before the last",
            "0.05",
            "0",
            DueDates(8, MONTHLY, NEW_YEAR),
            "rounding_outweighs",
            "periods",
        ),
        (
            "a fraction of a cent grows beyond what was lent",
            "1000.00",
            "1000",
            DueDates(999, MONTHLY, NEW_YEAR),
            "rounding_outweighs",
            "periods",
        ),
    ],
)
def test_loans_that_cannot_be(_case, principal, rate, due, code, field):
    with pytest.raises(Invalid) as refused:
        loan_at_rate(dollars(principal), Decimal(rate), due, DayCount.ACT_ACT)

    assert (refused.value.code.code, refused.value.field) == (code, field)


@pytest.mark.parametrize(
    ("_case", "principal", "fee", "periods", "code", "field"),
    [
        ("nothing lent", "0.00", "1.00", 6, "not_positive", "principal"),
        ("a fee below zero", "1.00", "-0.01", 6, "negative_fee", "fee"),
        ("no period", "1.00", "1.00", 0, "periods_out_of_range", "periods"),
        ("instalments of nothing", "0.01", "0.00", 3, "rounding_outweighs", "periods"),
        ("repaid before the last", "0.05", "0.00", 8, "rounding_outweighs", "periods"),
    ],
)
def test_loans_at_a_fee_that_cannot_be(_case, principal, fee, periods, code, field):
    with pytest.raises(Invalid) as refused:
        loan_at_fee(dollars(principal), dollars(fee), DueDates(periods, MONTHLY, NEW_YEAR))

    assert (refused.value.code.code, refused.value.field) == (code, field)


@pytest.mark.parametrize(
    ("_case", "advance", "fee", "volume", "share", "days", "code", "field"),
    [
        ("nothing", "0.00", "1.00", "1.00", "1", 360, "not_positive", "advance"),
        ("a fee below zero", "1.00", "-1.00", "1.00", "1", 360, "negative_fee", "fee"),
        ("no sales", "1.00", "1.00", "0.00", "1", 360, "not_positive", "volume"),
        ("no share", "1.00", "1.00", "1.00", "0", 360, "share_out_of_range", "share"),
        ("more than all", "1.00", "1.00", "1.00", "100.1", 360, "share_out_of_range", "share"),
        ("no number", "1.00", "1.00", "1.00", "NaN", 360, "share_out_of_range", "share"),
        ("no day", "1.00", "1.00", "1.00", "1", 0, "days_in_year_out_of_range", "days_in_year"),
        ("too many", "1.00", "1.00", "1.00", "1", 367, "days_in_year_out_of_range", "days_in_year"),
        ("days of nothing", "1.00", "1.00", "1.79", "100", 360, "schedule_too_long", "volume"),
        ("a cent too much", "90.01", "10.00", "3.60", "100", 360, "schedule_too_long", "volume"),
    ],
)
def test_shares_that_cannot_be(_case, advance, fee, volume, share, days, code, field):
    with pytest.raises(Invalid) as refused:
        share_of_sales(dollars(advance), dollars(fee), dollars(volume), Decimal(share), days)

    assert (refused.value.code.code, refused.value.field) == (code, field)
