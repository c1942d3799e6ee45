"""The house – authorises – a payment, and gives back what was not captured of it.

Nothing is posted while money is only kept ready: the ledger sees captures. An authorisation
ends when the rail says so, never by a clock alone: when its time is over the rail is asked to
free the rest, and not before it has answered the captures it was asked for.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from usance.kernel.draft import Draft, Standing
from usance.kernel.errors import Refusal
from usance.kernel.ids import InstructionId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.payments.errors import (
    AUTHORISATION_EXPIRED,
    AUTHORISATION_USED_UP,
    AUTHORISATION_VOIDED,
    CAPTURE_UNANSWERED,
    NOT_AUTHORISED,
    NOTHING_DUE,
    RAIL_CANNOT,
    UNKNOWN_PAYMENT,
)
from usance.payments.events import (
    AuthorisationEnded,
    AuthorisationRequested,
    PaymentAuthorised,
    PaymentFailed,
    VoidInitiated,
    VoidRefused,
)
from usance.payments.model import (
    AUTHORISATION,
    Authorisation,
    AuthorisationEvent,
    AuthorisationStatus,
    CaptureMethod,
    Instruction,
    InstructionKind,
    Payment,
    PaymentEvent,
    PaymentStatus,
)
from usance.payments.service.instructions import instruct
from usance.payments.service.quotes import unlock
from usance.payments.service.steps import stepped
from usance.payments.tables import AUTHORISATIONS, PAYMENTS
from usance.policy.model import PolicyRow
from usance.policy.service import find_row
from usance.runtime.commands import Command, Loader

EXPIRE_AUTHORISATION: Final = "expire_authorisation"
ASKED: Final = "asked"
FINAL: Final = "final"
EXPIRED: Final = "expired"


class VoidPayment(Record, frozen=True):
    """Give back what is authorised and not captured, the whole of it."""

    payment_id: PaymentId


class ExpireAuthorisation(Record, frozen=True):
    """The time of an authorisation is over."""

    payment_id: PaymentId


def authorisation_terms(book: Standing, rail: str) -> PolicyRow | None:
    """Return how long a rail keeps money ready; None for one that cannot authorise."""
    return find_row(book, "payments.authorisation", rail, book.now.date())


def cannot_authorise(draft: Draft, method: str, rail: str) -> Refusal | None:
    """Return why a payment cannot be captured by hand on a rail. Refuses: rail_cannot."""
    if method != CaptureMethod.MANUAL or draft.recall(authorisation_terms, rail) is not None:
        return None
    return RAIL_CANNOT.refuse("authorise", rail)


def request_authorisation(draft: Draft, payment: Payment, method: str) -> None:
    """Note that a new payment is to be captured by hand."""
    if method != CaptureMethod.MANUAL:
        return
    asked = Authorisation(payment.id, payment.gross, AuthorisationStatus.REQUESTED, draft.now)
    draft.put(AUTHORISATIONS, asked)
    draft.tell(AuthorisationRequested(payment.id, payment.gross))


def instruct_collection(draft: Draft, payment: Payment, method: str) -> InstructionId:
    """Ask the rail to collect a payment, or only to authorise it."""
    is_manual = method == CaptureMethod.MANUAL
    instruction_id = instruct(
        draft,
        InstructionKind.AUTHORISE if is_manual else InstructionKind.COLLECT,
        payment.id,
        payment.id,
        payment.rail,
        payment.instrument,
        payment.gross,
        attempt=payment.attempt,
    )
    if is_manual:
        authorisation = draft.get(AUTHORISATIONS, payment.id)
        assert authorisation is not None, f"{payment.id} was to be captured by hand"
        draft.put(AUTHORISATIONS, replace(authorisation, instruction_id=instruction_id))
    return instruction_id


def method_of(draft: Draft, payment_id: PaymentId) -> CaptureMethod:
    """Return when a payment's money is to be taken."""
    is_manual = draft.get(AUTHORISATIONS, payment_id) is not None
    return CaptureMethod.MANUAL if is_manual else CaptureMethod.AUTOMATIC


# ---- what the rail says ----


