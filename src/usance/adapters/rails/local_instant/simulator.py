"""A scheme that exists only here: as a rail, and as the bank's server that its client speaks to.

Its figures are illustrative and describe the simulation alone.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl
from uuid import UUID

import httpx

from usance.adapters.rails.local_instant.schemes import PIX, Scheme, code_of
from usance.adapters.rails.local_instant.translate import REMOVED
from usance.adapters.rails.simulated_memory import Memory
from usance.adapters.rails.simulator import Behaviour, SimulatedRail
from usance.kernel.ids import PaymentId
from usance.kernel.money import Money, decimal_text, parse
from usance.kernel.records import replace
from usance.payments.model import Decline, Instruction, InstructionKind
from usance.payments.ports import CHARGEBACK, AnswerKind, NoticeKind, RailAnswer, RailNotice

SEED: Final = 20260909
BEHAVIOUR: Final = Behaviour(
    fee_bps=80,
    fee_fixed_minor=0,
    chargeback_fee_minor=0,
    settlement_business_days=0,
    settles_after=timedelta(seconds=5),
    payer_after=timedelta(seconds=12),
    abandoned_bps=300,
    expires_after=timedelta(minutes=15),
    silent_bps=50,
    silent_for=timedelta(seconds=30),
    refused_bps=0,
)
_CAPABILITIES: Final = frozenset({"collect", "void", "refund", "payout", CHARGEBACK})
# Our reasons in the bank's words.
_WORDS: Final[Mapping[str, str]] = {
    Decline.INSUFFICIENT_FUNDS: "SaldoInsuficiente",
    Decline.INVALID_ACCOUNT: "ChaveNaoEncontrada",
    Decline.ACCOUNT_CLOSED: "ContaEncerrada",
    Decline.LIMIT_EXCEEDED: "LimiteExcedido",
}


def simulated(
    scheme: Scheme = PIX, seed: int = SEED, behaviour: Behaviour = BEHAVIOUR
) -> SimulatedRail:
    """Return a scheme whose payers scan a code and pay in seconds; the money is there at once."""

    def code(asked: Instruction) -> str:
        return code_of(scheme, scheme.example, asked.amount, asked.id.hex, "")

    limits = {scheme.currency: scheme.limit}
    return SimulatedRail(scheme.rail, seed, behaviour, _CAPABILITIES, limits, code)


class PixBank:
    """The bank's API over a simulated rail, for `httpx.MockTransport`. now: the book's time.

    It remembers what it was told, as a bank does; what it decides follows from the seed.
    """

    def __init__(self, rail: SimulatedRail, now: datetime, scheme: Scheme = PIX) -> None:
        self.now = now
        self._rail = rail
        self._scheme = scheme
        self._held = Memory(rail)
        self._removed: set[str] = set()

    def handle(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        body = json.loads(request.content) if request.content else {}
        path = request.url.path.strip("/").split("/")
        match (request.method, *path):
            case ("PUT", "v2", "cob", txid):
                return self._taken(txid, InstructionKind.COLLECT, body["valor"]["original"])
            case ("PATCH", "v2", "cob", txid) if txid in self._held:
                if not self._paid(txid):
                    self._removed.add(txid)
                return self._shown(txid)
            case ("PUT", "v2", "pix", paid, "devolucao", key):
                return self._send_back(_txid(paid), key, body["valor"])
            case ("PUT", "v3", "gn", "pix", key):
                return self._taken(key, InstructionKind.PAYOUT, body["valor"])
            case ("GET", "v2", "pix"):
                return self._listed(request)
            case ("GET", *_, key) if key in self._held:
                return self._shown(key)
        return _problem(404, "NaoEncontrado")

    def _taken(
        self, key: str, kind: InstructionKind, amount: str, payment: PaymentId | None = None
    ) -> httpx.Response:
        """Take what is asked, or show what was taken under this key."""
        money = parse(amount, self._scheme.currency)
        asked = self._held.asked(UUID(key), kind, money, self.now, payment)
        self._held.take(key, asked, self.now)
        return self._shown(key)

    def _send_back(self, txid: str, key: str, amount: str) -> httpx.Response:
        collected = self._held.get(txid)
        if collected is None:
            return _problem(404, "PixNaoEncontrado")
        gone = sum(
            each.amount.minor
            for name, each in self._held.items()
            if each.kind is InstructionKind.REFUND
            and each.payment_id == collected.payment_id
            and name != key
        )
        if gone + parse(amount, self._scheme.currency).minor > collected.amount.minor:
            return _problem(400, "PixDevolucaoInvalida")
        return self._taken(key, InstructionKind.REFUND, amount, collected.payment_id)

    def _paid(self, txid: str) -> bool:
        return self._held.answered(txid, self.now).kind is AnswerKind.CONFIRMED

    def _shown(self, key: str) -> httpx.Response:
        held, answer = self._held[key], self._held.answered(key, self.now)
        about = (answer.about or held.id).hex
        amount = decimal_text(answer.amount or held.amount)
        match held.kind:
            case InstructionKind.COLLECT:
                return httpx.Response(200, json=self._cob(held, answer, about, amount))
            case InstructionKind.REFUND:
                times = {"solicitacao": held.created_at.isoformat()}
                status = "DEVOLVIDO" if answer.kind is AnswerKind.CONFIRMED else "EM_PROCESSAMENTO"
                shown = {"id": about, "rtrId": f"D{key}", "valor": amount, "status": status}
                return httpx.Response(200, json={**shown, "horario": times})
        shown = {"idEnvio": about, "valor": amount, "status": "EM_PROCESSAMENTO"}
        if answer.kind is AnswerKind.CONFIRMED:
            shown |= {"status": "REALIZADO", "endToEndId": _end_to_end(key)}
        elif answer.kind is AnswerKind.REFUSED:
            word = _WORDS.get(answer.code, "TempoEsgotado")
            shown |= {"status": "NAO_REALIZADO", "motivo": word}
        return httpx.Response(200, json=shown)

    def _cob(
        self, held: Instruction, answer: RailAnswer, about: str, amount: str
    ) -> dict[str, Any]:
        code = code_of(self._scheme, self._scheme.example, held.amount, held.id.hex, "")
        shown: dict[str, Any] = {
            "txid": about,
            "status": "ATIVA",
            "valor": {"original": decimal_text(held.amount)},
            "pixCopiaECola": code,
        }
        if held.id.hex in self._removed:
            shown["status"] = REMOVED
        elif answer.kind is AnswerKind.REFUSED:
            shown["status"] = "REMOVIDA_PELO_PSP"
        elif answer.kind is AnswerKind.CONFIRMED:
            paid = {"endToEndId": _end_to_end(held.id.hex), "txid": about, "valor": amount}
            shown |= {
                "status": "CONCLUIDA",
                "pix": [{**paid, "horario": (held.answered_at or self.now).isoformat()}],
            }
        return shown

    def _listed(self, request: httpx.Request) -> httpx.Response:
        asked = dict(parse_qsl(request.url.query.decode()))
        since, until = (datetime.fromisoformat(asked[name]) for name in ("inicio", "fim"))
        back = "devolucaoPresente" in asked
        kind = NoticeKind.CHARGEBACK if back else NoticeKind.SETTLED
        told = self._rail.told(list(self._held.values()), since, until)
        pix = [self._moved(at, notice) for at, notice in told if notice.kind is kind]
        return httpx.Response(200, json={"pix": pix})

    def _moved(self, at: datetime, notice: RailNotice) -> dict[str, Any]:
        txid = notice.instruction.hex
        sold = self._held[txid].amount
        moved = {
            "endToEndId": _end_to_end(txid),
            "txid": txid,
            "valor": decimal_text(sold),
            "horario": at.isoformat(),
            "gnExtras": {"tarifa": decimal_text(notice.fee)},
        }
        if notice.kind is NoticeKind.CHARGEBACK:
            back = _back(notice.reference, notice.amount, at)
            return {**moved, "devolucoes": [{**back, "natureza": "MED_FRAUDE"}]}
        gone = max(sold.minor - notice.amount.minor, 0)
        whole = replace(notice.amount, minor=notice.amount.minor + gone)
        before = _back("before", replace(sold, minor=gone), at - timedelta(seconds=1))
        return {
            **moved,
            "valor": decimal_text(whole),
            "devolucoes": [before] if gone else [],
        }


def _back(reference: str, amount: Money, at: datetime) -> dict[str, Any]:
    return {
        "id": "0",
        "rtrId": reference,
        "valor": decimal_text(amount),
        "status": "DEVOLVIDO",
        "horario": {"solicitacao": at.isoformat(), "liquidacao": at.isoformat()},
    }


def _end_to_end(key: str) -> str:
    """Return the scheme's reference of money: from it the request can be told again."""
    return f"E{key}"


def _txid(end_to_end: str) -> str:
    return end_to_end.removeprefix("E")


def _problem(status: int, word: str) -> httpx.Response:
    kind = f"https://pix.bcb.gov.br/api/v2/error/{word}"
    return httpx.Response(status, json={"type": kind, "title": word, "status": status})
