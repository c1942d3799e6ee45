"""Our words into the acquirer's and back. Pure; golden files stand beside the tests."""

import hmac
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from usance.adapters.rails.card.wire import (
    BalanceTransaction,
    Charge,
    Dispute,
    Event,
    Fault,
    NextAction,
    PaymentIntent,
    Problem,
    Refund,
)
from usance.kernel.errors import UsanceError
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record
from usance.payments.model import Decline, Dispatch, InstructionKind
from usance.payments.ports import (
    COLLECTING,
    NOBODYS,
    AnswerKind,
    HookAnswer,
    HookNews,
    HookVerdict,
    NoticeKind,
    RailAnswer,
    RailNotice,
)

INSTRUCTION: Final = "instruction"
IN_PROGRESS: Final = "in_progress"
# Why the acquirer says no: its code or, before it, the decline code of the card's bank.
DECLINES: Final[Mapping[str, Decline]] = {
    "insufficient_funds": Decline.INSUFFICIENT_FUNDS,
    "card_velocity_exceeded": Decline.LIMIT_EXCEEDED,
    "withdrawal_count_limit_exceeded": Decline.LIMIT_EXCEEDED,
    "amount_too_large": Decline.AMOUNT_NOT_TAKEN,
    "amount_too_small": Decline.AMOUNT_NOT_TAKEN,
    "currency_not_supported": Decline.CURRENCY_NOT_TAKEN,
    "expired_card": Decline.EXPIRED_INSTRUMENT,
    "incorrect_number": Decline.INVALID_INSTRUMENT,
    "invalid_number": Decline.INVALID_INSTRUMENT,
    "invalid_account": Decline.INVALID_INSTRUMENT,
    "incorrect_cvc": Decline.INVALID_INSTRUMENT,
    "resource_missing": Decline.INVALID_INSTRUMENT,
    "lost_card": Decline.STOLEN_INSTRUMENT,
    "stolen_card": Decline.STOLEN_INSTRUMENT,
    "pickup_card": Decline.STOLEN_INSTRUMENT,
    "fraudulent": Decline.SUSPECTED_FRAUD,
    "merchant_blacklist": Decline.SUSPECTED_FRAUD,
    "authentication_required": Decline.AUTHENTICATION_FAILED,
    "payment_intent_authentication_failure": Decline.AUTHENTICATION_FAILED,
    "duplicate_transaction": Decline.DUPLICATE,
    "charge_already_refunded": Decline.DUPLICATE,
    "issuer_not_available": Decline.RAIL_DOWN,
    "processing_error": Decline.RAIL_DOWN,
    "reenter_transaction": Decline.RAIL_DOWN,
    "try_again_later": Decline.RAIL_DOWN,
    "do_not_honor": Decline.DECLINED,
    "generic_decline": Decline.DECLINED,
    "card_declined": Decline.DECLINED,
    "transaction_not_allowed": Decline.DECLINED,
    "card_not_supported": Decline.DECLINED,
    "expired_or_canceled_card": Decline.EXPIRED_INSTRUMENT,
    "lost_or_stolen_card": Decline.STOLEN_INSTRUMENT,
}
# Nothing was done, and nothing was decided: whoever asks again under the same key gets an answer.
_UNDECIDED: Final = frozenset({"idempotency_error", "api_error", "rate_limit_error"})
_TOLERANCE: Final = timedelta(minutes=5)


class Request(Record, frozen=True):
    """A request in the acquirer's words."""

    method: str
    path: str
    body: str = ""


def request_of(dispatch: Dispatch) -> Request:
    """Return the request that carries out an instruction."""
    amount = dispatch.amount
    kind = dispatch.kind
    form = {f"metadata[{INSTRUCTION}]": dispatch.id.hex}
    if kind in COLLECTING:
        form |= {
            "amount": str(amount.minor),
            "currency": amount.currency.lower(),
            "payment_method": dispatch.instrument.removeprefix("card:"),
            "confirm": "true",
            "capture_method": "automatic" if kind is InstructionKind.COLLECT else "manual",
        }
        if dispatch.return_to:
            form["return_url"] = dispatch.return_to
        return Request("POST", "/v1/payment_intents", urlencode(form))
    intent = f"/v1/payment_intents/{dispatch.original}"
    if kind is InstructionKind.CAPTURE:
        form["amount_to_capture"] = str(amount.minor)
        return Request("POST", f"{intent}/capture", urlencode(form))
    if kind is InstructionKind.VOID:
        return Request("POST", f"{intent}/cancel", "cancellation_reason=abandoned")
    assert dispatch.kind is InstructionKind.REFUND, f"{kind} is no capability"
    form |= {"payment_intent": dispatch.original, "amount": str(amount.minor)}
    return Request("POST", "/v1/refunds", urlencode(form))


def question_of(dispatch: Dispatch) -> Request | None:
    """Return the request that asks what became of an instruction, None where it has no name yet.

    Without a name the request itself is sent again: under its key that asks, and does nothing.
    """
    if dispatch.kind is InstructionKind.REFUND:
        return Request("GET", f"/v1/refunds/{dispatch.known_as}") if dispatch.known_as else None
    known_as = dispatch.known_as or dispatch.original
    return Request("GET", f"/v1/payment_intents/{known_as}") if known_as else None


