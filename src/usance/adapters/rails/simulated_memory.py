"""What the server of a simulated rail was told: each thing is taken once and decided once."""

from datetime import UTC, datetime
from uuid import UUID

import httpx

from usance.adapters.rails.simulator import SimulatedRail
from usance.kernel.ids import InstructionId, PaymentId, milliseconds_of
from usance.kernel.money import Money
from usance.kernel.records import replace
from usance.payments.model import Instruction, InstructionKind, InstructionState
from usance.payments.ports import AnswerKind, RailAnswer


class Memory(dict[str, Instruction]):
    """The instructions that a server was told, by the key its client gives them."""

    def __init__(self, rail: SimulatedRail) -> None:
        super().__init__()
        self._rail = rail

    def asked(
        self,
        of: UUID,
        kind: InstructionKind,
        amount: Money,
        now: datetime,
        payment: PaymentId | None = None,
        instrument: str = "",
    ) -> Instruction:
        """Return an instruction as a server knows it. payment: another's, which this is about."""
        about = payment or PaymentId(of)
        made_at = datetime.fromtimestamp(milliseconds_of(of) / 1000, UTC)
        return Instruction(
            InstructionId(of),
            kind,
            about,
            about,
            self._rail.name,
            instrument,
            amount,
            InstructionState.OPEN,
            max(made_at, now),
        )

    def take(self, key: str, instruction: Instruction, now: datetime) -> None:
        """Take what is asked, unless it was taken under this key before.

        Raises httpx.ReadTimeout where the rail is silent at first.
        """
        if key in self:
            return
        self[key] = instruction
        if self._rail.first_answer(instruction, now).kind is AnswerKind.UNKNOWN:
            raise httpx.ReadTimeout(f"{self._rail.name} keeps silent")

    def answered(self, key: str, now: datetime) -> RailAnswer:
        """Return what became of an instruction, and remember when that was decided."""
        held = self[key]
        answer = self._rail.later_answer(held, now)
        if answer.kind in {AnswerKind.CONFIRMED, AnswerKind.REFUSED} and held.answered_at is None:
            state = InstructionState(answer.kind.value)
            self[key] = replace(held, state=state, answered_at=now)
        return answer
