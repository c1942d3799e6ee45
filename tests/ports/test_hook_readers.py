"""What every reader of hooks must keep to; a rail that posts to us is added to `READERS`."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ports.subjects import key_pair, wallet_contract

from usance.adapters.rails import (
    card,
    cash_on_delivery,
    e_wallet,
    iso20022,
    local_instant,
    sepa_instant,
)
from usance.adapters.rails.demo import bank_transfer
from usance.adapters.rails.e_wallet import signing
from usance.adapters.rails.local_instant.client import SIGNATURE
from usance.adapters.rails.local_instant.schemes import FPS, PIX, PROMPTPAY
from usance.adapters.rails.signatures import signature
from usance.adapters.rails.simulated_hooks import signed
from usance.adapters.rails.transport import Transport
from usance.bootstrap import plugged
from usance.kernel.ids import derive
from usance.kernel.money import parse
from usance.payments.ports import (
    AnswerKind,
    HookAnswer,
    HookNews,
    HookReader,
    HookVerdict,
    NoticeKind,
    RailAnswer,
    RailNotice,
)

T0 = datetime(2026, 9, 9, 8, tzinfo=UTC)
NEWS = HookNews(
    "evt-1",
    T0,
    (HookAnswer(derive(0, "one"), RailAnswer(AnswerKind.REFUSED, "said_so")),),
    (
        RailNotice(
            NoticeKind.SETTLED,
            "set-1",
            derive(0, "two"),
            parse("5", "GBP"),
            parse("0.10", "GBP"),
            T0.date(),
        ),
    ),
)
COLLECTED = derive(0, "collected")
# What an acquirer tells that posts one object at a time.
ACQUIRED = HookNews(
    "evt_1",
    T0,
    (
        HookAnswer(
            COLLECTED,
            RailAnswer(AnswerKind.CONFIRMED, "", "pi_1", "", COLLECTED, parse("5.00", "GBP")),
        ),
    ),
)


def signed_by_acquirer(news: HookNews, secret: str, at: datetime) -> tuple[bytes, dict[str, str]]:
    [told] = news.answers
    intent = {
        "id": told.answer.reference,
        "amount": 500,
        "amount_received": 500,
        "currency": "gbp",
        "status": "succeeded",
        "capture_method": "automatic",
        "metadata": {"instruction": told.instruction.hex},
    }
    event = {
        "id": news.id,
        "created": int(news.at.timestamp()),
        "type": "payment_intent.succeeded",
        "data": {"object": intent},
    }
    body = json.dumps(event).encode()
    seconds = str(int(at.timestamp()))
    code = hmac.new(secret.encode(), seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
    return body, {"stripe-signature": f"t={seconds},v1={code}"}


SCANNED = json.dumps(
    {
        "pix": [
            {
                "endToEndId": "E1",
                "txid": COLLECTED.hex,
                "valor": "5.00",
                "horario": T0.isoformat(),
            }
        ]
    }
).encode()
# What a bank tells of an instant payment: told again, it is the same bytes.
INSTANT = HookNews(
    hashlib.sha256(SCANNED).hexdigest(),
    T0,
    (
        HookAnswer(
            COLLECTED,
            RailAnswer(
                AnswerKind.CONFIRMED, "", COLLECTED.hex, "", COLLECTED, parse("5.00", "BRL")
            ),
        ),
    ),
)


def signed_at_the_door(_news: HookNews, secret: str, at: datetime) -> tuple[bytes, dict[str, str]]:
    return SCANNED, {SIGNATURE: signature(SCANNED, secret, at)}


APPROVED = HookNews(
    f"PAYMENT_RESULT:{COLLECTED.hex}:SUCCESS",
    T0,
    (
        HookAnswer(
            COLLECTED,
            RailAnswer(AnswerKind.CONFIRMED, "", "pay_1", "", COLLECTED, parse("5.00", "HKD")),
        ),
    ),
)
# Whose secret is a pair of keys: of what a test calls a secret, the public one is known to us.
_KEYS = {"secret": "wallet", "other": "else"}


class ByKeys:
    """A reader that is given public keys, under the names by which these tests know secrets."""

    name = e_wallet.EWalletRail.name

    def __init__(self, reader):
        self._reader = reader
        self.translate = reader.translate

    def verify(self, raw, headers, secret, at):
        return self._reader.verify(raw, headers, key_pair(_KEYS[secret])[1], at)


def signed_by_wallet(news: HookNews, secret: str, at: datetime) -> tuple[bytes, dict[str, str]]:
    said = {
        "notifyType": "PAYMENT_RESULT",
        "result": {"resultCode": "SUCCESS", "resultStatus": "S"},
        "paymentRequestId": COLLECTED.hex,
        "paymentId": "pay_1",
        "paymentAmount": {"currency": "HKD", "value": "500"},
        "paymentTime": news.at.isoformat(),
    }
    message = signing.Message(
        wallet_contract().hook_path, "us", at.isoformat(), json.dumps(said).encode()
    )
    header = signing.signature(key_pair(_KEYS[secret])[0], message)
    headers = {"client-id": "us", "request-time": message.time, "signature": header}
    return message.body, headers


# The reader, and how its rail signs its news with a secret at a moment.
READERS = {
    "card": (card.simulated(), signed, NEWS),
    "card_client": (
        card.CardRail(Transport("https://rail.test", {})), signed_by_acquirer, ACQUIRED,
    ),
    "bank_transfer": (bank_transfer(), signed, NEWS),
    "credit_transfer": (iso20022.simulated(), signed, NEWS),
    "sepa_instant": (sepa_instant.simulated(), signed, NEWS),
    "cash_on_delivery": (cash_on_delivery.simulated(), signed, NEWS),
    "e_wallet": (e_wallet.simulated(), signed, NEWS),
    "e_wallet_client": (
        ByKeys(e_wallet.EWalletRail(Transport("https://rail.test", {}), wallet_contract())),
        signed_by_wallet, APPROVED,
    ),
    "pix": (local_instant.simulated(PIX), signed, NEWS),
    "promptpay": (local_instant.simulated(PROMPTPAY), signed, NEWS),
    "fps": (local_instant.simulated(FPS), signed, NEWS),
    "pix_client": (
        local_instant.client(Transport("https://rail.test", {})), signed_at_the_door, INSTANT,
    ),
}  # fmt: skip
each_reader = pytest.mark.parametrize(
    ("reader", "sign", "news"), READERS.values(), ids=list(READERS)
)


def test_every_plugged_rail_that_reads_hooks_is_here():
    reading = {name for name, make in plugged("rails") if isinstance(make(), HookReader)}

    assert reading <= {reader.name for reader, *_ in READERS.values()}


@each_reader
def test_what_was_signed_is_believed_and_says_what_was_said(reader, sign, news):
    body, headers = sign(news, "secret", T0)

    assert reader.verify(body, headers, "secret", T0) is HookVerdict.GENUINE
    assert reader.translate(body) == news


@each_reader
@pytest.mark.parametrize("late", [-3600, -301, 301, 86400])
def test_what_comes_at_another_time_is_replayed(reader, sign, news, late):
    body, headers = sign(news, "secret", T0)

    at = T0 + timedelta(seconds=late)
    assert reader.verify(body, headers, "secret", at) is HookVerdict.REPLAYED
    # Who cannot sign is no more than that, whenever it comes.
    assert reader.verify(body, headers, "other", at) is HookVerdict.FORGED


@each_reader
@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_bit_that_was_changed_is_seen(reader, sign, news, place, bit):
    body, headers = sign(news, "secret", T0)
    changed = bytearray(body)
    changed[place % len(body)] ^= 1 << bit

    assert reader.verify(bytes(changed), headers, "secret", T0) is HookVerdict.FORGED


@each_reader
@given(raw=st.binary(max_size=300), headers=st.dictionaries(st.text(max_size=30), st.text()))
def test_nothing_that_comes_brings_a_reader_down(reader, sign, news, raw, headers):
    assert reader.verify(raw, headers, "secret", T0) is not HookVerdict.GENUINE
    reader.translate(raw)
    for name in sign(news, "secret", T0)[1]:
        for said in headers.values():
            assert reader.verify(raw, {name: said}, "secret", T0) is not HookVerdict.GENUINE


@each_reader
@given(cut=st.integers(0, 10_000))
def test_a_body_that_breaks_off_is_not_read_as_something_else(reader, sign, news, cut):
    body, _ = sign(news, "secret", T0)

    assert reader.translate(body[: cut % len(body)]) is None


@pytest.mark.parametrize(
    ("kind", "changed", "said"),
    [
        ("payment_intent.succeeded", {"capture_method": "manual"}, []),
        ("payment_intent.canceled", {"status": "canceled"}, []),
        ("payment_intent.processing", {"status": "processing"}, []),
        (
            "payment_intent.amount_capturable_updated",
            {"capture_method": "manual", "status": "requires_capture"},
            [(AnswerKind.CONFIRMED, "")],
        ),
        (
            "payment_intent.payment_failed",
            {
                "status": "requires_payment_method",
                "last_payment_error": {"type": "card_error", "decline_code": "expired_card"},
            },
            [(AnswerKind.REFUSED, "expired_instrument")],
        ),
        ("payment_intent.payment_failed", {"metadata": {}}, []),
    ],
)
def test_an_acquirers_event_says_what_asking_would_say_and_no_more(kind, changed, said):
    body, _ = signed_by_acquirer(ACQUIRED, "secret", T0)
    event = json.loads(body)
    event["type"] = kind
    event["data"]["object"] |= changed

    news = card.CardRail(Transport("https://rail.test", {})).translate(json.dumps(event).encode())

    assert news is not None
    assert [(each.answer.kind, each.answer.code) for each in news.answers] == said
