"""Who is repaid, tier by tier and in which turn; what a shrunk sale asks back; lateness."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.financing.samples import BUYER, CNY, NORTH, NOW, SELLER, WIDE
from tests.financing.test_pricing import PROGRAMME

from usance.financing.model import Advance, AdvanceStatus, AssetKind, Technique
from usance.financing.rules.waterfall import (
    Paid,
    after,
    charged,
    excess,
    in_turn,
    operator_part,
    pro_rata,
    serve,
    serve_group,
)
from usance.kernel.ids import AdvanceId, AssetId, DecisionId, OfferId, OrderId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import replace

DUE = date(2026, 10, 9)


def advance(name: str = "a", principal: int = 80000, fee: int = 640, charge: int = 0) -> Advance:
    return Advance(
        id=AdvanceId.derived(1, name),
        offer_id=OfferId.derived(1, name),
        asset_id=AssetId.derived(1, name),
        asset_kind=AssetKind.SALE,
        technique=Technique.RECEIVABLE_PURCHASE,
        recourse=True,
        payment_id=PaymentId.derived(1, name),
        order_id=OrderId.derived(1, name),
        invoice_no="1",
        facility_id=WIDE,
        funder_id=NORTH,
        seller_id=SELLER,
        obligor_id=BUYER,
        programme="marketplace",
        principal=Money(principal, CNY),
        principal_outstanding=principal,
        fee=Money(fee, CNY),
        fee_operator=Money(fee // 5, CNY),
        fee_outstanding=fee,
        charge_outstanding=charge,
        drawn_at=NOW,
        due_date=DUE,
        status=AdvanceStatus.DRAWN,
        decision_id=DecisionId.derived(1, name),
    )


@pytest.mark.parametrize(
    ("_case", "available", "paid"),
    [
        ("nothing there", 0, Paid()),
        ("part of the fee", 639, Paid(fee=639)),
        ("the fee before the charge", 640, Paid(fee=640)),
        ("part of the charge", 641, Paid(fee=640, charge=1)),
        ("the charge before the principal", 700, Paid(fee=640, charge=60)),
        ("part of the principal", 701, Paid(fee=640, charge=60, principal=1)),
        ("all of it", 80700, Paid(fee=640, charge=60, principal=80000)),
        ("never more than all", 99999, Paid(fee=640, charge=60, principal=80000)),
    ],
)
def test_tiers_in_precedence(_case, available, paid):
    assert serve(advance(charge=60), available) == paid


def test_the_recalled_come_first_the_oldest_before_all():
    old = replace(advance("old"), drawn_at=NOW - timedelta(days=2))
    young, own = advance("young"), replace(advance("own"), drawn_at=NOW - timedelta(days=9))

    assert in_turn([young, old], [own]) == [old, young, own]
    assert in_turn([young, own], [own]) == [own, young]


@given(
    fee=st.integers(1, 10_000),
    share=st.integers(0, 100),
    instalments=st.lists(st.integers(0, 4000), max_size=12),
)
def test_the_operators_part_of_the_fee_adds_up(fee, share, instalments):
    owed = replace(advance(fee=fee), fee_operator=Money(fee * share // 100, CNY))
    ours = 0
    for amount in [*instalments, fee]:
        paid = Paid(fee=min(amount, owed.fee_outstanding))
        part = operator_part(owed, paid.fee)

        assert 0 <= part <= paid.fee
        ours += part
        owed = after(owed, paid)

    assert ours == owed.fee_operator.minor


@pytest.mark.parametrize(
    ("_case", "outstanding", "left", "asked"),
    [
        ("nothing went back", 80000, 300, 0),
        ("a quarter went back", 80000, 225, 20000),
        ("a third is left: 266.66 may stay", 80000, 100, 53334),
        ("repaid further than it must be", 10000, 150, 0),
        ("all of it went back", 80000, 0, 80000),
    ],
)
def test_an_advance_shrinks_with_its_sale(_case, outstanding, left, asked):
    drawn = replace(advance(), principal_outstanding=outstanding)

    assert excess(drawn, Money(left, "GBP"), Money(300, "GBP")) == asked


@pytest.mark.parametrize(
    ("_case", "days_after_due", "charge"),
    [
        ("within the grace", 5, 0),
        # 1.5 % per 30 days on 800.00 for 6 days, the days of grace included: 2.40
        ("the grace is over", 6, 240),
        ("a period", 30, 1200),
    ],
)
def test_lateness_is_charged_from_the_due_date(_case, days_after_due, charge):
    late = charged(advance(), PROGRAMME, DUE + timedelta(days=days_after_due))

    assert late.charge_outstanding == charge


def test_a_charge_is_reckoned_once_for_each_day():
    once = charged(advance(), PROGRAMME, DUE + timedelta(days=16))
    twice = charged(charged(advance(), PROGRAMME, DUE + timedelta(days=6)), PROGRAMME, DUE)
    twice = charged(twice, PROGRAMME, DUE + timedelta(days=16))

    assert once.charge_outstanding == twice.charge_outstanding == 640
    assert charged(once, PROGRAMME, DUE + timedelta(days=16)) == once


@given(
    owed=st.lists(st.integers(0, 10_000), min_size=1, max_size=6).filter(any),
    available=st.integers(-5, 70_000),
)
def test_parts_are_paid_pro_rata_within_a_minor_unit(owed, available):
    parts = pro_rata(owed, available)
    total = sum(owed)
    there = min(max(available, 0), total)

    assert sum(parts) == there
    assert all(0 <= part <= each for part, each in zip(parts, owed, strict=True))
    assert all(abs(p * total - there * o) < total for p, o in zip(parts, owed, strict=True))


def test_a_group_is_served_tier_by_tier_side_by_side():
    one, two = advance("a", 60000, 480), advance("b", 20000, 160, charge=40)

    assert serve_group([one, two], 320) == [Paid(fee=240), Paid(fee=80)]
    assert serve_group([one, two], 660) == [Paid(fee=480), Paid(fee=160, charge=20)]
    assert serve_group([one, two], 4680) == [
        Paid(fee=480, principal=3000),
        Paid(fee=160, charge=40, principal=1000),
    ]
