"""A seller – captures – what was authorised: whole, in part, in several parts."""

from collections.abc import Sequence

from usance.kernel.draft import Draft
from usance.kernel.errors import NEGATIVE_AMOUNT, Refusal
from usance.kernel.ids import CaptureId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.parties.errors import PARTY_NOT_ACTIVE
from usance.parties.model import PartyStatus
from usance.parties.service import party_of
from usance.payments.errors import (
    AUTHORISATION_USED_UP,
    CURRENCY_MISMATCH,
    EXCEEDS_AUTHORISATION,
    UNKNOWN_PAYMENT,
)
from usance.payments.events import CaptureInitiated, CaptureRefused
from usance.payments.model import (
    Authorisation,
    Capture,
    CaptureEvent,
    CaptureStatus,
    Instruction,
    InstructionKind,
    Payment,
)
from usance.payments.ports import RailAnswer
from usance.payments.service.authorise import close_after_capture, open_authorisation, room_of
from usance.payments.service.capture import capture
from usance.payments.service.excesses import AFTER_REFUSAL, keep_excess
from usance.payments.service.instructions import instruct
from usance.payments.service.steps import capture_stepped
from usance.payments.tables import AUTHORISATIONS, CAPTURES, EXCESSES, PAYMENTS
from usance.runtime.commands import Command, Loader


class CapturePayment(Record, frozen=True):
    """Take what was authorised. amount: None for all that is left.

    final: what is left afterwards is given back to the buyer.
    """

    payment_id: PaymentId
    amount: Money | None = None
    final: bool = False


async def prepare_capture(loader: Loader, commands: Sequence[Command]) -> None:
    """Load the payments to be captured, and their authorisations where they have ended."""
    wanted = [c.body.payment_id for c in commands if isinstance(c.body, CapturePayment)]
    await loader.rows(PAYMENTS, wanted)
    await loader.rows(AUTHORISATIONS, wanted)


def apply_capture(draft: Draft, body: CapturePayment, _facts: None) -> Refusal | None:
    """Ask the rail to take it.

    Refuses: unknown_payment, currency_mismatch, negative_amount, not_authorised,
    authorisation_voided, authorisation_expired, authorisation_used_up, exceeds_authorisation,
    party_not_active.
    """
    payment = draft.get(PAYMENTS, body.payment_id)
    refusal = _refusal_of_form(payment, body)
    if refusal is not None or payment is None:
        return refusal
    authorisation = open_authorisation(draft, payment)
    if isinstance(authorisation, Refusal):
        return authorisation
    room = room_of(payment, authorisation)
    amount = room if body.amount is None else body.amount
    if room.minor <= 0:
        return AUTHORISATION_USED_UP.refuse("payment", payment.sold)
    if amount.minor > room.minor:
        return EXCEEDS_AUTHORISATION.refuse("amount", room)
    frozen = _frozen(draft, payment)
    if frozen is not None:
        return frozen
    draft.thread(payment.order_id)
    _ask(draft, payment, authorisation, amount, final=body.final)
    return None


def _refusal_of_form(payment: Payment | None, body: CapturePayment) -> Refusal | None:
    if payment is None:
        return UNKNOWN_PAYMENT.refuse("payment_id", body.payment_id)
    if body.amount is None:
        return None
    if body.amount.currency != payment.gross.currency:
        return CURRENCY_MISMATCH.refuse("amount.currency", payment.gross.currency)
    if body.amount.minor <= 0:
        return NEGATIVE_AMOUNT.refuse("amount", body.amount)
    return None


def _frozen(draft: Draft, payment: Payment) -> Refusal | None:
    """Whose money may not move is not captured, though it was authorised before."""
    for field, party_id in (("buyer_id", payment.buyer_id), ("seller_id", payment.seller_id)):
        party = party_of(draft, party_id)
        if party is not None and party.status is PartyStatus.FROZEN:
            return PARTY_NOT_ACTIVE.refuse(field, party.status)
    return None


def _ask(
    draft: Draft, payment: Payment, authorisation: Authorisation, amount: Money, *, final: bool
) -> None:
    asked = Capture(
        draft.new_id(CaptureId), payment.id, amount, final, CaptureStatus.PENDING, draft.now
    )
    draft.put(CAPTURES, asked)
    capturing = authorisation.capturing + amount.minor
    draft.put(AUTHORISATIONS, replace(authorisation, capturing=capturing))
    instruction_id = instruct(
        draft,
        InstructionKind.CAPTURE,
        asked.id,
        payment.id,
        payment.rail,
        payment.instrument,
        amount,
        authorisation.instruction_id,
    )
    draft.tell(CaptureInitiated(asked.id, payment.id, amount, final, instruction_id))


