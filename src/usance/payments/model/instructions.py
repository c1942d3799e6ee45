"""What rails are asked to do."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from usance.kernel.ids import InstructionId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record


class InstructionKind(StrEnum):
    """What a rail is asked to do."""

    COLLECT = "collect"
    REFUND = "refund"
    PAYOUT = "payout"


class InstructionState(StrEnum):
    """Whether a rail has answered."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class Instruction(Record, frozen=True):
    """What we ask a rail to do. Open until the rail says yes or no: never given up by a clock.

    subject: the payment, refund or payout it carries out. asks: how often the repair loop has
    asked for the answer. creditor: who receives a payout, by bank account.
    """

    id: InstructionId
    kind: InstructionKind
    subject: UUID
    payment_id: PaymentId | None
    rail: str
    instrument: str
    amount: Money
    state: InstructionState
    created_at: datetime
    asks: int = 0
    answered_at: datetime | None = None
    answer_code: str = ""
