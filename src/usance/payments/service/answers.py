"""A rail – answers – an instruction. Yes books it, no undoes it, unknown leaves it pending.

A rail may change its mind. What it carried out after refusing it has happened all the same: it
is booked and told as a late success. A payout may come back from the seller's bank.
"""

from collections.abc import Sequence
from typing import Any, Final

from usance.kernel.draft import Draft, Rows
from usance.kernel.errors import Refusal
from usance.kernel.ids import InstructionId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.payments.errors import (
    NOT_THIS_PAYMENT,
    UNKNOWN_INSTRUCTION,
    UNKNOWN_PAYMENT,
    WRONG_STATE,
)
from usance.payments.events import AnswerAwaited, CollectedInPart, LateSuccess
from usance.payments.model import (
    PAYMENT,
    CaptureStatus,
    Instruction,
    InstructionEvent,
    InstructionKind,
    InstructionState,
    Payment,
    PaymentEvent,
    PaymentStatus,
)
from usance.payments.ports import AnswerKind, Claim, RailAnswer
from usance.payments.service.authorise import (
    confirm_authorisation,
    confirm_void,
    give_back,
    refuse_authorisation,
    refuse_void,
)
from usance.payments.service.capture import capture
from usance.payments.service.captures import confirm_capture, late_capture, refuse_capture
from usance.payments.service.evidence import confirm_contest, refuse_contest
from usance.payments.service.excesses import (
    AFTER_REFUSAL,
    confirm_return,
    keep_excess,
    refuse_return,
)
from usance.payments.service.payouts import (
    confirm_payout,
    late_payout,
    prepare_besides,
    refuse_payout,
    return_payout,
)
from usance.payments.service.proceeds import load_reserves
from usance.payments.service.quotes import free_lock, unlock
from usance.payments.service.refunds import confirm_refund, late_refund, refuse_refund
from usance.payments.service.returning import answer_return
from usance.payments.service.routing import learn, try_elsewhere
from usance.payments.service.splits import load_splits
from usance.payments.service.step_up import action_over, given_up, require_action
from usance.payments.service.steps import instruction_stepped
from usance.payments.service.suspense import prepare_suspense_of
from usance.payments.tables import (
    AUTHORISATIONS,
    CAPTURES,
    DISPUTES,
    EXCESSES,
    HELD_PAYOUTS,
    INSTRUCTIONS,
    PAYMENTS,
    PAYOUTS,
    REFUNDS,
    SUSPENSE,
)
from usance.runtime.commands import Command, Loader

_EVENT: Final = {
    AnswerKind.CONFIRMED: InstructionEvent.CONFIRMED,
    AnswerKind.REFUSED: InstructionEvent.REFUSED,
}
_COLLECTS: Final = frozenset({InstructionKind.COLLECT, InstructionKind.AUTHORISE})
_OF_AUTHORISATIONS: Final = frozenset(
    {InstructionKind.AUTHORISE, InstructionKind.CAPTURE, InstructionKind.VOID}
)
_SUBJECTS: Final[tuple[tuple[InstructionKind, Rows[Any, Any]], ...]] = (
    (InstructionKind.PAYOUT, PAYOUTS),
    (InstructionKind.REFUND, REFUNDS),
    (InstructionKind.RETURN, SUSPENSE),
)
_MOVE_EXCESSES: Final = frozenset(
    {InstructionKind.COLLECT, InstructionKind.CAPTURE, InstructionKind.REFUND}
)
_TAKEN: Final = frozenset({CaptureStatus.CAPTURED, CaptureStatus.SETTLED})
# What a rail has done may come back from the other's bank.
_MAY_COME_BACK: Final = frozenset({InstructionKind.PAYOUT, InstructionKind.RETURN})


class RecordAnswer(Record, frozen=True):
    """Book what a rail answered.

    payment_id: which payment the rail says it is about, where it says so.
    """

    instruction_id: InstructionId
    answer: RailAnswer
    payment_id: PaymentId | None = None


