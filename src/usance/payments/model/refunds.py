"""Money on its way back to buyers."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from usance.kernel.ids import GoodsReturnId, PaymentId, RefundId
from usance.kernel.money import Money
from usance.kernel.records import Record


class RefundStatus(StrEnum):
    """Where a refund stands."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class Refund(Record, frozen=True):
    """Money paid back to a buyer.

    hold: what it reserves while the rail has not answered. goods_return_id: the return it is for.
    """

    id: RefundId
    payment_id: PaymentId
    amount: Money
    reason: str
    status: RefundStatus
    hold: UUID | None
    created_at: datetime
    goods_return_id: GoodsReturnId | None = None
