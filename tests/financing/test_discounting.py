"""Discounting: worked figures first, then laws and what is refused."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from usance.financing.rules.discounting import (
    Bill,
    EarlyTerms,
    at_simple_discount,
    at_true_discount,
    early_payment_rate,
    forfait,
    simple_yield,
    sliding_discount,
)
from usance.kernel.dates import DayCount, year_fraction
from usance.kernel.errors import Invalid
from usance.kernel.money import Currency, Money, parse

QUARTER = year_fraction(DayCount.ACT_360, date(2026, 1, 1), date(2026, 4, 1))


def usd(text):
    return parse(text, "USD")


@pytest.mark.parametrize(
    ("_case", "reckon", "face", "rate", "part", "price"),
    [
        ("simple, 90 days of 360", at_simple_discount, "100000.00", "6", QUARTER, "98500.00"),
        ("true, 90 days of 360", at_true_discount, "100000.00", "6", QUARTER, "98522.17"),
        ("90 of 365", at_simple_discount, "100000.00", "6", Fraction(90, 365), "98520.55"),
        ("half a cent goes off", at_simple_discount, "1.00", "0.5", Fraction(1), "0.99"),
        ("less does not", at_simple_discount, "1.00", "0.49", Fraction(1), "1.00"),
        ("no rate", at_true_discount, "100000.00", "0", QUARTER, "100000.00"),
        ("no time", at_simple_discount, "100000.00", "6", Fraction(0), "100000.00"),
        ("twice the face", at_true_discount, "100.00", "100", Fraction(1), "50.00"),
    ],
)
def test_what_is_paid_for_a_claim(_case, reckon, face, rate, part, price):
    found = reckon(usd(face), Decimal(rate), part)

    assert found.price == usd(price)
    assert found.discount == usd(face) - usd(price)


def test_the_quarter_is_ninety_days():
    assert Fraction(90, 360) == QUARTER


def test_what_a_price_yields():
    assert simple_yield(usd("100000.00"), usd("98500.00"), QUARTER) == Decimal("0.060914")
    assert simple_yield(usd("100000.00"), usd("100000.00"), QUARTER) == 0


def test_bills_of_several_maturities_are_bought_without_recourse():
    bills = [
        Bill(usd("100000.00"), date(2026, 4, 1)),
        Bill(usd("100000.00"), date(2026, 6, 30)),
        Bill(usd("50000.00"), date(2026, 12, 27)),
    ]

    found = forfait(bills, Decimal(6), date(2026, 1, 1), 3, DayCount.ACT_360, usd("250.00"))

    # 93, 183 and 363 days: each bill is out for its own time and three days of grace.
    assert [each.discount for each in found.bills] == [
        usd("1550.00"),
        usd("3050.00"),
        usd("3025.00"),
    ]
    assert found.price == usd("242125.00")


@pytest.mark.parametrize(
    ("discount", "days", "net_days", "expected"),
    [
        ("2", 10, 30, "0.372449"),
        ("1", 10, 30, "0.184343"),
        ("2", 0, 365, "0.020408"),
        ("0", 10, 30, "0.000000"),
    ],
)
def test_what_paying_early_is_worth_a_year(discount, days, net_days, expected):
    found = early_payment_rate(EarlyTerms(Decimal(discount), days, net_days))

    assert str(found) == expected


@pytest.mark.parametrize(
    ("early", "price"), [(60, "98000.00"), (30, "99000.00"), (1, "99966.67"), (45, "98500.00")]
)
def test_a_discount_slides_with_the_days(early, price):
    assert sliding_discount(usd("100000.00"), Decimal(2), early, 60).price == usd(price)


@given(
    st.integers(100, 10**12),
    st.integers(0, 3000),
    st.integers(1, 720),
)
def test_true_discount_costs_less_and_earns_its_rate(minor, bps, days):
    face, rate, part = Money(minor, Currency("USD")), Decimal(bps) / 100, Fraction(days, 360)
    assume(bps * days < 10_000 * 360 * 9 // 10)
    simple, true = at_simple_discount(face, rate, part), at_true_discount(face, rate, part)

    assert simple.face == simple.discount + simple.price == face
    assert true.face == true.discount + true.price == face
    assert true.price.minor >= simple.price.minor > 0
    # The interest on what was paid brings the face back, but for the half cent of the rounding.
    grown = true.price.minor * (1 + Fraction(rate) / 100 * part)
    assert abs(grown - minor) <= Fraction(1, 2) * (1 + Fraction(rate) / 100 * part)


NEW_YEAR = date(2026, 1, 1)


def one_bill(face="100.00", rate="6", due=date(2026, 4, 1), fee="0.00"):
    return forfait([Bill(usd(face), due)], Decimal(rate), NEW_YEAR, 0, DayCount.ACT_360, usd(fee))


@pytest.mark.parametrize(
    ("_case", "reckon", "code"),
    [
        ("nothing", lambda: at_simple_discount(usd("0.00"), Decimal(6), QUARTER), "not_positive"),
        ("below", lambda: at_true_discount(usd("-1.00"), Decimal(6), QUARTER), "not_positive"),
        ("rate", lambda: at_true_discount(usd("1.00"), Decimal(-6), QUARTER), "rate_out_of_range"),
        (
            "no rate",
            lambda: at_simple_discount(usd("1.00"), Decimal("NaN"), QUARTER),
            "rate_out_of_range",
        ),
        (
            "all of it",
            lambda: at_simple_discount(usd("1.00"), Decimal(400), QUARTER),
            "discount_takes_all",
        ),
        ("due today", lambda: one_bill(due=NEW_YEAR), "due_already"),
        ("a fee below zero", lambda: one_bill(fee="-0.01"), "negative_fee"),
        ("a fee takes all", lambda: one_bill(fee="98.50"), "discount_takes_all"),
        (
            "not early",
            lambda: early_payment_rate(EarlyTerms(Decimal(2), 30, 30)),
            "early_days_out_of_range",
        ),
        (
            "before the invoice",
            lambda: early_payment_rate(EarlyTerms(Decimal(2), -1, 30)),
            "early_days_out_of_range",
        ),
        (
            "for nothing",
            lambda: early_payment_rate(EarlyTerms(Decimal(100), 10, 30)),
            "rate_out_of_range",
        ),
        (
            "earlier than the terms",
            lambda: sliding_discount(usd("1.00"), Decimal(2), 61, 60),
            "early_days_out_of_range",
        ),
        (
            "no day early",
            lambda: sliding_discount(usd("1.00"), Decimal(2), 0, 60),
            "early_days_out_of_range",
        ),
    ],
)
def test_what_cannot_be_discounted(_case, reckon, code):
    with pytest.raises(Invalid) as refused:
        reckon()

    assert refused.value.code.code == code