def confirm_authorisation(draft: Draft, payment: Payment, reference: str) -> None:
    """Keep that the money is ready, and until when."""
    authorisation = _step(draft, payment.id, AuthorisationEvent.AUTHORISED)
    terms = draft.recall(authorisation_terms, payment.rail)
    days = 0 if terms is None else terms.integer("days")
    until = draft.now + timedelta(days=days)
    draft.put(AUTHORISATIONS, replace(authorisation, authorised_at=draft.now, expires_at=until))
    draft.put(PAYMENTS, stepped(payment, PaymentEvent.AUTHORISED))
    draft.schedule(until, EXPIRE_AUTHORISATION, ExpireAuthorisation(payment.id))
    draft.tell(PaymentAuthorised(payment.id, payment.gross, until, reference))


def refuse_authorisation(draft: Draft, payment: Payment, code: str, event: PaymentEvent) -> None:
    """Let a payment fail that is authorised or collected no more."""
    if method_of(draft, payment.id) is CaptureMethod.MANUAL:
        _step(draft, payment.id, AuthorisationEvent.REFUSED)
    draft.put(PAYMENTS, stepped(payment, event))
    unlock(draft, payment)
    draft.tell(PaymentFailed(payment.id, payment.order_id, code))


def confirm_void(draft: Draft, payment: Payment) -> None:
    """What was not captured is free; a payment of which nothing was captured is over."""
    authorisation = draft.get(AUTHORISATIONS, payment.id)
    if authorisation is None or authorisation.status is not AuthorisationStatus.VOIDING:
        return  # A late authorisation that was given back: the payment has failed long since.
    _end(draft, payment, authorisation, AuthorisationEvent.VOIDED)


def refuse_void(draft: Draft, payment: Payment, code: str) -> None:
    """What is left may still be captured; when its time is over it has lapsed all the same."""
    authorisation = draft.get(AUTHORISATIONS, payment.id)
    if authorisation is None or authorisation.status is not AuthorisationStatus.VOIDING:
        return
    if _is_over(draft, authorisation):
        _end(draft, payment, authorisation, AuthorisationEvent.LAPSED)
        return
    _step(draft, payment.id, AuthorisationEvent.VOID_REFUSED)
    draft.tell(VoidRefused(payment.id, room_of(payment, authorisation), code))


def _end(
    draft: Draft, payment: Payment, authorisation: Authorisation, event: AuthorisationEvent
) -> None:
    if event is AuthorisationEvent.VOIDED and _is_over(draft, authorisation):
        event = AuthorisationEvent.LAPSED
    ended = _step(draft, payment.id, event)
    if payment.status is PaymentStatus.AUTHORISED:
        draft.put(PAYMENTS, stepped(payment, PaymentEvent.VOIDED))
    unlock(draft, payment, room_of(payment, authorisation))
    draft.tell(AuthorisationEnded(payment.id, room_of(payment, authorisation), ended.status))


# ---- what people and the clock ask ----


async def prepare_void(loader: Loader, commands: Sequence[Command]) -> None:
    """Load the payments whose authorisations are given back, and these where they have ended."""
    wanted = [c.body.payment_id for c in commands if isinstance(c.body, VoidPayment)]
    await loader.rows(PAYMENTS, wanted)
    await loader.rows(AUTHORISATIONS, wanted)


def apply_void(draft: Draft, body: VoidPayment, _facts: None) -> Refusal | None:
    """Ask the rail to free the rest. See errors.captures for how it is refused."""
    payment = draft.get(PAYMENTS, body.payment_id)
    if payment is None:
        return UNKNOWN_PAYMENT.refuse("payment_id", body.payment_id)
    authorisation = open_authorisation(draft, payment)
    if isinstance(authorisation, Refusal):
        return authorisation
    if authorisation.capturing:
        open_ = Money(authorisation.capturing, payment.gross.currency)
        return CAPTURE_UNANSWERED.refuse("payment_id", open_)
    draft.thread(payment.order_id)
    instruct_void(draft, payment, ASKED)
    return None


async def prepare_expire_authorisation(loader: Loader, commands: Sequence[Command]) -> None:
    """Load the payments: one of which all captures were settled is no longer in memory."""
    wanted = [c.body.payment_id for c in commands if isinstance(c.body, ExpireAuthorisation)]
    await loader.rows(PAYMENTS, wanted)


