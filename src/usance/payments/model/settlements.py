"""What rails have paid us, and what is held back of it."""

from datetime import date, datetime
from uuid import UUID

from usance.kernel.ids import PartyId, PaymentId, derive, milliseconds_of
from usance.kernel.money import Money
from usance.kernel.records import Record


def settlement_id_of(payment_id: PaymentId, rail: str, notice: str) -> UUID:
    """Return under what a notice is kept: two rails may call two settlements the same."""
    return derive(milliseconds_of(payment_id), "settlement", payment_id, rail, notice)


class Settlement(Record, frozen=True):
    """A rail's notice that a payment is settled, by the rail's own reference.

    id: see settlement_id_of. rail: who said so, "" where it was no rail.
    """

    id: UUID
    payment_id: PaymentId
    rail: str
    notice: str
    recorded_at: datetime


class Reserve(Record, frozen=True):
    """What was held back from a settlement and falls due for release."""

    payment_id: PaymentId
    seller_id: PartyId
    amount: Money
    release_on: date
    released: bool = False
