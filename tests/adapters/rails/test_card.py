"""The card acquirer's words and ours, both ways, and who may sign a webhook."""

import asyncio
import hmac
import json
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import msgspec
import pytest
from tests.adapters.rails.golden import assert_golden
from tests.ports.subjects import PLUGGED, T0, asked, reached

from usance.adapters.rails import card
from usance.adapters.rails.card import simulator, translate, wire
from usance.adapters.rails.magic import MAGIC
from usance.kernel.records import replace
from usance.payments.model import Decline, InstructionKind
from usance.payments.ports import NOBODYS, AnswerKind, NoticeKind

RAIL = PLUGGED["card"]()
SALE = asked(RAIL, 1)
OTHER = UUID(int=SALE.id.int ^ 1).hex
REFUND = replace(SALE, kind=InstructionKind.REFUND, original="pi_1")
YES, NO, SILENCE = AnswerKind.CONFIRMED, AnswerKind.REFUSED, AnswerKind.UNKNOWN


@pytest.mark.parametrize(
    ("name", "dispatch"),
    [
        ("collect", SALE),
        ("collect_with_return", replace(SALE, return_to="https://shop.example/back?o=1")),
        ("refund", REFUND),
    ],
)
def test_what_we_ask_is_written_as_it_was(name, dispatch):
    request = translate.request_of(dispatch)

    assert_golden(f"card/{name}.txt", f"{request.method} {request.path}\n{request.body}\n")


def intent(status, **more):
    return {
        "id": "pi_1",
        "amount": 10_000,
        "currency": "gbp",
        "status": status,
        "metadata": {"instruction": SALE.id.hex},
        **more,
    }


def error(kind, code="", decline="", **more):
    return {"error": {"type": kind, "code": code, "decline_code": decline, **more}}


def refund(status, **more):
    return {"id": "re_1", "amount": 10_000, "currency": "gbp", "status": status, **more}


@pytest.mark.parametrize(
    ("dispatch", "status", "body", "kind", "code", "reference"),
    [
        (SALE, 200, intent("succeeded"), YES, "", "pi_1"),
        (SALE, 200, intent("processing"), SILENCE, "in_progress", "pi_1"),
        (SALE, 200, intent("requires_capture"), SILENCE, "in_progress", "pi_1"),
        (SALE, 200, intent("canceled"), NO, "abandoned", ""),
        (SALE, 200, intent("never heard of"), SILENCE, "in_progress", "pi_1"),
        (SALE, 402, error("card_error", "card_declined", "lost_card"), NO, "stolen_instrument", ""),
        (SALE, 402, error("card_error", "expired_card"), NO, "expired_instrument", ""),
        (SALE, 402, error("card_error", "card_declined", "new word"), NO, "declined", ""),
        (SALE, 400, error("invalid_request_error", "parameter_missing"), NO, "incomplete_details",
         ""),
        (SALE, 409, error("idempotency_error", "idempotency_key_in_use"), SILENCE, "in_progress",
         ""),
        (SALE, 401, error("invalid_request_error"), SILENCE, "in_progress", ""),
        (SALE, 200, {"id": "pi_1"}, SILENCE, "unreadable", ""),
        (SALE, 200, intent("succeeded", currency="xxx!"), SILENCE, "unreadable", ""),
        (REFUND, 200, refund("succeeded"), YES, "", "re_1"),
        (REFUND, 200, refund("pending"), SILENCE, "in_progress", "re_1"),
        (REFUND, 200, refund("failed", failure_reason="expired_or_canceled_card"), NO,
         "expired_instrument", ""),
    ],
)  # fmt: skip
def test_what_the_acquirer_says_is_understood(dispatch, status, body, kind, code, reference):
    answer = translate.answer_of(dispatch, status, json.dumps(body).encode())

    assert (answer.kind, answer.code, answer.reference) == (kind, code, reference)


def test_what_is_no_json_is_no_answer():
    assert translate.answer_of(SALE, 200, b"<html>").kind is SILENCE
    assert translate.answer_of(SALE, 502, b"").code == "unreadable"


def test_an_answer_says_whose_it_is_and_how_much():
    body = json.dumps(intent("succeeded", amount_received=9_000, metadata={"instruction": OTHER}))
    answer = translate.answer_of(SALE, 200, body.encode())

    assert answer.about == UUID(OTHER)
    assert answer.amount.minor == 9_000


