"""Money on its way out to sellers."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from usance.kernel.ids import PartyId, PaymentId, PayoutId
from usance.kernel.money import Money
from usance.kernel.records import Record


class PayoutStatus(StrEnum):
    """Where a payout stands."""

    PENDING = "pending"
    PAID = "paid"
    REFUSED = "refused"


class Payout(Record, frozen=True):
    """Money on its way out to a seller. hold: what it reserves until the rail has answered."""

    id: PayoutId
    seller_id: PartyId
    payment_id: PaymentId | None
    amount: Money
    purpose: str
    status: PayoutStatus
    hold: UUID
    created_at: datetime
