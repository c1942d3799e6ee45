"""What has happened to payments."""

from datetime import date, datetime

from usance.kernel.fx import Quote
from usance.kernel.ids import (
    DisputeId,
    InstructionId,
    OrderId,
    PartyId,
    PaymentId,
    PayoutId,
    RefundId,
)
from usance.kernel.money import Money
from usance.kernel.records import Record


class PaymentInitiated(Record, frozen=True):
    """A rail was asked to collect a payment. Nothing is posted yet."""

    payment_id: PaymentId
    order_id: OrderId
    seller_id: PartyId
    buyer_id: PartyId
    order_amount: Money
    gross: Money
    fee: Money
    fee_rule: str
    quote: Quote
    book: Money
    rail: str
    route_reason: str
    instruction_id: InstructionId


class PaymentStopped(Record, frozen=True):
    """A payment was blocked, or waits for a person. No rail was asked."""

    payment_id: PaymentId
    order_id: OrderId
    seller_id: PartyId
    buyer_id: PartyId
    gross: Money
    status: str


class PaymentCaptured(Record, frozen=True):
    """The rail has the buyer's money for us. net: gross less our fee and spread, converted."""

    payment_id: PaymentId
    order_id: OrderId
    seller_id: PartyId
    buyer_id: PartyId
    gross: Money
    net: Money
    settlement_due: date
    rail_reference: str


class PaymentFailed(Record, frozen=True):
    """The rail said no for good."""

    payment_id: PaymentId
    order_id: OrderId
    code: str


class AnswerAwaited(Record, frozen=True):
    """The rail's answer is not known. The repair loop asks again."""

    instruction_id: InstructionId
    asks: int
    ask_again_at: datetime | None


class PaymentSettled(Record, frozen=True):
    """The rail has paid. Everything that followed from it was one chain.

    executed_rate: the market rate of the cover deal; locked_rate: the one the seller got.
    gross: what the rail says it settles; zero, and no notice, where money that had been
    reserved for a refund is shared out after the refund was refused.
    """

    payment_id: PaymentId
    notice: str
    gross: Money
    rail_fee: Money
    fee: Money
    converted: Money
    proceeds: Money
    spread: Money
    locked_rate: str
    executed_rate: str
    fx_result: Money
    owed: Money
    claimed: Money
    reserve: Money
    rest: Money


class PayoutInitiated(Record, frozen=True):
    """A rail was asked to pay a seller. The money is reserved."""

    payout_id: PayoutId
    seller_id: PartyId
    payment_id: PaymentId | None
    amount: Money
    purpose: str
    instruction_id: InstructionId


class PayoutPaid(Record, frozen=True):
    """The seller has the money."""

    payout_id: PayoutId
    amount: Money
    rail_reference: str


class PayoutRefused(Record, frozen=True):
    """The rail did not pay; the money is the seller's to draw again."""

    payout_id: PayoutId
    amount: Money
    code: str


class RefundInitiated(Record, frozen=True):
    """A rail was asked to pay a buyer back."""

    refund_id: RefundId
    payment_id: PaymentId
    amount: Money
    reason: str
    instruction_id: InstructionId


class RefundConfirmed(Record, frozen=True):
    """The buyer has the money back."""

    refund_id: RefundId
    payment_id: PaymentId
    amount: Money


class RefundRefused(Record, frozen=True):
    """The rail did not pay back; nothing has changed."""

    refund_id: RefundId
    payment_id: PaymentId
    amount: Money
    code: str


class ChargedBack(Record, frozen=True):
    """The buyer's bank took money back. owed: what the seller could not cover."""

    dispute_id: DisputeId
    payment_id: PaymentId
    amount: Money
    fee: Money
    taken: Money
    owed: Money
    before_settlement: bool


class ReserveReleased(Record, frozen=True):
    """What was held back is the seller's to draw."""

    payment_id: PaymentId
    seller_id: PartyId
    amount: Money


class FixingsRecorded(Record, frozen=True):
    """The reference rates of a day are in the book."""

    value_date: date
    source: str
    rates: int


class SettlementLate(Record, frozen=True):
    """A rail has not settled in time. Nothing is booked: only its notice settles."""

    payment_id: PaymentId
    rail: str
    settlement_due: date


class SettlementDiffers(Record, frozen=True):
    """A rail's notice is not what we expected. What arrived is booked; the rest stays open.

    short: the rail still owes us. excess: nobody's yet, in suspense. refunds_awaited: refunds on
    this payment without an answer, which may explain it.
    """

    payment_id: PaymentId
    notice: str
    expected: Money
    gross: Money
    short: Money
    excess: Money
    refunds_awaited: Money


class SettlementUnmatched(Record, frozen=True):
    """A rail has settled a payment that never became a sale. The money is in suspense."""

    payment_id: PaymentId
    notice: str
    gross: Money
    rail_fee: Money
    status: str


class PayoutWithheld(Record, frozen=True):
    """What a settlement left for the seller stays here: it could not be paid out now."""

    payment_id: PaymentId
    seller_id: PartyId
    amount: Money
    code: str


class LateSuccess(Record, frozen=True):
    """A rail carried out what it had refused. It is booked; a person has to look at it.

    kind: what was instructed. owed: what the seller could not cover.
    """

    instruction_id: InstructionId
    kind: str
    amount: Money
    owed: Money


class PayoutReturned(Record, frozen=True):
    """The seller's bank sent a payout back; the money is the seller's to draw again."""

    payout_id: PayoutId
    amount: Money
    code: str