def test_every_word_of_theirs_is_one_of_ours():
    assert all(isinstance(ours, Decline) for ours in translate.DECLINES.values())


def movement(**more):
    source = {
        "id": "ch_1",
        "amount": 10_000,
        "currency": "gbp",
        "metadata": {"instruction": SALE.id.hex},
        "refunds": {"data": [refund("succeeded", created=50, amount=2_500)]},
    }
    return msgspec.convert(
        {
            "id": "txn_1",
            "type": "charge",
            "amount": 10_000,
            "fee": 100,
            "currency": "gbp",
            "available_on": 100,
            "source": source,
        }
        | more,
        wire.BalanceTransaction,
    )


@pytest.mark.parametrize(
    ("more", "gross"),
    [
        ({}, 7_500),
        ({"available_on": 50}, 10_000),
        ({"type": "payout"}, None),
        ({"source": None}, None),
        ({"source": {"id": "c", "amount": 1, "currency": "gbp"}}, None),
    ],
)
def test_a_movement_is_a_settlement_of_what_was_not_refunded_before(more, gross):
    notice = translate.settlement_of(movement(**more))

    assert (notice and notice.amount.minor) == gross


def test_a_dispute_is_a_chargeback_with_its_fee_and_reason():
    dispute = msgspec.convert(
        {
            "id": "dp_1",
            "amount": 10_000,
            "currency": "gbp",
            "created": 1_700_000_000,
            "reason": "fraudulent",
            "metadata": {"instruction": SALE.id.hex},
            "balance_transactions": [
                {"id": "t", "type": "adjustment", "amount": -1, "fee": 1_500, "currency": "gbp",
                 "available_on": 1}
            ],
        },
        wire.Dispute,
    )  # fmt: skip
    notice = translate.chargeback_of(dispute)

    assert (notice.kind, notice.fee.minor, notice.reason) == (
        NoticeKind.CHARGEBACK,
        1_500,
        "fraudulent",
    )


def test_a_dispute_that_repeats_no_id_of_ours_names_what_was_paid():
    said = {"id": "dp_2", "amount": 1, "currency": "gbp", "created": 1}
    named = msgspec.convert({**said, "payment_intent": "pi_7"}, wire.Dispute)

    notice = translate.chargeback_of(named)
    assert (notice.instruction, notice.known_as) == (NOBODYS, "pi_7")
    assert translate.chargeback_of(msgspec.convert(said, wire.Dispute)) is None


NOW = T0
STAMP = str(int(NOW.timestamp()))
PAYLOAD = b'{"id":"evt_1"}'


def signed(payload=PAYLOAD, stamp=STAMP, secret="whsec_1"):
    return hmac.new(secret.encode(), f"{stamp}.".encode() + payload, sha256).hexdigest()


@pytest.mark.parametrize(
    ("header", "now", "why"),
    [
        (f"t={STAMP},v1={signed()}", NOW, None),
        (f"t={STAMP},v1={'0' * 64},v1={signed()},v0=x", NOW, None),
        (f"t={STAMP},v1={signed(secret='whsec_old')}", NOW, None),
        ("", NOW, "malformed_signature"),
        (f"t={STAMP}", NOW, "malformed_signature"),
        (f"t=soon,v1={signed()}", NOW, "malformed_signature"),
        (f"t=1,t=2,v1={signed()}", NOW, "malformed_signature"),
        (f"t={STAMP},v1={signed(secret='guessed')}", NOW, "wrong_signature"),
        (f"t={STAMP},v1={signed(b'other')}", NOW, "wrong_signature"),
        (f"t={int(STAMP) + 1},v1={signed()}", NOW, "wrong_signature"),
        (f"t={STAMP},v1=é", NOW, "wrong_signature"),
        (f"t={STAMP},v1={signed()}", NOW + timedelta(minutes=6), "stale_signature"),
        (f"t={STAMP},v1={signed()}", NOW - timedelta(minutes=6), "stale_signature"),
    ],
)
def test_only_the_acquirer_can_sign_and_only_now(header, now, why):
    secrets = ("whsec_1", "whsec_old")

    assert translate.wrong_signature(PAYLOAD, header, secrets, now) == why


