"""Every event of every chapter has a sentence, and says it."""

import importlib
import re
import string
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from tests.house.tree import HOUSE, chapters

from usance.financing.events import OfferNotMade
from usance.kernel.decisions import Reason
from usance.kernel.fx import Quote, Side
from usance.kernel.ids import OrderId, PartyId, PaymentId
from usance.kernel.money import Currency, Money
from usance.payments.events import (
    AnswerAwaited,
    ChargedBack,
    PaymentInitiated,
)
from usance.reporting.model import Words
from usance.reporting.rules.legs import LEGS
from usance.reporting.rules.sentences import SENTENCES, part_place, sentence_key, sentence_of
from usance.reporting.service.trace import EVENT_ROOMS, events_of

EUR, GBP, CNY = Currency("EUR"), Currency("GBP"), Currency("CNY")
PAY, ORD, PTY = PaymentId.derived(1, 1), OrderId.derived(1, 1), PartyId.derived(1, 1)
NOON = datetime(2026, 9, 9, 12, tzinfo=UTC)


def rooms():
    return [
        importlib.import_module(f"usance.{name}.events")
        for name in chapters()
        if any((HOUSE / name).glob("events*"))
    ]


def every_event():
    return [event for room in rooms() for event in events_of(room)]


def test_no_chapter_with_events_is_left_out_of_the_trace():
    assert {room.__name__ for room in rooms()} == {room.__name__ for room in EVENT_ROOMS}


def test_every_event_has_its_sentence_and_no_sentence_is_left_over():
    told = {sentence_key(event) for event in every_event()}
    here = {room.__name__.split(".")[1] for room in rooms()}

    assert {key for key in SENTENCES if key.split(".")[0] in here} == told


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_sentence_names_only_fields_its_event_has(language):
    wrong = []
    for event in every_event():
        template = SENTENCES[sentence_key(event)].said(language)
        fields = {
            name.split(".")[0] for _, name, _, _ in string.Formatter().parse(template) if name
        }
        wrong += [f"{event.__name__}.{name}" for name in fields - set(event.__struct_fields__)]

    assert wrong == []


def test_both_languages_say_the_same_figures():
    for key, words in SENTENCES.items():
        english, chinese = (set(re.findall(r"{([a-z_]+)", text)) for text in (words.en, words.zh))

        assert english == chinese, key


def test_every_leg_that_a_chapter_posts_has_words():
    posted = {
        leg.code
        for path in HOUSE.glob("*/rules/postings*")
        if path.parts[-3] != "reporting"
        for entry in importlib.import_module(f"usance.{path.parts[-3]}.rules.postings").ENTRIES
        for leg in entry.legs
    }

    assert posted - set(LEGS) == set()
    assert "capture" in posted


NAME = Reason("a", "A name fits.", "姓名匹配。")
TOO_MUCH = Reason("b", "Too much.", "超额。")
TAKEN = Money(1234, GBP)
CHARGEBACK = ChargedBack(
    ORD, PAY, TAKEN, Money(0, GBP), TAKEN, Money(0, CNY), before_settlement=True
)
QUOTE = Quote(EUR, CNY, Decimal("8.1234"), 30, Side.MID, "ECB", date(2026, 9, 9), NOON, NOON)


@pytest.mark.parametrize(
    ("_case", "event", "en", "zh"),
    [
        (
            "reasons are joined",
            OfferNotMade(PAY, PTY, (NAME, TOO_MUCH)),
            "No finance was offered: A name fits; Too much.",
            "未提供融资:姓名匹配;超额。",
        ),
        (
            "an empty clause is not said",
            OfferNotMade(PAY, PTY, ()),
            "No finance was offered.",
            "未提供融资。",
        ),
        (
            "nor is zero",
            CHARGEBACK,
            "The buyer's bank took back 12.34 GBP; 12.34 GBP of it from the unsettled sale.",
            "买家银行拒付 12.34 GBP;其中 12.34 GBP 自未结算款扣取。",
        ),
        (
            "nor a moment that is not known",
            AnswerAwaited(ORD, 2, None),
            "No answer from the rail yet, asked 2 times.",
            "通道尚未答复,已询问 2 次。",
        ),
        (
            "a rate with its spread, source and lock",
            PaymentInitiated(
                PAY, ORD, PTY, PTY, Money(10000, GBP), Money(11700, EUR), Money(100, EUR),
                "payments.fee/card", QUOTE, Money(95043, CNY), "card", "cheapest", ORD,
            ),
            ("Asked card to collect 117.00 EUR for an order of 100.00 GBP (cheapest). Rate EUR/CNY"
            " 8.1234 less 0.3 % (ECB), locked until 2026-09-09 12:00 UTC; worth 950.43 CNY; fee"
            " 1.00 EUR (payments.fee/card)."),
            ("委托 card 收款 117.00 EUR,订单金额 100.00 GBP(cheapest)。汇率 EUR/CNY 8.1234,点差"
            " 0.3 %(ECB),锁定至 2026-09-09 12:00 UTC;折合 950.43 CNY;手续费 1.00 EUR"
            "(payments.fee/card)。"),
        ),
    ],
)  # fmt: skip
def test_an_event_speaks(_case, event, en, zh):
    assert sentence_of(event) == Words(en, zh)


def test_parts_are_told_in_the_order_of_the_story():
    told = [
        "advance_drawn",
        "drawdown_judged",
        "payout_initiated",
        "offer_made",
        "payment_captured",
    ]

    assert sorted(told, key=part_place) == [
        "drawdown_judged",
        "payment_captured",
        "offer_made",
        "advance_drawn",
        "payout_initiated",
    ]
