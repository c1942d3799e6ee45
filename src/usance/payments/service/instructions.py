"""The house – instructs – a rail, and asks again where the answer stays out.

An instruction is a row; a worker sends it and reports the rail's answer. It stays open until
the rail has said yes or no: no clock gives it up.
"""

from datetime import timedelta
from functools import lru_cache
from uuid import UUID

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import InstructionId, PartyId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.payments.errors import NOTHING_DUE
from usance.payments.events import AnswerAwaited
from usance.payments.model import Instruction, InstructionEvent, InstructionKind, InstructionState
from usance.payments.service.steps import instruction_stepped
from usance.payments.service.terms import repair_delays
from usance.payments.tables import INSTRUCTIONS

ASK_AGAIN = "ask_again"


class AskAgain(Record, frozen=True):
    """Ask a rail once more what became of an instruction."""

    instruction_id: InstructionId


@lru_cache(maxsize=256)
def rail_party(rail: str) -> PartyId:
    """Return the party a rail is in the ledger."""
    return PartyId.derived(0, "rail", rail)


def instruct(
    draft: Draft,
    kind: InstructionKind,
    subject: UUID,
    payment_id: PaymentId | None,
    rail: str,
    instrument: str,
    amount: Money,
    original_id: InstructionId | None = None,
    attempt: int = 1,
) -> InstructionId:
    """Write an instruction and the first look at whether it was answered."""
    instruction = Instruction(
        draft.new_id(InstructionId),
        kind,
        subject,
        payment_id,
        rail,
        instrument,
        amount,
        InstructionState.OPEN,
        draft.now,
        original_id=original_id,
        attempt=attempt,
    )
    draft.put(INSTRUCTIONS, instruction)
    _schedule(draft, instruction)
    return instruction.id


def apply_ask_again(draft: Draft, body: AskAgain, _facts: None) -> Refusal | None:
    """Count another asking; the worker sees it and asks. Then it is scheduled once more."""
    instruction = draft.get(INSTRUCTIONS, body.instruction_id)
    if instruction is None or instruction.state is not InstructionState.OPEN:
        return NOTHING_DUE.refuse("instruction", instruction.state if instruction else "answered")
    asked = replace(
        instruction_stepped(instruction, InstructionEvent.ASKED), asks=instruction.asks + 1
    )
    draft.put(INSTRUCTIONS, asked)
    again = _schedule(draft, asked)
    draft.thread(instruction.payment_id or instruction.subject)
    draft.tell(AnswerAwaited(asked.id, asked.asks, draft.now + again))
    return None


def ask_in_time(draft: Draft, instruction: Instruction) -> None:
    """Look again whether an instruction was answered that was held back until now."""
    _schedule(draft, instruction)


def _schedule(draft: Draft, instruction: Instruction) -> timedelta:
    """Ask again after the next of the policy's delays; the last one repeats."""
    delays = draft.recall(repair_delays, instruction.rail)
    delay = delays[min(instruction.asks, len(delays) - 1)]
    draft.schedule(draft.now + delay, ASK_AGAIN, AskAgain(instruction.id))
    return delay
