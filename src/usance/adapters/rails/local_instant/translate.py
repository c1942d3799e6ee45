"""Our words into a local instant scheme's and back. Pure; golden files stand beside the tests."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

import msgspec

from usance.adapters.rails import emv
from usance.adapters.rails.local_instant.schemes import Merchant, Scheme, code_of
from usance.adapters.rails.local_instant.wire import (
    Cob,
    Devolucao,
    Envio,
    Notice,
    Pix,
    Problem,
)
from usance.kernel.errors import UsanceError
from usance.kernel.money import Currency, Money, decimal_text, parse
from usance.kernel.records import Record
from usance.payments.model import Decline, Dispatch, InstructionKind
from usance.payments.ports import (
    AnswerKind,
    HookAnswer,
    HookNews,
    NoticeKind,
    RailAnswer,
    RailNotice,
)

IN_PROGRESS: Final = "in_progress"
REMOVED: Final = "REMOVIDA_PELO_USUARIO_RECEBEDOR"
# We give a request up before it ends by itself: our policy's minutes are fewer.
_LIVES_SECONDS: Final = 86_400
_TEXT_MAX: Final = 140
# Why the bank says no: the last word of a problem's type, or the reason of what was not done.
DECLINES: Final[Mapping[str, Decline]] = {
    "ChaveNaoEncontrada": Decline.INVALID_ACCOUNT,
    "ChaveInvalida": Decline.INVALID_ACCOUNT,
    "ContaEncerrada": Decline.ACCOUNT_CLOSED,
    "ContaBloqueada": Decline.ACCOUNT_BLOCKED,
    "SaldoInsuficiente": Decline.INSUFFICIENT_FUNDS,
    "LimiteExcedido": Decline.LIMIT_EXCEEDED,
    "ValorInvalido": Decline.AMOUNT_NOT_TAKEN,
    "TempoEsgotado": Decline.TIMED_OUT,
    "PspIndisponivel": Decline.RAIL_DOWN,
    "SuspeitaDeFraude": Decline.SUSPECTED_FRAUD,
    "PixDevolucaoInvalida": Decline.WRONG_AMOUNT,
    "PrazoExcedido": Decline.LIMIT_EXCEEDED,
    "AcessoNegado": Decline.REGULATORY,
}
# A request that nobody can pay any more: we took it back, or the bank has ended it.
_REMOVALS: Final[Mapping[str, Decline]] = {
    REMOVED: Decline.ABANDONED,
    "REMOVIDA_PELO_PSP": Decline.DECLINED,
}
# Nothing was decided: too many questions, a key of ours that is not let in, a request under way.
_UNDECIDED: Final = frozenset({401, 403, 409, 410, 423, 429})
_NOT_FOUND: Final = 404
_MED: Final = "MED_"
_NO: Final = AnswerKind.REFUSED
_UNREADABLE: Final = "unreadable"


Reader = Callable[[Scheme, Pix, datetime, datetime], list[RailNotice]]


class Request(Record, frozen=True):
    """A request in the bank's words."""

    method: str
    path: str
    body: str = ""


def request_of(dispatch: Dispatch, merchant: Merchant, end_to_end: str = "") -> Request:
    """Return the request that carries out an instruction.

    end_to_end: the scheme's reference of the money that is sent back.
    """
    amount = decimal_text(dispatch.amount)
    match dispatch.kind:
        case InstructionKind.COLLECT:
            asked = {
                "calendario": {"expiracao": _LIVES_SECONDS},
                "valor": {"original": amount, "modalidadeAlteracao": 0},
                "chave": merchant.key,
                **_said("solicitacaoPagador", dispatch.remittance),
            }
            return _put(f"/v2/cob/{dispatch.id.hex}", asked)
        case InstructionKind.VOID:
            return Request("PATCH", f"/v2/cob/{txid_of(dispatch)}", _text({"status": REMOVED}))
        case InstructionKind.REFUND:
            path = f"/v2/pix/{quote(end_to_end, safe='')}/devolucao/{dispatch.id.hex}"
            return _put(path, {"valor": amount})
    assert dispatch.kind is InstructionKind.PAYOUT, f"{dispatch.kind} is no capability"
    sent = {
        "valor": amount,
        "pagador": {"chave": merchant.key, **_said("infoPagador", dispatch.remittance)},
        "favorecido": {"chave": dispatch.alias},
    }
    return _put(f"/v3/gn/pix/{dispatch.id.hex}", sent)


def question_of(dispatch: Dispatch, end_to_end: str = "") -> Request:
    """Return the request that asks what became of an instruction."""
    match dispatch.kind:
        case InstructionKind.PAYOUT:
            return Request("GET", f"/v2/gn/pix/enviados/id-envio/{dispatch.id.hex}")
        case InstructionKind.REFUND:
            path = f"/v2/pix/{quote(end_to_end, safe='')}/devolucao/{dispatch.id.hex}"
            return Request("GET", path)
    return Request("GET", f"/v2/cob/{txid_of(dispatch)}")


