"""The house – offers – its terms of the day: in which currency, and at which rate.

Terms follow from standing rows alone (policy, rates), so they are read once for all payments of
a batch that share them. What a payment costs stands in `charges`.
"""

from datetime import timedelta
from decimal import Decimal

from usance.kernel.draft import Standing
from usance.kernel.errors import Refusal
from usance.kernel.fx import Quote
from usance.kernel.money import Currency
from usance.kernel.records import Record
from usance.payments.errors import NO_RATE
from usance.payments.rules.pricing import cross_rate
from usance.payments.service.fixings import fixings_on
from usance.payments.service.rates import Pair, indicative
from usance.policy.service import look_up


class Sale(Record, frozen=True):
    """What terms depend on: the buyer's country, the price's currency, the seller's account's."""

    country: str
    priced_in: Currency
    settled_in: Currency


class Price(Record, frozen=True):
    """The buyer's currency, and its rate from that of the price."""

    currency: Currency
    rate: Decimal


class Terms(Record, frozen=True):
    """The buyer's currency, its rate from that of the price, and the quote to the seller's."""

    currency: Currency
    rate: Decimal
    quote: Quote


def terms_of(book: Standing, sale: Sale) -> Terms | Refusal:
    """Return today's terms of a sale. Refuses: no_rate."""
    price = price_of(book, sale)
    if isinstance(price, Refusal):
        return price
    on = book.now.date()
    lock_days = look_up(book, "payments.quote_validity", price.currency, on).integer("lock_days")
    offer = indicative(book, Pair(price.currency, sale.settled_in))
    if isinstance(offer, Refusal):
        return NO_RATE.refuse("currency", f"{sale.priced_in}/{price.currency}")
    quote = offer.quote(book.now, book.now + timedelta(days=lock_days))
    return Terms(price.currency, price.rate, quote)


def price_of(book: Standing, sale: Sale) -> Price | Refusal:
    """Return in which currency a buyer pays, and what a unit of the price is in it.

    Refuses: no_rate.
    """
    on = book.now.date()
    currency = Currency(look_up(book, "payments.currency", sale.country, on).text("currency"))
    if currency == sale.priced_in:
        return Price(currency, Decimal(1))
    fixings = fixings_on(book, on, sale.priced_in, currency)
    rate = None if fixings is None else cross_rate(fixings, sale.priced_in, currency)
    if rate is None:
        return NO_RATE.refuse("currency", f"{sale.priced_in}/{currency}")
    return Price(currency, rate)


def repair_delays(book: Standing, rail: str) -> tuple[timedelta, ...]:
    """Return after how long a silent rail is asked: the first time, the second, and so on."""
    row = look_up(book, "payments.repair", rail, book.now.date())
    return tuple(timedelta(seconds=seconds) for seconds in row.integers("after_seconds"))
