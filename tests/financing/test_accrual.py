"""How a fee is earned day by day: the running total ends at the fee, and is paid first."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.financing.samples import NORTH, NOW, Book, cny, funded_book, payment
from tests.financing.test_claim import settle
from tests.financing.test_waterfall import DUE, advance

from usance.financing import service
from usance.financing.events import FeesAccrued
from usance.financing.rules.accrual import accrue, accrued_to, paid_from_accrued
from usance.financing.rules.waterfall import Paid, after
from usance.financing.tables import ADVANCES
from usance.kernel.ids import AdvanceId
from usance.parties.model import OPERATOR

DRAWN = NOW.date()


@pytest.mark.parametrize(
    ("_case", "days", "earned"),
    [
        ("before the draw", -1, 0),
        ("the day of the draw", 0, 0),
        # 6.40 over 30 days: 0.21333, 0.42667, 2.13333
        ("a day", 1, 21),
        ("two days", 2, 43),
        ("ten days", 10, 213),
        ("the due date", 30, 640),
        ("after it", 45, 640),
    ],
)
def test_what_is_earned_by_the_end_of_a_day(_case, days, earned):
    assert (DUE - DRAWN).days == 30
    assert accrued_to(advance(), DRAWN + timedelta(days=days)) == earned


@given(
    fee=st.integers(0, 10_000),
    steps=st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3000)), max_size=12),
)
def test_running_totals_end_exactly_at_the_fee(fee, steps):
    """However days and payments follow each other, accrued and paid at once come to the fee."""
    owed, day, unearned, accrued = advance(fee=fee), DRAWN, fee, 0
    for days, paying in [*steps, (60, 0)]:
        day += timedelta(days=days)
        owed, moved = accrue(owed, day)
        assert moved >= 0
        unearned, accrued = unearned - moved, accrued + moved
        paid = Paid(fee=min(paying, owed.fee_outstanding))
        taken = paid_from_accrued(owed, paid.fee)
        unearned, accrued = unearned - (paid.fee - taken), accrued - taken
        owed = after(owed, paid)
        assert unearned >= 0
        assert accrued >= 0
        assert unearned + accrued == owed.fee_outstanding
        assert accrued == max(0, owed.accrued - owed.fee_paid)

    assert unearned == 0
    assert owed.accrued == fee


def run(book: Book, on: date, *advances: AdvanceId):
    return book.ask(service.AccrueStage(OPERATOR).apply, service.AccrueAdvances(on, advances))


def test_a_chunk_is_accrued_with_one_leg_for_each_funder_and_the_same_day_once():
    book = funded_book()
    ids = [book.drawn(number).id for number in (1, 2)]
    book.now += timedelta(days=10)
    today = book.now.date()

    assert run(book, today, *ids, AdvanceId.derived(1, "unknown")) is None
    told = book.draft.told(FeesAccrued)
    # 5.89 over 30 days, ten of them: 1.96 each
    assert (told.advances, [each.amount for each in told.earned]) == (2, [cny("3.92")])
    assert book.at("fee_accrued", NORTH) == 392
    assert book.at("fee_unearned", NORTH) == 2 * 589 - 392

    assert run(book, today, *ids).code == "nothing_due"
    assert run(book, today + timedelta(days=1), *ids).code == "nothing_due"
    assert book.at("fee_accrued", NORTH) == 392


def test_a_settlement_takes_what_is_accrued_first():
    book = funded_book()
    drawn = book.drawn()
    book.now += timedelta(days=10)
    run(book, book.now.date(), drawn.id)

    legs = {leg.code: leg.amount for leg in settle(book, payment(), cny("920.00"))}

    # Of 1.96 accrued our 1.17 first, then the funder's 0.79; the rest of its 4.72 is unearned.
    assert legs["accrued_paid_operator"] == 117
    assert legs["accrued_paid_funder"] == 79
    assert legs["fee_earned_funder"] == 393
    assert "fee_earned_operator" not in legs
    assert book.at("fee_accrued", NORTH) == book.at("fee_unearned", NORTH) == 0
    assert book.state.rows[ADVANCES.slot] == {}
