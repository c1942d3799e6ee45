"""A buyer's payment and the life it may lead."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final

from usance.kernel.fx import Quote
from usance.kernel.ids import DecisionId, OrderId, PartyId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record


class PaymentStatus(StrEnum):
    """Where a payment stands."""

    BLOCKED = "blocked"
    IN_REVIEW = "in_review"
    PENDING = "pending"
    FAILED = "failed"
    CAPTURED = "captured"
    SETTLED = "settled"
    REFUNDED = "refunded"
    CHARGED_BACK = "charged_back"


MAY_BECOME: Final[dict[PaymentStatus, frozenset[PaymentStatus]]] = {
    PaymentStatus.BLOCKED: frozenset(),
    PaymentStatus.IN_REVIEW: frozenset({PaymentStatus.PENDING, PaymentStatus.BLOCKED}),
    PaymentStatus.PENDING: frozenset({PaymentStatus.CAPTURED, PaymentStatus.FAILED}),
    PaymentStatus.FAILED: frozenset(),
    PaymentStatus.CAPTURED: frozenset(
        {PaymentStatus.SETTLED, PaymentStatus.REFUNDED, PaymentStatus.CHARGED_BACK}
    ),
    PaymentStatus.SETTLED: frozenset({PaymentStatus.REFUNDED, PaymentStatus.CHARGED_BACK}),
    PaymentStatus.REFUNDED: frozenset({PaymentStatus.CHARGED_BACK}),
    PaymentStatus.CHARGED_BACK: frozenset(),
}


class Payment(Record, frozen=True):
    """A buyer's payment for an order.

    gross: what the buyer pays, in the buyer's currency. fee: ours, same currency. quote: buyer's
    currency → the seller's settlement currency, locked from capture to settlement. book: gross
    at mid in the settlement currency. returned: refunds and chargebacks so far, in minor units
    of gross; holding: refunds the rail has not yet confirmed. unsettled: what of gross lies on
    the seller's pending account and is reserved for no refund; receivable: what the rail still
    owes us of it. A notice that differs from what we expect leaves both open. set_aside: what of
    the expected proceeds is others' share or goes into escrow, in minor units of the settlement
    currency; see `Split`.
    """

    id: PaymentId
    order_id: OrderId
    invoice_no: str
    seller_id: PartyId
    buyer_id: PartyId
    rail: str
    instrument: str
    gross: Money
    fee: Money
    book: Money
    quote: Quote
    decision_id: DecisionId
    status: PaymentStatus
    created_at: datetime
    captured_at: datetime | None = None
    settlement_due: date | None = None
    settled_at: datetime | None = None
    returned: int = 0
    holding: int = 0
    unsettled: int = 0
    receivable: int = 0
    is_split: bool = False
    set_aside: int = 0

    @property
    def remaining(self) -> Money:
        """What is left of gross after refunds and chargebacks, confirmed or not."""
        return Money(self.gross.minor - self.returned - self.holding, self.gross.currency)

    def own_part(self, proceeds: Money) -> Money:
        """Return what of the expected proceeds the seller may count on: shares and escrow apart."""
        if not self.set_aside:
            return proceeds
        others = -(-self.set_aside * self.remaining.minor // self.gross.minor)
        return Money(max(proceeds.minor - others, 0), proceeds.currency)
