"""What has happened to authorisations and captures."""

from datetime import datetime

from usance.kernel.ids import CaptureId, InstructionId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record


class AuthorisationRequested(Record, frozen=True):
    """The payment is only to be authorised; it is captured when the seller asks."""

    payment_id: PaymentId
    amount: Money


class PaymentAuthorised(Record, frozen=True):
    """The buyer's bank keeps the money ready. Nothing is posted."""

    payment_id: PaymentId
    amount: Money
    expires_at: datetime
    rail_reference: str


class CaptureInitiated(Record, frozen=True):
    """A rail was asked to take what was authorised, or a part of it."""

    capture_id: CaptureId
    payment_id: PaymentId
    amount: Money
    final: bool
    instruction_id: InstructionId


class CaptureRefused(Record, frozen=True):
    """The rail has not taken it; it is still kept ready."""

    capture_id: CaptureId
    payment_id: PaymentId
    amount: Money
    code: str


class VoidInitiated(Record, frozen=True):
    """A rail was asked to give back what was not captured. why: asked, final or expired."""

    payment_id: PaymentId
    amount: Money
    why: str
    instruction_id: InstructionId


class AuthorisationEnded(Record, frozen=True):
    """What was not captured is free again. status: voided or expired."""

    payment_id: PaymentId
    amount: Money
    status: str


class VoidRefused(Record, frozen=True):
    """The rail did not give it back; it may still be captured."""

    payment_id: PaymentId
    amount: Money
    code: str