def test_the_environment_names_the_acquirer(monkeypatch):
    assert type(card.rail()).__name__ == "SimulatedRail"
    monkeypatch.setenv(card.URL_VARIABLE, "https://acquirer.test")
    assert isinstance(card.rail(), card.CardRail)


QUIET = replace(simulator.BEHAVIOUR, silent_bps=0, refused_bps=0, charged_back_bps=0)
AUTHORISE, CAPTURE = InstructionKind.AUTHORISE, InstructionKind.CAPTURE


def acquirer():
    server = simulator.AcquirerServer(card.simulated(3, QUIET), T0)
    return server, card.CardRail(reached(server))


def tell(client, dispatch):
    return asyncio.run(client.send(dispatch, T0))


def test_an_authorised_payment_is_captured_in_part_and_settles_so():
    server, client = acquirer()
    held = tell(client, replace(SALE, kind=AUTHORISE))
    part = replace(
        asked(RAIL, 2, 6_000, CAPTURE), payment_id=SALE.payment_id, original=held.reference
    )
    taken = tell(client, part)

    assert (held.kind, held.amount.minor) == (YES, 10_000)
    assert (taken.kind, taken.amount.minor) == (YES, 6_000)
    assert tell(client, part) == taken
    server.now = T0 + timedelta(days=9)
    [settled] = asyncio.run(client.notices([], T0, server.now))
    assert settled.instruction.int == part.id.int
    assert settled.amount.minor == 6_000


def test_more_than_was_authorised_is_not_captured():
    _, client = acquirer()
    held = tell(client, replace(SALE, kind=AUTHORISE))
    answer = tell(client, replace(asked(RAIL, 2, 10_001, CAPTURE), original=held.reference))

    assert (answer.kind, answer.code) == (NO, "amount_not_taken")


def test_an_authorisation_is_voided():
    _, client = acquirer()
    held = tell(client, replace(SALE, kind=AUTHORISE))
    void = replace(asked(RAIL, 2, kind=InstructionKind.VOID), original=held.reference)

    assert tell(client, void).kind is YES
    assert asyncio.run(client.ask(replace(SALE, kind=AUTHORISE), T0)).code == "abandoned"


def test_a_payer_whose_bank_asks_is_sent_there_and_then_has_paid():
    server, client = acquirer()
    sale = replace(SALE, instrument=f"card:{simulator.STEP_UP}")
    waits = tell(client, sale)

    assert waits.kind is AnswerKind.ACTION_REQUIRED
    assert waits.action.startswith("https://bank.test/")
    server.authenticate(waits.reference)
    assert asyncio.run(client.ask(replace(sale, known_as=waits.reference), T0)).kind is YES


@pytest.mark.parametrize("url", [None, "", "javascript:alert(1)", "http://bank.test"])
def test_a_payer_is_sent_nowhere_but_to_a_safe_address(url):
    action = {"type": "redirect_to_url", "redirect_to_url": {"url": url}}
    body = json.dumps(intent("requires_action", next_action=action)).encode()
    answer = translate.answer_of(SALE, 200, body)

    assert (answer.kind, answer.code, answer.action) == (SILENCE, "action_unknown", "")


def test_an_answer_about_another_intent_is_about_somebody_else():
    capture = replace(SALE, kind=CAPTURE, original="pi_other")
    answer = translate.answer_of(capture, 200, json.dumps(intent("succeeded")).encode())

    assert answer.about != capture.id


@pytest.mark.parametrize("minor", MAGIC)
def test_magic_amounts_do_on_the_wire_what_the_simulator_does(minor):
    told = card.simulated(7).steered(())
    server = simulator.AcquirerServer(told, T0)
    client = card.CardRail(reached(server))
    sale = replace(SALE, amount=replace(SALE.amount, minor=minor))
    asyncio.run(client.send(sale, T0))
    late = T0 + timedelta(days=3)
    server.now = late

    spoken, meant = asyncio.run(client.ask(sale, late)), told.later_answer(sale, late)

    assert spoken.kind is meant.kind
    # An acquirer has no word of its own for an account that was closed.
    assert spoken.code in {meant.code, Decline.DECLINED}
