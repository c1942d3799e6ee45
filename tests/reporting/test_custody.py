"""Every account of the house is in one part of the proof, and the parts always add up."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from usance.kernel.money import Currency
from usance.ledger.model import CHART, AccountClass
from usance.reporting.model import AsOf, BalanceLine
from usance.reporting.rules.custody import PARTS, custody
from usance.reporting.rules.rendering import render

CNY = Currency("CNY")
HOUSE = [kind.name for kind in CHART.values() if kind.account_class is not AccountClass.MEMORANDUM]


def test_every_account_of_the_house_is_in_exactly_one_part():
    parts = [kind for part in PARTS for kind in part.kinds]

    assert sorted([*parts, "nostro"]) == sorted(HOUSE)


@given(
    st.lists(
        st.tuples(st.sampled_from(HOUSE), st.sampled_from(HOUSE), st.integers(1, 10**6)),
        max_size=30,
    ),
    st.integers(0, 10**6),
)
def test_whatever_is_posted_the_parts_add_up_to_what_lies_at_the_bank(transfers, held):
    lines = [BalanceLine("seller_available", CNY, 0, 0, held, 0)]
    for debit, credit, amount in transfers:
        lines.append(BalanceLine(debit, CNY, amount, 0, 0, 0))
        lines.append(BalanceLine(credit, CNY, 0, amount, 0, 0))

    proof = custody(AsOf(1), lines)

    assert all(map(proof.is_explained, proof.currencies))


def test_money_taken_out_beyond_what_was_earned_is_seen():
    earned = [
        BalanceLine("nostro", CNY, 500, 0, 0, 0),
        BalanceLine("fee_income", CNY, 0, 500, 0, 0),
    ]
    taken = [BalanceLine("nostro", CNY, 0, 501, 0, 0), BalanceLine("nostro_own", CNY, 501, 0, 0, 0)]

    assert custody(AsOf(1), earned).is_covered(CNY)
    proof = custody(AsOf(1, value_date=date(2026, 9, 9)), [*earned, *taken])

    assert not proof.is_covered(CNY)
    assert "Client money is whole  NO" in render(proof, "text")
    assert "客户资金完整  否" in render(proof, "text", "zh")