def txid_of(dispatch: Dispatch) -> str:
    """Return under which name the bank knows what the payer pays: the collecting instruction's."""
    if dispatch.kind is InstructionKind.COLLECT:
        return dispatch.id.hex
    return dispatch.original_id.hex if dispatch.original_id else dispatch.original


def _put(path: str, body: Mapping[str, Any]) -> Request:
    return Request("PUT", path, _text(body))


def _said(name: str, text: str) -> dict[str, str]:
    return {name: text[:_TEXT_MAX]} if text else {}


def _text(body: Mapping[str, Any]) -> str:
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def answer_of(
    scheme: Scheme, merchant: Merchant, dispatch: Dispatch, status: int, body: bytes
) -> RailAnswer:
    """Return what the bank's reply says of an instruction."""
    try:
        if status >= 400:
            return _refusal(dispatch.kind, status, msgspec.json.decode(body, type=Problem))
        currency = Currency(scheme.currency)
        match dispatch.kind:
            case InstructionKind.PAYOUT:
                return _of_envio(currency, msgspec.json.decode(body, type=Envio))
            case InstructionKind.REFUND:
                return _of_devolucao(currency, msgspec.json.decode(body, type=Devolucao))
        cob = msgspec.json.decode(body, type=Cob)
        if dispatch.kind is InstructionKind.VOID:
            return _of_removal(dispatch, cob)
        return _of_cob(scheme, merchant, dispatch, cob)
    except (msgspec.DecodeError, UsanceError):
        return RailAnswer(AnswerKind.UNKNOWN, _UNREADABLE, "", str(status))


def _of_cob(scheme: Scheme, merchant: Merchant, dispatch: Dispatch, cob: Cob) -> RailAnswer:
    about = _uuid(cob.txid)
    if cob.status == "CONCLUIDA" or cob.pix:
        paid = cob.pix[0].valor if cob.pix else cob.valor.original
        moved = parse(paid, scheme.currency)
        return RailAnswer(AnswerKind.CONFIRMED, "", cob.txid, "", about, moved)
    if cob.status in _REMOVALS:
        return RailAnswer(_NO, _REMOVALS[cob.status], "", cob.status, about)
    if cob.status != "ATIVA":
        return RailAnswer(AnswerKind.UNKNOWN, IN_PROGRESS, cob.txid, cob.status, about)
    text = cob.copia_e_cola or code_of(
        scheme, merchant, dispatch.amount, dispatch.id.hex, cob.location
    )
    if not asks_for(scheme, dispatch.amount, text):
        return RailAnswer(AnswerKind.UNKNOWN, "code_differs", cob.txid, cob.status, about)
    kind = AnswerKind.ACTION_REQUIRED
    return RailAnswer(kind, "", cob.txid, cob.status, about, action=text)


def asks_for(scheme: Scheme, amount: Money, text: str) -> bool:
    """Return whether a code asks a payer for this amount and no other.

    A code without an amount takes it from the address that it points to.
    """
    fields = emv.read(text)
    if fields is None or fields.get(emv.CURRENCY) != scheme.number:
        return False
    said = fields.get(emv.AMOUNT)
    try:
        return said is None or parse(said, scheme.currency) == amount
    except UsanceError:
        return False


def _of_removal(dispatch: Dispatch, cob: Cob) -> RailAnswer:
    about = UUID(int=dispatch.id.int if cob.txid == txid_of(dispatch) else 0)
    if cob.status == "CONCLUIDA" or cob.pix:
        return RailAnswer(_NO, Decline.DUPLICATE, "", cob.status, about)
    if cob.status in _REMOVALS:
        return RailAnswer(AnswerKind.CONFIRMED, "", cob.txid, "", about)
    return RailAnswer(AnswerKind.UNKNOWN, IN_PROGRESS, cob.txid, cob.status, about)


def _of_devolucao(currency: Currency, back: Devolucao) -> RailAnswer:
    about, amount = _uuid(back.id), parse(back.valor, currency)
    reference = back.rtr_id or back.id
    if back.status == "DEVOLVIDO":
        return RailAnswer(AnswerKind.CONFIRMED, "", reference, "", about, amount)
    if back.status == "NAO_REALIZADO":
        code = DECLINES.get(back.motivo, Decline.DECLINED)
        return RailAnswer(_NO, code, "", back.motivo or back.status, about)
    return RailAnswer(AnswerKind.UNKNOWN, IN_PROGRESS, reference, back.status, about)


