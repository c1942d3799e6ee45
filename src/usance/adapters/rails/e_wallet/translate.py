"""Our words into a wallet acquirer's and back. Pure; golden files stand beside the tests."""

import json
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import msgspec

from usance.adapters.rails.e_wallet.signing import moment_of
from usance.adapters.rails.e_wallet.wire import (
    Amount,
    Cancel,
    Capture,
    Notice,
    Payment,
    Refund,
    Result,
)
from usance.kernel.errors import UsanceError
from usance.kernel.money import CURRENCIES, MINOR_MAX, Currency, Money
from usance.kernel.records import Record
from usance.payments.model import Decline, Dispatch, InstructionKind
from usance.payments.ports import COLLECTING, AnswerKind, HookAnswer, HookNews, RailAnswer

PAYMENTS: Final = "/ams/api/v1/payments"
IN_PROGRESS: Final = "in_progress"
_UNREADABLE: Final = "unreadable"
# The wallet that is opened for a currency; for others the buyer chooses on the acquirer's page.
WALLETS: Final[Mapping[str, str]] = {
    "CNY": "ALIPAY_CN",
    "HKD": "ALIPAY_HK",
    "KRW": "KAKAOPAY",
    "MYR": "TNG",
    "PHP": "GCASH",
    "THB": "TRUEMONEY",
}
ANY_WALLET: Final = "CONNECT_WALLET"
# Why the acquirer says no.
DECLINES: Final[Mapping[str, Decline]] = {
    "USER_BALANCE_NOT_ENOUGH": Decline.INSUFFICIENT_FUNDS,
    "MERCHANT_BALANCE_NOT_ENOUGH": Decline.INSUFFICIENT_FUNDS,
    "USER_AMOUNT_EXCEED_LIMIT": Decline.LIMIT_EXCEEDED,
    "PAYMENT_AMOUNT_EXCEED_LIMIT": Decline.LIMIT_EXCEEDED,
    "PAYMENT_COUNT_EXCEED_LIMIT": Decline.LIMIT_EXCEEDED,
    "REFUND_WINDOW_EXCEED": Decline.LIMIT_EXCEEDED,
    "CANCEL_WINDOW_EXCEED": Decline.LIMIT_EXCEEDED,
    "USER_PAYMENT_VERIFICATION_FAILED": Decline.AUTHENTICATION_FAILED,
    "USER_NOT_EXIST": Decline.INVALID_INSTRUMENT,
    "USER_STATUS_ABNORMAL": Decline.ACCOUNT_BLOCKED,
    "USER_KYC_NOT_QUALIFIED": Decline.REGULATORY,
    "RISK_REJECT": Decline.SUSPECTED_FRAUD,
    "CURRENCY_NOT_SUPPORT": Decline.CURRENCY_NOT_TAKEN,
    "ORDER_IS_CLOSED": Decline.ABANDONED,
    "ORDER_IS_CANCELLED": Decline.ABANDONED,
    "EXPIRED_CODE": Decline.ABANDONED,
    "REFUND_AMOUNT_EXCEED": Decline.WRONG_AMOUNT,
    "CAPTURE_AMOUNT_EXCEED": Decline.WRONG_AMOUNT,
    "AUTH_EXPIRED": Decline.EXPIRED_INSTRUMENT,
    "PAYMENT_METHOD_NOT_AVAILABLE": Decline.RAIL_DOWN,
    "PROCESS_FAIL": Decline.DECLINED,
    "PARAM_ILLEGAL": Decline.INCOMPLETE_DETAILS,
}
# F, and yet nothing is said of the money: our key is wrong, or the id was asked something else.
_UNDECIDED: Final = frozenset(
    {
        "ACCESS_DENIED",
        "CLIENT_FORBIDDEN_ACCESS_API",
        "INVALID_CLIENT",
        "INVALID_CLIENT_STATUS",
        "INVALID_SIGNATURE",
        "KEY_NOT_FOUND",
        "NO_INTERFACE_DEF",
        "REPEAT_REQ_INCONSISTENT",
        "REQUEST_TRAFFIC_EXCEED_LIMIT",
        "UNKNOWN_CLIENT",
    }
)
_NOT_KNOWN: Final = frozenset({"ORDER_NOT_EXIST", "REFUND_NOT_EXIST"})
_NO: Final = AnswerKind.REFUSED


class Request(Record, frozen=True):
    """A request in the acquirer's words: all are posts."""

    path: str
    body: str


