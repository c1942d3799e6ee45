"""Which rate is taken and what a lock allows: tables, then laws, then a model that argues."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usance.kernel.fx import Side
from usance.kernel.money import Currency, Money
from usance.payments.model import MakerQuote
from usance.payments.rules.quotes import (
    best_of,
    fault_of,
    held_days,
    holding_price,
    premium_of,
)

GBP, CNY = Currency("GBP"), Currency("CNY")
NOW = datetime(2026, 9, 9, 12, tzinfo=UTC)
AGE = timedelta(seconds=60)
NINE = Decimal(9)


def quoted(bid, ask, age=0, life=90, base=GBP, quote=CNY):
    at = NOW - timedelta(seconds=age)
    return MakerQuote(base, quote, Decimal(bid), Decimal(ask), at, at + timedelta(seconds=life))


@pytest.mark.parametrize(
    ("_case", "quote", "fault"),
    [
        ("sound", quoted("8.99", "9.01"), ""),
        ("no difference between the sides", quoted("9", "9"), ""),
        ("nothing is paid", quoted("0", "9"), "malformed"),
        ("less than nothing", quoted("-9", "9"), "malformed"),
        ("no number", quoted("NaN", "9"), "malformed"),
        ("without end", quoted("9", "Infinity"), "malformed"),
        ("more than any currency is worth", quoted("9", "1e30"), "malformed"),
        ("so little that nothing is left of it", quoted("1e-30", "9"), "malformed"),
        ("crossed and too old", quoted("9.01", "8.99", age=999), "crossed"),
        ("as old as may be", quoted("8.99", "9.01", age=60), ""),
        ("too old", quoted("8.99", "9.01", age=61), "stale"),
        ("withdrawn at this moment", quoted("8.99", "9.01", age=30, life=30), "stale"),
        ("from the future", quoted("8.99", "9.01", age=-6), "stale"),
        ("a clock a little ahead", quoted("8.99", "9.01", age=-5), ""),
    ],
)
def test_what_is_wrong_with_a_quote(_case, quote, fault):
    assert fault_of(quote, NOW, AGE) == fault


@pytest.mark.parametrize(
    ("_case", "heard", "reference", "taken", "rate"),
    [
        (
            "the best bid",
            [("a", quoted("8.98", "9.02")), ("b", quoted("8.99", "9.01"))],
            NINE,
            "b",
            "8.99",
        ),
        (
            "the first of equals",
            [("a", quoted("8.99", "9.02")), ("b", quoted("8.99", "9.01"))],
            NINE,
            "a",
            "8.99",
        ),
        (
            "a low ask is no bid",
            [("a", quoted("8.90", "8.91")), ("b", quoted("8.95", "9.20"))],
            NINE,
            "b",
            "8.95",
        ),
        (
            "through the other way round",
            [("a", quoted("0.111", "0.112", base=CNY, quote=GBP))],
            NINE,
            "a",
            "8.92857143",
        ),
        ("silence", [("a", None)], NINE, None, None),
        ("too good to be true", [("a", quoted("9.20", "9.21"))], NINE, None, None),
        ("just believable", [("a", quoted("9.135", "9.14"))], NINE, "a", "9.135"),
        ("one alone without a reference", [("a", quoted("8.99", "9.01"))], None, None, None),
        (
            "two who agree without a reference",
            [("a", quoted("8.99", "9.01")), ("b", quoted("9.00", "9.02"))],
            None,
            "b",
            "9.00",
        ),
        (
            "two against one without a reference",
            [
                ("a", quoted("8.99", "9.01")),
                ("b", quoted("9.00", "9.02")),
                ("c", quoted("11.00", "11.02")),
            ],
            None,
            "b",
            "9.00",
        ),
    ],
)
def test_the_best_that_can_be_believed(_case, heard, reference, taken, rate):
    chosen = best_of(heard, GBP, reference, NOW, AGE, 150)

    assert (chosen.taken and chosen.taken.source) == taken
    assert (chosen.taken and chosen.taken.rate) == (rate and Decimal(rate))
    assert len(chosen.passed_over) == len(heard) - (taken is not None)


rates = st.decimals(
    Decimal(-1), Decimal(20), places=4, allow_nan=False, allow_infinity=False
) | st.sampled_from([Decimal("8.99"), Decimal("9.00"), Decimal("9.01"), Decimal("NaN")])
quotes = st.builds(
    lambda bid, ask, age, life, flip: quoted(
        bid, ask, age, life, *((CNY, GBP) if flip else (GBP, CNY))
    ),
    rates,
    rates,
    st.integers(-60, 300),
    st.integers(0, 300),
    st.booleans(),
)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.none() | quotes), max_size=6))
def test_what_is_taken_is_positive_fresh_uncrossed_near_and_the_best_of_those(heard):
    chosen = best_of(heard, GBP, NINE, NOW, AGE, 150)

    def believable(quote):
        if quote is None or not (quote.bid.is_finite() and quote.ask.is_finite()):
            return None
        if min(quote.bid, quote.ask) <= 0:
            return None
        fresh = -5 <= (NOW - quote.quoted_at).total_seconds() <= 60 and quote.valid_until > NOW
        if not fresh or quote.bid > quote.ask:
            return None
        rate = quote.bid if quote.base == GBP else 1 / quote.ask
        rate = rate.quantize(Decimal("0.00000001"))
        return rate if abs(rate - NINE) * 10_000 <= 150 * NINE else None

    good = [rate for _, quote in heard if (rate := believable(quote)) is not None]
    assert (None if chosen.taken is None else chosen.taken.rate) == max(good, default=None)
    assert chosen.taken is None or chosen.taken.side in {Side.BID, Side.ASK}


@pytest.mark.parametrize(
    ("lifetime", "premium"),
    [(60, 0), (900, 0), (901, 2), (3_600, 2), (86_400, 12), (86_401, None)],
)
def test_a_longer_lock_costs_its_step(lifetime, premium):
    assert premium_of(lifetime, (900, 3_600, 14_400, 86_400), (0, 2, 5, 12)) == premium


@pytest.mark.parametrize(
    ("_case", "settled_on", "days"),
    [
        ("the same day", date(2026, 9, 9), 0),
        ("the last free day", date(2026, 9, 13), 0),
        ("a day beyond", date(2026, 9, 14), 1),
        ("a clock that went back", date(2026, 9, 1), 0),
    ],
)
def test_days_that_are_paid_for(_case, settled_on, days):
    assert held_days(date(2026, 9, 9), settled_on, 4) == days


@given(st.integers(0, 10**12), st.integers(0, 300), st.integers(0, 4_000), st.integers(0, 50))
def test_holding_never_takes_more_than_there_is(bought, spread_bps, days, bps):
    amount = Money(bought, CNY)
    spread = Money(bought * spread_bps // 10_000, CNY)

    price = holding_price(amount, spread, days, bps)

    assert 0 <= price.minor <= bought - spread.minor
