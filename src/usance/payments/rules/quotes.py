"""Which rate is taken, and what holding it costs. Pure.

A quote of a market maker counts only if it is fresh, not crossed and near what is known from
elsewhere. Of those that count the best for us is taken; where none does, the reference rate.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from usance.kernel.fx import Side
from usance.kernel.money import Currency, Money, Rounding
from usance.kernel.records import Record
from usance.payments.model import MakerQuote

# As many digits as cross rates of the reference have.
_DIGITS: Final = Decimal("0.00000001")
_BPS: Final = 10_000
# Between them lies every rate of two currencies, and what we reckon with stays exact.
_SMALLEST: Final = Decimal("0.00000001")
_LARGEST: Final = Decimal(1_000_000_000)
# Clocks of makers and ours differ by a little.
_CLOCK_SKEW: Final = timedelta(seconds=5)


class Candidate(Record, frozen=True):
    """What selling one unit brings at a source: its bid, or one through its ask."""

    source: str
    rate: Decimal
    side: Side
    quoted_at: datetime


class PassedOver(Record, frozen=True):
    """A source that was not taken, and why: no_quote, malformed, crossed, stale, outlier, worse."""

    source: str
    why: str


class Selection(Record, frozen=True):
    """The rate that was taken, None for the reference rate, and the sources that were not."""

    taken: Candidate | None
    passed_over: tuple[PassedOver, ...]


def fault_of(quote: MakerQuote, now: datetime, max_age: timedelta) -> str:
    """Return why a quote does not count by itself, "" where it does."""
    for rate in (quote.bid, quote.ask):
        if not (rate.is_finite() and _SMALLEST <= rate <= _LARGEST):
            return "malformed"
    if quote.bid > quote.ask:
        return "crossed"
    too_new = quote.quoted_at > now + _CLOCK_SKEW
    if too_new or now - quote.quoted_at > max_age or quote.valid_until <= now:
        return "stale"
    return ""


def selling(quote: MakerQuote, source: str, sell: Currency) -> Candidate:
    """Return what selling one unit of a currency brings: we are always on the worse side.

    Where the maker quotes the pair the other way round, we buy its base at its ask.
    """
    if quote.base == sell:
        rate, side = quote.bid, Side.BID
    else:
        rate, side = 1 / quote.ask, Side.ASK
    return Candidate(source, rate.quantize(_DIGITS), side, quote.quoted_at)


def best_of(
    heard: Iterable[tuple[str, MakerQuote | None]],
    sell: Currency,
    reference: Decimal | None,
    now: datetime,
    max_age: timedelta,
    outlier_bps: int,
) -> Selection:
    """Return the best rate at which `sell` can be sold, of sources in order of preference.

    outlier_bps: how far from the reference a rate may lie. Without a reference the sources are
    held against their middle, so one alone is not believed. Of equal rates the first source's.
    """
    passed: list[PassedOver] = []
    sound: list[Candidate] = []
    for source, quote in heard:
        fault = "no_quote" if quote is None else fault_of(quote, now, max_age)
        candidate = None if fault or quote is None else selling(quote, source, sell)
        if candidate is None:
            passed.append(PassedOver(source, fault))
        else:
            sound.append(candidate)
    near: list[Candidate] = []
    measure = _middle([each.rate for each in sound]) if reference is None else reference
    for candidate in sound:
        if measure is None or _distance_bps(candidate.rate, measure) > outlier_bps:
            passed.append(PassedOver(candidate.source, "outlier"))
        else:
            near.append(candidate)
    taken = max(near, key=lambda each: each.rate, default=None)
    passed += [PassedOver(each.source, "worse") for each in near if each is not taken]
    return Selection(taken, tuple(passed))


def _middle(rates: Sequence[Decimal]) -> Decimal | None:
    """Return the median of rates, None of one alone: it would agree with itself."""
    if len(rates) < 2:
        return None
    ordered, half = sorted(rates), len(rates) // 2
    if len(ordered) % 2:
        return ordered[half]
    return (ordered[half - 1] + ordered[half]) / 2


def _distance_bps(rate: Decimal, reference: Decimal) -> Decimal:
    return abs(rate / reference - 1) * _BPS


def premium_of(lifetime: int, up_to: Sequence[int], bps: Sequence[int]) -> int | None:
    """Return what a lock of so many seconds costs on top of the spread, None where it is too long.

    up_to: the longest lifetime of each step, rising; bps: what each step costs.
    """
    for seconds, premium in zip(up_to, bps, strict=True):
        if lifetime <= seconds:
            return premium
    return None


def held_days(reserved_on: date, settled_on: date, free_days: int) -> int:
    """Return the days that holding a rate is paid for."""
    return max((settled_on - reserved_on).days - free_days, 0)


def holding_price(bought: Money, spread: Money, days: int, bps_per_day: int) -> Money:
    """Return what holding a locked rate costs: rounded up, never more than the spread leaves."""
    price = bought.share(days * bps_per_day, Rounding.UP)
    return Money(min(price.minor, bought.minor - spread.minor), bought.currency)
