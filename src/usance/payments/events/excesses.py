"""What rails collected and should not have."""

from usance.kernel.ids import InstructionId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record


class ExcessCollected(Record, frozen=True):
    """A rail collected what was not to be collected: it is booked, and goes back to the buyer.

    why: after a refusal, or a second time. instruction_id: by which it was collected. notice: the
    rail's own reference where it said so unasked.
    """

    instruction_id: InstructionId
    payment_id: PaymentId
    amount: Money
    why: str
    return_id: InstructionId
    notice: str = ""


class ExcessReturned(Record, frozen=True):
    """The buyer has back what was collected too much."""

    instruction_id: InstructionId
    payment_id: PaymentId
    amount: Money


class ExcessKept(Record, frozen=True):
    """The rail did not return what it collected too much. It waits for people."""

    instruction_id: InstructionId
    payment_id: PaymentId
    amount: Money
    code: str
