"""The wallet acquirer's words and ours, both ways, signatures, and settlement reports."""

import asyncio
import json
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import httpx
import pytest
from tests.adapters.rails.golden import assert_golden
from tests.ports.subjects import T0, asked, key_pair, reached, wallet_contract, wallet_server

from usance.adapters.rails import e_wallet
from usance.adapters.rails.e_wallet import EWalletRail, reports, signing, translate
from usance.adapters.rails.simulator import Behaviour
from usance.adapters.rails.transport import Transport
from usance.kernel.ids import InstructionId, derive
from usance.kernel.money import parse
from usance.kernel.records import replace
from usance.payments.model import Decline, InstructionKind
from usance.payments.ports import AnswerKind

SALE = replace(asked(e_wallet.simulated(), 1), amount=parse("100", "HKD"))
KEY = SALE.id.hex
AUTHORISE = replace(SALE, kind=InstructionKind.AUTHORISE)


def later(kind, name):
    more = {"original": "pay_1", "original_id": SALE.id}
    return replace(SALE, id=InstructionId(derive(0, name)), kind=kind, **more)


CAPTURE = later(InstructionKind.CAPTURE, "capture")
REFUND = later(InstructionKind.REFUND, "refund")
VOID = later(InstructionKind.VOID, "void")
YES, NO, SILENCE = AnswerKind.CONFIRMED, AnswerKind.REFUSED, AnswerKind.UNKNOWN
TO_BUYER = AnswerKind.ACTION_REQUIRED
BACK = "https://pay.example/back"
PLAIN = Behaviour(
    fee_bps=100, fee_fixed_minor=0, chargeback_fee_minor=0, settlement_business_days=2,
    payer_after=timedelta(minutes=1),
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "dispatch"),
    [
        ("collect", SALE),
        ("authorise", replace(AUTHORISE, amount=parse("5", "SGD"))),
        ("capture", CAPTURE),
        ("refund", REFUND),
        ("void", VOID),
    ],
)
def test_what_we_ask_is_written_as_it_was(name, dispatch):
    request = translate.request_of(dispatch, BACK)
    question = translate.question_of(dispatch)
    asks = "" if question is None else f"{question.path}\n{question.body}\n"

    assert_golden(f"e_wallet/{name}.txt", f"{request.path}\n{request.body}\n{asks}")


def result(code, status):
    return {"result": {"resultCode": code, "resultStatus": status}}


HKD = {"currency": "HKD", "value": "10000"}
PAID = {"paymentRequestId": KEY, "paymentId": "pay_1", "paymentAmount": HKD}
OK = result("SUCCESS", "S")
WAITS = result("PAYMENT_IN_PROCESS", "U")