def apply_expire_authorisation(
    draft: Draft, body: ExpireAuthorisation, _facts: None
) -> Refusal | None:
    """Ask the rail to free what was not captured in time; an open capture is waited for."""
    payment = draft.get(PAYMENTS, body.payment_id)
    authorisation = draft.get(AUTHORISATIONS, body.payment_id)
    if (
        authorisation is None
        or authorisation.status is not AuthorisationStatus.OPEN
        or authorisation.capturing
    ):
        said = "ended" if authorisation is None else authorisation.status
        return NOTHING_DUE.refuse("authorisation", said)
    assert payment is not None, f"{body.payment_id} was authorised"
    draft.thread(payment.order_id)
    instruct_void(draft, payment, EXPIRED)
    return None


def instruct_void(draft: Draft, payment: Payment, why: str) -> None:
    """Ask the rail to free all that was not captured."""
    authorisation = _step(draft, payment.id, AuthorisationEvent.VOID_ASKED)
    left = room_of(payment, authorisation)
    instruction_id = instruct(
        draft,
        InstructionKind.VOID,
        payment.id,
        payment.id,
        payment.rail,
        payment.instrument,
        left,
        authorisation.instruction_id,
    )
    draft.tell(VoidInitiated(payment.id, left, why, instruction_id))


def close_after_capture(draft: Draft, payment: Payment, *, final: bool) -> None:
    """End an authorisation of which all was captured; free the rest after the final capture.

    Also where its time was over while the rail had a capture unanswered. payment: as it stands
    after the answer.
    """
    authorisation = draft.get(AUTHORISATIONS, payment.id)
    if authorisation is None or authorisation.status is not AuthorisationStatus.OPEN:
        return
    if room_of(payment, authorisation).minor <= 0 and not authorisation.capturing:
        _step(draft, payment.id, AuthorisationEvent.USED_UP)
    elif (final or _is_over(draft, authorisation)) and not authorisation.capturing:
        instruct_void(draft, payment, FINAL if final else EXPIRED)


def open_authorisation(draft: Draft, payment: Payment) -> Authorisation | Refusal:
    """Return what a payment can be captured from.

    Refuses: not_authorised, authorisation_voided, authorisation_expired, authorisation_used_up.
    """
    authorisation = draft.get(AUTHORISATIONS, payment.id)
    status = None if authorisation is None else authorisation.status
    if authorisation is None or status in {
        AuthorisationStatus.REQUESTED,
        AuthorisationStatus.REFUSED,
    }:
        return NOT_AUTHORISED.refuse("payment", payment.status)
    if status in {AuthorisationStatus.VOIDING, AuthorisationStatus.VOIDED}:
        return AUTHORISATION_VOIDED.refuse("payment", authorisation.status)
    if status is AuthorisationStatus.CAPTURED:
        return AUTHORISATION_USED_UP.refuse("payment", payment.sold)
    if _is_over(draft, authorisation):
        assert authorisation.expires_at is not None, "what is over was authorised"
        return AUTHORISATION_EXPIRED.refuse("payment", authorisation.expires_at.isoformat())
    return authorisation


def room_of(payment: Payment, authorisation: Authorisation) -> Money:
    """Return what of an authorisation is neither captured nor asked for."""
    asked = authorisation.capturing - authorisation.ahead
    left = authorisation.amount.minor - payment.captured - asked
    return Money(max(left, 0), authorisation.amount.currency)


def give_back(draft: Draft, payment: Payment, instruction: Instruction) -> None:
    """Ask a rail to free what it authorised after it had said no."""
    instruct(
        draft,
        InstructionKind.VOID,
        payment.id,
        payment.id,
        instruction.rail,
        instruction.instrument,
        instruction.amount,
        instruction.id,
    )


def _is_over(draft: Draft, authorisation: Authorisation) -> bool:
    return authorisation.expires_at is not None and draft.now >= authorisation.expires_at


def _step(draft: Draft, payment_id: PaymentId, event: AuthorisationEvent) -> Authorisation:
    authorisation = draft.get(AUTHORISATIONS, payment_id)
    assert authorisation is not None, f"{payment_id} has an authorisation"
    status = AUTHORISATION.step(authorisation.status, event)
    after = replace(authorisation, status=status)
    draft.put(AUTHORISATIONS, after)
    return after
