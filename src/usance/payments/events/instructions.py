"""What rails have answered, or not."""

from datetime import datetime

from usance.kernel.ids import InstructionId
from usance.kernel.money import Money
from usance.kernel.records import Record


class AnswerAwaited(Record, frozen=True):
    """The rail's answer is not known. The repair loop asks again."""

    instruction_id: InstructionId
    asks: int
    ask_again_at: datetime | None


class LateSuccess(Record, frozen=True):
    """A rail carried out what it had refused. It is booked; a person has to look at it.

    kind: what was instructed. owed: what the seller could not cover.
    """

    instruction_id: InstructionId
    kind: str
    amount: Money
    owed: Money