def request_of(dispatch: Dispatch, return_url: str) -> Request:
    """Return the request that carries out an instruction. return_url: where the buyer goes next."""
    amount = _written(dispatch.amount)
    match dispatch.kind:
        case InstructionKind.COLLECT | InstructionKind.AUTHORISE:
            return _request("pay", _pay(dispatch, return_url))
        case InstructionKind.CAPTURE:
            asked = {"captureRequestId": dispatch.id.hex, "paymentId": dispatch.original}
            return _request("capture", {**asked, "captureAmount": amount})
        case InstructionKind.VOID:
            return _request("cancel", {"paymentRequestId": _collecting(dispatch)})
    assert dispatch.kind is InstructionKind.REFUND, f"{dispatch.kind} is no capability"
    asked = {"refundRequestId": dispatch.id.hex, "paymentId": dispatch.original}
    return _request("refund", {**asked, "refundAmount": amount})


def _pay(dispatch: Dispatch, return_url: str) -> dict[str, Any]:
    amount = _written(dispatch.amount)
    by_hand = dispatch.kind is InstructionKind.AUTHORISE
    return {
        "productCode": "CASHIER_PAYMENT",
        "paymentRequestId": dispatch.id.hex,
        "order": {
            "referenceOrderId": dispatch.subject.hex,
            "orderDescription": dispatch.remittance or dispatch.subject.hex,
            "orderAmount": amount,
        },
        "paymentAmount": amount,
        "paymentMethod": {"paymentMethodType": WALLETS.get(dispatch.amount.currency, ANY_WALLET)},
        "paymentFactor": {
            "isAuthorization": "true" if by_hand else "false",
            "captureMode": "MANUAL" if by_hand else "AUTOMATIC",
        },
        # What the buyer is shown is what we are paid: the wallet converts, on its side.
        "settlementStrategy": {"settlementCurrency": dispatch.amount.currency},
        "paymentRedirectUrl": dispatch.return_to or return_url,
        "env": {"terminalType": "WEB"},
    }


def question_of(dispatch: Dispatch) -> Request | None:
    """Return the request that asks what became of an instruction, None where it is sent again.

    Captures and cancellations are kept under their ids: sent again they are the same.
    """
    if dispatch.kind in COLLECTING:
        return _request("inquiryPayment", {"paymentRequestId": dispatch.id.hex})
    if dispatch.kind is InstructionKind.REFUND:
        return _request("inquiryRefund", {"refundRequestId": dispatch.id.hex})
    return None


def _request(verb: str, body: Mapping[str, Any]) -> Request:
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    return Request(f"{PAYMENTS}/{verb}", text)


def _written(amount: Money) -> dict[str, str]:
    return {"currency": amount.currency, "value": str(amount.minor)}


def _collecting(dispatch: Dispatch) -> str:
    """Return under which id the payment was asked for that is to be cancelled."""
    assert dispatch.original_id is not None, "what is voided was asked for"
    return dispatch.original_id.hex


def is_question(request: Request) -> bool:
    """Return whether a request asks what became of something."""
    return "/inquiry" in request.path


def answer_of(dispatch: Dispatch, body: bytes, *, asked: bool = False) -> RailAnswer:
    """Return what the acquirer's reply says of an instruction.

    asked: to a question what became of it. That the question failed says nothing of the money.
    """
    try:
        match dispatch.kind:
            case InstructionKind.COLLECT | InstructionKind.AUTHORISE:
                return _of_payment(msgspec.json.decode(body, type=Payment), asked=asked)
            case InstructionKind.CAPTURE:
                return _of_capture(msgspec.json.decode(body, type=Capture))
            case InstructionKind.VOID:
                return _of_cancel(dispatch, msgspec.json.decode(body, type=Cancel))
        return _of_refund(msgspec.json.decode(body, type=Refund), asked=asked)
    except (msgspec.MsgspecError, UsanceError, UnicodeError):
        return RailAnswer(AnswerKind.UNKNOWN, _UNREADABLE)


def _of_payment(said: Payment, *, asked: bool = False) -> RailAnswer:
    about, code = _uuid(said.payment_request_id), said.result.result_code
    if said.result.result_status == "F" and asked:
        return RailAnswer(AnswerKind.UNKNOWN, IN_PROGRESS, "", code, about)
    if said.result.result_status == "F":
        return _refused(code, about)
    if said.result.result_status != "S":
        return _to_buyer(said, about)
    # pay says S where it is paid at once, and what; inquiryPayment says S of the inquiry alone.
    status = said.payment_status or ("SUCCESS" if said.payment_amount else "")
    if status == "SUCCESS":
        moved = _money(said.payment_amount)
        return RailAnswer(AnswerKind.CONFIRMED, "", said.payment_id, "", about, moved)
    if status == "CANCELLED":
        return RailAnswer(_NO, Decline.ABANDONED, "", status, about)
    if status == "FAIL":
        return _refused(said.payment_result_code or status, about)
    return RailAnswer(AnswerKind.UNKNOWN, IN_PROGRESS, said.payment_id, status, about)