class AnswerStage:
    """Applies `record_answer`. claim: who is served when a refund is confirmed or refused."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim

    async def prepare(self, loader: Loader, commands: Sequence[Command]) -> None:
        """Load the instructions, what they carry out and the payments they are about."""
        wanted = [c.body.instruction_id for c in commands if isinstance(c.body, RecordAnswer)]
        await loader.rows(INSTRUCTIONS, wanted)
        found = [each for each in (loader.get(INSTRUCTIONS, key) for key in wanted) if each]
        payment_ids = [each.payment_id for each in found if each.payment_id]
        await loader.rows(PAYMENTS, payment_ids)
        await load_splits(loader, payment_ids)
        refunded = [e.payment_id for e in found if e.kind is InstructionKind.REFUND]
        await load_reserves(loader, [each for each in refunded if each is not None])
        originals = [each.original_id for each in found if each.kind is InstructionKind.VOID]
        await loader.rows(INSTRUCTIONS, [each for each in originals if each is not None])
        contested = [each.subject for each in found if each.kind is InstructionKind.CONTEST]
        await loader.rows(DISPUTES, contested)
        captured = [each for each in found if each.kind is InstructionKind.CAPTURE]
        await loader.rows(CAPTURES, [each.subject for each in captured])
        # What is still open is in memory; only a rail that changes its mind asks for old rows.
        old = [each for each in found if each.state is not InstructionState.OPEN]
        for kind, table in _SUBJECTS:
            await loader.rows(table, [each.subject for each in old if each.kind is kind])
        await _load_held(loader, found)
        moved = [each for each in old if each.kind in _MOVE_EXCESSES]
        refund = InstructionKind.REFUND
        await prepare_suspense_of(loader, [e.subject if e.kind is refund else e.id for e in moved])
        authorised = [each for each in found if each.kind in _OF_AUTHORISATIONS]
        await loader.rows(AUTHORISATIONS, [e.payment_id for e in authorised if e.payment_id])

    def apply(self, draft: Draft, body: RecordAnswer, _facts: None) -> Refusal | None:
        """Carry out the answer; the same answer again changes nothing.

        Refuses: unknown_instruction, not_this_payment, unknown_payment, wrong_state.
        """
        instruction = draft.get(INSTRUCTIONS, body.instruction_id)
        if instruction is None:
            return UNKNOWN_INSTRUCTION.refuse("instruction_id", body.instruction_id)
        if body.payment_id is not None and body.payment_id != instruction.payment_id:
            return NOT_THIS_PAYMENT.refuse("payment_id", body.payment_id)
        payment = None
        if instruction.payment_id is not None:
            payment = draft.get(PAYMENTS, instruction.payment_id)
            if payment is None:
                return UNKNOWN_PAYMENT.refuse("payment_id", instruction.payment_id)
            draft.thread(payment.order_id)
        was, answer = instruction.state, body.answer
        if was is InstructionState.HELD:
            return WRONG_STATE.refuse("instruction", was)  # No rail was told of it.
        event = _EVENT.get(answer.kind)
        learn(draft, instruction, payment, answer)
        if event is None:
            if was is not InstructionState.OPEN:
                return WRONG_STATE.refuse("instruction", was)
            return _awaited(draft, instruction, payment, answer)
        if event is InstructionEvent.REFUSED and _is_carried_out(draft, instruction, payment):
            event = InstructionEvent.CONFIRMED
        if _says_nothing_new(instruction, event):
            return WRONG_STATE.refuse("instruction", was)
        answered = replace(
            instruction_stepped(instruction, event),
            answered_at=draft.now,
            answer_code=answer.code,
        )
        draft.put(INSTRUCTIONS, answered)
        if answered.kind is InstructionKind.RETURN:
            return answer_return(draft, answered, was)
        if was is InstructionState.OPEN:
            return self._first(draft, answered, payment, answer)
        if event is InstructionEvent.CONFIRMED:
            return self._late(draft, answered, payment, answer)
        return return_payout(draft, answered, answer)

    def _first(
        self, draft: Draft, instruction: Instruction, payment: Payment | None, answer: RailAnswer
    ) -> Refusal | None:
        confirmed = answer.kind is AnswerKind.CONFIRMED
        if instruction.kind is InstructionKind.PAYOUT:
            carry_out = confirm_payout if confirmed else refuse_payout
            return carry_out(draft, instruction, answer)
        assert payment is not None, f"{instruction.id} is about a payment"
        if instruction.kind is InstructionKind.COLLECT:
            return _collected(draft, payment, answer, confirmed=confirmed)
        if instruction.kind is InstructionKind.REFUND:
            return self._refunded(draft, payment, instruction, answer, confirmed=confirmed)
        if instruction.kind is InstructionKind.CAPTURE and confirmed:
            return confirm_capture(draft, payment, instruction, answer)
        if instruction.kind is InstructionKind.CAPTURE:
            refuse_capture(draft, payment, instruction, answer.code)
        elif instruction.kind is InstructionKind.AUTHORISE:
            _authorised(draft, payment, answer, confirmed=confirmed)
        elif instruction.kind is InstructionKind.VOID:
            _voided(draft, payment, instruction, answer, confirmed=confirmed)
        elif confirmed:
            confirm_contest(draft, instruction)
        else:
            refuse_contest(draft, instruction, answer)
        return None

    def _refunded(
        self,
        draft: Draft,
        payment: Payment,
        instruction: Instruction,
        answer: RailAnswer,
        *,
        confirmed: bool,
    ) -> Refusal | None:
        excess = draft.get(EXCESSES, instruction.subject)
        if excess is None:
            if confirmed:
                return confirm_refund(draft, self._claim, instruction)
            return refuse_refund(draft, self._claim, instruction, answer.code)
        if confirmed:
            return confirm_return(draft, payment, instruction, excess, late=False)
        refuse_return(draft, instruction, excess, answer.code)
        return None

    def _late(
        self,
        draft: Draft,
        instruction: Instruction,
        payment: Payment | None,
        answer: RailAnswer,
    ) -> Refusal | None:
        """Book what was carried out after it had been refused, and raise the alarm."""
        if instruction.kind is InstructionKind.PAYOUT:
            done: Money | Refusal | None = late_payout(draft, instruction)
        else:
            assert payment is not None, f"{instruction.id} is about a payment"
            done = self._late_for(draft, instruction, payment, answer)
        if isinstance(done, Refusal):
            return done
        owed = done or Money(0, instruction.amount.currency)
        draft.tell(LateSuccess(instruction.id, instruction.kind, instruction.amount, owed))
        return None

    def _late_for(
        self, draft: Draft, instruction: Instruction, payment: Payment, answer: RailAnswer
    ) -> Money | Refusal | None:
        kind = instruction.kind
        if kind is InstructionKind.REFUND:
            excess = draft.get(EXCESSES, instruction.subject)
            if excess is not None:
                return confirm_return(draft, payment, instruction, excess, late=True)
            return late_refund(draft, self._claim, instruction)
        if kind is InstructionKind.COLLECT:
            if draft.get(EXCESSES, instruction.id) is not None:
                return None  # Its settlement came before its answer.
            return keep_excess(draft, payment, instruction, instruction.amount, AFTER_REFUSAL)
        if kind is InstructionKind.CAPTURE:
            return late_capture(draft, payment, instruction, answer.reference)
        if kind is InstructionKind.AUTHORISE:
            give_back(draft, payment, instruction)
        return None


async def _load_held(loader: Loader, asked: Sequence[Instruction]) -> None:
    """Load which payouts were held back before: another rail may be asked for them now."""
    payouts = [each.subject for each in asked if each.kind is InstructionKind.PAYOUT]
    found = [loader.get(PAYOUTS, each) for each in payouts]
    await prepare_besides(loader, [each for each in asked if each.kind is InstructionKind.PAYOUT])
    await loader.rows(HELD_PAYOUTS, [each.id for each in found if each and each.fallback])


def _is_carried_out(draft: Draft, instruction: Instruction, payment: Payment | None) -> bool:
    """Return whether the settlement of what is asked was heard already: a no is no answer then."""
    if instruction.state is not InstructionState.OPEN:
        return False
    if instruction.kind is InstructionKind.CAPTURE:
        asked = draft.get(CAPTURES, instruction.subject)
        return asked is not None and asked.status in _TAKEN
    return (
        instruction.kind is InstructionKind.COLLECT
        and payment is not None
        and not PAYMENT.may(payment.status, PaymentEvent.REFUSED)
    )


def _says_nothing_new(instruction: Instruction, event: InstructionEvent) -> bool:
    """Return whether a rail repeats itself, or takes back a yes that may not be taken back."""
    if instruction.state is InstructionState.OPEN:
        return False
    is_late = instruction.state is InstructionState.REFUSED
    if event is InstructionEvent.CONFIRMED:
        return not is_late
    return is_late or instruction.kind not in _MAY_COME_BACK


def _awaited(
    draft: Draft, instruction: Instruction, payment: Payment | None, answer: RailAnswer
) -> Refusal | None:
    """Wait on: for the rail, or for the buyer where the rail waits for that."""
    waits = answer.kind is AnswerKind.ACTION_REQUIRED and instruction.kind in _COLLECTS
    may = payment is not None and PAYMENT.may(payment.status, PaymentEvent.ACTION_REQUIRED)
    if waits and may and payment is not None:
        require_action(draft, payment, instruction, answer.action)
    else:
        draft.tell(AnswerAwaited(instruction.id, instruction.asks, None))
    return None


def _collected(
    draft: Draft, payment: Payment, answer: RailAnswer, *, confirmed: bool
) -> Refusal | None:
    if not PAYMENT.may(payment.status, PaymentEvent.REFUSED):
        # Its money came before its answer: the sale stands in the book already, whole or in part.
        return _collected_rest(draft, payment, answer, confirmed=confirmed)
    if confirmed:
        return _capture_collected(draft, payment, answer)
    if try_elsewhere(draft, payment, answer):
        return None
    action_over(draft, payment)
    refuse_authorisation(draft, payment, answer.code, PaymentEvent.REFUSED)
    return None


def _collected_rest(
    draft: Draft, payment: Payment, answer: RailAnswer, *, confirmed: bool
) -> Refusal | None:
    """Book what of a collection had not come before its answer, or count on it no more."""
    if not 0 < payment.captured < payment.gross.minor:
        return None
    rest = Money(payment.gross.minor - payment.captured, payment.gross.currency)
    if not confirmed:
        return free_lock(draft, payment, rest)
    captured = capture(draft, payment, answer.reference, rest)
    return captured if isinstance(captured, Refusal) else None


def _capture_collected(draft: Draft, payment: Payment, answer: RailAnswer) -> Refusal | None:
    """Book what was collected: all of it, or the part of which the rail says that it is all."""
    said = answer.amount
    is_part = said is not None and said.minor < payment.gross.minor
    captured = capture(draft, payment, answer.reference, said if is_part else None)
    if isinstance(captured, Refusal):
        return captured
    if is_part and said is not None:
        left = payment.gross - said
        unlock(draft, payment, left)
        draft.tell(CollectedInPart(payment.id, payment.order_id, said, left))
    return None


def _authorised(draft: Draft, payment: Payment, answer: RailAnswer, *, confirmed: bool) -> None:
    if not PAYMENT.may(payment.status, PaymentEvent.AUTHORISED):
        return
    if not confirmed and try_elsewhere(draft, payment, answer):
        return
    action_over(draft, payment)
    if confirmed:
        confirm_authorisation(draft, payment, answer.reference)
    else:
        refuse_authorisation(draft, payment, answer.code, PaymentEvent.REFUSED)


def _voided(
    draft: Draft, payment: Payment, instruction: Instruction, answer: RailAnswer, *, confirmed: bool
) -> None:
    original = (
        None
        if instruction.original_id is None
        else draft.get(INSTRUCTIONS, instruction.original_id)
    )
    unfinished = original is not None and original.state is InstructionState.OPEN
    if unfinished and original is not None:
        # What the buyer did not finish. Where the rail does not give it up, it still knows more.
        if confirmed and payment.status is PaymentStatus.REQUIRES_ACTION:
            given_up(draft, payment, original)
    elif original is not None and original.attempt != payment.attempt:
        return  # What a rail authorised after it had refused; another one's stands.
    elif confirmed:
        confirm_void(draft, payment)
    else:
        refuse_void(draft, payment, answer.code)
