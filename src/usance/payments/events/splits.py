"""What has happened to shares and to money in escrow."""

from usance.kernel.ids import EscrowId, PartyId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments.model.splits import Share


class SplitAgreed(Record, frozen=True):
    """A payment was asked for with shares. They are fixed from now on."""

    payment_id: PaymentId
    shares: tuple[Share, ...]


class SharePaid(Record, frozen=True):
    """One share of what a rail has settled. escrow_id: where it is held back, else None."""

    payee_id: PartyId
    purpose: str
    amount: Money
    escrow_id: EscrowId | None


class SharesPaid(Record, frozen=True):
    """What a settlement gave to others than the seller, or put into escrow."""

    payment_id: PaymentId
    shares: tuple[SharePaid, ...]


class Payable(Record, frozen=True):
    """What one payee may draw now."""

    payee_id: PartyId
    amount: Money


class SharesReady(Record, frozen=True):
    """Shares of a sale are their payees' to draw. Each is paid out by a command of its own."""

    payment_id: PaymentId
    payable: tuple[Payable, ...]


class EscrowMoved(Record, frozen=True):
    """Money that left one escrow, and what is left there."""

    escrow_id: EscrowId
    payee_id: PartyId
    amount: Money
    left: Money


class EscrowReleased(Record, frozen=True):
    """Money in escrow is its payees'. why: the condition that was met."""

    payment_id: PaymentId
    why: str
    released: tuple[EscrowMoved, ...]


class EscrowAgreed(Record, frozen=True):
    """One of two has agreed to a release."""

    escrow_id: EscrowId
    payment_id: PaymentId
    party_id: PartyId


class EscrowDisputed(Record, frozen=True):
    """Somebody objects: nothing is released until two people have decided."""

    escrow_id: EscrowId
    payment_id: PaymentId
    held: Money
    reason: str


class EscrowReturned(Record, frozen=True):
    """Money in escrow went back: to the seller, or towards a refund of the buyer."""

    payment_id: PaymentId
    returned: tuple[EscrowMoved, ...]


class EscrowResolved(Record, frozen=True):
    """Two people have decided a dispute; what is left is held as before."""

    escrow_id: EscrowId
    payment_id: PaymentId
    reason: str


class DeliveryConfirmed(Record, frozen=True):
    """The goods of a payment have arrived. evidence: what says so."""

    payment_id: PaymentId
    evidence: str


class ShareReversed(Record, frozen=True):
    """A payee gave back part of a share; the seller has it."""

    payment_id: PaymentId
    payee_id: PartyId
    amount: Money
    reason: str
