"""Somebody – recalls – a transfer: the bank is asked to bring it back.

Nothing is posted: the other side may refuse. What comes back is booked as a return.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import InstructionId
from usance.kernel.records import Record, replace
from usance.payments.errors import (
    ALREADY_RECALLED,
    NOTHING_DUE,
    UNKNOWN_RECALL_REASON,
    UNKNOWN_UETR,
    WRONG_STATE,
)
from usance.payments.events import RecallAnswered, RecallRequested
from usance.payments.model import (
    Instruction,
    InstructionKind,
    InstructionState,
    RecallState,
    TransferRecall,
    uetr_of,
)
from usance.payments.ports import AnswerKind
from usance.payments.service.terms import repair_delays
from usance.payments.tables import INSTRUCTIONS, RECALLS
from usance.runtime.commands import Command, Loader

ASK_RECALL_AGAIN: Final = "ask_recall_again"
# ISO 20022 external cancellation reasons that an originator may give.
REASONS: Final = frozenset(
    {"DUPL", "CUST", "FRAD", "TECH", "AM09", "AC03", "AGNT", "CURR", "CUTA", "UPAY"}
)


class RecallTransfer(Record, frozen=True):
    """Ask the bank to bring back what an instruction has sent, or is sending."""

    instruction_id: InstructionId
    reason: str


class RecordRecallAnswer(Record, frozen=True):
    """Take down what the other side says to a recall."""

    instruction_id: InstructionId
    kind: AnswerKind
    code: str = ""


class AskRecallAgain(Record, frozen=True):
    """Ask once more what has become of a recall."""

    instruction_id: InstructionId


async def prepare_recall(loader: Loader, commands: Sequence[Command]) -> None:
    """Load the instructions and what was recalled of them before."""
    wanted = [
        c.body.instruction_id
        for c in commands
        if isinstance(c.body, RecallTransfer | RecordRecallAnswer)
    ]
    await loader.rows(INSTRUCTIONS, wanted)
    await loader.rows(RECALLS, wanted)


def apply_recall(draft: Draft, body: RecallTransfer, _facts: None) -> Refusal | None:
    """Keep the request; the worker carries it to the rail.

    Refuses, in this order: unknown_uetr, unknown_recall_reason, wrong_state, already_recalled.
    """
    instruction = draft.get(INSTRUCTIONS, body.instruction_id)
    uetr = uetr_of(body.instruction_id)
    if instruction is None:
        return UNKNOWN_UETR.refuse("uetr", uetr)
    if body.reason not in REASONS:
        return UNKNOWN_RECALL_REASON.refuse("reason", body.reason[:12])
    if instruction.kind is not InstructionKind.PAYOUT:
        return WRONG_STATE.refuse("instruction", instruction.kind)
    if instruction.state is InstructionState.REFUSED:
        return WRONG_STATE.refuse("instruction", instruction.state)
    recalled = draft.get(RECALLS, body.instruction_id)
    if recalled is not None:
        return ALREADY_RECALLED.refuse("uetr", recalled.state)
    recall = TransferRecall(instruction.id, body.reason, RecallState.ASKED, draft.now)
    draft.put(RECALLS, recall)
    draft.thread(instruction.payment_id or instruction.subject)
    draft.tell(RecallRequested(instruction.id, uetr, instruction.amount, body.reason))
    _schedule(draft, instruction, recall)
    return None


def apply_recall_answer(draft: Draft, body: RecordRecallAnswer, _facts: None) -> Refusal | None:
    """Take down a definite answer; an unknown one leaves the recall open."""
    recall = draft.get(RECALLS, body.instruction_id)
    if recall is None or recall.state is not RecallState.ASKED:
        return NOTHING_DUE.refuse("recall", recall.state if recall else "none")
    if body.kind not in _STATE:
        return NOTHING_DUE.refuse("recall", recall.state)
    instruction = draft.get(INSTRUCTIONS, body.instruction_id)
    assert instruction is not None, f"{body.instruction_id} was recalled"
    state = _STATE[body.kind]
    draft.put(RECALLS, replace(recall, state=state, answered_at=draft.now, answer_code=body.code))
    draft.thread(instruction.payment_id or instruction.subject)
    draft.tell(RecallAnswered(instruction.id, uetr_of(instruction.id), state, body.code))
    return None


_STATE: Final = {
    AnswerKind.CONFIRMED: RecallState.ACCEPTED,
    AnswerKind.REFUSED: RecallState.REFUSED,
}


def apply_ask_recall_again(draft: Draft, body: AskRecallAgain, _facts: None) -> Refusal | None:
    """Count another asking; the worker sees it and asks."""
    recall = draft.get(RECALLS, body.instruction_id)
    if recall is None or recall.state is not RecallState.ASKED:
        return NOTHING_DUE.refuse("recall", recall.state if recall else "answered")
    asked = replace(recall, asks=recall.asks + 1)
    draft.put(RECALLS, asked)
    delays = draft.recall(repair_delays, "*")
    _again(draft, asked, delays)
    return None


def _schedule(draft: Draft, instruction: Instruction, recall: TransferRecall) -> None:
    _again(draft, recall, draft.recall(repair_delays, instruction.rail))


def _again(draft: Draft, recall: TransferRecall, delays: tuple[timedelta, ...]) -> None:
    delay = delays[min(recall.asks, len(delays) - 1)]
    draft.schedule(draft.now + delay, ASK_RECALL_AGAIN, AskRecallAgain(recall.instruction_id))
