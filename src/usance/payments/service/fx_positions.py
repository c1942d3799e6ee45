"""The house – counts – what it has promised to convert, and promises no more than its limit.

Counted are open locks and what payments hold of ended ones, and sales at an agreed rate that the
rail has not settled. The limits are policy: raising one takes two people, as any rule does.
"""

from typing import Final

from usance.kernel.draft import Draft, Standing
from usance.kernel.errors import Refusal
from usance.kernel.money import Currency, Money, Rounding, convert
from usance.kernel.records import Record
from usance.payments.errors import FX_LIMIT_REACHED, NO_RATE
from usance.payments.model import FxPosition, Payment, QuoteLock
from usance.payments.service.fixings import rate_on
from usance.payments.service.rates import Pair
from usance.payments.tables import FX_POSITIONS, PAYMENTS
from usance.policy.service import look_up

RULE: Final = "payments.fx_limit"


class Limits(Record, frozen=True):
    """The most that may be open, in what is sold: of one pair, and of all pairs of a currency."""

    pair: Money
    position: Money


def limits_of(book: Standing, pair: Pair) -> Limits | None:
    """Return today's limits for a pair, None where nobody knows what they are worth in it."""
    on = book.now.date()
    most = (
        look_up(book, RULE, f"{pair.sell}/{pair.buy}", on).money("pair_max"),
        look_up(book, RULE, pair.sell, on).money("position_max"),
    )
    found = []
    for each in most:
        rate = rate_on(book, each.currency, pair.sell)
        if rate is None:
            return None
        found.append(convert(each, rate, pair.sell, Rounding.DOWN))
    return Limits(*found)


def beyond_limit(draft: Draft, asked: Money, buy: Currency) -> Refusal | None:
    """Return why no more may be promised. Refuses: no_rate, fx_limit_reached (with what is left).

    asked: what another lock would let the seller sell.
    """
    limits = draft.recall(limits_of, Pair(asked.currency, buy))
    if limits is None:
        return NO_RATE.refuse("amount.currency", asked.currency)
    known = draft.get(FX_POSITIONS, asked.currency) or FxPosition(asked.currency)
    pair = known.of(buy)
    left = min(
        limits.pair.minor - pair.locked - pair.converting,
        limits.position.minor - known.open.minor,
    )
    if asked.minor > left:
        return FX_LIMIT_REACHED.refuse("amount", Money(max(left, 0), asked.currency))
    return None


def count_locked(draft: Draft, lock: QuoteLock, change: Money) -> None:
    """Count what a lock may bring more than before, or less."""
    if change.minor:
        _count(draft, change.currency, lock.quote.quote, locked=change.minor)


def keep_payment(draft: Draft, after: Payment) -> None:
    """Write a payment, and count what of it waits to be converted at a rate without a lock."""
    quote = after.quote
    if quote.base != quote.quote and quote.lock is None:
        before = draft.get(PAYMENTS, after.id)
        change = after.unsettled - (0 if before is None else before.unsettled)
        if change:
            _count(draft, quote.base, quote.quote, converting=change)
    draft.put(PAYMENTS, after)


def _count(
    draft: Draft, sell: Currency, buy: Currency, *, locked: int = 0, converting: int = 0
) -> None:
    known = draft.get(FX_POSITIONS, sell) or FxPosition(sell)
    draft.put(FX_POSITIONS, known.changed(buy, locked=locked, converting=converting))
