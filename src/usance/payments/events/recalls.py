"""What has happened when money that was sent is wanted back."""

from usance.kernel.ids import InstructionId
from usance.kernel.money import Money
from usance.kernel.records import Record


class RecallRequested(Record, frozen=True):
    """The bank is asked to bring a transfer back. reason: its code."""

    instruction_id: InstructionId
    uetr: str
    amount: Money
    reason: str


class RecallAnswered(Record, frozen=True):
    """The other bank agrees or not. The money itself comes with a return, if it comes."""

    instruction_id: InstructionId
    uetr: str
    state: str
    code: str
