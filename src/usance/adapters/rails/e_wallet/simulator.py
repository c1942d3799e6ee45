"""A wallet that exists only here: as a rail, and as the acquirer's server its client speaks to.

Its figures are illustrative and describe the simulation alone.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl
from uuid import UUID

import httpx

from usance.adapters.rails.e_wallet import reports, signing
from usance.adapters.rails.e_wallet.client import LIMITS, NAME
from usance.adapters.rails.e_wallet.translate import PAYMENTS
from usance.adapters.rails.simulated_memory import Memory
from usance.adapters.rails.simulator import Behaviour, SimulatedRail
from usance.kernel.ids import PaymentId
from usance.kernel.money import Currency, Money, decimal_text
from usance.kernel.records import replace
from usance.payments.model import Decline, Instruction, InstructionKind
from usance.payments.ports import AnswerKind, NoticeKind, RailNotice

SEED: Final = 20260909
BEHAVIOUR: Final = Behaviour(
    fee_bps=120,
    fee_fixed_minor=0,
    chargeback_fee_minor=0,
    settlement_business_days=2,
    payer_after=timedelta(seconds=75),
    abandoned_bps=400,
    expires_after=timedelta(minutes=14),
    silent_bps=100,
    silent_for=timedelta(minutes=2),
    refused_bps=150,
    refusals=(Decline.INSUFFICIENT_FUNDS, Decline.LIMIT_EXCEEDED),
)
_CAPABILITIES: Final = frozenset({"collect", "authorise", "capture", "void", "refund"})
# Our reasons in the acquirer's words.
_WORDS: Final[Mapping[str, str]] = {
    Decline.INSUFFICIENT_FUNDS: "USER_BALANCE_NOT_ENOUGH",
    Decline.LIMIT_EXCEEDED: "USER_AMOUNT_EXCEED_LIMIT",
    Decline.SUSPECTED_FRAUD: "RISK_REJECT",
    Decline.ABANDONED: "ORDER_IS_CLOSED",
}
_DONE: Final = ("SUCCESS", "S")
_WAITS: Final = ("PAYMENT_IN_PROCESS", "U")


def page_of(asked: Instruction) -> str:
    """Return the address of a page that is nowhere, at which a buyer would say yes."""
    return f"https://wallet.test/approve/{asked.id.hex}"


def simulated(seed: int = SEED, behaviour: Behaviour = BEHAVIOUR) -> SimulatedRail:
    """Return a wallet whose buyers are sent away to say yes, and some of whom never come back."""
    return SimulatedRail(NAME, seed, behaviour, _CAPABILITIES, LIMITS, page_of)


class WalletServer:
    """The acquirer's API over a simulated rail, for `httpx.MockTransport`. now: the book's time.

    It remembers what it was told, as an acquirer does; what it decides follows from the seed. It
    signs with private_key and believes who signs to public_key.
    """

    def __init__(
        self, rail: SimulatedRail, now: datetime, private_key: str, public_key: str
    ) -> None:
        self.now = now
        self._rail = rail
        self._keys = (private_key, public_key)
        self._held = Memory(rail)
        self._cancelled: set[str] = set()

    def handle(self, request: httpx.Request) -> httpx.Response:
        """Answer one request; what is not signed by us is not let in."""
        path = request.url.path
        if path == "/reports":
            return httpx.Response(200, json=self._reports(request))
        said = signing.Message(
            path, request.headers["client-id"], request.headers["request-time"], request.content
        )
        if not signing.is_signed(self._keys[1], request.headers.get("signature", ""), said):
            return self._signed(path, said.client, _result("INVALID_SIGNATURE", "F"))
        body = json.loads(request.content)
        return self._signed(path, said.client, self._answer(path, body))

    def _answer(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        match path.removeprefix(f"{PAYMENTS}/"):
            case "pay":
                by_hand = body["paymentFactor"]["captureMode"] == "MANUAL"
                kind = InstructionKind.AUTHORISE if by_hand else InstructionKind.COLLECT
                self._take(body["paymentRequestId"], kind, body["paymentAmount"])
                return self._paid(body["paymentRequestId"], asked=False)
            case "inquiryPayment":
                return self._paid(body["paymentRequestId"], asked=True)
            case "cancel":
                return self._cancel(body["paymentRequestId"])
            case "capture":
                return self._follow(
                    body, "capture", InstructionKind.CAPTURE, body["captureRequestId"]
                )
            case "refund":
                return self._follow(body, "refund", InstructionKind.REFUND, body["refundRequestId"])
            case "inquiryRefund":
                return self._followed("refund", body["refundRequestId"], asked=True)
        return _result("NO_INTERFACE_DEF", "F")

    def _take(
        self,
        key: str,
        kind: InstructionKind,
        amount: dict[str, str],
        payment: PaymentId | None = None,
    ) -> None:
        """Take what is asked, unless it was taken under this key before."""
        money = Money(int(amount["value"]), Currency(amount["currency"]))
        asked = self._held.asked(UUID(key), kind, money, self.now, payment)
        self._held.take(key, asked, self.now)

    def _paid(self, key: str, *, asked: bool) -> dict[str, Any]:
        """Show a payment. asked: to inquiryPayment, whose result is the inquiry's own."""
        if key not in self._held:
            return _result("ORDER_NOT_EXIST", "F")
        held, answer = self._held[key], self._held.answered(key, self.now)
        shown = {
            "paymentRequestId": (answer.about or held.id).hex,
            "paymentId": _known_as(key),
            "paymentAmount": _amount(answer.amount or held.amount),
        }
        if key in self._cancelled:
            status, code = "CANCELLED", "ORDER_IS_CANCELLED"
        elif answer.kind is AnswerKind.CONFIRMED:
            status, code = _DONE[0], _DONE[0]
        elif answer.kind is AnswerKind.REFUSED:
            status, code = "FAIL", _WORDS.get(answer.code, "PROCESS_FAIL")
        else:
            status, code = "PROCESSING", _WAITS[0]
        if asked:
            return {**_result(*_DONE), **shown, "paymentStatus": status, "paymentResultCode": code}
        if status == "PROCESSING":
            return {**_result(*_WAITS), **shown, "normalUrl": page_of(held)}
        return {**_result(code, "S" if status == "SUCCESS" else "F"), **shown}

    def _cancel(self, key: str) -> dict[str, Any]:
        if key not in self._held:
            return _result("ORDER_NOT_EXIST", "F")
        self._cancelled.add(key)
        return {**_result(*_DONE), "paymentRequestId": key, "paymentId": _known_as(key)}

    def _follow(
        self, body: dict[str, Any], noun: str, kind: InstructionKind, key: str
    ) -> dict[str, Any]:
        """Capture or refund a payment, once for each key, and never more than there is."""
        collected = next(
            (each for name, each in self._held.items() if _known_as(name) == body["paymentId"]),
            None,
        )
        if collected is None:
            return _result("ORDER_NOT_EXIST", "F")
        amount = body[f"{noun}Amount"]
        gone = sum(
            each.amount.minor
            for name, each in self._held.items()
            if each.kind is kind and each.payment_id == collected.payment_id and name != key
        )
        if gone + int(amount["value"]) > collected.amount.minor:
            return _result(f"{noun.upper()}_AMOUNT_EXCEED", "F")
        self._take(key, kind, amount, collected.payment_id)
        return self._followed(noun, key, asked=False)

    def _followed(self, noun: str, key: str, *, asked: bool) -> dict[str, Any]:
        if key not in self._held:
            return _result("REFUND_NOT_EXIST", "F")
        held, answer = self._held[key], self._held.answered(key, self.now)
        is_done = answer.kind is AnswerKind.CONFIRMED
        shown = {
            f"{noun}RequestId": (answer.about or held.id).hex,
            f"{noun}Id": _known_as(key),
            f"{noun}Amount": _amount(answer.amount or held.amount),
        }
        if asked:
            status = {"refundStatus": "SUCCESS" if is_done else "PROCESSING"}
            return {**_result(*_DONE), **shown, **status}
        result = _DONE if is_done else (f"{noun.upper()}_IN_PROCESS", "U")
        return {**_result(*result), **shown}

    def _reports(self, request: httpx.Request) -> list[str]:
        asked = dict(parse_qsl(request.url.query.decode()))
        since, until = (datetime.fromisoformat(asked[name]) for name in ("after", "until"))
        told = self._rail.told(list(self._held.values()), since, until)
        return [
            reports.written(self._lines(at, notice))
            for at, notice in told
            if notice.kind is NoticeKind.SETTLED
        ]

    def _lines(self, at: datetime, notice: RailNotice) -> list[dict[str, str]]:
        """Return the lines of a settlement: the sale whole, and what is kept back from it."""
        held = self._held[notice.instruction.hex]
        kept = max(held.amount.minor - notice.amount.minor, 0)
        whole = replace(notice.amount, minor=notice.amount.minor + kept)
        common = {
            "settlementBatchId": f"{at:%Y%m%d}",
            "settlementTime": at.isoformat(),
            "transactionCurrency": whole.currency,
            "settlementCurrency": whole.currency,
        }
        is_capture = held.kind is InstructionKind.CAPTURE
        sale = {
            **common,
            "transactionType": "CAPTURE" if is_capture else "PAYMENT",
            "transactionId": _known_as(held.id.hex),
            "transactionRequestId": held.id.hex,
            "transactionAmountValue": decimal_text(whole),
            "settlementAmountValue": decimal_text(
                replace(whole, minor=whole.minor - notice.fee.minor)
            ),
        }
        if not kept:
            return [sale]
        back = decimal_text(replace(whole, minor=-kept))
        refund = {
            **common,
            "transactionType": "REFUND",
            "transactionId": f"back-{held.id.hex}",
            "originalTransactionRequestId": held.id.hex,
            "transactionAmountValue": back,
            "settlementAmountValue": back,
        }
        return [sale, refund]

    def _signed(self, path: str, client: str, said: dict[str, Any]) -> httpx.Response:
        time, body = self.now.isoformat(), json.dumps(said).encode()
        signed = signing.signature(self._keys[0], signing.Message(path, client, time, body))
        headers = {"client-id": client, "response-time": time, "signature": signed}
        return httpx.Response(200, content=body, headers=headers)


def _known_as(key: str) -> str:
    return f"wal{key}"


def _amount(amount: Money) -> dict[str, str]:
    return {"currency": amount.currency, "value": str(amount.minor)}


def _result(code: str, status: str) -> dict[str, Any]:
    return {"result": {"resultCode": code, "resultStatus": status, "resultMessage": code.lower()}}
