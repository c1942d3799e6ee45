"""The house – offers – its terms of the day: in which currency, at which rate, for which fee.

Terms follow from standing rows alone (policy, reference rates), so they are read once for all
payments of a batch that share them.
"""

from datetime import timedelta
from decimal import Decimal

from usance.kernel.draft import Standing
from usance.kernel.errors import Refusal
from usance.kernel.fx import Quote
from usance.kernel.money import Currency
from usance.kernel.records import Record
from usance.payments.errors import NO_RATE
from usance.payments.rules.pricing import cross_rate, quote_for
from usance.payments.service.fixings import fixings_on
from usance.policy.service import look_up


class Sale(Record, frozen=True):
    """What terms depend on: the buyer's country, the price's currency, the seller's account's."""

    country: str
    priced_in: Currency
    settled_in: Currency


class Terms(Record, frozen=True):
    """The buyer's currency, its rate from that of the price, and the quote to the seller's."""

    currency: Currency
    rate: Decimal
    quote: Quote


class Charge(Record, frozen=True):
    """Our fee on a rail. rule: the row it comes from, in words."""

    bps: int
    fixed_minor: int
    rule: str


def terms_of(book: Standing, sale: Sale) -> Terms | Refusal:
    """Return today's terms of a sale. Refuses: no_rate."""
    on = book.now.date()
    currency = Currency(look_up(book, "payments.currency", sale.country, on).text("currency"))
    spread_bps = look_up(book, "payments.spread", currency, on).integer("bps")
    lock_days = look_up(book, "payments.quote_validity", currency, on).integer("lock_days")
    fixings = fixings_on(book, on)
    if fixings is not None:
        lock = timedelta(days=lock_days)
        rate = cross_rate(fixings, sale.priced_in, currency)
        quote = quote_for(fixings, currency, sale.settled_in, spread_bps, book.now, lock)
        if rate is not None and quote is not None:
            return Terms(currency, rate, quote)
    return NO_RATE.refuse("currency", f"{sale.priced_in}/{currency}")


def charge_on(book: Standing, rail: str) -> Charge:
    """Return what we take today for a payment by a rail."""
    row = look_up(book, "payments.fee", rail, book.now.date())
    rule = (
        f"{row.text('bps')} bps + {row.text('fixed_minor')} minor units,"
        f" {rail}, from {row.effective_from.isoformat()}"
    )
    return Charge(row.integer("bps"), row.integer("fixed_minor"), rule)


def repair_delays(book: Standing, rail: str) -> tuple[timedelta, ...]:
    """Return after how long a silent rail is asked: the first time, the second, and so on."""
    row = look_up(book, "payments.repair", rail, book.now.date())
    return tuple(timedelta(seconds=seconds) for seconds in row.integers("after_seconds"))
