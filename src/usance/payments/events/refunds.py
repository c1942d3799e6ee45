"""What has happened to refunds."""

from usance.kernel.ids import InstructionId, PaymentId, RefundId
from usance.kernel.money import Money
from usance.kernel.records import Record


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
