"""Pix, PromptPay and FPS: their bank's words and ours, both ways, keys, and hooks."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import msgspec
import pytest
from tests.adapters.rails.golden import assert_golden
from tests.ports.subjects import T0, asked, reached

from usance.adapters.rails import emv, local_instant
from usance.adapters.rails.local_instant import translate, wire
from usance.adapters.rails.local_instant.schemes import FPS, PIX, PROMPTPAY, code_of
from usance.adapters.rails.local_instant.simulator import PixBank
from usance.adapters.rails.simulator import Behaviour
from usance.kernel.ids import InstructionId, derive
from usance.kernel.money import parse
from usance.kernel.records import replace
from usance.payments.model import Decline, InstructionKind
from usance.payments.ports import AnswerKind, NoticeKind

SALE = asked(local_instant.simulated(PIX), 1)
TXID = SALE.id.hex
REFUND = replace(
    SALE, id=InstructionId(derive(0, "back")), kind=InstructionKind.REFUND, original=TXID
)
PAYOUT = replace(SALE, kind=InstructionKind.PAYOUT, alias="+5511987654321")
VOID = replace(
    SALE, id=InstructionId(derive(0, "void")), kind=InstructionKind.VOID, original_id=SALE.id
)
E2E = "E12345678202609090800abcdefghijk"
YES, NO, SILENCE = AnswerKind.CONFIRMED, AnswerKind.REFUSED, AnswerKind.UNKNOWN
TO_PAYER = AnswerKind.ACTION_REQUIRED
CODE = code_of(PIX, PIX.example, SALE.amount, TXID, "https://pix.example/qr/v2/1")
PLAIN = Behaviour(
    fee_bps=0, fee_fixed_minor=0, chargeback_fee_minor=0, settlement_business_days=0,
    settles_after=timedelta(seconds=5), payer_after=timedelta(seconds=10),
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "dispatch"),
    [("collect", SALE), ("void", VOID), ("refund", REFUND), ("payout", PAYOUT)],
)
def test_what_we_ask_is_written_as_it_was(name, dispatch):
    sent = translate.request_of(dispatch, PIX.example, E2E)
    question = translate.question_of(dispatch, E2E)

    assert_golden(
        f"local_instant/{name}.txt",
        f"{sent.method} {sent.path}\n{sent.body}\n{question.method} {question.path}\n",
    )


def cob(status, **more):
    return {"txid": TXID, "status": status, "valor": {"original": "100.00"}, **more}


def paid(valor="100.00", **more):
    said = {"endToEndId": E2E, "txid": TXID, "valor": valor, "horario": T0.isoformat()}
    return {**said, **more}


def back(status, **more):
    return {"id": REFUND.id.hex, "rtrId": "D1", "valor": "100.00", "status": status, **more}


def sent(status, **more):
    return {"idEnvio": TXID, "valor": "100.00", "status": status, **more}


def problem(word):
    return {"type": f"https://pix.bcb.gov.br/api/v2/error/{word}", "title": "x", "status": 400}


DEARER = code_of(PIX, PIX.example, parse("900", "BRL"), TXID, "")


@pytest.mark.parametrize(
    ("dispatch", "status", "body", "kind", "code", "reference"),
    [
        (SALE, 201, cob("ATIVA", pixCopiaECola=CODE), TO_PAYER, "", TXID),
        (SALE, 201, cob("ATIVA", location="pix.example/qr/v2/1"), TO_PAYER, "", TXID),
        (SALE, 201, cob("ATIVA", pixCopiaECola=DEARER), SILENCE, "code_differs", TXID),
        (SALE, 201, cob("ATIVA", pixCopiaECola=CODE[:-1] + "!"), SILENCE, "code_differs", TXID),
        (SALE, 200, cob("CONCLUIDA", pix=[paid()]), YES, "", TXID),
        (SALE, 200, cob("REMOVIDA_PELO_USUARIO_RECEBEDOR"), NO, "abandoned", ""),
        (SALE, 200, cob("REMOVIDA_PELO_PSP"), NO, "declined", ""),
        (SALE, 200, cob("NUNCA_VISTA"), SILENCE, "in_progress", TXID),
        (SALE, 400, problem("CobOperacaoInvalida"), NO, "incomplete_details", ""),
        (SALE, 403, problem("AcessoNegado"), SILENCE, "in_progress", ""),
        (SALE, 429, problem("x"), SILENCE, "in_progress", ""),
        (SALE, 200, {"txid": TXID}, SILENCE, "unreadable", ""),
        (SALE, 200, cob("CONCLUIDA", pix=[paid("1,5")]), SILENCE, "unreadable", ""),
        (VOID, 200, cob("REMOVIDA_PELO_USUARIO_RECEBEDOR"), YES, "", TXID),
        (VOID, 200, cob("CONCLUIDA", pix=[paid()]), NO, "duplicate", ""),
        (VOID, 200, cob("ATIVA"), SILENCE, "in_progress", TXID),
        (VOID, 404, problem("CobNaoEncontrada"), SILENCE, "in_progress", ""),
        (REFUND, 200, back("DEVOLVIDO"), YES, "", "D1"),
        (REFUND, 200, back("EM_PROCESSAMENTO"), SILENCE, "in_progress", "D1"),
        (REFUND, 200, back("NAO_REALIZADO", motivo="ContaEncerrada"), NO, "account_closed", ""),
        (REFUND, 400, problem("PixDevolucaoInvalida"), NO, "wrong_amount", ""),
        (PAYOUT, 200, sent("REALIZADO", endToEndId=E2E), YES, "", E2E),
        (PAYOUT, 201, sent("EM_PROCESSAMENTO"), SILENCE, "in_progress", TXID),
        (PAYOUT, 200, sent("NAO_REALIZADO", motivo="TempoEsgotado"), NO, "timed_out", ""),
        (PAYOUT, 422, problem("ChaveNaoEncontrada"), NO, "invalid_account", ""),
    ],
)  # fmt: skip
def test_what_the_bank_says_is_understood(dispatch, status, body, kind, code, reference):
    answer = translate.answer_of(PIX, PIX.example, dispatch, status, json.dumps(body).encode())

    assert (answer.kind, answer.code, answer.reference) == (kind, code, reference)


def test_what_is_no_json_is_no_answer():
    assert translate.answer_of(PIX, PIX.example, SALE, 200, b"<html>").code == "unreadable"


def test_a_code_of_ours_points_where_the_bank_says():
    body = json.dumps(cob("ATIVA", location="pix.example/qr/v2/1")).encode()
    answer = translate.answer_of(PIX, PIX.example, SALE, 201, body)
    fields = emv.read(answer.action)

    assert fields is not None
    assert fields["26"] == "0014br.gov.bcb.pix2519pix.example/qr/v2/1"


def test_an_answer_says_whose_it_is_and_how_much():
    other = UUID(int=SALE.id.int ^ 1).hex
    body = json.dumps(cob("CONCLUIDA", txid=other, pix=[paid("90.00")])).encode()
    answer = translate.answer_of(PIX, PIX.example, SALE, 200, body)

    assert answer.about == UUID(other)
    assert answer.amount == parse("90", "BRL")


def test_every_word_of_theirs_is_one_of_ours():
    assert all(isinstance(ours, Decline) for ours in translate.DECLINES.values())


# ---- keys ----


@pytest.mark.parametrize(
    ("scheme", "key", "taken"),
    [
        (PIX, "+5511987654321", True),
        (PIX, "weaver@example.org", True),
        (PIX, "11144477735", True),
        (PIX, "11144477736", False),
        (PIX, "11222333000181", True),
        (PIX, "123e4567-e89b-12d3-a456-426655440000", True),
        (PIX, "11987654321", False),
        (PROMPTPAY, "+66812345678", True),
        (PROMPTPAY, "weaver@example.org", False),
        (PROMPTPAY, "1234567890121", True),
        (PROMPTPAY, "1234567890122", False),
        (PROMPTPAY, "123456789012345", True),
        (FPS, "+85261234567", True),
        (FPS, "1234567", True),
        (FPS, "12345678", False),
        (FPS, "weaver@example.org", True),
    ],
)
def test_a_payout_goes_to_a_key_that_the_scheme_can_know(scheme, key, taken):
    server = PixBank(local_instant.simulated(scheme, 7, PLAIN), T0, scheme)
    rail = local_instant.client(reached(server), scheme, scheme.example)
    payout = replace(asked(rail, 1, kind=InstructionKind.PAYOUT), alias=key)
    answer = asyncio.run(rail.send(payout, T0))

    assert answer.kind is (YES if taken else NO)
    assert answer.code == ("" if taken else "invalid_account")


def test_a_payout_without_a_key_is_not_sent():
    rail = local_instant.client(reached(PixBank(local_instant.simulated(PIX, 7, PLAIN), T0)))
    answer = asyncio.run(rail.send(replace(PAYOUT, alias=""), T0))

    assert (answer.kind, answer.code) == (NO, "incomplete_details")


# ---- a payment from its code to its return ----


def test_a_payer_scans_pays_and_gets_a_part_back():
    server = PixBank(local_instant.simulated(PIX, 7, PLAIN), T0)
    rail = local_instant.client(reached(server))
    shown = asyncio.run(rail.send(SALE, T0))
    server.now = T0 + timedelta(seconds=30)
    done = asyncio.run(rail.ask(SALE, server.now))
    first = asyncio.run(rail.send(replace(REFUND, amount=parse("40", "BRL")), server.now))
    too_much = replace(REFUND, id=InstructionId(derive(0, "more")), amount=parse("61", "BRL"))
    second = asyncio.run(rail.send(too_much, server.now))
    removed = asyncio.run(rail.send(VOID, server.now))

    assert translate.asks_for(PIX, SALE.amount, shown.action)
    assert (shown.kind, done.kind, first.kind) == (TO_PAYER, YES, YES)
    assert (second.kind, second.code) == (NO, "wrong_amount")
    assert (removed.kind, removed.code) == (NO, "duplicate")


def test_what_nobody_paid_is_taken_back_and_sends_nothing_back():
    server = PixBank(local_instant.simulated(PIX, 7, PLAIN), T0)
    rail = local_instant.client(reached(server))
    asyncio.run(rail.send(SALE, T0))
    unpaid = asyncio.run(rail.send(REFUND, T0))
    removed = asyncio.run(rail.send(VOID, T0))
    late = asyncio.run(rail.ask(SALE, T0))

    assert (unpaid.kind, unpaid.code) == (SILENCE, "money_unknown")
    assert removed.kind is YES
    assert (late.kind, late.code) == (NO, "abandoned")


# ---- notices and hooks ----


def test_money_is_settled_as_it_comes_less_what_had_gone_back_before():
    gone = {"id": "1", "valor": "25.00", "status": "DEVOLVIDO"}
    before = {**gone, "horario": {"liquidacao": "2026-09-09T07:59:59Z"}}
    later = {**gone, "horario": {"liquidacao": "2026-09-09T09:00:00Z"}}
    said = paid(devolucoes=[before, later], gnExtras={"tarifa": "0.80"})
    notice = translate.settlement_of(PIX, msgspec.convert(said, wire.Pix, strict=False))

    assert notice is not None
    assert (notice.kind, notice.reference, notice.instruction) == (
        NoticeKind.SETTLED, E2E, UUID(TXID),
    )  # fmt: skip
    assert (str(notice.amount), str(notice.fee)) == ("75.00 BRL", "0.80 BRL")


@pytest.mark.parametrize(
    "bad", [paid("1e3"), paid(horario="2026-09-09T08:00:00"), paid(gnExtras={"tarifa": "x"})]
)
def test_money_that_cannot_be_read_keeps_no_other_from_being_heard(bad):
    class Server:
        def handle(self, request):
            del request
            return httpx.Response(200, json={"pix": [bad, paid()]})

    client = local_instant.LocalInstantRail(reached(Server()), PIX, PIX.example)
    notices = asyncio.run(client.notices([], T0 - timedelta(days=9), T0 + timedelta(days=9)))

    assert [str(notice.amount) for notice in notices] == ["100.00 BRL"]


def test_a_bank_that_pays_for_being_used_has_no_fee():
    said = msgspec.convert(paid(gnExtras={"tarifa": "-0.80"}), wire.Pix)
    notice = translate.settlement_of(PIX, said)

    assert notice is not None
    assert notice.fee.minor == 0


def test_money_that_nobody_asked_for_is_no_settlement():
    assert translate.settlement_of(PIX, msgspec.convert(paid(txid=""), wire.Pix)) is None


@pytest.mark.parametrize(
    ("_case", "natureza", "status", "at", "found"),
    [
        ("fraud", "MED_FRAUDE", "DEVOLVIDO", "2026-09-10T08:00:00Z", 1),
        ("a mistake of the bank", "MED_OPERACIONAL", "DEVOLVIDO", "2026-09-10T08:00:00Z", 1),
        ("our own refund", "ORIGINAL", "DEVOLVIDO", "2026-09-10T08:00:00Z", 0),
        ("not yet", "MED_FRAUDE", "EM_PROCESSAMENTO", "2026-09-10T08:00:00Z", 0),
        ("in another window", "MED_FRAUDE", "DEVOLVIDO", "2026-09-20T08:00:00Z", 0),
    ],
)
def test_what_the_payers_bank_takes_back_is_a_chargeback(_case, natureza, status, at, found):
    gone = {"id": "9", "rtrId": "D9", "valor": "30.00", "status": status, "natureza": natureza}
    moved = msgspec.convert(paid(devolucoes=[{**gone, "horario": {"liquidacao": at}}]), wire.Pix)
    until = datetime(2026, 9, 11, tzinfo=UTC)
    told = translate.taken_back_of(PIX, moved, T0, until)

    assert len(told) == found
    assert all((each.kind, each.reason) == (NoticeKind.CHARGEBACK, natureza) for each in told)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"pix": [paid()]}, [(TXID, YES)]),
        ({"pix": [paid(txid="")]}, []),
        ({"pix": [paid(devolucoes=[back("DEVOLVIDO")])]}, [(REFUND.id.hex, YES)]),
        ({"pix": [paid(devolucoes=[back("EM_PROCESSAMENTO")])]}, []),
        ({"pix": [paid(devolucoes=[back("DEVOLVIDO", natureza="MED_FRAUDE")])]}, []),
    ],
)
def test_a_hook_says_what_asking_would_say(body, said):
    news = translate.news_of(PIX, json.dumps(body).encode())

    assert news is not None
    assert [(each.instruction.hex, each.answer.kind) for each in news.answers] == said


@pytest.mark.parametrize(
    "body",
    [{}, {"pix": []}, {"pix": [paid(horario="2026-09-09T08:00:00")]}, {"pix": [paid("1e3")]}],
)
def test_what_is_no_hook_is_not_read(body):
    assert translate.news_of(PIX, json.dumps(body).encode()) is None


def test_the_environment_names_a_bank(monkeypatch):
    monkeypatch.setenv("USANCE_RAIL_PROMPTPAY_URL", "https://bank.test")
    monkeypatch.setenv("USANCE_RAIL_PROMPTPAY_MERCHANT_KEY", "010555310215001")

    assert isinstance(local_instant.promptpay(), local_instant.LocalInstantRail)
    assert not isinstance(local_instant.pix(), local_instant.LocalInstantRail)
