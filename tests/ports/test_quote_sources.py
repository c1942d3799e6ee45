"""What every source of quotes must keep to, and how the simulated desks lie when told to."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from usance.adapters.fx.simulated_desk import Manners, SimulatedDesk, desk_one, desk_two
from usance.kernel.money import Currency
from usance.payments.rules.quotes import best_of, fault_of

NOON = datetime(2026, 9, 9, 12, tzinfo=UTC)
PAIRS = ("GBP/CNY", "EUR/CNY", "CNY/JPY")
SOURCES = [desk_one(), desk_two(), SimulatedDesk("liar", 3, Manners(crossed=5_000, stale=5_000))]
each_source = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)


def _quotes(source, pairs=PAIRS, at=NOON):
    return asyncio.run(source.quotes(pairs, at))


@each_source
def test_a_source_quotes_what_it_is_asked_and_at_most_once(source):
    for minute in range(30):
        at = NOON + timedelta(minutes=minute)
        quoted = [quote.pair for quote in _quotes(source, at=at)]

        assert set(quoted) <= set(PAIRS)
        assert len(quoted) == len(set(quoted))


@each_source
def test_asked_again_at_the_same_moment_it_says_the_same(source):
    assert _quotes(source) == _quotes(source)


@each_source
def test_what_it_does_not_quote_is_left_out(source):
    assert _quotes(source, ("GBP/KES", "KES/GBP")) == []
    assert _quotes(source, ()) == []


def test_an_honest_desk_can_always_be_believed():
    for minute in range(200):
        at = NOON + timedelta(minutes=minute)
        for quote in _quotes(desk_one(), at=at):
            assert fault_of(quote, at, timedelta(seconds=60)) == ""
            assert quote.bid < quote.ask


@pytest.mark.parametrize(
    ("manners", "why"),
    [
        (Manners(crossed=10_000), "crossed"),
        (Manners(stale=10_000), "stale"),
        (Manners(upside_down=10_000), "outlier"),
        (Manners(drift_bps=0, spread_bps=1_000), "outlier"),
        (Manners(silent=10_000), "no_quote"),
    ],
)
def test_a_desk_that_lies_is_passed_over_and_the_next_one_taken(manners, why):
    liar, honest = SimulatedDesk("liar", 1, manners), desk_one()
    reference = Decimal("9.0305")
    for minute in range(50):
        at = NOON + timedelta(minutes=minute)
        heard = []
        for source in (liar, honest):
            said = _quotes(source, ("GBP/CNY",), at)
            heard.append((source.name, said[0] if said else None))
            if source is honest:
                reference = (said[0].bid + said[0].ask) / 2
        chosen = best_of(heard, Currency("GBP"), reference, at, timedelta(seconds=60), 150)

        assert chosen.taken is not None
        assert chosen.taken.source == "desk_one"
        assert [(each.source, each.why) for each in chosen.passed_over] == [("liar", why)]
