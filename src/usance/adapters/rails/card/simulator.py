"""An acquirer that exists only here: as a rail, and as the server that its client speaks to.

Its figures are illustrative and describe the simulation alone.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl
from uuid import UUID

import httpx

from usance.adapters.rails.card.translate import INSTRUCTION
from usance.adapters.rails.simulated_memory import Memory
from usance.adapters.rails.simulator import Behaviour, SimulatedRail
from usance.kernel.ids import InstructionId
from usance.kernel.money import Currency, Money
from usance.kernel.records import replace
from usance.payments.model import Decline, Instruction, InstructionKind, InstructionState
from usance.payments.ports import CHARGEBACK, AnswerKind, NoticeKind, RailNotice

SEED: Final = 20260909
# A card whose bank asks the payer first.
STEP_UP: Final = "tok_step_up"
BEHAVIOUR: Final = Behaviour(
    fee_bps=90,
    fee_fixed_minor=10,
    chargeback_fee_minor=1500,
    settlement_business_days=2,
    silent_bps=200,
    refused_bps=100,
)
_CAPABILITIES: Final = frozenset(
    {"collect", "authorise", "capture", "void", "refund", "contest", CHARGEBACK}
)
# Our reasons in the acquirer's words.
_WORDS: Final[Mapping[str, str]] = {
    Decline.INSUFFICIENT_FUNDS: "insufficient_funds",
    Decline.STOLEN_INSTRUMENT: "stolen_card",
    Decline.EXPIRED_INSTRUMENT: "expired_card",
    Decline.DECLINED: "do_not_honor",
    Decline.SUSPECTED_FRAUD: "fraudulent",
}


def simulated(seed: int = SEED, behaviour: Behaviour = BEHAVIOUR) -> SimulatedRail:
    """Return a card acquirer: it costs more, may charge back, and now and then keeps silent."""
    return SimulatedRail("card", seed, behaviour, _CAPABILITIES)


class AcquirerServer:
    """The acquirer's API over a simulated rail, for `httpx.MockTransport`. now: the book's time.

    It remembers what it was told, as an acquirer does; what it decides follows from the seed.
    """

    def __init__(self, rail: SimulatedRail, now: datetime) -> None:
        self.now = now
        self._rail = rail
        self._intents = Memory(rail)
        self._refunds = Memory(rail)
        self._captured: dict[str, Instruction] = {}
        self._voided: set[str] = set()
        self._waits: set[str] = set()

    def handle(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        form = dict(parse_qsl(request.content.decode()))
        path = request.url.path.removeprefix("/v1/").split("/")
        match (request.method, *path):
            case ("POST", "payment_intents"):
                return self._make(form)
            case ("GET", "payment_intents", intent) if intent in self._intents:
                return self._shown(intent)
            case ("POST", "payment_intents", intent, "capture") if intent in self._intents:
                return self._capture(intent, form)
            case ("POST", "payment_intents", intent, "cancel") if intent in self._intents:
                self._voided.add(intent)
                return self._shown(intent)
            case ("POST", "refunds"):
                return self._refund(form)
            case ("GET", "refunds", refund) if refund in self._refunds:
                return self._shown_refund(refund)
            case ("GET", "balance_transactions"):
                return self._listed(request, NoticeKind.SETTLED)
            case ("GET", "disputes"):
                return self._listed(request, NoticeKind.CHARGEBACK)
        return _fault(404, "invalid_request_error", "resource_missing")

    def _make(self, form: dict[str, str]) -> httpx.Response:
        """Make an intent, or show the one that was made under this key."""
        intent = f"pi_{form[f'metadata[{INSTRUCTION}]']}"
        if intent not in self._intents:
            by_hand = form["capture_method"] == "manual"
            kind = InstructionKind.AUTHORISE if by_hand else InstructionKind.COLLECT
            if form["payment_method"] == STEP_UP:
                self._waits.add(intent)
            self._intents.take(intent, self._instruction(form, kind), self.now)
        return self._shown(intent)

    def authenticate(self, intent: str) -> None:
        """Let the payer's bank say that it was the payer."""
        self._waits.discard(intent)

    def _capture(self, intent: str, form: dict[str, str]) -> httpx.Response:
        """Capture an authorised intent once, as much of it as is asked for."""
        if intent not in self._captured:
            held = self._intents[intent]
            amount = replace(held.amount, minor=int(form["amount_to_capture"]))
            if amount.minor > held.amount.minor:
                return _fault(400, "invalid_request_error", "amount_too_large")
            self._captured[intent] = replace(
                held,
                id=InstructionId(UUID(form[f"metadata[{INSTRUCTION}]"])),
                kind=InstructionKind.CAPTURE,
                amount=amount,
                state=InstructionState.CONFIRMED,
                answered_at=self.now,
            )
        return self._shown(intent)

    def _refund(self, form: dict[str, str]) -> httpx.Response:
        collected = self._intents.get(form["payment_intent"])
        if collected is None:
            return _fault(404, "invalid_request_error", "resource_missing")
        form = {"currency": collected.amount.currency, **form}
        refund = f"re_{form[f'metadata[{INSTRUCTION}]']}"
        made = self._instruction(form, InstructionKind.REFUND)
        made = replace(made, payment_id=collected.payment_id)
        self._refunds.take(refund, made, self.now)
        return self._shown_refund(refund)

    def _instruction(self, form: dict[str, str], kind: InstructionKind) -> Instruction:
        identifier = UUID(form[f"metadata[{INSTRUCTION}]"])
        amount = Money(int(form["amount"]), Currency(form["currency"].upper()))
        instrument = f"card:{form.get('payment_method', '')}"
        return self._intents.asked(identifier, kind, amount, self.now, instrument=instrument)

    def _shown(self, intent: str) -> httpx.Response:
        answer = self._intents.answered(intent, self.now)
        amount = answer.amount or self._intents[intent].amount
        shown: dict[str, Any] = {
            "id": intent,
            "object": "payment_intent",
            "amount": amount.minor,
            "currency": amount.currency.lower(),
            "status": "processing",
            "metadata": {INSTRUCTION: (answer.about or self._intents[intent].id).hex},
        }
        captured = self._captured.get(intent)
        if intent in self._voided:
            shown |= {"status": "canceled"}
        elif intent in self._waits:
            url = {"url": f"https://bank.test/step_up/{intent}"}
            action = {"type": "redirect_to_url", "redirect_to_url": url}
            shown |= {"status": "requires_action", "next_action": action}
        elif captured is not None:
            shown |= {"status": "succeeded", "amount_received": captured.amount.minor}
        elif answer.kind is AnswerKind.CONFIRMED:
            if self._intents[intent].kind is InstructionKind.AUTHORISE:
                shown |= {"status": "requires_capture", "amount_capturable": amount.minor}
            else:
                shown |= {"status": "succeeded", "amount_received": amount.minor}
        elif answer.kind is AnswerKind.REFUSED:
            word = _WORDS.get(answer.code, "generic_decline")
            error = {"type": "card_error", "code": "card_declined", "decline_code": word}
            shown |= {"status": "requires_payment_method", "last_payment_error": error}
        return httpx.Response(200, json=shown)

    def _shown_refund(self, refund: str) -> httpx.Response:
        answer = self._refunds.answered(refund, self.now)
        amount = answer.amount or self._refunds[refund].amount
        shown = {
            "id": refund,
            "object": "refund",
            "amount": amount.minor,
            "currency": amount.currency.lower(),
            "status": "succeeded" if answer.kind is AnswerKind.CONFIRMED else "pending",
            "metadata": {INSTRUCTION: (answer.about or self._refunds[refund].id).hex},
        }
        return httpx.Response(200, json=shown)

    def _listed(self, request: httpx.Request, kind: NoticeKind) -> httpx.Response:
        by = "available_on" if kind is NoticeKind.SETTLED else "created"
        since, until = (
            datetime.fromtimestamp(int(request.url.params[f"{by}[{side}]"]), UTC)
            for side in ("gt", "lte")
        )
        held = [*self._intents.values(), *self._refunds.values(), *self._captured.values()]
        told = self._rail.told(held, since, until)
        data = [
            self._movement(at, notice) if kind is NoticeKind.SETTLED else _dispute(at, notice)
            for at, notice in told
            if notice.kind is kind
        ]
        return httpx.Response(200, json={"data": data, "has_more": False})

    def _movement(self, at: datetime, notice: RailNotice) -> dict[str, Any]:
        sales = (*self._intents.values(), *self._captured.values())
        sold = next(each.amount for each in sales if each.id.int == notice.instruction.int)
        refunded = sold.minor - notice.amount.minor
        refund = {
            "id": "re_before",
            "amount": refunded,
            "currency": notice.amount.currency.lower(),
            "status": "succeeded",
            "created": int(at.timestamp()) - 1,
        }
        source = {
            "id": f"ch_{notice.instruction.hex}",
            "amount": notice.amount.minor + refunded,
            "currency": notice.amount.currency.lower(),
            "metadata": {INSTRUCTION: notice.instruction.hex},
            "refunds": {"data": [refund] if refunded else []},
        }
        return {
            "id": notice.reference,
            "type": "charge",
            "amount": notice.amount.minor,
            "fee": notice.fee.minor,
            "currency": notice.amount.currency.lower(),
            "available_on": int(at.timestamp()),
            "source": source,
        }


def _dispute(at: datetime, notice: RailNotice) -> dict[str, Any]:
    currency = notice.amount.currency.lower()
    fee = {
        "id": f"txn_{notice.instruction.hex}",
        "type": "adjustment",
        "amount": -notice.amount.minor,
        "fee": notice.fee.minor,
        "currency": currency,
        "available_on": int(at.timestamp()),
    }
    return {
        "id": notice.reference,
        "amount": notice.amount.minor,
        "currency": currency,
        "created": int(at.timestamp()),
        "reason": "fraudulent",
        "status": "needs_response",
        "metadata": {INSTRUCTION: notice.instruction.hex},
        "balance_transactions": [fee],
    }


def _fault(status: int, kind: str, code: str) -> httpx.Response:
    return httpx.Response(status, content=json.dumps({"error": {"type": kind, "code": code}}))
