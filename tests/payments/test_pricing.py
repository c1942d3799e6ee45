"""What a payment costs: figures worked out by hand, then laws."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usance.kernel.money import Currency, Money
from usance.payments import tables
from usance.payments.model import MAY_BECOME, FixingDay, PaymentStatus
from usance.payments.rules.pricing import (
    contradicted,
    cross_rate,
    fee_of,
    latest_fixings,
    with_more,
)
from usance.payments.rules.unwinding import bearers
from usance.payments.service.rates import Pair, indicative
from usance.payments.service.standing import Standings
from usance.policy.model import Series
from usance.policy.service import SERIES, shipped_rows

GBP, CNY, JPY = Currency("GBP"), Currency("CNY"), Currency("JPY")
FIXINGS = FixingDay(
    date(2026, 9, 9), "EUR", "test", {"EUR": "1", "GBP": "0.8", "CNY": "8", "JPY": "160"}
)
NOW = datetime(2026, 9, 9, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("_case", "base", "quote", "expected"),
    [
        ("through the euro", "GBP", "CNY", Decimal(10)),
        ("the other way", "CNY", "GBP", Decimal("0.1")),
        ("from the base itself", "EUR", "JPY", Decimal(160)),
        ("the same currency costs one", "GBP", "GBP", Decimal(1)),
        ("a currency without a rate", "GBP", "KES", None),
    ],
)
def test_cross_rates(_case, base, quote, expected):
    assert cross_rate(FIXINGS, base, quote) == expected


@pytest.mark.parametrize(
    ("_case", "gross", "bps", "fixed", "fee"),
    [
        ("a share and a fixed part", 10_000, 60, 20, 80),
        ("a fraction goes up", 13_912, 60, 20, 104),
        ("never more than the payment", 15, 60, 20, 15),
        ("of nothing", 0, 60, 20, 0),
    ],
)
def test_fees(_case, gross, bps, fixed, fee):
    assert fee_of(Money(gross, GBP), bps, fixed) == Money(fee, GBP)


def book() -> Standings:
    """The shipped rules and one day's rates; no market maker."""
    series = {f"{row.rule}/{row.scope}": Series("", (row,)) for row in shipped_rows()}
    fixings = {FIXINGS.value_date: FIXINGS}
    return Standings(NOW, {SERIES.slot: series, tables.FIXINGS.slot: fixings})


def test_a_quote_names_rate_spread_source_and_expiry():
    quote = indicative(book(), Pair(GBP, CNY)).quote(NOW, NOW + timedelta(days=14))

    assert (quote.mid, quote.spread_bps, quote.source) == (Decimal(10), 12, "test")
    assert quote.expires_at == NOW + timedelta(days=14)
    assert quote.rate == Decimal("9.988")
    assert quote.spread_of(Money(100_001, CNY)) == Money(121, CNY)


def test_no_spread_where_nothing_is_converted():
    quote = indicative(book(), Pair(CNY, CNY)).quote(NOW, NOW + timedelta(days=14))

    assert quote.spread_of(quote.at_mid(Money(100, CNY))) == Money(0, CNY)


@pytest.mark.parametrize(
    ("_case", "on", "found"),
    [
        ("of the day", date(2026, 9, 9), True),
        ("of the Friday before", date(2026, 9, 13), True),
        ("a week old", date(2026, 9, 16), True),
        ("older than that", date(2026, 9, 17), False),
        ("of tomorrow", date(2026, 9, 8), False),
    ],
)
def test_which_fixings_are_used(_case, on, found):
    assert (latest_fixings({FIXINGS.value_date: FIXINGS}.get, on) is not None) == found


ECB = FixingDay(date(2026, 9, 9), "EUR", "ECB", {"EUR": "1", "USD": "1.1"})


@pytest.mark.parametrize(
    ("_case", "rates", "base", "contradicts", "expected"),
    [
        ("one that is lacking", {"EUR": "1", "AED": "4"}, "EUR", False, "ECB; SITE: AED"),
        ("the same again", {"EUR": "1.0", "USD": "1.10"}, "EUR", False, "ECB"),
        ("another rate", {"EUR": "1", "USD": "1.2", "AED": "4"}, "EUR", True, "ECB; SITE: AED"),
        ("another base", {"USD": "1", "AED": "3.6"}, "USD", True, "ECB"),
    ],
)
def test_another_source_adds_what_a_day_lacks(_case, rates, base, contradicts, expected):
    more = FixingDay(ECB.value_date, base, "SITE", rates)
    merged = with_more(ECB, more)

    assert (contradicted(ECB, more), merged.source) == (contradicts, expected)
    assert merged.rates["USD"] == "1.1"


def test_a_day_with_few_rates_hides_nothing_of_the_day_before():
    few = FixingDay(date(2026, 9, 10), "EUR", "SITE", {"EUR": "1", "AED": "4"})
    published = {ECB.value_date: ECB, few.value_date: few}.get

    assert latest_fixings(published, few.value_date, having=("EUR", "USD")) == ECB
    assert latest_fixings(published, few.value_date, having=("EUR", "AED")) == few
    assert latest_fixings(published, few.value_date, having=("AED", "USD")) is None


@given(
    cost=st.integers(0, 10**12),
    escrow=st.integers(0, 10**9),
    available=st.integers(0, 10**12),
    reserve=st.integers(0, 10**9),
)
def test_somebody_bears_every_minor_unit_and_nobody_more_than_there_is(
    cost, escrow, available, reserve
):
    shares = bearers(Money(cost, CNY), escrow, available, reserve)

    assert sum(share.minor for share in shares.values()) == cost
    assert shares["from_escrow"].minor == min(cost, escrow)
    assert shares["from_available"].minor <= available
    assert shares["from_reserve"].minor <= reserve
    assert shares["owed"].minor == 0 or shares["from_reserve"].minor == reserve


def test_every_state_has_its_life_and_ends_somewhere():
    assert set(MAY_BECOME) == set(PaymentStatus)
    assert any(not after for after in MAY_BECOME.values())
