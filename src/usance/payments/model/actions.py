"""What rails want buyers to do before they go on."""

from datetime import datetime

from usance.kernel.ids import InstructionId, PaymentId
from usance.kernel.records import Record


class BuyerAction(Record, frozen=True):
    """What a buyer has to do, such as 3-D Secure. action: the URL to be sent to.

    expires_at: when we ask the rail to give the payment up. done: the rail waits no longer.
    """

    payment_id: PaymentId
    instruction_id: InstructionId
    action: str
    asked_at: datetime
    expires_at: datetime
    done: bool = False