@pytest.mark.parametrize(
    ("dispatch", "body", "kind", "code", "reference"),
    [
        (SALE, {**WAITS, **PAID, "normalUrl": "https://w.example/1"}, TO_BUYER, "", "pay_1"),
        (SALE, {**WAITS, **PAID, "normalUrl": "alipays://x"}, SILENCE, "action_unknown", "pay_1"),
        (SALE, {**WAITS, **PAID}, SILENCE, "in_progress", "pay_1"),
        (SALE, {**OK, **PAID}, YES, "", "pay_1"),
        (SALE, {**OK, **PAID, "paymentStatus": "SUCCESS"}, YES, "", "pay_1"),
        (SALE, {**OK, **PAID, "paymentStatus": "PROCESSING"}, SILENCE, "in_progress", "pay_1"),
        (SALE, {**OK, **PAID, "paymentStatus": "CANCELLED"}, NO, "abandoned", ""),
        (SALE, {**OK, **PAID, "paymentStatus": "FAIL", "paymentResultCode": "RISK_REJECT"}, NO,
         "suspected_fraud", ""),
        (SALE, {**OK, **PAID, "paymentStatus": "NEW_WORD"}, SILENCE, "in_progress", "pay_1"),
        (SALE, result("USER_BALANCE_NOT_ENOUGH", "F"), NO, "insufficient_funds", ""),
        (SALE, result("NEVER_HEARD_OF", "F"), NO, "declined", ""),
        (SALE, result("INVALID_SIGNATURE", "F"), SILENCE, "in_progress", ""),
        (SALE, result("ORDER_NOT_EXIST", "F"), SILENCE, "in_progress", ""),
        (SALE, result("UNKNOWN_EXCEPTION", "U"), SILENCE, "in_progress", ""),
        (SALE, {"paymentId": "pay_1"}, SILENCE, "unreadable", ""),
        (SALE, {**OK, "paymentAmount": {"currency": "HKD", "value": "1.5"}}, SILENCE,
         "unreadable", ""),
        (SALE, {**OK, "paymentAmount": {"currency": "ZZZ", "value": "1"}}, SILENCE,
         "unreadable", ""),
        (AUTHORISE, {**OK, **PAID}, YES, "", "pay_1"),
        (SALE, {**OK, "paymentId": "pay_1"}, SILENCE, "in_progress", "pay_1"),
        (CAPTURE, {**OK, "captureRequestId": CAPTURE.id.hex, "captureId": "c1",
                   "captureAmount": HKD}, YES, "", "c1"),
        (CAPTURE, result("CAPTURE_AMOUNT_EXCEED", "F"), NO, "wrong_amount", ""),
        (CAPTURE, result("CAPTURE_IN_PROCESS", "U"), SILENCE, "in_progress", ""),
        (VOID, {**OK, "paymentRequestId": KEY, "paymentId": "pay_1"}, YES, "", "pay_1"),
        (VOID, result("CANCEL_WINDOW_EXCEED", "F"), NO, "limit_exceeded", ""),
        (VOID, result("ORDER_NOT_EXIST", "F"), SILENCE, "in_progress", ""),
        (REFUND, {**OK, "refundId": "r1", "refundAmount": HKD}, YES, "", "r1"),
        (REFUND, {**OK, "refundId": "r1", "refundStatus": "PROCESSING"}, SILENCE, "in_progress",
         "r1"),
        (REFUND, {**OK, "refundId": "r1", "refundStatus": "FAIL"}, NO, "declined", ""),
        (REFUND, result("REFUND_AMOUNT_EXCEED", "F"), NO, "wrong_amount", ""),
        (REFUND, result("REFUND_IN_PROCESS", "U"), SILENCE, "in_progress", ""),
    ],
)  # fmt: skip
def test_what_the_acquirer_says_is_understood(dispatch, body, kind, code, reference):
    answer = translate.answer_of(dispatch, json.dumps(body).encode())

    assert (answer.kind, answer.code, answer.reference) == (kind, code, reference)


def test_the_wallets_own_currency_is_between_buyer_and_wallet():
    body = {**OK, **PAID, "actualPaymentAmount": {"currency": "CNY", "value": "9210"}}
    answer = translate.answer_of(SALE, json.dumps(body).encode())

    assert answer.about == UUID(KEY)
    assert str(answer.amount) == "100.00 HKD"


def test_a_cancellation_of_another_payment_is_not_ours():
    body = {**OK, "paymentRequestId": UUID(int=7).hex}

    assert translate.answer_of(VOID, json.dumps(body).encode()).about == UUID(int=0)


def test_every_word_of_theirs_is_one_of_ours():
    assert all(isinstance(ours, Decline) for ours in translate.DECLINES.values())


# ---- a payment, from the page to the refund of a part ----


def wired(behaviour=PLAIN, **changed):
    server = wallet_server(e_wallet.simulated(7, behaviour))
    way = reached(server)
    return server, e_wallet.EWalletRail(way, replace(wallet_contract(), **changed), way)


def test_a_buyer_says_yes_it_is_captured_in_part_and_a_part_goes_back():
    server, rail = wired()
    shown = asyncio.run(rail.send(AUTHORISE, T0))
    server.now = T0 + timedelta(minutes=2)
    held = asyncio.run(rail.ask(AUTHORISE, server.now))
    known = {"original": held.reference}
    part = replace(CAPTURE, amount=parse("60", "HKD"), **known)
    taken = asyncio.run(rail.send(part, server.now))
    again = asyncio.run(rail.ask(part, server.now))
    more = replace(part, id=InstructionId(derive(0, "more")), amount=parse("41", "HKD"))
    refused = asyncio.run(rail.send(more, server.now))
    back = asyncio.run(rail.send(replace(REFUND, amount=parse("20", "HKD"), **known), server.now))

    assert shown.kind is TO_BUYER
    assert shown.action.startswith("https://wallet.test/")
    assert (held.kind, taken.kind, back.kind) == (YES, YES, YES)
    assert str(taken.amount) == "60.00 HKD"
    assert again == taken
    assert (refused.kind, refused.code) == (NO, "wrong_amount")