def answer_of(dispatch: Dispatch, status: int, body: bytes) -> RailAnswer:
    """Return what the acquirer's reply says of an instruction."""
    try:
        if status >= 400:
            return _refusal(status, msgspec.json.decode(body, type=Problem).error)
        if dispatch.kind is InstructionKind.REFUND:
            return _of_refund(msgspec.json.decode(body, type=Refund))
        return _of_intent(dispatch, msgspec.json.decode(body, type=PaymentIntent))
    except (msgspec.DecodeError, UsanceError):
        return RailAnswer(AnswerKind.UNKNOWN, "unreadable", "", str(status))


def _of_intent(dispatch: Dispatch, intent: PaymentIntent) -> RailAnswer:
    return _answer_of_intent(dispatch.kind, _about_intent(dispatch, intent), intent)


def _answer_of_intent(
    kind: InstructionKind, about: UUID | None, intent: PaymentIntent
) -> RailAnswer:
    fault = intent.last_payment_error
    if intent.status == "canceled":
        if kind is InstructionKind.VOID:
            return RailAnswer(AnswerKind.CONFIRMED, "", intent.id, "", about)
        return RailAnswer(_NO, Decline.ABANDONED, "", intent.status, about)
    if _is_done(kind, intent.status):
        # Less than was authorised may be captured: what was received is what was moved.
        received = kind is not InstructionKind.AUTHORISE and intent.amount_received
        moved = Money(received or intent.amount, Currency(intent.currency.upper()))
        return RailAnswer(AnswerKind.CONFIRMED, "", intent.id, "", about, moved)
    if intent.status == "requires_payment_method" and fault is not None:
        own = fault.decline_code or fault.code
        return RailAnswer(_NO, _reason(fault), "", own, about)
    if intent.status == "requires_action" and intent.next_action is not None:
        return _to_payer(intent, intent.next_action, about)
    return RailAnswer(AnswerKind.UNKNOWN, IN_PROGRESS, intent.id, intent.status, about)


def _to_payer(intent: PaymentIntent, action: NextAction, about: UUID | None) -> RailAnswer:
    """Send the payer to its bank, if the acquirer says where."""
    url = action.redirect_to_url.get("url") or ""
    if not url.startswith("https://"):
        return RailAnswer(AnswerKind.UNKNOWN, "action_unknown", intent.id, action.type, about)
    kind = AnswerKind.ACTION_REQUIRED
    return RailAnswer(kind, "", intent.id, action.type, about, action=url)


def _is_done(kind: InstructionKind, status: str) -> bool:
    if kind is InstructionKind.VOID:
        return False
    is_held = kind is InstructionKind.AUTHORISE and status == "requires_capture"
    return is_held or status == "succeeded"


def _about_intent(dispatch: Dispatch, intent: PaymentIntent) -> UUID | None:
    """Return whose intent it is: what captures or voids one speaks of that intent by its name."""
    if dispatch.kind in COLLECTING:
        return about_of(intent.metadata)
    return UUID(int=dispatch.id.int if intent.id == dispatch.original else 0)


def _of_refund(refund: Refund) -> RailAnswer:
    about = about_of(refund.metadata)
    amount = Money(refund.amount, Currency(refund.currency.upper()))
    if refund.status == "succeeded":
        return RailAnswer(AnswerKind.CONFIRMED, "", refund.id, "", about, amount)
    if refund.status in {"failed", "canceled"}:
        code = DECLINES.get(refund.failure_reason, Decline.DECLINED)
        return RailAnswer(_NO, code, "", refund.failure_reason or refund.status, about)
    return RailAnswer(AnswerKind.UNKNOWN, IN_PROGRESS, refund.id, refund.status, about)


def _refusal(status: int, fault: Fault) -> RailAnswer:
    own = fault.decline_code or fault.code or fault.type
    about = about_of(fault.payment_intent.metadata) if fault.payment_intent else None
    if fault.type in _UNDECIDED or status in {401, 403, 409}:
        # Our key is wrong or in use: that says nothing about the money.
        return RailAnswer(AnswerKind.UNKNOWN, IN_PROGRESS, "", own, about)
    if fault.type == "card_error" or own in DECLINES:
        return RailAnswer(_NO, _reason(fault), "", own, about)
    return RailAnswer(_NO, Decline.INCOMPLETE_DETAILS, "", own, about)


_NO: Final = AnswerKind.REFUSED


def _reason(fault: Fault) -> Decline:
    for own in (fault.decline_code, fault.code):
        if own in DECLINES:
            return DECLINES[own]
    return Decline.DECLINED


def about_of(metadata: Mapping[str, str]) -> UUID | None:
    """Return the instruction that an object says it belongs to."""
    try:
        return UUID(metadata.get(INSTRUCTION, ""))
    except ValueError:
        return None


