"""A rail – answers – an instruction. Yes books it, no undoes it, unknown leaves it pending."""

from collections.abc import Sequence
from typing import Final

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import InstructionId
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.ledger.service import expand, post, post_hold, void_hold
from usance.payments.errors import UNKNOWN_INSTRUCTION, UNKNOWN_PAYMENT, WRONG_STATE
from usance.payments.events import (
    AnswerAwaited,
    PaymentCaptured,
    PaymentFailed,
    PayoutPaid,
    PayoutRefused,
)
from usance.payments.model import (
    Instruction,
    InstructionKind,
    InstructionState,
    PaymentStatus,
    PayoutStatus,
)
from usance.payments.ports import AnswerKind, Claim, RailAnswer
from usance.payments.rules.postings import CAPTURE
from usance.payments.rules.pricing import fee_of, net_proceeds
from usance.payments.service.refunds import confirm_refund, refuse_refund
from usance.payments.service.settle import CHECK_SETTLEMENT, CheckSettlement, settlement_day
from usance.payments.service.unwind import where_of
from usance.payments.tables import INSTRUCTIONS, PAYMENTS, PAYOUTS
from usance.policy.service import look_up
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
    """Applies `record_answer`. claim: takes back part of an advance when a refund is confirmed."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim

    async def prepare(self, loader: Loader, commands: Sequence[Command]) -> None:
        """Load the instructions and the payments they are about."""
        wanted = [c.body.instruction_id for c in commands if isinstance(c.body, RecordAnswer)]
        await loader.rows(INSTRUCTIONS, wanted)
        found = [loader.get(INSTRUCTIONS, each) for each in wanted]
        await loader.rows(PAYMENTS, [each.payment_id for each in found if each and each.payment_id])

    def apply(self, draft: Draft, body: RecordAnswer, _facts: None) -> Refusal | None:
        """Carry out the answer; the same answer again changes nothing."""
        instruction = draft.get(INSTRUCTIONS, body.instruction_id)
        if instruction is None:
            return UNKNOWN_INSTRUCTION.refuse("instruction_id", body.instruction_id)
        if instruction.payment_id is not None:
            payment = draft.get(PAYMENTS, instruction.payment_id)
            if payment is None:
                return UNKNOWN_PAYMENT.refuse("payment_id", instruction.payment_id)
            draft.thread(payment.order_id)
        if instruction.state is not InstructionState.OPEN:
            return WRONG_STATE.refuse("instruction", instruction.state)
        if body.answer.kind is AnswerKind.UNKNOWN:
            draft.tell(AnswerAwaited(instruction.id, instruction.asks, None))
            return None
        answered = replace(
            instruction,
            state=_STATE[body.answer.kind],
            answered_at=draft.now,
            answer_code=body.answer.code,
        )
        draft.put(INSTRUCTIONS, answered)
        return self._carry_out(draft, answered, body.answer)

    def _carry_out(
        self, draft: Draft, instruction: Instruction, answer: RailAnswer
    ) -> Refusal | None:
        confirmed = answer.kind is AnswerKind.CONFIRMED
        if instruction.kind is InstructionKind.COLLECT:
            return (
                _capture(draft, instruction, answer)
                if confirmed
                else _fail(draft, instruction, answer)
            )
        if instruction.kind is InstructionKind.REFUND:
            return (
                confirm_refund(draft, self._claim, instruction)
                if confirmed
                else refuse_refund(draft, instruction, answer.code)
            )
        return _payout(draft, instruction, answer)


def _capture(draft: Draft, instruction: Instruction, answer: RailAnswer) -> Refusal | None:
    assert instruction.payment_id is not None
    payment = draft.get(PAYMENTS, instruction.payment_id)
    assert payment is not None
    on = draft.now.date()
    posted = post(draft, expand(CAPTURE, {"gross": payment.gross}, where_of(payment)), on)
    if isinstance(posted, Refusal):
        return posted
    due, late = settlement_day(draft, payment.rail, payment.gross.currency)
    captured = replace(
        payment, status=PaymentStatus.CAPTURED, captured_at=draft.now, settlement_due=due
    )
    draft.put(PAYMENTS, captured)
    draft.schedule(late, CHECK_SETTLEMENT, CheckSettlement(payment.id))
    rail_fee = look_up(draft, "payments.rail_fee", payment.rail, on)
    expected = fee_of(payment.gross, rail_fee.integer("bps"), rail_fee.integer("fixed_minor"))
    draft.tell(
        PaymentCaptured(
            payment.id,
            payment.order_id,
            payment.seller_id,
            payment.buyer_id,
            payment.gross,
            net_proceeds(captured, expected),
            due,
            answer.reference,
        )
    )
    return None


def _fail(draft: Draft, instruction: Instruction, answer: RailAnswer) -> Refusal | None:
    assert instruction.payment_id is not None
    payment = draft.get(PAYMENTS, instruction.payment_id)
    assert payment is not None
    draft.put(PAYMENTS, replace(payment, status=PaymentStatus.FAILED))
    draft.tell(PaymentFailed(payment.id, payment.order_id, answer.code))
    return None


def _payout(draft: Draft, instruction: Instruction, answer: RailAnswer) -> Refusal | None:
    payout = draft.get(PAYOUTS, instruction.subject)
    assert payout is not None, f"payout {instruction.subject} left memory while pending"
    on = draft.now.date()
    amount: Money = payout.amount
    if answer.kind is AnswerKind.CONFIRMED:
        refusal = post_hold(draft, payout.hold, "payout_paid", on)
        draft.put(PAYOUTS, replace(payout, status=PayoutStatus.PAID))
        draft.tell(PayoutPaid(payout.id, amount, answer.reference))
    else:
        refusal = void_hold(draft, payout.hold, "payout_refused", on)
        draft.put(PAYOUTS, replace(payout, status=PayoutStatus.REFUSED))
        draft.tell(PayoutRefused(payout.id, amount, answer.code))
    return refusal
