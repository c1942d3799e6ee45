"""A rail – answers – an instruction. Yes books it, no undoes it, unknown leaves it pending.

A rail may change its mind. What it carried out after refusing it has happened all the same: it
is booked and told as a late success. A payout may come back from the seller's bank.
"""

from collections.abc import Sequence
from typing import Final

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import InstructionId
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.ledger.service import expand, post
from usance.payments.errors import UNKNOWN_INSTRUCTION, UNKNOWN_PAYMENT, WRONG_STATE
from usance.payments.events import AnswerAwaited, LateSuccess, PaymentFailed
from usance.payments.model import (
    Instruction,
    InstructionKind,
    InstructionState,
    Payment,
    PaymentStatus,
)
from usance.payments.ports import AnswerKind, Claim, RailAnswer
from usance.payments.rules.postings import LATE_COLLECTION
from usance.payments.service.capture import capture
from usance.payments.service.payouts import (
    confirm_payout,
    late_payout,
    refuse_payout,
    return_payout,
)
from usance.payments.service.refunds import confirm_refund, late_refund, refuse_refund
from usance.payments.service.splits import load_splits
from usance.payments.service.unwind import where_of
from usance.payments.tables import INSTRUCTIONS, PAYMENTS, PAYOUTS, REFUNDS
from usance.runtime.commands import Command, Loader

_STATE: Final = {
    AnswerKind.CONFIRMED: InstructionState.CONFIRMED,
    AnswerKind.REFUSED: InstructionState.REFUSED,
}


class RecordAnswer(Record, frozen=True):
    """Book what a rail answered."""

    instruction_id: InstructionId
    answer: RailAnswer


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
        # What is still open is in memory; only a rail that changes its mind asks for old rows.
        old = [each for each in found if each.state is not InstructionState.OPEN]
        for kind, table in ((InstructionKind.PAYOUT, PAYOUTS), (InstructionKind.REFUND, REFUNDS)):
            await loader.rows(table, [each.subject for each in old if each.kind is kind])

    def apply(self, draft: Draft, body: RecordAnswer, _facts: None) -> Refusal | None:
        """Carry out the answer; the same answer again changes nothing."""
        instruction = draft.get(INSTRUCTIONS, body.instruction_id)
        if instruction is None:
            return UNKNOWN_INSTRUCTION.refuse("instruction_id", body.instruction_id)
        payment = None
        if instruction.payment_id is not None:
            payment = draft.get(PAYMENTS, instruction.payment_id)
            if payment is None:
                return UNKNOWN_PAYMENT.refuse("payment_id", instruction.payment_id)
            draft.thread(payment.order_id)
        was, answer = instruction.state, body.answer
        if answer.kind is AnswerKind.UNKNOWN:
            if was is not InstructionState.OPEN:
                return WRONG_STATE.refuse("instruction", was)
            draft.tell(AnswerAwaited(instruction.id, instruction.asks, None))
            return None
        answered = replace(
            instruction,
            state=_STATE[answer.kind],
            answered_at=draft.now,
            answer_code=answer.code,
        )
        draft.put(INSTRUCTIONS, answered)
        if was is InstructionState.OPEN:
            return self._first(draft, answered, payment, answer)
        if was is InstructionState.REFUSED and answered.state is InstructionState.CONFIRMED:
            return self._late(draft, answered, payment)
        if answered.state is not was and answered.kind is InstructionKind.PAYOUT:
            return return_payout(draft, answered, answer)
        return WRONG_STATE.refuse("instruction", was)

    def _first(
        self, draft: Draft, instruction: Instruction, payment: Payment | None, answer: RailAnswer
    ) -> Refusal | None:
        confirmed = answer.kind is AnswerKind.CONFIRMED
        if instruction.kind is InstructionKind.PAYOUT:
            carry_out = confirm_payout if confirmed else refuse_payout
            return carry_out(draft, instruction, answer)
        if instruction.kind is InstructionKind.REFUND:
            if confirmed:
                return confirm_refund(draft, self._claim, instruction)
            return refuse_refund(draft, self._claim, instruction, answer.code)
        assert payment is not None, f"{instruction.id} collects for a payment"
        if payment.status is not PaymentStatus.PENDING:
            # Its settlement came before its answer: the sale stands in the book already.
            return None
        if confirmed:
            captured = capture(draft, payment, answer.reference)
            return captured if isinstance(captured, Refusal) else None
        draft.put(PAYMENTS, replace(payment, status=PaymentStatus.FAILED))
        draft.tell(PaymentFailed(payment.id, payment.order_id, answer.code))
        return None

    def _late(
        self, draft: Draft, instruction: Instruction, payment: Payment | None
    ) -> Refusal | None:
        """Book what was carried out after it had been refused, and raise the alarm."""
        if instruction.kind is InstructionKind.PAYOUT:
            owed = late_payout(draft, instruction)
        elif instruction.kind is InstructionKind.REFUND:
            owed = late_refund(draft, self._claim, instruction)
        else:
            assert payment is not None, f"{instruction.id} collects for a payment"
            owed = _late_collection(draft, payment)
        if isinstance(owed, Refusal):
            return owed
        draft.tell(LateSuccess(instruction.id, instruction.kind, instruction.amount, owed))
        return None


def _late_collection(draft: Draft, payment: Payment) -> Money | Refusal:
    """Keep the money apart: the order may have been paid by another payment meanwhile."""
    nothing = Money(0, payment.gross.currency)
    if payment.status is not PaymentStatus.FAILED:
        return nothing
    legs = expand(LATE_COLLECTION, {"amount": payment.gross}, where_of(payment))
    posted = post(draft, legs, draft.now.date())
    if isinstance(posted, Refusal):
        return posted
    draft.put(PAYMENTS, replace(payment, receivable=payment.gross.minor))
    return nothing
