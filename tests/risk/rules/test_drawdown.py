"""The rules of drawdown, each at its boundary, in their order."""

from datetime import date

import pytest
from tests.risk.samples import BUYER, SELLER, gbp

from usance.kernel.decisions import Verdict
from usance.kernel.records import replace
from usance.risk.rules.drawdown import (
    DrawdownFacts,
    DrawdownThresholds,
    fingerprint,
    judge_drawdown,
)

LIMITS = DrawdownThresholds(
    review_score=850,
    block_score=950,
    obligor_bps=2_000,
)
CLEAN = DrawdownFacts(
    limits=LIMITS,
    on="2026-09-09",
    cleared="",
    seller_name="Bo",
    seller_frozen=False,
    seller_score=None,
    seller_listed=None,
    seller_aligned=None,
    obligor_name="Ann",
    obligor_frozen=False,
    obligor_score=None,
    obligor_listed=None,
    obligor_aligned=None,
    lists="un@1",
    invoice_no="INV-1",
    fingerprint="f",
    financed_by=None,
    currency="CNY",
    amount_minor=1_000,
    headroom_minor=10_000,
    facility_limit_minor=10_000,
    exposure_minor=0,
)
ALLOW, HOLD, BLOCK = Verdict.ALLOW, Verdict.REVIEW, Verdict.BLOCK


@pytest.mark.parametrize(
    ("_case", "changes", "verdict", "codes"),
    [
        ("nothing", {}, ALLOW, []),
        ("obligor listed", {"obligor_score": 950}, BLOCK, ["sanctions_hit_obligor"]),
        ("seller perhaps", {"seller_score": 850}, HOLD, ["sanctions_possible_seller"]),
        ("no list", {"lists": ""}, HOLD, ["no_list"]),
        ("seller frozen", {"seller_frozen": True}, BLOCK, ["frozen_seller"]),
        ("obligor frozen", {"obligor_frozen": True}, BLOCK, ["frozen_obligor"]),
        ("financed", {"financed_by": "adv_0"}, BLOCK, ["invoice_financed_before"]),
        ("all of the room", {"headroom_minor": 1_000}, ALLOW, []),
        ("one cent over", {"headroom_minor": 999}, BLOCK, ["limit_exceeded"]),
        ("concentration at the line", {"exposure_minor": 1_000}, ALLOW, []),
        ("a cent over it", {"exposure_minor": 1_001}, BLOCK, ["obligor_concentration"]),
        (
            "in their order, and none to be cleared",
            {
                "headroom_minor": 0,
                "exposure_minor": 9_000,
                "financed_by": "adv_0",
                "cleared": "limit_exceeded invoice_financed_before",
            },
            BLOCK,
            ["invoice_financed_before", "limit_exceeded", "obligor_concentration"],
        ),
    ],
)
def test_rules_in_order_of_precedence(_case, changes, verdict, codes):
    judgement = judge_drawdown(replace(CLEAN, **changes))

    assert judgement.verdict is verdict
    assert [reason.code for reason in judgement.reasons] == codes


def test_a_reason_names_its_figures_in_both_languages():
    limit, concentration = judge_drawdown(
        replace(CLEAN, headroom_minor=999, exposure_minor=1_001)
    ).reasons

    assert "10.00 CNY" in limit.en
    assert "9.99 CNY" in limit.zh
    assert "20.01 CNY" in concentration.en
    assert "20 %" in concentration.zh


@pytest.mark.parametrize(
    ("_case", "number", "issued", "amount", "same"),
    [
        ("written otherwise", "inv 123", date(2026, 9, 9), "120.00", True),
        ("another number", "INV-124", date(2026, 9, 9), "120.00", False),
        ("another day", "INV-123", date(2026, 9, 10), "120.00", False),
        ("another amount", "INV-123", date(2026, 9, 9), "120.01", False),
    ],
)
def test_two_claims_on_one_invoice_have_one_fingerprint(_case, number, issued, amount, same):
    first = fingerprint(SELLER, BUYER, "INV-00123", date(2026, 9, 9), gbp("120.00"))
    second = fingerprint(SELLER, BUYER, number, issued, gbp(amount))

    assert (first == second) is same
    assert first != fingerprint(BUYER, SELLER, "INV-00123", date(2026, 9, 9), gbp("120.00"))
