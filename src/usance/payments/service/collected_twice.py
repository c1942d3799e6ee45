"""A rail – says – that it has collected, of its own accord: once more than it should have."""

from collections.abc import Sequence

from usance.kernel.draft import Draft
from usance.kernel.errors import NEGATIVE_AMOUNT, Refusal
from usance.kernel.ids import InstructionId
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments.errors import (
    CURRENCY_MISMATCH,
    NOTHING_DUE,
    UNKNOWN_INSTRUCTION,
    UNKNOWN_PAYMENT,
    WRONG_STATE,
)
from usance.payments.model import InstructionState, Settlement, settlement_id_of
from usance.payments.service.excesses import TWICE, keep_excess
from usance.payments.service.suspense import prepare_suspense_of
from usance.payments.tables import INSTRUCTIONS, PAYMENTS, SETTLEMENTS
from usance.runtime.commands import Command, Loader


class RecordCollectedTwice(Record, frozen=True):
    """Book what a rail collected once more for an instruction that it had carried out.

    notice: the rail's reference, which never repeats.
    """

    instruction_id: InstructionId
    notice: str
    amount: Money


async def prepare_collected_twice(loader: Loader, commands: Sequence[Command]) -> None:
    """Load the instructions, their payments, and the notices that are known."""
    bodies = [c.body for c in commands if isinstance(c.body, RecordCollectedTwice)]
    await loader.rows(INSTRUCTIONS, [body.instruction_id for body in bodies])
    await prepare_suspense_of(loader, [body.instruction_id for body in bodies])
    found = [(loader.get(INSTRUCTIONS, body.instruction_id), body.notice) for body in bodies]
    told = [(of.payment_id, of.rail, notice) for of, notice in found if of and of.payment_id]
    await loader.rows(SETTLEMENTS, [settlement_id_of(*each) for each in told])
    await loader.rows(PAYMENTS, [payment_id for payment_id, _, _ in told])


def apply_collected_twice(draft: Draft, body: RecordCollectedTwice, _facts: None) -> Refusal | None:
    """Book it apart from the sale, and give it back.

    Refuses: unknown_instruction, unknown_payment, nothing_due (known), currency_mismatch,
    negative_amount, wrong_state (its answer is not known yet: that is the first time).
    """
    instruction = draft.get(INSTRUCTIONS, body.instruction_id)
    if instruction is None or instruction.payment_id is None:
        return UNKNOWN_INSTRUCTION.refuse("instruction_id", body.instruction_id)
    payment = draft.get(PAYMENTS, instruction.payment_id)
    if payment is None:
        return UNKNOWN_PAYMENT.refuse("payment_id", instruction.payment_id)
    names = (payment.id, instruction.rail, body.notice)
    known = Settlement(settlement_id_of(*names), *names, draft.now)
    if draft.get(SETTLEMENTS, known.id) is not None:
        return NOTHING_DUE.refuse("notice", "booked already")
    if body.amount.currency != payment.gross.currency:
        return CURRENCY_MISMATCH.refuse("amount.currency", body.amount.currency)
    if body.amount.minor <= 0:
        return NEGATIVE_AMOUNT.refuse("amount", body.amount)
    if instruction.state is not InstructionState.CONFIRMED:
        return WRONG_STATE.refuse("instruction", instruction.state)
    draft.thread(payment.order_id)
    draft.put(SETTLEMENTS, known)
    return keep_excess(draft, payment, instruction, body.amount, TWICE, body.notice)
