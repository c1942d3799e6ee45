"""Money on its way back to buyers."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from usance.kernel.ids import GoodsReturnId, PaymentId, RefundId
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments.model.machine import Machine, Said


class RefundStatus(StrEnum):
    """Where a refund stands."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class RefundEvent(StrEnum):
    """What can happen to a refund."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    LATE_SUCCESS = "late_success"


_S = RefundStatus
_E = RefundEvent

REFUND: Final[Machine[RefundStatus, RefundEvent]] = Machine(
    "refund",
    Said("A refund", "退款"),
    frozenset({_S.PENDING}),
    {
        _S.PENDING: Said("The rail was asked and has not answered.", "已发往通道,尚无答复。"),
        _S.CONFIRMED: Said("The buyer has the money back.", "买家已收到退款。"),
        _S.REFUSED: Said("The rail has not paid back.", "通道未退款。"),
    },
    {
        _E.CONFIRMED: Said("The rail says yes.", "通道确认。"),
        _E.REFUSED: Said("The rail says no.", "通道拒绝。"),
        _E.LATE_SUCCESS: Said("The rail paid back after it had refused.", "通道先拒后成。"),
    },
    {
        (_S.PENDING, _E.CONFIRMED): _S.CONFIRMED,
        (_S.PENDING, _E.REFUSED): _S.REFUSED,
        (_S.REFUSED, _E.LATE_SUCCESS): _S.CONFIRMED,
    },
)


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
