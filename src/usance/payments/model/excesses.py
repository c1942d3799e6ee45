"""What rails collected and should not have."""

from datetime import datetime

from usance.kernel.ids import InstructionId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record


class Excess(Record, frozen=True):
    """Money collected twice, or after we had been told no. It goes back to the buyer.

    instruction_id: by which it was collected. receivable: what the rail still owes us of it,
    below zero where it has paid us what it then refunded; returned: what the buyer has back;
    kept: what the rail refused to return, which people have to see to. Minor units of amount.
    """

    instruction_id: InstructionId
    payment_id: PaymentId
    rail: str
    amount: Money
    created_at: datetime
    receivable: int = 0
    returned: int = 0
    kept: int = 0