def confirm_capture(
    draft: Draft, payment: Payment, instruction: Instruction, answer: RailAnswer
) -> Refusal | None:
    """Book what the rail has taken; the authorisation ends where nothing is left of it."""
    asked = _capture_of(draft, instruction)
    if asked.status is not CaptureStatus.PENDING:
        return None  # Its settlement came before its answer.
    return book_capture(draft, payment, asked, CaptureEvent.CONFIRMED, answer.reference)


def book_capture(
    draft: Draft, payment: Payment, asked: Capture, event: CaptureEvent, reference: str
) -> Refusal | None:
    """Book a capture, by the rail's answer or because it has settled it already."""
    known = _answered(draft, asked) if event is CaptureEvent.CONFIRMED else 0
    taken = replace(capture_stepped(asked, event), captured_at=draft.now, rail_reference=reference)
    draft.put(CAPTURES, taken)
    new = Money(asked.amount.minor - known, asked.amount.currency)
    captured = capture(draft, payment, reference, new) if new.minor else payment
    if isinstance(captured, Refusal):
        return captured
    close_after_capture(draft, captured, final=asked.final)
    return None


def capture_unanswered(
    draft: Draft, payment: Payment, reference: str, moved: Money
) -> Payment | Refusal:
    """Book as captured what money has moved of, before its capture was answered or without one.

    moved: what has come, or was charged back. What is being captured is known by it: an answer
    that comes later books no more than what is missing. Refuses what the ledger does.
    """
    authorisation = draft.get(AUTHORISATIONS, payment.id)
    asked = 0 if authorisation is None else authorisation.capturing - authorisation.ahead
    taken = Money(min(moved.minor, payment.gross.minor - payment.captured), moved.currency)
    if authorisation is not None:
        ahead = authorisation.ahead + min(asked, taken.minor)
        draft.put(AUTHORISATIONS, replace(authorisation, ahead=ahead))
    captured = capture(draft, payment, reference, taken)
    if not isinstance(captured, Refusal):
        close_after_capture(draft, captured, final=False)
    return captured


def refuse_capture(draft: Draft, payment: Payment, instruction: Instruction, code: str) -> None:
    """What the rail has not taken is still kept ready."""
    asked = _capture_of(draft, instruction)
    if asked.status is not CaptureStatus.PENDING:
        return
    _answered(draft, asked)
    draft.put(CAPTURES, capture_stepped(asked, CaptureEvent.REFUSED))
    draft.tell(CaptureRefused(asked.id, payment.id, asked.amount, code))
    close_after_capture(draft, payment, final=False)


def late_capture(
    draft: Draft, payment: Payment, instruction: Instruction, reference: str
) -> Refusal | None:
    """Book what was taken after a refusal: a sale while there is room for it, else an excess."""
    asked = _capture_of(draft, instruction)
    if asked.status is not CaptureStatus.REFUSED or draft.get(EXCESSES, instruction.id) is not None:
        return None  # Its settlement came before its answer, or before the refusal.
    if has_room(draft, payment, asked):
        return book_capture(draft, payment, asked, CaptureEvent.LATE_SUCCESS, reference)
    return keep_excess(draft, payment, instruction, asked.amount, AFTER_REFUSAL)


def has_room(draft: Draft, payment: Payment, asked: Capture) -> bool:
    """Return whether a capture that was refused can still be taken from its authorisation."""
    authorisation = open_authorisation(draft, payment)
    if isinstance(authorisation, Refusal):
        return False
    return room_of(payment, authorisation).minor >= asked.amount.minor


def _answered(draft: Draft, asked: Capture) -> int:
    """Take an answered capture out of what is being captured; return what of it was booked."""
    authorisation = draft.get(AUTHORISATIONS, asked.payment_id)
    assert authorisation is not None, f"{asked.payment_id} has an authorisation"
    capturing = authorisation.capturing - asked.amount.minor
    known = min(authorisation.ahead, asked.amount.minor)
    ahead = authorisation.ahead - known
    draft.put(AUTHORISATIONS, replace(authorisation, capturing=capturing, ahead=ahead))
    return known


def _capture_of(draft: Draft, instruction: Instruction) -> Capture:
    found = draft.get(CAPTURES, instruction.subject)
    assert found is not None, f"capture {instruction.subject} was not loaded"
    return found
