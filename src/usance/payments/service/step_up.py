"""A rail – waits for – the buyer: 3-D Secure, a wallet's page. The answer comes later.

The payment goes on when the rail says so, asked or of its own accord. Where the buyer does
nothing in time, the rail is asked to give it up; it fails when the rail has done so.
"""

from datetime import timedelta
from typing import Final

from usance.kernel.draft import Draft, Standing
from usance.kernel.errors import Refusal
from usance.kernel.ids import InstructionId, PaymentId
from usance.kernel.records import Record, replace
from usance.payments.errors import NOTHING_DUE
from usance.payments.events import ActionAbandoned, ActionRequired
from usance.payments.model import (
    BuyerAction,
    Instruction,
    InstructionEvent,
    InstructionKind,
    InstructionState,
    Payment,
    PaymentEvent,
    PaymentStatus,
)
from usance.payments.service.authorise import refuse_authorisation
from usance.payments.service.instructions import instruct
from usance.payments.service.steps import instruction_stepped, stepped
from usance.payments.tables import ACTIONS, INSTRUCTIONS, PAYMENTS
from usance.policy.service import look_up

ABANDON_ACTION: Final = "abandon_action"
TIMED_OUT: Final = "action_timed_out"


class AbandonAction(Record, frozen=True):
    """The buyer's time is over."""

    payment_id: PaymentId
    instruction_id: InstructionId


def require_action(draft: Draft, payment: Payment, instruction: Instruction, action: str) -> None:
    """Keep what the buyer has to do; said again, the first moment counts for the time allowed."""
    known = draft.get(ACTIONS, payment.id)
    is_known = known is not None and known.instruction_id == instruction.id
    until = draft.now + timedelta(minutes=draft.recall(_minutes, payment.rail))
    if known is not None and is_known:
        until = known.expires_at
    else:
        draft.schedule(until, ABANDON_ACTION, AbandonAction(payment.id, instruction.id))
    draft.put(ACTIONS, BuyerAction(payment.id, instruction.id, action, draft.now, until))
    draft.put(PAYMENTS, stepped(payment, PaymentEvent.ACTION_REQUIRED))
    draft.tell(ActionRequired(payment.id, instruction.id, action, until))


def action_over(draft: Draft, payment: Payment) -> None:
    """Note that the rail waits for the buyer no longer."""
    if payment.status is not PaymentStatus.REQUIRES_ACTION:
        return
    known = draft.get(ACTIONS, payment.id)
    assert known is not None, f"{payment.id} waits for the buyer"
    draft.put(ACTIONS, replace(known, done=True))


def apply_abandon_action(draft: Draft, body: AbandonAction, _facts: None) -> Refusal | None:
    """Ask the rail to give up what the buyer did not finish. It stays open until it has."""
    payment = draft.get(PAYMENTS, body.payment_id)
    instruction = draft.get(INSTRUCTIONS, body.instruction_id)
    if (
        payment is None
        or payment.status is not PaymentStatus.REQUIRES_ACTION
        or instruction is None
        or instruction.state is not InstructionState.OPEN
    ):
        return NOTHING_DUE.refuse("payment", payment.status if payment else "over")
    draft.thread(payment.order_id)
    instruct(
        draft,
        InstructionKind.VOID,
        payment.id,
        payment.id,
        payment.rail,
        payment.instrument,
        payment.gross,
        instruction.id,
    )
    draft.tell(ActionAbandoned(payment.id, instruction.id))
    return None


def given_up(draft: Draft, payment: Payment, original: Instruction) -> None:
    """The rail has given up what the buyer did not finish: the payment has failed."""
    action_over(draft, payment)
    answered = instruction_stepped(original, InstructionEvent.REFUSED)
    draft.put(INSTRUCTIONS, replace(answered, answered_at=draft.now, answer_code=TIMED_OUT))
    refuse_authorisation(draft, payment, TIMED_OUT, PaymentEvent.ABANDONED)


def _minutes(book: Standing, rail: str) -> int:
    return look_up(book, "payments.action", rail, book.now.date()).integer("minutes")
