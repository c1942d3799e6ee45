"""The nouns of payments and the lives they may lead."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from usance.kernel.fx import Quote
from usance.kernel.ids import (
    DecisionId,
    DisputeId,
    GoodsReturnId,
    InstructionId,
    OrderId,
    PartyId,
    PaymentId,
    PayoutId,
    RefundId,
)
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
    owes us of it. A notice that differs from what we expect leaves both open.
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

    @property
    def remaining(self) -> Money:
        """What is left of gross after refunds and chargebacks, confirmed or not."""
        return Money(self.gross.minor - self.returned - self.holding, self.gross.currency)


class InstructionKind(StrEnum):
    """What a rail is asked to do."""

    COLLECT = "collect"
    REFUND = "refund"
    PAYOUT = "payout"


class InstructionState(StrEnum):
    """Whether a rail has answered."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class Instruction(Record, frozen=True):
    """What we ask a rail to do. Open until the rail says yes or no: never given up by a clock.

    subject: the payment, refund or payout it carries out. asks: how often the repair loop has
    asked for the answer. creditor: who receives a payout, by bank account.
    """

    id: InstructionId
    kind: InstructionKind
    subject: UUID
    payment_id: PaymentId | None
    rail: str
    instrument: str
    amount: Money
    state: InstructionState
    created_at: datetime
    asks: int = 0
    answered_at: datetime | None = None
    answer_code: str = ""


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


class Dispute(Record, frozen=True):
    """A chargeback: the buyer's bank has taken money back.

    notice: the rail's own reference; the same notice twice is one dispute.
    """

    id: DisputeId
    notice: str
    payment_id: PaymentId
    amount: Money
    fee: Money
    owed: Money
    created_at: datetime


class Settlement(Record, frozen=True):
    """A rail's notice that a payment is settled, by the rail's own reference."""

    notice: str
    payment_id: PaymentId
    recorded_at: datetime


class FixingDay(Record, frozen=True):
    """The reference rates published on one day: units of each currency for one `base`.

    Decimal strings by currency code; the base itself stands in with 1.
    """

    value_date: date
    base: str
    source: str
    rates: dict[str, str]


class Reserve(Record, frozen=True):
    """What was held back from a settlement and falls due for release."""

    payment_id: PaymentId
    seller_id: PartyId
    amount: Money
    release_on: date
    released: bool = False
