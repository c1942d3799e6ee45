"""The rules of release, each at its boundary, in their order."""

import pytest

from usance.kernel.decisions import Verdict
from usance.kernel.records import replace
from usance.risk.rules.release import RELEASE_RULES, ReleaseFacts, ReleaseThresholds, judge_release

LIMITS = ReleaseThresholds(
    review_score=850,
    block_score=950,
    country_verdict=Verdict.ALLOW,
    limit_currency="GBP",
    amount_review_minor=750_000,
    amount_block_minor=5_000_000,
    sum_limit_minor=45_000_000,
    card_hours=24,
    card_review_count=15,
    card_block_count=30,
    buyer_hours=24,
    buyer_review_count=15,
    buyer_block_count=40,
)
CLEAN = ReleaseFacts(
    limits=LIMITS,
    on="2026-09-09",
    cleared="",
    payer_name="Ann",
    payer_country="GB",
    payer_frozen=False,
    payer_score=None,
    payer_listed=None,
    payer_aligned=None,
    payee_name="Bo",
    payee_frozen=False,
    payee_score=None,
    payee_listed=None,
    payee_aligned=None,
    lists="un@1",
    judged_minor=12_000,
    book_currency="CNY",
    card_count=1,
    card_sum_minor=110_400,
    buyer_count=1,
    buyer_sum_minor=110_400,
)
ALLOW, HOLD, BLOCK = Verdict.ALLOW, Verdict.REVIEW, Verdict.BLOCK
WATCHED, CLOSED = (replace(LIMITS, country_verdict=verdict) for verdict in (HOLD, BLOCK))


@pytest.mark.parametrize(
    ("_case", "changes", "verdict", "codes"),
    [
        ("nothing", {}, ALLOW, []),
        ("score below review", {"payer_score": 849}, ALLOW, []),
        ("score at review", {"payer_score": 850}, HOLD, ["sanctions_possible_payer"]),
        ("score below block", {"payer_score": 949}, HOLD, ["sanctions_possible_payer"]),
        ("score at block", {"payer_score": 950}, BLOCK, ["sanctions_hit_payer"]),
        ("payee", {"payee_score": 1000}, BLOCK, ["sanctions_hit_payee"]),
        ("no list", {"lists": ""}, HOLD, ["no_list"]),
        ("frozen payer", {"payer_frozen": True}, BLOCK, ["frozen_payer"]),
        ("frozen payee", {"payee_frozen": True}, BLOCK, ["frozen_payee"]),
        ("country watched", {"limits": WATCHED}, HOLD, ["country_review"]),
        ("country blocked", {"limits": CLOSED}, BLOCK, ["country_blocked"]),
        ("amount under review", {"judged_minor": 749_999}, ALLOW, []),
        ("amount at review", {"judged_minor": 750_000}, HOLD, ["amount_review"]),
        ("amount under block", {"judged_minor": 4_999_999}, HOLD, ["amount_review"]),
        ("amount at block", {"judged_minor": 5_000_000}, BLOCK, ["amount_over_limit"]),
        (
            "no limits set",
            {
                "judged_minor": 10**15,
                "card_sum_minor": 10**15,
                "limits": replace(
                    LIMITS, amount_review_minor=None, amount_block_minor=None, sum_limit_minor=None
                ),
            },
            ALLOW,
            [],
        ),
        ("card, one before", {"card_count": 14}, ALLOW, []),
        ("card, review", {"card_count": 15}, HOLD, ["velocity_card_review"]),
        ("card, before block", {"card_count": 29}, HOLD, ["velocity_card_review"]),
        ("card, block", {"card_count": 30}, BLOCK, ["velocity_card_block"]),
        ("buyer, review", {"buyer_count": 39}, HOLD, ["velocity_buyer_review"]),
        ("buyer, block", {"buyer_count": 40}, BLOCK, ["velocity_buyer_block"]),
        ("sum below", {"card_sum_minor": 44_999_999}, ALLOW, []),
        ("card sum", {"card_sum_minor": 45_000_000}, HOLD, ["sum_card"]),
        ("buyer sum", {"buyer_sum_minor": 45_000_000}, HOLD, ["sum_buyer"]),
        (
            "blocking reasons first, else in the order of the list",
            {"payer_score": 900, "payer_frozen": True, "judged_minor": 750_000, "card_count": 30},
            BLOCK,
            ["frozen_payer", "velocity_card_block", "sanctions_possible_payer", "amount_review"],
        ),
        (
            "cleared by two people",
            {"payer_score": 1000, "cleared": "sanctions_hit_payer"},
            ALLOW,
            [],
        ),
        (
            "cleared of something else",
            {"payer_score": 1000, "cleared": "sanctions_possible_payer"},
            BLOCK,
            ["sanctions_hit_payer"],
        ),
        (
            "what nobody can clear",
            {"payer_frozen": True, "cleared": "frozen_payer"},
            BLOCK,
            ["frozen_payer"],
        ),
    ],
)
def test_rules_in_order_of_precedence(_case, changes, verdict, codes):
    judgement = judge_release(replace(CLEAN, **changes))

    assert judgement.verdict is verdict
    assert [reason.code for reason in judgement.reasons] == codes


def test_a_reason_names_its_figures_in_both_languages():
    facts = replace(CLEAN, judged_minor=750_000, card_count=31, card_sum_minor=45_000_001)

    velocity, amount, total = judge_release(facts).reasons

    assert "31 payments" in velocity.en
    assert "30" in velocity.en
    assert "31 次" in velocity.zh
    assert amount.en.count("7500.00 GBP") == amount.zh.count("7500.00 GBP") == 2
    assert "450000.01 CNY" in total.en
    assert "450000.01 CNY" in total.zh


def test_before_its_day_a_rule_is_not_in_force():
    facts = replace(CLEAN, on="2025-12-31", payer_frozen=True)

    assert judge_release(facts).verdict is Verdict.ALLOW
    assert all(rule.since.isoformat() > facts.on for rule in RELEASE_RULES.rules)
