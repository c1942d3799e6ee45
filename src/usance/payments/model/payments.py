"""A buyer's payment and the life it may lead."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from usance.kernel.fx import Quote
from usance.kernel.ids import DecisionId, OrderId, PartyId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments.model.machine import Machine, Said, may_become


class PaymentStatus(StrEnum):
    """Where a payment stands."""

    BLOCKED = "blocked"
    IN_REVIEW = "in_review"
    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    AUTHORISED = "authorised"
    FAILED = "failed"
    VOIDED = "voided"
    CAPTURED = "captured"
    SETTLED = "settled"
    REFUNDED = "refunded"
    CHARGED_BACK = "charged_back"


class PaymentEvent(StrEnum):
    """What can happen to a payment."""

    RELEASED = "released"
    BLOCKED = "blocked"
    ACTION_REQUIRED = "action_required"
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    REFUSED = "refused"
    ABANDONED = "abandoned"
    VOIDED = "voided"
    SETTLED = "settled"
    REFUNDED = "refunded"
    CHARGED_BACK = "charged_back"
    REINSTATED = "reinstated"
    REINSTATED_UNSETTLED = "reinstated_unsettled"


_S = PaymentStatus
_E = PaymentEvent

PAYMENT: Final[Machine[PaymentStatus, PaymentEvent]] = Machine(
    "payment",
    Said("A buyer's payment", "买家付款"),
    frozenset({_S.PENDING, _S.IN_REVIEW, _S.BLOCKED}),
    {
        _S.BLOCKED: Said("Risk has stopped it; no rail was asked.", "被风控拦截,未发往任何通道。"),
        _S.IN_REVIEW: Said("It waits for people to close its case.", "等待人工结案。"),
        _S.PENDING: Said("A rail was asked and has not answered.", "已发往通道,尚无答复。"),
        _S.REQUIRES_ACTION: Said(
            "The rail waits for the buyer, such as for 3-D Secure.", "等待买家验证(如 3-D Secure)。"
        ),
        _S.AUTHORISED: Said(
            "The buyer's bank keeps the money ready; nothing is posted.", "已授权冻结,尚未入账。"
        ),
        _S.FAILED: Said("The rail said no for good.", "通道最终拒绝。"),
        _S.VOIDED: Said(
            "The authorisation was given back, or ran out, before anything was captured.",
            "授权在请款前已撤销或过期。",
        ),
        _S.CAPTURED: Said("A sale: the rail owes us the money.", "已请款,通道应付我方。"),
        _S.SETTLED: Said("The rail has paid, and the money was shared out.", "通道已结算并分账。"),
        _S.REFUNDED: Said("All that was captured went back.", "已请款金额全部退还。"),
        _S.CHARGED_BACK: Said(
            "All that was captured is gone, the last of it by a chargeback.",
            "已请款金额全部退回,最后一笔为拒付。",
        ),
    },
    {
        _E.RELEASED: Said("Its case was cleared and the gate let it pass.", "案件排除,准予放行。"),
        _E.BLOCKED: Said("Its case was confirmed, or the gate said no.", "案件成立或再次被拦截。"),
        _E.ACTION_REQUIRED: Said("The rail wants the buyer to do something.", "通道要求买家操作。"),
        _E.AUTHORISED: Said("The rail confirms the authorisation.", "通道确认授权。"),
        _E.CAPTURED: Said("The rail has the money, whole or a part.", "通道已收款(全部或部分)。"),
        _E.REFUSED: Said("The rail refuses.", "通道拒绝。"),
        _E.ABANDONED: Said(
            "The buyer did nothing in time, and the rail has given it up.",
            "买家逾期未操作,通道已撤销。",
        ),
        _E.VOIDED: Said("The rail confirms that the money is free again.", "通道确认授权已释放。"),
        _E.SETTLED: Said("The rail's notice of settlement.", "通道结算通知。"),
        _E.REFUNDED: Said("A refund took the last of it.", "退款退尽余额。"),
        _E.CHARGED_BACK: Said("A chargeback took the last of it.", "拒付扣尽余额。"),
        _E.REINSTATED: Said("A won dispute gave money of it back.", "争议胜诉,款项返还。"),
        _E.REINSTATED_UNSETTLED: Said(
            "The same before the rail has settled it.", "同上,发生于结算之前。"
        ),
    },
    {
        (_S.IN_REVIEW, _E.RELEASED): _S.PENDING,
        (_S.IN_REVIEW, _E.BLOCKED): _S.BLOCKED,
        (_S.PENDING, _E.ACTION_REQUIRED): _S.REQUIRES_ACTION,
        (_S.REQUIRES_ACTION, _E.ACTION_REQUIRED): _S.REQUIRES_ACTION,
        (_S.PENDING, _E.AUTHORISED): _S.AUTHORISED,
        (_S.REQUIRES_ACTION, _E.AUTHORISED): _S.AUTHORISED,
        (_S.PENDING, _E.CAPTURED): _S.CAPTURED,
        (_S.REQUIRES_ACTION, _E.CAPTURED): _S.CAPTURED,
        (_S.AUTHORISED, _E.CAPTURED): _S.CAPTURED,
        (_S.CAPTURED, _E.CAPTURED): _S.CAPTURED,
        (_S.SETTLED, _E.CAPTURED): _S.CAPTURED,
        (_S.REFUNDED, _E.CAPTURED): _S.CAPTURED,
        (_S.CHARGED_BACK, _E.CAPTURED): _S.CAPTURED,
        (_S.PENDING, _E.REFUSED): _S.FAILED,
        (_S.REQUIRES_ACTION, _E.REFUSED): _S.FAILED,
        (_S.REQUIRES_ACTION, _E.ABANDONED): _S.FAILED,
        (_S.AUTHORISED, _E.VOIDED): _S.VOIDED,
        (_S.CAPTURED, _E.SETTLED): _S.SETTLED,
        (_S.CAPTURED, _E.REFUNDED): _S.REFUNDED,
        (_S.SETTLED, _E.REFUNDED): _S.REFUNDED,
        (_S.CAPTURED, _E.CHARGED_BACK): _S.CHARGED_BACK,
        (_S.SETTLED, _E.CHARGED_BACK): _S.CHARGED_BACK,
        (_S.REFUNDED, _E.REINSTATED): _S.SETTLED,
        (_S.REFUNDED, _E.REINSTATED_UNSETTLED): _S.CAPTURED,
        (_S.CHARGED_BACK, _E.REINSTATED): _S.SETTLED,
        (_S.CHARGED_BACK, _E.REINSTATED_UNSETTLED): _S.CAPTURED,
    },
    {
        _E.CAPTURED: (
            "unknown_payment",
            "currency_mismatch",
            "negative_amount",
            "not_authorised",
            "authorisation_voided",
            "authorisation_used_up",
            "authorisation_expired",
            "exceeds_authorisation",
            "party_not_active",
        ),
        _E.REFUNDED: (
            "unknown_payment",
            "currency_mismatch",
            "negative_amount",
            "wrong_state",
            "exceeds_remainder",
            "party_not_active",
        ),
    },
)
MAY_BECOME: Final = may_become(PAYMENT)


class CaptureMethod(StrEnum):
    """When the money of a payment is taken: with the rail's yes, or when the seller asks."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"