def _to_buyer(said: Payment, about: UUID | None) -> RailAnswer:
    """Send the buyer to the wallet, if the acquirer says where."""
    code = said.result.result_code
    if not said.normal_url:
        return RailAnswer(AnswerKind.UNKNOWN, IN_PROGRESS, said.payment_id, code, about)
    if not said.normal_url.startswith("https://"):
        return RailAnswer(AnswerKind.UNKNOWN, "action_unknown", said.payment_id, code, about)
    kind = AnswerKind.ACTION_REQUIRED
    return RailAnswer(kind, "", said.payment_id, code, about, action=said.normal_url)


def _of_capture(said: Capture) -> RailAnswer:
    about, code = _uuid(said.capture_request_id), said.result.result_code
    if said.result.result_status == "S":
        moved = _money(said.capture_amount)
        return RailAnswer(AnswerKind.CONFIRMED, "", said.capture_id, "", about, moved)
    if said.result.result_status == "F":
        return _refused(code, about)
    return RailAnswer(AnswerKind.UNKNOWN, IN_PROGRESS, said.capture_id, code, about)


def _of_cancel(dispatch: Dispatch, said: Cancel) -> RailAnswer:
    is_own = said.payment_request_id in {"", _collecting(dispatch)}
    about = UUID(int=dispatch.id.int if is_own else 0)
    code = said.result.result_code
    if said.result.result_status == "S":
        reference = said.payment_id or _collecting(dispatch)
        return RailAnswer(AnswerKind.CONFIRMED, "", reference, "", about)
    # A page that the buyer saw and the acquirer does not know is not known to be closed.
    if said.result.result_status == "F":
        return _refused(code, about)
    return RailAnswer(AnswerKind.UNKNOWN, IN_PROGRESS, said.payment_id, code, about)


def _of_refund(said: Refund, *, asked: bool = False) -> RailAnswer:
    about, code = _uuid(said.refund_request_id), said.result.result_code
    status = said.refund_status or "SUCCESS"
    if status == "FAIL" or (said.result.result_status == "F" and not asked):
        return _refused(code, about)
    if said.result.result_status == "S" and status == "SUCCESS":
        moved = _money(said.refund_amount)
        return RailAnswer(AnswerKind.CONFIRMED, "", said.refund_id, "", about, moved)
    return RailAnswer(AnswerKind.UNKNOWN, IN_PROGRESS, said.refund_id, code, about)


def is_not_known(answer: RailAnswer) -> bool:
    """Return whether the acquirer has never heard of what it was asked about."""
    return answer.own_code in _NOT_KNOWN


def _refused(own: str, about: UUID | None) -> RailAnswer:
    if own in _UNDECIDED or own in _NOT_KNOWN:
        return RailAnswer(AnswerKind.UNKNOWN, IN_PROGRESS, "", own, about)
    return RailAnswer(_NO, DECLINES.get(own, Decline.DECLINED), "", own, about)


def _money(amount: Amount | None) -> Money | None:
    if amount is None:
        return None
    is_whole = amount.value.isascii() and amount.value.isdigit()
    if not is_whole or int(amount.value) > MINOR_MAX or amount.currency not in CURRENCIES:
        raise msgspec.ValidationError("no amount of a currency that there is")
    return Money(int(amount.value), Currency(amount.currency))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


# ---- what the acquirer posts ----


def news_of(raw: bytes) -> HookNews | None:
    """Return what a hook tells, None where it is none of the acquirer's."""
    try:
        told = msgspec.json.decode(raw, type=Notice)
        answer, when = _told(told)
    except (msgspec.MsgspecError, UsanceError, UnicodeError, RecursionError):
        return None
    at = moment_of(when or told.payment_create_time)
    if at is None:
        return None
    named = told.refund_request_id or told.capture_request_id or told.payment_request_id
    name = f"{told.notify_type}:{named}:{told.result.result_code}"
    if answer is None or answer.about is None or answer.kind is AnswerKind.UNKNOWN:
        return HookNews(name, at)
    return HookNews(name, at, (HookAnswer(answer.about, answer),))


def _told(told: Notice) -> tuple[RailAnswer | None, str]:
    """Return what a notice says, and when that happened."""
    result = _final(told.result)
    match told.notify_type:
        case "PAYMENT_RESULT":
            named = (told.payment_request_id, told.payment_id)
            return _of_payment(Payment(result, "", "", *named, told.payment_amount)), (
                told.payment_time
            )
        case "CAPTURE_RESULT":
            named = (told.capture_request_id, told.capture_id)
            return _of_capture(Capture(result, *named, told.capture_amount)), told.capture_time
        case "REFUND_RESULT":
            named = (told.refund_request_id, told.refund_id)
            refund = Refund(result, *named, told.refund_amount, told.refund_status)
            return _of_refund(refund), told.refund_time
    return None, told.payment_time


def _final(result: Result) -> Result:
    """Return the result of a notice; one that is neither yes nor no is none."""
    known = result.result_status in {"S", "F"}
    return result if known else msgspec.structs.replace(result, result_status="U")