def _of_envio(currency: Currency, sent: Envio) -> RailAnswer:
    about, amount = _uuid(sent.id_envio), parse(sent.valor, currency)
    reference = sent.end_to_end or sent.id_envio
    if sent.status == "REALIZADO":
        return RailAnswer(AnswerKind.CONFIRMED, "", reference, "", about, amount)
    if sent.status == "NAO_REALIZADO":
        code = DECLINES.get(sent.motivo, Decline.DECLINED)
        return RailAnswer(_NO, code, "", sent.motivo or sent.status, about)
    return RailAnswer(AnswerKind.UNKNOWN, IN_PROGRESS, reference, sent.status, about)


def _refusal(kind: InstructionKind, status: int, problem: Problem) -> RailAnswer:
    word = problem.type.rstrip("/").rpartition("/")[2] or problem.title or str(status)
    # A request that a payer saw and the bank does not know is not known to be unpayable.
    if status in _UNDECIDED or (kind is InstructionKind.VOID and status == _NOT_FOUND):
        return RailAnswer(AnswerKind.UNKNOWN, IN_PROGRESS, "", word)
    return RailAnswer(_NO, DECLINES.get(word, Decline.INCOMPLETE_DETAILS), "", word)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


# ---- what has happened ----


def settlement_of(scheme: Scheme, moved: Pix) -> RailNotice | None:
    """Return the settlement that money is, None where it was not asked for by us.

    It is ours the moment it comes. What went back before that, in one list, is not settled.
    """
    instruction = _uuid(moved.txid)
    if instruction is None:
        return None
    gone = sum(
        parse(each.valor, scheme.currency).minor
        for each in moved.devolucoes
        if each.horario.liquidacao is not None and each.horario.liquidacao < moved.horario
    )
    gross = Money(parse(moved.valor, scheme.currency).minor - gone, Currency(scheme.currency))
    if gross.minor <= 0:
        return None
    fee = max(parse(moved.extras.tarifa, scheme.currency).minor, 0)
    return RailNotice(
        NoticeKind.SETTLED,
        moved.end_to_end,
        instruction,
        gross,
        Money(min(fee, gross.minor), gross.currency),
        moved.horario.date(),
    )


def settlements_of(
    scheme: Scheme, moved: Pix, since: datetime, until: datetime
) -> list[RailNotice]:
    """Return the settlement that money is which came in a window, and none elsewhere."""
    found = settlement_of(scheme, moved) if since < moved.horario <= until else None
    return [] if found is None else [found]


def taken_back_of(scheme: Scheme, moved: Pix, since: datetime, until: datetime) -> list[RailNotice]:
    """Return what the payer's bank has taken back in a window: for fraud, or by mistake (MED)."""
    instruction = _uuid(moved.txid)
    if instruction is None:
        return []
    return [
        RailNotice(
            NoticeKind.CHARGEBACK,
            each.rtr_id or each.id,
            instruction,
            parse(each.valor, scheme.currency),
            Money(0, Currency(scheme.currency)),
            each.horario.liquidacao.date(),
            reason=each.natureza,
        )
        for each in moved.devolucoes
        if each.natureza.startswith(_MED)
        and each.status == "DEVOLVIDO"
        and each.horario.liquidacao is not None
        and since < each.horario.liquidacao <= until
    ]


def news_of(scheme: Scheme, raw: bytes) -> HookNews | None:
    """Return what a hook tells, None where it is none of the bank's.

    Told again it is the same bytes, so their digest is its name.
    """
    try:
        told = msgspec.json.decode(raw, type=Notice)
        if not told.pix or any(each.horario.tzinfo is None for each in told.pix):
            return None
        answers = [
            answer
            for each in told.pix
            for answer in (_paid(scheme, each), *(_gone(scheme, back) for back in each.devolucoes))
            if answer is not None
        ]
    except (msgspec.MsgspecError, UsanceError, UnicodeError, RecursionError):
        return None
    at = max(_last_moment(each) for each in told.pix)
    return HookNews(hashlib.sha256(raw).hexdigest(), at, tuple(answers))


def _paid(scheme: Scheme, moved: Pix) -> HookAnswer | None:
    """Return that a payer has paid; a notice that tells of money going back says no more of it."""
    instruction = _uuid(moved.txid)
    if instruction is None or moved.devolucoes:
        return None
    amount = parse(moved.valor, scheme.currency)
    said = RailAnswer(AnswerKind.CONFIRMED, "", moved.txid, "", instruction, amount)
    return HookAnswer(instruction, said)


def _gone(scheme: Scheme, back: Devolucao) -> HookAnswer | None:
    answer = _of_devolucao(Currency(scheme.currency), back)
    known = answer.about is not None and answer.kind is not AnswerKind.UNKNOWN
    if not known or answer.about is None or back.natureza.startswith(_MED):
        return None
    return HookAnswer(answer.about, answer)


def _last_moment(moved: Pix) -> datetime:
    times = [moved.horario]
    for each in moved.devolucoes:
        times += [t for t in (each.horario.solicitacao, each.horario.liquidacao) if t is not None]
    return max(each for each in times if each.tzinfo is not None)