class Payment(Record, frozen=True):
    """A buyer's payment for an order.

    gross: what the buyer pays, in the buyer's currency. fee: ours, same currency. quote: buyer's
    currency → the seller's settlement currency, locked from capture to settlement. book: gross
    at mid in the settlement currency. returned: refunds and chargebacks so far less what came
    back of them, in minor units of gross, which together may be more than was captured; holding:
    refunds the rail has not yet confirmed. unsettled: what of gross lies on
    the seller's pending account and is reserved for no refund; receivable: what the rail still
    owes us of it. A notice that differs from what we expect leaves both open. captured: what of
    gross the rail has taken, all of it or the captures so far; charged: what of our fee was
    taken. set_aside: what of the expected proceeds is others' share or goes into escrow, in minor
    units of the settlement currency; see `Split`. fee_basis: the dated rows the fee came from, as
    `rules.fees` writes them. executed_rate: of the last cover deal, None until there is one; where
    nothing is converted there is none. attempt: which of its attempts counts, from 1. fallback:
    the rails that may be tried after it, between blanks.
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
    captured: int = 0
    charged: int = 0
    is_split: bool = False
    set_aside: int = 0
    fee_basis: str = ""
    executed_rate: Decimal | None = None
    attempt: int = 1
    fallback: str = ""

    @property
    def remaining(self) -> Money:
        """What is left of what was captured after refunds and chargebacks, confirmed or not."""
        left = self.captured - self.returned - self.holding
        return Money(max(left, 0), self.gross.currency)

    @property
    def gone_back(self) -> Money:
        """What of the captured has gone back. Banks may have taken more than there was of it."""
        return Money(min(self.returned, self.captured), self.gross.currency)

    @property
    def is_gone(self) -> bool:
        """Whether all that was captured has gone back, and no refund may yet bring some of it."""
        return self.returned >= self.captured and not self.holding

    @property
    def sold(self) -> Money:
        """What was captured: the whole of gross, or what has been taken of it so far."""
        return Money(self.captured, self.gross.currency)

    @property
    def fee_on_sold(self) -> Money:
        """Our fee on what was captured: its share of the fee, rounded up."""
        if self.captured >= self.gross.minor:
            return self.fee
        share = -(-self.fee.minor * self.captured // self.gross.minor)
        return Money(share, self.fee.currency)

    def own_part(self, proceeds: Money) -> Money:
        """Return what of the expected proceeds the seller may count on: shares and escrow apart."""
        if not self.set_aside:
            return proceeds
        others = -(-self.set_aside * self.remaining.minor // self.gross.minor)
        return Money(max(proceeds.minor - others, 0), proceeds.currency)