def test_what_was_cancelled_is_abandoned_for_good():
    server, rail = wired()
    asyncio.run(rail.send(SALE, T0))
    cancelled = asyncio.run(rail.send(VOID, T0))
    server.now = T0 + timedelta(hours=1)
    late = asyncio.run(rail.ask(SALE, server.now))

    assert cancelled.kind is YES
    assert (late.kind, late.code) == (NO, "abandoned")


def test_what_the_acquirer_never_heard_of_is_sent_when_it_is_asked_about():
    _, rail = wired()

    assert asyncio.run(rail.ask(SALE, T0)).kind is TO_BUYER


def test_nothing_is_captured_or_refunded_of_a_payment_whose_name_is_not_known():
    _, rail = wired()
    answer = asyncio.run(rail.send(replace(REFUND, original=""), T0))

    assert (answer.kind, answer.code) == (SILENCE, "payment_unknown")


# ---- signatures ----


@pytest.mark.parametrize(
    ("_case", "changed", "code"),
    [
        ("the wallet's key is another", {"public_key": key_pair("else")[1]}, "unsigned_reply"),
        ("the wallet's key is none", {"public_key": "bm8="}, "unsigned_reply"),
        ("our key is another: the wallet says so", {"private_key": key_pair("else")[0]},
         "in_progress"),
    ],
)  # fmt: skip
def test_who_cannot_sign_has_said_nothing(_case, changed, code):
    _, rail = wired(**changed)
    answer = asyncio.run(rail.send(SALE, T0))

    assert (answer.kind, answer.code) == (SILENCE, code)


@pytest.mark.parametrize("key", ["", "no base64!", "bm8=", key_pair("us")[1]])
def test_a_private_key_that_is_none_is_said_to_be_none(key):
    with pytest.raises(signing.WrongKey):
        signing.signature(key, signing.Message("/x", "us", "1", b""))


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("2026-09-09T16:00:00+08:00", True),
        (str(int(T0.timestamp() * 1000)), True),
        ("2026-09-09T08:00:00", False),
        ("9" * 16, False),
        ("yesterday", False),
        ("", False),
    ],
)
def test_a_time_is_iso_8601_with_a_zone_or_milliseconds(text, known):
    assert signing.moment_of(text) == (T0 if known else None)


# ---- hooks ----


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({**OK, **PAID, "notifyType": "PAYMENT_RESULT"}, [(KEY, YES, "")]),
        ({**result("ORDER_IS_CLOSED", "F"), **PAID, "notifyType": "PAYMENT_RESULT"},
         [(KEY, NO, "abandoned")]),
        ({**OK, **PAID, "notifyType": "PAYMENT_PENDING"}, []),
        ({**result("X", "?"), **PAID, "notifyType": "PAYMENT_RESULT"}, []),
        ({**OK, "notifyType": "CAPTURE_RESULT", "captureRequestId": CAPTURE.id.hex,
          "captureAmount": HKD}, [(CAPTURE.id.hex, YES, "")]),
        ({**OK, "notifyType": "REFUND_RESULT", "refundRequestId": REFUND.id.hex,
          "refundStatus": "SUCCESS"}, [(REFUND.id.hex, YES, "")]),
        ({**OK, "notifyType": "REFUND_RESULT", "refundRequestId": "not ours"}, []),
        ({**OK, "notifyType": "SOMETHING_NEW"}, []),
    ],
)  # fmt: skip
def test_a_hook_says_what_asking_would_say(body, said):
    news = translate.news_of(json.dumps({**body, "paymentCreateTime": T0.isoformat()}).encode())

    assert news is not None
    assert news.at == T0
    assert [(e.instruction.hex, e.answer.kind, e.answer.code) for e in news.answers] == said


