"""What every source of rates must keep to."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal

import pytest

from usance.adapters.fx.ecb import EcbRates
from usance.kernel.money import Currency

SOURCES = [EcbRates()]
each_source = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)


def _fixings(source, day):
    return asyncio.run(source.fixings(day))


@each_source
def test_rates_are_positive_decimals_of_known_currencies_for_the_day_asked(source):
    for offset in range(14):
        day = date(2026, 9, 7) + timedelta(days=offset)
        fixings = _fixings(source, day)
        if fixings is None:
            continue
        assert fixings.value_date == day
        assert fixings.rates[fixings.base] == "1"
        for code, rate in fixings.rates.items():
            Currency(code)
            assert Decimal(rate) > 0


@each_source
@pytest.mark.parametrize(
    ("_case", "day", "published"),
    [
        ("a Wednesday", date(2026, 9, 9), True),
        ("a Saturday", date(2026, 9, 12), False),
        ("New Year's Day", date(2026, 1, 1), False),
        ("before the euro", date(1998, 1, 5), False),
    ],
)
def test_days_without_rates_say_so(source, _case, day, published):
    assert (_fixings(source, day) is not None) == published


def test_a_published_figure():
    # ECB, euro foreign exchange reference rates of 9 September 2026.
    fixings = _fixings(EcbRates(), date(2026, 9, 9))

    assert fixings.rates["CNY"] == "7.8159"
