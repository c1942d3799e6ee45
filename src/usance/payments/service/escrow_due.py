"""What a sale holds back: whose it is, when it falls due, what went back of it."""

from datetime import UTC, date, datetime, time
from typing import Final

from usance.kernel.draft import Draft
from usance.kernel.ids import EscrowId, PaymentId, milliseconds_of
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.payments.events import EscrowMoved
from usance.payments.model import Escrow, EscrowStatus, Payment, Split
from usance.payments.tables import ESCROWS, SPLITS

RELEASE_DUE: Final = "release_due_escrow"


class ReleaseDue(Record, frozen=True):
    """The days of an escrow are over."""

    escrow_id: EscrowId


def schedule_release(draft: Draft, escrow_id: EscrowId, on: date) -> None:
    """Have an escrow released on a day."""
    draft.schedule(datetime.combine(on, time(), UTC), RELEASE_DUE, ReleaseDue(escrow_id))


def escrow_id_of(payment_id: PaymentId, number: int) -> EscrowId:
    """Return the id of the escrow that the share of this number has."""
    return EscrowId.derived(milliseconds_of(payment_id), payment_id.hex, number)


def escrow_ids(split: Split) -> list[EscrowId]:
    """Return the ids of the escrows that a split opens."""
    return [
        escrow_id_of(split.payment_id, number)
        for number, share in enumerate(split.shares)
        if share.escrow is not None
    ]


def own_escrows(draft: Draft, payment: Payment) -> list[Escrow]:
    """Return what a sale holds back of its seller's own money; its split was loaded."""
    split = draft.get(SPLITS, payment.id) if payment.is_split else None
    found = () if split is None else (draft.get(ESCROWS, key) for key in escrow_ids(split))
    return [
        each
        for each in found
        if each is not None
        and each.payee_id == payment.seller_id
        and each.status is not EscrowStatus.CLOSED
    ]


def taken_out(draft: Draft, escrow: Escrow, *, released: int = 0, returned: int = 0) -> EscrowMoved:
    """Write an escrow from which money was taken, closed where it is empty; return what to tell."""
    after = replace(
        escrow, released=escrow.released + released, returned=escrow.returned + returned
    )
    if after.held.minor == 0:
        after = replace(after, status=EscrowStatus.CLOSED)
    draft.put(ESCROWS, after)
    amount = Money(released + returned, escrow.currency)
    return EscrowMoved(escrow.id, escrow.payee_id, amount, after.held)
