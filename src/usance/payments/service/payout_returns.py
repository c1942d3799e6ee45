"""A payee's bank – sends back – a payout, or part of it."""

from collections.abc import Sequence
from typing import Final

from usance.kernel.draft import Draft
from usance.kernel.errors import NEGATIVE_AMOUNT, Refusal
from usance.kernel.ids import InstructionId, PayoutId
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.payments.errors import (
    CURRENCY_MISMATCH,
    NOTHING_DUE,
    RETURN_EXCEEDS_PAYOUT,
    UNKNOWN_INSTRUCTION,
    WRONG_STATE,
)
from usance.payments.model import (
    Instruction,
    InstructionEvent,
    InstructionKind,
    InstructionState,
    Payout,
    PayoutReturn,
    PayoutStatus,
    return_id_of,
)
from usance.payments.ports import AnswerKind, RailAnswer
from usance.payments.service.payouts import (
    confirm_payout,
    left_besides,
    prepare_besides,
    take_back,
    take_back_surplus,
)
from usance.payments.service.steps import instruction_stepped
from usance.payments.tables import INSTRUCTIONS, PAYOUT_RETURNS, PAYOUTS
from usance.runtime.commands import Command, Loader

# One that is held was told to no rail, and what was never made does not come back.
_MADE: Final = frozenset({PayoutStatus.PENDING, PayoutStatus.PAID})


class RecordPayoutReturn(Record, frozen=True):
    """Book what came back of a payout. reference: the rail's own; reason: its code (AC04, …)."""

    instruction_id: InstructionId
    reference: str
    amount: Money
    reason: str = ""


async def prepare_payout_return(loader: Loader, commands: Sequence[Command]) -> None:
    """Load the instructions, their payouts, and what has come back of them before."""
    asked = [each.body for each in commands if isinstance(each.body, RecordPayoutReturn)]
    await loader.rows(INSTRUCTIONS, [each.instruction_id for each in asked])
    found = [(each, loader.get(INSTRUCTIONS, each.instruction_id)) for each in asked]
    payouts = [(each, of.subject) for each, of in found if of is not None]
    await loader.rows(PAYOUTS, [subject for _, subject in payouts])
    known = [return_id_of(PayoutId(subject), each.reference) for each, subject in payouts]
    await loader.rows(PAYOUT_RETURNS, known)
    await prepare_besides(loader, [of for _, of in found if of is not None])


def apply_payout_return(draft: Draft, body: RecordPayoutReturn, _facts: None) -> Refusal | None:
    """Give the seller back what the payee's bank has sent back. The same again changes nothing.

    A return that is heard before the answer tells that the payout was made. Refuses:
    unknown_instruction, negative_amount, currency_mismatch, nothing_due (known already),
    wrong_state, return_exceeds_payout.
    """
    instruction = draft.get(INSTRUCTIONS, body.instruction_id)
    if instruction is None or instruction.kind is not InstructionKind.PAYOUT:
        return UNKNOWN_INSTRUCTION.refuse("instruction_id", body.instruction_id)
    payout_id = PayoutId(instruction.subject)
    payout = draft.get(PAYOUTS, payout_id)
    assert payout is not None, f"payout {payout_id} was not loaded"
    if body.amount.minor <= 0:
        return NEGATIVE_AMOUNT.refuse("amount", body.amount)
    if body.amount.currency != payout.amount.currency:
        return CURRENCY_MISMATCH.refuse("amount", body.amount.currency)
    if draft.get(PAYOUT_RETURNS, return_id_of(payout_id, body.reference)) is not None:
        return NOTHING_DUE.refuse("reference", body.reference)
    if instruction.attempt != payout.attempt:
        return _surplus_is_back(draft, payout, instruction, body)
    if payout.status not in _MADE:
        return WRONG_STATE.refuse("payout_id", payout.status)
    left = Money(payout.amount.minor - payout.returned, payout.amount.currency)
    if body.amount.minor > left.minor:
        return RETURN_EXCEEDS_PAYOUT.refuse("amount", left)
    refusal = _made_after_all(draft, instruction)
    if refusal is not None:
        return refusal
    made = draft.get(PAYOUTS, payout_id)
    assert made is not None, "it was there a moment ago"
    draft.put(PAYOUT_RETURNS, _kept(draft, payout_id, body))
    if body.amount == left:
        _all_is_back(draft, instruction, body.reason)
    return take_back(draft, made, body.amount, body.reason, instruction.id)


def _surplus_is_back(
    draft: Draft, payout: Payout, instruction: Instruction, body: RecordPayoutReturn
) -> Refusal | None:
    """Book what came back of a rail that had paid besides the one that counts, or part of it.

    Of what it has never paid, nothing comes back.
    """
    if instruction.state is not InstructionState.CONFIRMED:
        return WRONG_STATE.refuse("instruction", instruction.state)
    left = left_besides(draft, payout, instruction.id)
    if body.amount.minor > left.minor:
        return RETURN_EXCEEDS_PAYOUT.refuse("amount", left)
    draft.put(PAYOUT_RETURNS, _kept(draft, payout.id, body))
    if body.amount == left:
        _all_is_back(draft, instruction, body.reason)
    return take_back_surplus(draft, payout, body.amount, body.reason, instruction.id)


def _kept(draft: Draft, payout_id: PayoutId, body: RecordPayoutReturn) -> PayoutReturn:
    key = return_id_of(payout_id, body.reference)
    return PayoutReturn(key, payout_id, body.reference, body.amount, body.reason, draft.now)


def _all_is_back(draft: Draft, instruction: Instruction, reason: str) -> None:
    """Note on an instruction what a rail's late no would: that nothing of it was done."""
    done = draft.get(INSTRUCTIONS, instruction.id)
    assert done is not None, "it was there a moment ago"
    undone = instruction_stepped(done, InstructionEvent.REFUSED)
    draft.put(INSTRUCTIONS, replace(undone, answered_at=draft.now, answer_code=reason))


def _made_after_all(draft: Draft, instruction: Instruction) -> Refusal | None:
    """Book a payout whose answer is still out: what comes back was made."""
    if instruction.state is not InstructionState.OPEN:
        return None
    answered = instruction_stepped(instruction, InstructionEvent.CONFIRMED)
    draft.put(INSTRUCTIONS, replace(answered, answered_at=draft.now, answer_code=""))
    return confirm_payout(draft, instruction, RailAnswer(AnswerKind.CONFIRMED))