def test_a_hook_without_a_time_is_not_read():
    body = {**OK, **PAID, "notifyType": "PAYMENT_RESULT"}

    assert translate.news_of(json.dumps(body).encode()) is None


# ---- reports ----


def line(**changed):
    return {
        "settlementBatchId": "b1",
        "transactionType": "PAYMENT",
        "transactionId": "pay_1",
        "transactionRequestId": KEY,
        "settlementTime": T0.isoformat(),
        "transactionAmountValue": "100.00",
        "transactionCurrency": "HKD",
        "settlementAmountValue": "98.80",
        "settlementCurrency": "HKD",
        **changed,
    }


TAKEN = {
    "transactionType": "REFUND",
    "transactionRequestId": REFUND.id.hex,
    "originalTransactionRequestId": KEY,
    "transactionAmountValue": "-25.00",
    "settlementAmountValue": "-25.00",
}


@pytest.mark.parametrize(
    ("_case", "lines", "settled"),
    [
        ("a payment", [line()], [("100.00 HKD", "1.20 HKD")]),
        ("less what went back in its batch", [line(), line(**TAKEN)], [("75.00 HKD", "1.20 HKD")]),
        ("what went back of another batch is booked already", [line(**TAKEN)], []),
        ("a capture", [line(transactionType="CAPTURE")], [("100.00 HKD", "1.20 HKD")]),
        ("nobody's", [line(transactionRequestId="shop-17")], []),
        ("in another currency", [line(settlementCurrency="USD")], []),
        ("a word that is new", [line(transactionType="RESERVE")], []),
        ("nothing", [], []),
    ],
)
def test_a_report_settles(_case, lines, settled):
    notices = reports.settlements_in(reports.written(lines))

    assert [(str(each.amount), str(each.fee)) for each in notices] == settled


@pytest.mark.parametrize(
    "text",
    [
        "",
        reports.written([line()]).removesuffix("<END>\n"),
        reports.written([line()]).replace("settlementTime", "time", 1),
        reports.written([line()]).replace(",HKD\n", "\n"),
        reports.written([line(transactionAmountValue="1e5")]),
    ],
)
def test_a_report_that_is_not_whole_settles_nothing(text):
    with pytest.raises(reports.ReportCutShort):
        reports.settlements_in(text)


def test_a_report_that_cannot_be_read_keeps_no_other_from_being_heard():
    whole = reports.written([line()])
    cut = whole.removesuffix("<END>\n")
    heard, windows = [[cut, whole], [whole, whole], []], []

    def answer(request):
        windows.append(request.url.params["after"])
        return httpx.Response(200, json=heard.pop(0))

    way = Transport("https://w.example", {}, under=httpx.MockTransport(answer))
    rail = EWalletRail(way, wallet_contract(), way)
    hours = [T0 + timedelta(hours=n) for n in range(4)]
    settled = [len(asyncio.run(rail.notices([], *window))) for window in pairwise(hours)]

    assert settled == [1, 2, 0]
    # It is fetched once more from where it was missing, and no longer once it was read
    assert windows == [hours[0].isoformat(), hours[0].isoformat(), hours[2].isoformat()]


@pytest.mark.parametrize("code", ["PARAM_ILLEGAL", "INVALID_SIGNATURE", "NO_INTERFACE_DEF"])
@pytest.mark.parametrize("dispatch", [SALE, REFUND], ids=["a payment", "a refund"])
def test_a_question_that_fails_says_nothing_of_the_money(dispatch, code):
    body = json.dumps(result(code, "F")).encode()

    assert translate.answer_of(dispatch, body, asked=True).kind is SILENCE


def test_the_environment_names_an_acquirer(monkeypatch):
    assert not isinstance(e_wallet.rail(), e_wallet.EWalletRail)
    monkeypatch.setenv("USANCE_RAIL_E_WALLET_URL", "https://wallet.test")
    monkeypatch.setenv("USANCE_RAIL_E_WALLET_HOOK_PATH", "/pay/v1/hooks/e_wallet")
    rail = e_wallet.rail()

    assert isinstance(rail, e_wallet.EWalletRail)
    assert asyncio.run(rail.notices([], T0, T0)) == []
