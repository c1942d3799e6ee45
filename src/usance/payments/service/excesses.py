"""The house – gives back – what a rail collected after a refusal, or a second time.

It has happened, so it is booked: the rail owes it to us, and it is nobody's sale. It goes back
to the buyer by the rail it came by, without anybody asking; and it is told, so that a case is
opened. What the rail does not return stays in suspense for people.
"""

from typing import Final

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import InstructionId
from usance.kernel.money import Money
from usance.kernel.records import replace
from usance.ledger.model import Where, where_among
from usance.ledger.service import expand, post
from usance.parties.model import OPERATOR
from usance.payments.events import ExcessCollected, ExcessKept, ExcessReturned
from usance.payments.model import (
    Excess,
    Instruction,
    InstructionKind,
    Payment,
    SuspenseReason,
)
from usance.payments.rules.postings import EXCESS_RETURN, LATE_COLLECTION, NETTING
from usance.payments.service.instructions import instruct, rail_party
from usance.payments.service.suspense import gone_back, move_back, suspend_going_back
from usance.payments.tables import EXCESSES, INSTRUCTIONS

AFTER_REFUSAL: Final = "after_refusal"
TWICE: Final = "twice"
_REASON: Final = {
    AFTER_REFUSAL: SuspenseReason.LATE_COLLECTION,
    TWICE: SuspenseReason.COLLECTED_TWICE,
}


def keep_excess(
    draft: Draft,
    payment: Payment,
    instruction: Instruction,
    amount: Money,
    why: str,
    notice: str = "",
) -> Refusal | None:
    """Book what was collected too much by an instruction, and ask the rail to return it."""
    known = draft.get(EXCESSES, instruction.id)
    excess = known or Excess(
        instruction.id, payment.id, instruction.rail, Money(0, amount.currency), draft.now
    )
    legs = expand(LATE_COLLECTION, {"amount": amount}, where_of_excess(payment, excess))
    posted = post(draft, legs, draft.now.date())
    if isinstance(posted, Refusal):
        return posted
    draft.put(
        EXCESSES,
        replace(excess, amount=excess.amount + amount, receivable=excess.receivable + amount.minor),
    )
    suspend_going_back(draft, payment, instruction.id, amount, _REASON[why])
    return_id = instruct(
        draft,
        InstructionKind.REFUND,
        instruction.id,
        payment.id,
        instruction.rail,
        instruction.instrument,
        amount,
        instruction.id,
    )
    draft.tell(ExcessCollected(instruction.id, payment.id, amount, why, return_id, notice))
    return None


def confirm_return(
    draft: Draft, payment: Payment, instruction: Instruction, excess: Excess, *, late: bool
) -> Refusal | None:
    """The buyer has it back; what the rail had paid us of it already, it takes back.

    late: the rail had refused to return it.
    """
    amount, on = instruction.amount, draft.now.date()
    where = where_of_excess(payment, excess)
    receivable = excess.receivable - amount.minor
    netted = Money(max(-receivable, 0), amount.currency)
    legs = [
        *expand(EXCESS_RETURN, {"amount": amount}, where),
        *expand(NETTING, {"netted": netted}, where),
    ]
    posted = post(draft, legs, on)
    if isinstance(posted, Refusal):
        return posted
    after = replace(
        excess,
        receivable=max(receivable, 0),
        returned=excess.returned + amount.minor,
        kept=excess.kept - (amount.minor if late else 0),
    )
    draft.put(EXCESSES, after)
    gone_back(draft, excess.instruction_id, amount, late=late)
    draft.tell(ExcessReturned(excess.instruction_id, payment.id, amount))
    return None


def refuse_return(draft: Draft, instruction: Instruction, excess: Excess, code: str) -> None:
    """The rail keeps what it collected too much: people have to see to it."""
    draft.put(EXCESSES, replace(excess, kept=excess.kept + instruction.amount.minor))
    move_back(draft, excess.instruction_id, -instruction.amount.minor)
    draft.tell(ExcessKept(excess.instruction_id, excess.payment_id, instruction.amount, code))


def is_elsewhere(draft: Draft, payment: Payment, instruction_id: InstructionId | None) -> bool:
    """Return whether an instruction was another rail's than the payment's: an attempt before.

    Of a payment that was rerouted the instruction was loaded.
    """
    if instruction_id is None:
        return False
    excess = draft.get(EXCESSES, instruction_id)
    if excess is not None:
        return excess.rail != payment.rail
    instruction = draft.get(INSTRUCTIONS, instruction_id) if payment.attempt > 1 else None
    return instruction is not None and instruction.rail != payment.rail


def where_of_excess(payment: Payment, excess: Excess) -> Where:
    """Return whose accounts it moves: those of the rail that collected it."""
    return where_among(OPERATOR, payment.seller_id, None, rail_party(excess.rail))
