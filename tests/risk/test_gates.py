"""The gates on a draft: what they answer, what they keep, what a refusal takes back."""

from datetime import timedelta

import pytest
from tests.risk.samples import advance, begin, cny, draft, entities, gbp, payment, screens

from usance.kernel.decisions import Verdict
from usance.kernel.ids import PartyId
from usance.risk.events import DrawdownJudged, ReleaseJudged
from usance.risk.gates import Drawdown, Release
from usance.risk.rules.replay import judge_again, seen
from usance.risk.service import drawdown_thresholds, payout_thresholds, release_thresholds
from usance.risk.tables import CASES, DECISIONS, FINANCED_INVOICES, WINDOWS


def nobody(_draft, _party):
    return False


RELEASE = Release(screens(), release_thresholds, payout_thresholds)
DRAWDOWN = Drawdown(screens(), drawdown_thresholds, nobody)


def codes(judgement):
    return [reason.code for reason in judgement.reasons]


def saw(book, ruling):
    decision = book.get(DECISIONS, ruling.decision_id)
    return seen(decision.kind, decision.inputs)


def test_an_ordinary_payment_passes_and_opens_no_case():
    book = draft()

    ruling = RELEASE.judge(book, payment())

    assert ruling.judgement.verdict is Verdict.ALLOW
    told = book.told(ReleaseJudged)
    assert (told.decision_id, told.case_id) == (ruling.decision_id, None)
    assert told.list_version.startswith("ofac@")
    assert book.rows[CASES.slot] == {}


@pytest.mark.parametrize(
    ("_case", "changes", "verdict", "expected"),
    [
        ("Latin", {"payer_name": "Doku Khamatovich Umarov"}, "block", ["sanctions_hit_payer"]),
        (
            "Cyrillic",
            {"payer_name": "Умаров Доку Хаматович"},
            "block",
            ["sanctions_hit_payer"],
        ),
        (
            "without the patronymic",
            {"payer_name": "Умаров Доку"},
            "review",
            ["sanctions_possible_payer"],
        ),
        ("Chinese", {"payer_name": "金铁三"}, "block", ["sanctions_hit_payer"]),
        ("payee", {"payee_name": "长安海连技术有限公司"}, "block", ["sanctions_hit_payee"]),
        ("country", {"payer_country": "KP"}, "block", ["country_blocked"]),
        ("no country known", {"payer_country": "ZZ"}, "review", ["country_review"]),
        ("amount, a penny below", {"amount": gbp("7499.99")}, "allow", []),
        ("amount", {"amount": gbp("7500.00")}, "review", ["amount_review"]),
        ("large amount", {"amount": gbp("50000.00")}, "block", ["amount_over_limit"]),
    ],
)
def test_the_shipped_policy_stops(_case, changes, verdict, expected):
    judgement = RELEASE.judge(draft(), payment(**changes)).judgement

    assert judgement.verdict == verdict
    assert codes(judgement) == expected


def test_a_currency_without_limits_of_its_own_is_judged_in_the_book_s():
    odd = payment(amount=gbp("1.00"), amount_book=cny("450000.00"))
    book = draft()
    thresholds = release_thresholds(book, odd)

    assert thresholds.limit_currency == "GBP"
    judgement = RELEASE.judge(book, odd).judgement
    assert codes(judgement) == ["sum_card", "sum_buyer"]


def test_without_a_list_everything_waits_for_a_person():
    assert codes(RELEASE.judge(draft(with_lists=False), payment()).judgement) == ["no_list"]


def test_attempts_count_whatever_their_verdict_and_a_refused_command_leaves_no_trace():
    book = draft()
    for number in range(1, 15):
        begin(book, number)
        RELEASE.judge(book, payment(number, payer_name="Doku Umarov", payer_country="KP"))
    begin(book, 99)
    RELEASE.judge(book, payment(99))
    book.undo()

    begin(book, 15)
    ruling = RELEASE.judge(book, payment(15))

    facts = saw(book, ruling)
    assert facts.card_count == facts.buyer_count == 15
    assert codes(ruling.judgement) == ["velocity_card_review", "velocity_buyer_review"]
    assert len(book.rows[DECISIONS.slot]) == 15


def test_a_day_later_the_windows_are_empty_but_for_the_present():
    book = draft()
    RELEASE.judge(book, payment())
    book.now += timedelta(hours=25)
    begin(book, 2)

    facts = saw(book, RELEASE.judge(book, payment(2)))

    assert (facts.card_count, facts.card_sum_minor) == (1, 110_400)
    assert len(book.get(WINDOWS, "card:token-1").buckets) == 1


def test_an_invoice_is_financed_once_however_its_number_is_written():
    book = draft()
    first = DRAWDOWN.judge(book, advance(1)).judgement
    begin(book, 2)
    again = DRAWDOWN.judge(book, advance(1)).judgement
    begin(book, 3)
    forged = DRAWDOWN.judge(book, advance(2, invoice_no="inv 1")).judgement

    assert first.verdict is again.verdict is Verdict.ALLOW
    assert codes(forged) == ["invoice_financed_before"]
    assert book.told(DrawdownJudged).case_id is not None
    assert len(book.rows[FINANCED_INVOICES.slot]) == 1


def test_a_stopped_advance_does_not_use_up_its_invoice():
    book = draft()
    stopped = DRAWDOWN.judge(book, advance(1, headroom=cny("1.00"))).judgement
    begin(book, 2)

    assert codes(stopped) == ["limit_exceeded"]
    assert DRAWDOWN.judge(book, advance(2, invoice_no="INV-1")).judgement.verdict is Verdict.ALLOW


def test_a_frozen_party_is_stopped_at_both_gates():
    def is_seller(_draft, party: PartyId) -> bool:
        return party == payment().payee_id

    drawdown = Drawdown(screens(), drawdown_thresholds, is_seller)

    assert codes(RELEASE.judge(draft(), payment(payee_frozen=True)).judgement) == ["frozen_payee"]
    assert codes(drawdown.judge(draft(), advance()).judgement) == ["frozen_seller"]


def test_a_stored_decision_is_derived_again_to_the_last_word():
    book = draft()
    names = [entity.names[-1] for entity in entities()[::20]]
    for number, name in enumerate([*names, "Ann Thistlewood"], 2):
        begin(book, number)
        RELEASE.judge(book, payment(number, payer_name=name, amount=gbp(f"{number * 400}.00")))
        begin(book, 1000 + number)
        DRAWDOWN.judge(book, advance(number, obligor_name=name))
    stored = [
        DECISIONS.shape.from_row(DECISIONS.shape.to_row(row))
        for row in book.rows[DECISIONS.slot].values()
    ]

    assert {row.verdict for row in stored} >= {Verdict.ALLOW, Verdict.BLOCK}
    for row in stored:
        assert judge_again(row.kind, row.inputs) == row.judgement
