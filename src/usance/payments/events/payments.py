"""What has happened to payments."""

from datetime import date

from usance.kernel.fx import Quote
from usance.kernel.ids import InstructionId, OrderId, PartyId, PaymentId
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
    """The rail has the buyer's money for us.

    net: gross less our fee and spread, converted; the seller's own part where it is split.
    """

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
