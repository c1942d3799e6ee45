"""What has happened to quotes."""

from usance.kernel.fx import Quote
from usance.kernel.ids import FxQuoteId, PartyId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record


class QuotesRecorded(Record, frozen=True):
    """A source of quotes was heard: how many pairs it quoted."""

    source: str
    pairs: int


class QuoteLocked(Record, frozen=True):
    """A rate is promised to a seller. promised: what the maximum brings at mid."""

    quote_id: FxQuoteId
    seller_id: PartyId
    quote: Quote
    maximum: Money
    promised: Money
    uses: str


class QuoteReserved(Record, frozen=True):
    """A payment holds a locked rate until it is settled. available: for other payments."""

    quote_id: FxQuoteId
    payment_id: PaymentId
    amount: Money
    available: Money


class QuoteGivenBack(Record, frozen=True):
    """A payment no longer needs the rate it held, or less of it. available: for others."""

    quote_id: FxQuoteId
    payment_id: PaymentId
    amount: Money
    available: Money


class QuoteUsed(Record, frozen=True):
    """A payment was settled at a locked rate. held_days: since the payment reserved it."""

    quote_id: FxQuoteId
    payment_id: PaymentId
    amount: Money
    held_days: int


class QuoteExpired(Record, frozen=True):
    """A lock has run out. unused: is free; reserved: payments still hold it."""

    quote_id: FxQuoteId
    unused: Money
    reserved: Money
