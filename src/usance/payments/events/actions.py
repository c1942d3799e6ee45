"""What buyers were asked to do."""

from datetime import datetime

from usance.kernel.ids import InstructionId, PaymentId
from usance.kernel.records import Record


class ActionRequired(Record, frozen=True):
    """The rail waits for the buyer. action: where the buyer is to be sent."""

    payment_id: PaymentId
    instruction_id: InstructionId
    action: str
    expires_at: datetime


class ActionAbandoned(Record, frozen=True):
    """The buyer did nothing in time; the rail is asked to give the payment up."""

    payment_id: PaymentId
    instruction_id: InstructionId
