"""Rates that are locked for sellers, the payments that hold them, and what market makers quote."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from usance.kernel.fx import Quote
from usance.kernel.ids import FxQuoteId, PartyId, PaymentId
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record


class LockUse(StrEnum):
    """How often a lock may be used: by one payment, or by many up to its maximum."""

    SINGLE = "single"
    MULTI = "multi"


class LockStatus(StrEnum):
    """Whether a payment may still reserve a lock. What is reserved holds in any of them."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"


class QuoteLock(Record, frozen=True):
    """A rate promised to a seller until `quote.expires_at`, for at most `maximum`.

    maximum: in the currency the seller sells, `quote.base`. reserved: what payments hold of it
    that are not settled yet; used: what was settled at this rate. Both in minor units of maximum.
    """

    id: FxQuoteId
    seller_id: PartyId
    quote: Quote
    maximum: Money
    uses: LockUse
    status: LockStatus
    created_at: datetime
    reserved: int = 0
    used: int = 0

    @property
    def available(self) -> Money:
        """What a payment may still reserve, its expiry apart."""
        free = self.maximum.minor - self.reserved - self.used
        if self.status is not LockStatus.OPEN or (self.uses is LockUse.SINGLE and self.reserved):
            free = 0
        return Money(free, self.maximum.currency)

    @property
    def exposed(self) -> Money:
        """What we may still have to convert at this rate, whatever the market does."""
        minor = self.reserved
        if self.status is LockStatus.OPEN:
            minor = self.maximum.minor - self.used
        return Money(minor, self.maximum.currency)


class Reservation(Record, frozen=True):
    """What a payment holds of a lock, from `reserved_at` until it is settled or comes to nothing.

    held: in minor units of the payment's currency.
    """

    payment_id: PaymentId
    quote_id: FxQuoteId
    reserved_at: datetime
    held: int


class MakerQuote(Record, frozen=True):
    """At which rates a market maker deals: it buys `base` at bid and sells it at ask.

    Both are units of `quote` for one `base`. quoted_at: by the maker's own clock.
    """

    base: Currency
    quote: Currency
    bid: Decimal
    ask: Decimal
    quoted_at: datetime
    valid_until: datetime

    @property
    def pair(self) -> str:
        """The pair as people write it: `GBP/CNY`."""
        return f"{self.base}/{self.quote}"


class SourceQuotes(Record, frozen=True):
    """The last that was heard of a source of quotes: one quote for each pair."""

    source: str
    recorded_at: datetime
    quotes: dict[str, MakerQuote]
