"""A seller – locks – a rate; a payment reserves it, holds it until it is settled, or gives it back.

A lock that nobody reserves in time expires. What a payment has reserved holds through capture to
settlement, whatever the clock says, and holding it beyond the free days is paid for by the day.
What locks expose us to is a balance: each change of one posts what it adds or takes away.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from usance.kernel.draft import Draft
from usance.kernel.errors import AMOUNT_TOO_LARGE, NEGATIVE_AMOUNT, Refusal
from usance.kernel.fx import Quote
from usance.kernel.ids import FxQuoteId, PartyId
from usance.kernel.money import MINOR_MAX, Currency, Money
from usance.kernel.records import Record, replace
from usance.ledger.model import where_among
from usance.ledger.service import expand, post
from usance.parties.errors import PARTY_NOT_ACTIVE, UNKNOWN_PARTY
from usance.parties.model import OPERATOR, PartyKind, PartyStatus
from usance.parties.service import main_account_of, party_of
from usance.payments.errors import (
    NOTHING_DUE,
    QUOTE_CURRENCY_MISMATCH,
    QUOTE_EXHAUSTED,
    QUOTE_EXPIRED,
    QUOTE_LIFETIME,
    QUOTE_NOT_SETTLED,
    SAME_CURRENCY,
    UNKNOWN_QUOTE,
)
from usance.payments.events import (
    QuoteExpired,
    QuoteGivenBack,
    QuoteLocked,
    QuoteReserved,
    QuoteUsed,
)
from usance.payments.model import LockStatus, LockUse, Payment, QuoteLock, Reservation
from usance.payments.rules.postings import FX_LOCK
from usance.payments.rules.quotes import held_days, holding_price, premium_of
from usance.payments.service.fx_positions import beyond_limit, count_locked
from usance.payments.service.rates import Pair, indicative
from usance.payments.service.terms import Sale, Terms, price_of, terms_of
from usance.payments.tables import QUOTE_LOCKS, RESERVATIONS
from usance.policy.service import look_up
from usance.runtime.commands import Loader

EXPIRE_QUOTE: Final = "expire_quote"


class LockQuote(Record, frozen=True):
    """Promise a seller today's rate for a while.

    amount: the most that may be sold at it. buy: what it is sold for. lifetime_seconds: how long
    an unused lock lives, 0 for the usual time.
    """

    seller_id: PartyId
    amount: Money
    buy: Currency
    uses: LockUse = LockUse.SINGLE
    lifetime_seconds: int = 0


class ExpireQuote(Record, frozen=True):
    """Let a lock run out."""

    quote_id: FxQuoteId


def apply_lock_quote(draft: Draft, body: LockQuote, _facts: None) -> Refusal | None:
    """Refuses: unknown_party, party_not_active, negative_amount, quote_same_currency,
    quote_not_settled, quote_lifetime, no_rate, amount_too_large, fx_limit_reached.
    """  # noqa: D205 - a list of codes
    refusal = _lock_refusal(draft, body)
    if refusal is not None:
        return refusal
    sell, on = body.amount.currency, draft.now.date()
    terms = look_up(draft, "payments.quote_lock", f"{sell}/{body.buy}", on)
    lifetime = body.lifetime_seconds or terms.integer("seconds_default")
    premium = premium_of(
        lifetime, terms.integers("up_to_seconds"), terms.integers("premium_bps_each")
    )
    shortest = terms.integer("seconds_min")
    if premium is None or lifetime < shortest:
        longest = max(terms.integers("up_to_seconds"))
        return QUOTE_LIFETIME.refuse("lifetime_seconds", f"{shortest} – {longest}")
    offer = draft.recall(indicative, Pair(sell, body.buy))
    if isinstance(offer, Refusal):
        return offer
    quote_id = draft.new_id(FxQuoteId)
    expires_at = draft.now + timedelta(seconds=lifetime)
    quote = offer.quote(draft.now, expires_at, quote_id, premium)
    promised = quote.at_mid(body.amount)
    if promised.minor > MINOR_MAX:
        return AMOUNT_TOO_LARGE.refuse("amount", body.amount)
    refusal = beyond_limit(draft, body.amount, body.buy)
    if refusal is not None:
        return refusal
    draft.thread(quote_id)
    lock = QuoteLock(
        quote_id, body.seller_id, quote, body.amount, body.uses, LockStatus.OPEN, draft.now
    )
    refusal = _change(draft, None, lock)
    if refusal is not None:
        return refusal
    draft.schedule(expires_at, EXPIRE_QUOTE, ExpireQuote(quote_id))
    draft.tell(QuoteLocked(quote_id, body.seller_id, quote, body.amount, promised, body.uses))
    return None


def _lock_refusal(draft: Draft, body: LockQuote) -> Refusal | None:
    seller = party_of(draft, body.seller_id)
    if seller is None or seller.kind is not PartyKind.SELLER:
        return UNKNOWN_PARTY.refuse("seller_id", body.seller_id)
    if seller.status is not PartyStatus.ACTIVE:
        return PARTY_NOT_ACTIVE.refuse("seller_id", seller.status)
    if body.amount.minor <= 0:
        return NEGATIVE_AMOUNT.refuse("amount", body.amount)
    if body.buy == body.amount.currency:
        return SAME_CURRENCY.refuse("buy", body.buy)
    account = main_account_of(draft, body.seller_id)
    if account is not None and account.currency != body.buy:
        return QUOTE_NOT_SETTLED.refuse("buy", account.currency)
    return None


def apply_expire_quote(draft: Draft, body: ExpireQuote, _facts: None) -> Refusal | None:
    """Free what of a lock nobody has reserved. Refuses: nothing_due."""
    lock = draft.get(QUOTE_LOCKS, body.quote_id)
    if lock is None or lock.status is not LockStatus.OPEN:
        return NOTHING_DUE.refuse("quote", lock.status if lock else "used")
    draft.thread(lock.id)
    unused = lock.maximum.minor - lock.reserved - lock.used
    currency = lock.maximum.currency
    draft.tell(QuoteExpired(lock.id, Money(unused, currency), Money(lock.reserved, currency)))
    return _change(draft, lock, replace(lock, status=LockStatus.EXPIRED))


# ---- what payments do with locks ----


async def prepare_locks(loader: Loader, quote_ids: Sequence[FxQuoteId | None]) -> None:
    """Load the locks that payments of a batch name, if any does."""
    named = [quote_id for quote_id in quote_ids if quote_id is not None]
    if named:
        await loader.rows(QUOTE_LOCKS, named)


def agreed_terms(
    draft: Draft, sale: Sale, seller_id: PartyId, quote_id: FxQuoteId | None
) -> Terms | Refusal:
    """Return the terms of a sale: today's, or those of the lock that is named.

    Refuses: no_rate, unknown_quote, quote_currency_mismatch, quote_expired.
    """
    if quote_id is None:
        return draft.recall(terms_of, sale)
    price = draft.recall(price_of, sale)
    if isinstance(price, Refusal):
        return price
    lock = draft.get(QUOTE_LOCKS, quote_id)
    if lock is None or lock.seller_id != seller_id:
        return UNKNOWN_QUOTE.refuse("quote_id", quote_id)
    quote = lock.quote
    if (quote.base, quote.quote) != (price.currency, sale.settled_in):
        return QUOTE_CURRENCY_MISMATCH.refuse("quote_id", f"{quote.base}/{quote.quote}")
    if draft.now >= quote.expires_at:
        return QUOTE_EXPIRED.refuse("quote_id", quote.expires_at.isoformat())
    return Terms(price.currency, price.rate, quote)


def beyond(draft: Draft, quote: Quote, gross: Money) -> Refusal | None:
    """Return why a payment is more than its lock still has room for. Refuses: quote_exhausted."""
    if quote.lock is None:
        return None
    lock = draft.get(QUOTE_LOCKS, quote.lock)
    assert lock is not None, f"{quote.lock} gave the terms"
    if gross.minor > lock.available.minor:
        return QUOTE_EXHAUSTED.refuse("quote_id", lock.available)
    return None


def reserve(draft: Draft, payment: Payment) -> None:
    """Let a payment hold the lock that its quote names: from now on no clock takes it away."""
    quote_id = payment.quote.lock
    if quote_id is None:
        return
    lock = draft.get(QUOTE_LOCKS, quote_id)
    assert lock is not None, f"{quote_id} gave the terms"
    held = replace(lock, reserved=lock.reserved + payment.gross.minor)
    # What is reserved was promised before: our exposure stays as it is.
    draft.put(QUOTE_LOCKS, held)
    draft.put(RESERVATIONS, Reservation(payment.id, lock.id, draft.now, payment.gross.minor))
    draft.tell(QuoteReserved(lock.id, payment.id, payment.gross, held.available))


def free_lock(draft: Draft, payment: Payment, amount: Money | None = None) -> Refusal | None:
    """Give back what a payment no longer needs of its lock; all that is left, or `amount` of it.

    So it is where a payment fails or is voided, where less is captured than was asked, and where
    a buyer is paid back before settlement. Without a lock there is nothing to do.
    """
    if payment.quote.lock is None:
        return None
    reservation = draft.get(RESERVATIONS, payment.id)
    if reservation is None or reservation.held == 0:
        return None
    lock = _held(draft, reservation)
    minor = reservation.held if amount is None else min(amount.minor, reservation.held)
    draft.put(RESERVATIONS, replace(reservation, held=reservation.held - minor))
    freed = replace(lock, reserved=lock.reserved - minor)
    returned = Money(minor, lock.maximum.currency)
    draft.tell(QuoteGivenBack(lock.id, payment.id, returned, freed.available))
    return _change(draft, lock, freed)


def unlock(draft: Draft, payment: Payment, amount: Money | None = None) -> None:
    """Give back what a payment that ends needs no more of its lock: all, or `amount` of it."""
    refused = free_lock(draft, payment, amount)
    assert refused is None, f"{payment.id}: exposure is a memorandum without limits, {refused}"


def holding_of(draft: Draft, payment: Payment, bought: Money, spread: Money) -> Money | None:
    """Return what holding its lock costs a payment that is settled today, None without a lock.

    The price per day is that of the day on which it was reserved.
    """
    if payment.quote.lock is None:
        return None
    reservation = draft.get(RESERVATIONS, payment.id)
    if reservation is None:
        return Money(0, bought.currency)
    reserved_on = reservation.reserved_at.date()
    terms = look_up(draft, "payments.quote_holding", payment.quote.base, reserved_on)
    days = held_days(reserved_on, draft.now.date(), terms.integer("free_days"))
    return holding_price(bought, spread, days, terms.integer("bps_per_day"))


def use(draft: Draft, payment: Payment, amount: Money) -> Refusal | None:
    """Note that so much of a payment was settled at its locked rate. Fees in it count."""
    if payment.quote.lock is None:
        return None
    reservation = draft.get(RESERVATIONS, payment.id)
    if reservation is None:
        return None
    minor = min(amount.minor, reservation.held)
    if minor == 0:
        return None
    lock = _held(draft, reservation)
    draft.put(RESERVATIONS, replace(reservation, held=reservation.held - minor))
    used = replace(lock, reserved=lock.reserved - minor, used=lock.used + minor)
    if lock.status is LockStatus.OPEN and _is_used_up(used):
        used = replace(used, status=LockStatus.USED)
    days = (draft.now.date() - reservation.reserved_at.date()).days
    draft.tell(QuoteUsed(lock.id, payment.id, Money(minor, lock.maximum.currency), days))
    return _change(draft, lock, used)


def _is_used_up(lock: QuoteLock) -> bool:
    return lock.uses is LockUse.SINGLE or lock.used == lock.maximum.minor


def _held(draft: Draft, reservation: Reservation) -> QuoteLock:
    lock = draft.get(QUOTE_LOCKS, reservation.quote_id)
    assert lock is not None, f"{reservation.quote_id} is kept while something of it is reserved"
    return lock


def _change(draft: Draft, before: QuoteLock | None, after: QuoteLock) -> Refusal | None:
    """Write a lock and post what that adds to our exposure, or takes from it."""
    sold = after.exposed if before is None else after.exposed - before.exposed
    bought = after.quote.at_mid(after.exposed)
    if before is not None:
        bought = bought - before.quote.at_mid(before.exposed)
    draft.put(QUOTE_LOCKS, after)
    count_locked(draft, after, sold)
    where = where_among(OPERATOR, after.seller_id)
    legs = expand(FX_LOCK, {"sold": sold, "bought": bought}, where)
    posted = post(draft, legs, draft.now.date()) if legs else []
    return posted if isinstance(posted, Refusal) else None
