"""Money that a buyer's bank keeps ready, and what is taken of it."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from usance.kernel.ids import CaptureId, InstructionId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments.model.machine import Machine, Said


class AuthorisationStatus(StrEnum):
    """Where an authorisation stands."""

    REQUESTED = "requested"
    OPEN = "open"
    VOIDING = "voiding"
    REFUSED = "refused"
    CAPTURED = "captured"
    VOIDED = "voided"
    EXPIRED = "expired"


class AuthorisationEvent(StrEnum):
    """What can happen to an authorisation."""

    AUTHORISED = "authorised"
    REFUSED = "refused"
    USED_UP = "used_up"
    VOID_ASKED = "void_asked"
    VOIDED = "voided"
    VOID_REFUSED = "void_refused"
    LAPSED = "lapsed"


_A = AuthorisationStatus
_AE = AuthorisationEvent

AUTHORISATION: Final[Machine[AuthorisationStatus, AuthorisationEvent]] = Machine(
    "authorisation",
    Said("An authorisation", "授权"),
    frozenset({_A.REQUESTED}),
    {
        _A.REQUESTED: Said("The rail was asked, or will be.", "已申请授权或待申请。"),
        _A.OPEN: Said("The money is kept ready and may be captured.", "资金已冻结,可请款。"),
        _A.VOIDING: Said("The rail was asked to free what is left.", "已申请释放余额。"),
        _A.REFUSED: Said("The rail did not authorise.", "通道未授权。"),
        _A.CAPTURED: Said("All of it was captured.", "已全部请款。"),
        _A.VOIDED: Said("What was not captured is free again.", "未请款部分已释放。"),
        _A.EXPIRED: Said("It ran out before all was captured.", "未请款部分已过期释放。"),
    },
    {
        _AE.AUTHORISED: Said("The rail says yes.", "通道确认授权。"),
        _AE.REFUSED: Said("The rail says no, or the buyer gave up.", "通道拒绝或买家放弃。"),
        _AE.USED_UP: Said("The last of it was captured.", "余额请款完毕。"),
        _AE.VOID_ASKED: Said(
            "Somebody asks to void it, a final capture leaves a rest, or its time is over.",
            "要求撤销、最终请款后有余额,或授权到期。",
        ),
        _AE.VOIDED: Said("The rail says that the rest is free.", "通道确认余额已释放。"),
        _AE.VOID_REFUSED: Said("The rail does not free it.", "通道拒绝释放。"),
        _AE.LAPSED: Said("The same, either way, when its time is over.", "到期后,无论通道答复。"),
    },
    {
        (_A.REQUESTED, _AE.AUTHORISED): _A.OPEN,
        (_A.REQUESTED, _AE.REFUSED): _A.REFUSED,
        (_A.OPEN, _AE.USED_UP): _A.CAPTURED,
        (_A.OPEN, _AE.VOID_ASKED): _A.VOIDING,
        (_A.VOIDING, _AE.VOIDED): _A.VOIDED,
        (_A.VOIDING, _AE.VOID_REFUSED): _A.OPEN,
        (_A.VOIDING, _AE.LAPSED): _A.EXPIRED,
    },
    {
        _AE.VOID_ASKED: (
            "unknown_payment",
            "not_authorised",
            "authorisation_voided",
            "authorisation_expired",
            "authorisation_used_up",
            "capture_unanswered",
        ),
    },
)


class Authorisation(Record, frozen=True):
    """What a buyer's bank keeps ready for a payment that is captured by hand.

    capturing: what rails were asked to take of it and have not answered, in minor units; what
    was taken is the payment's `captured`; ahead: what of `capturing` is booked as taken already,
    because its money moved before the answer came. expires_at: until when it can be captured,
    None while the rail has not said yes. instruction_id: by which it was asked for.
    """

    payment_id: PaymentId
    amount: Money
    status: AuthorisationStatus
    created_at: datetime
    capturing: int = 0
    instruction_id: InstructionId | None = None
    authorised_at: datetime | None = None
    expires_at: datetime | None = None
    ahead: int = 0


class CaptureStatus(StrEnum):
    """Where a capture stands."""

    PENDING = "pending"
    CAPTURED = "captured"
    REFUSED = "refused"
    SETTLED = "settled"


class CaptureEvent(StrEnum):
    """What can happen to a capture."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    SETTLED = "settled"
    LATE_SUCCESS = "late_success"


_C = CaptureStatus
_CE = CaptureEvent

CAPTURE: Final[Machine[CaptureStatus, CaptureEvent]] = Machine(
    "capture",
    Said("A capture", "请款"),
    frozenset({_C.PENDING}),
    {
        _C.PENDING: Said("The rail was asked and has not answered.", "已发往通道,尚无答复。"),
        _C.CAPTURED: Said("The rail has taken it; it is a sale.", "已收款入账。"),
        _C.REFUSED: Said("The rail has not taken it.", "通道未收款。"),
        _C.SETTLED: Said("The rail has paid it to us.", "通道已结算。"),
    },
    {
        _CE.CONFIRMED: Said("The rail says yes.", "通道确认。"),
        _CE.REFUSED: Said("The rail says no.", "通道拒绝。"),
        _CE.SETTLED: Said("The rail's notice of settlement.", "通道结算通知。"),
        _CE.LATE_SUCCESS: Said(
            "The rail took it after it had refused, and there was room for it.",
            "通道先拒后成,且授权仍有余额。",
        ),
    },
    {
        (_C.PENDING, _CE.CONFIRMED): _C.CAPTURED,
        (_C.PENDING, _CE.REFUSED): _C.REFUSED,
        (_C.REFUSED, _CE.LATE_SUCCESS): _C.CAPTURED,
        (_C.CAPTURED, _CE.SETTLED): _C.SETTLED,
    },
)


class Capture(Record, frozen=True):
    """What is taken of an authorisation. final: what is left of it is given back afterwards."""

    id: CaptureId
    payment_id: PaymentId
    amount: Money
    final: bool
    status: CaptureStatus
    created_at: datetime
    captured_at: datetime | None = None
    rail_reference: str = ""