def settlement_of(moved: BalanceTransaction) -> RailNotice | None:
    """Return the settlement that a movement is, None for movements of other kinds.

    What was refunded before the money became ours is not settled.
    """
    if moved.type != "charge" or moved.source is None:
        return None
    instruction = about_of(moved.source.metadata)
    if instruction is None:
        return None
    gross = moved.source.amount - _refunded_before(moved.source, moved.available_on)
    if gross <= 0:
        return None
    currency = Currency(moved.source.currency.upper())
    return RailNotice(
        NoticeKind.SETTLED,
        moved.id,
        instruction,
        Money(gross, currency),
        Money(min(moved.fee, gross), Currency(moved.currency.upper())),
        datetime.fromtimestamp(moved.available_on, UTC).date(),
    )


def _refunded_before(charge: Charge, moment: int) -> int:
    return sum(
        each.amount
        for each in charge.refunds.data
        if each.status == "succeeded" and each.created < moment
    )


def chargeback_of(dispute: Dispute) -> RailNotice | None:
    """Return the chargeback that a dispute is: its money is gone from the day it was made."""
    # An acquirer copies no metadata from what was paid to its dispute.
    instruction = about_of(dispute.metadata) or NOBODYS
    if instruction == NOBODYS and not dispute.payment_intent:
        return None
    currency = Currency(dispute.currency.upper())
    return RailNotice(
        NoticeKind.CHARGEBACK,
        dispute.id,
        instruction,
        Money(dispute.amount, currency),
        Money(sum(each.fee for each in dispute.balance_transactions), currency),
        datetime.fromtimestamp(dispute.created, UTC).date(),
        reason=dispute.reason,
        known_as=dispute.payment_intent,
    )


def news_of(raw: bytes) -> HookNews | None:
    """Return what an event tells, None where it is no event.

    Only what says the same as an answer to our question is taken for one. What later becomes of
    an intent that was authorised first belongs to its captures and voids, which are asked about.
    """
    try:
        event = msgspec.json.decode(raw, type=Event)
        at = datetime.fromtimestamp(event.created, UTC)
        answers, notices = _told(event)
    except (msgspec.DecodeError, UsanceError, UnicodeError, ValueError, OverflowError, OSError):
        return None
    return HookNews(event.id, at, answers, notices)


def _told(event: Event) -> tuple[tuple[HookAnswer, ...], tuple[RailNotice, ...]]:
    told = event.data.object
    if event.type in _INTENT_EVENTS:
        intent = msgspec.json.decode(told, type=PaymentIntent)
        by_hand = intent.capture_method == "manual"
        if by_hand and event.type == "payment_intent.succeeded":
            return (), ()
        kind = InstructionKind.AUTHORISE if by_hand else InstructionKind.COLLECT
        return _about(_answer_of_intent(kind, about_of(intent.metadata), intent)), ()
    if event.type in _REFUND_EVENTS:
        return _about(_of_refund(msgspec.json.decode(told, type=Refund))), ()
    if event.type == "charge.dispute.created":
        notice = chargeback_of(msgspec.json.decode(told, type=Dispute))
        return (), () if notice is None else (notice,)
    return (), ()


def _about(answer: RailAnswer) -> tuple[HookAnswer, ...]:
    known = answer.about is not None and answer.kind is not AnswerKind.UNKNOWN
    return (HookAnswer(answer.about, answer),) if known and answer.about is not None else ()


_INTENT_EVENTS: Final = frozenset(
    {
        "payment_intent.succeeded",
        "payment_intent.payment_failed",
        "payment_intent.amount_capturable_updated",
        "payment_intent.requires_action",
    }
)
_REFUND_EVENTS: Final = frozenset({"refund.updated", "refund.failed", "charge.refund.updated"})
VERDICTS: Final = {
    None: HookVerdict.GENUINE,
    "malformed_signature": HookVerdict.FORGED,
    "wrong_signature": HookVerdict.FORGED,
    "stale_signature": HookVerdict.REPLAYED,
}


def wrong_signature(
    payload: bytes, header: str, secrets: Iterable[str], now: datetime
) -> str | None:
    """Return why a webhook is not believed, None where it is.

    header: `t=1492774577,v1=5257a8…`; any v1 may fit any of the secrets, so that keys can be
    changed. In this order: malformed_signature, wrong_signature, stale_signature.
    """
    parts = [part.partition("=")[::2] for part in header.split(",")]
    times = [value for name, value in parts if name == "t"]
    signatures = [value for name, value in parts if name == "v1"]
    if len(times) != 1 or not times[0].isascii() or not times[0].isdigit() or not signatures:
        return "malformed_signature"
    signed = times[0].encode() + b"." + payload
    expected = [hmac.new(secret.encode(), signed, sha256).hexdigest() for secret in secrets]
    if not any(
        hmac.compare_digest(each.encode(), given.encode())
        for each in expected
        for given in signatures
    ):
        return "wrong_signature"
    if abs(now.timestamp() - int(times[0])) > _TOLERANCE.total_seconds():
        return "stale_signature"
    return None
