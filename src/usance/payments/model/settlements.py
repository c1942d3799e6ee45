"""What rails have paid us, and what is held back of it."""

from datetime import date, datetime

from usance.kernel.ids import PartyId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record


class Settlement(Record, frozen=True):
    """A rail's notice that a payment is settled, by the rail's own reference."""

    notice: str
    payment_id: PaymentId
    recorded_at: datetime


class Reserve(Record, frozen=True):
    """What was held back from a settlement and falls due for release."""

    payment_id: PaymentId
    seller_id: PartyId
    amount: Money
    release_on: date
    released: bool = False
