"""Entries of the house: posted whole or not at all, between accounts opened when needed."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from tests.ledger.asking import written

from usance.kernel.errors import Refusal
from usance.kernel.ids import fresh
from usance.kernel.money import Currency, Money
from usance.ledger.model import Balance, Entry, HoldState, Leg, LegRule, Ref, Where
from usance.ledger.service import balance_of, expand, post, post_hold, void_hold
from usance.ledger.tables import ACCOUNTS, HOLDS, TRANSFERS
from usance.runtime.draft import Overlay, State

NOW = datetime(2026, 9, 9, tzinfo=UTC)
DAY = date(2026, 9, 7)
GBP = Currency("GBP")
OWNER = UUID(int=7)
BANK, SELLER, LOST = (
    Ref(kind, GBP, OWNER) for kind in ("nostro", "seller_available", "suspense_unmatched")
)


@pytest.fixture
def draft():
    overlay = Overlay(State(), NOW)
    overlay.begin(fresh(1, 1), OWNER, 1)
    return overlay


def leg(debit, credit, amount, *, pending=False):
    return Leg("x", debit, credit, amount, pending)


def figures(draft, ref):
    """Debits held and posted, credits held and posted."""
    balance = balance_of(draft, ref)
    return (
        balance.debits_pending,
        balance.debits_posted,
        balance.credits_pending,
        balance.credits_posted,
    )


@pytest.mark.parametrize(
    ("_case", "amounts", "legs"),
    [
        ("all", {"gain": 5, "fee": 2}, [(LOST, BANK, 5), (SELLER, BANK, 2)]),
        ("less than nothing the other way round", {"gain": -5}, [(BANK, LOST, 5)]),
        ("nothing is left out", {"gain": 0, "fee": 2}, [(SELLER, BANK, 2)]),
    ],
)
def test_an_entry_is_filled_with_amounts(_case, amounts, legs):
    entry = Entry(
        "covering",
        "Covered",
        "",
        "",
        (
            LegRule("gain", "suspense_unmatched", "nostro", "gain"),
            LegRule("fee", "seller_available", "nostro", "fee"),
        ),
    )
    where = Where(operator=OWNER, seller=OWNER)

    filled = expand(entry, {word: Money(minor, GBP) for word, minor in amounts.items()}, where)

    assert [(each.debit, each.credit, each.amount) for each in filled] == legs


def test_an_entry_moves_both_sides(draft):
    made = post(draft, [leg(BANK, SELLER, 30), leg(BANK, SELLER, 12)], DAY)

    assert figures(draft, BANK) == (0, 42, 0, 0)
    assert figures(draft, SELLER) == (0, 0, 0, 42)
    rows = [written(draft, TRANSFERS)[each] for each in made]
    assert [(row.amount, row.value_date, row.recorded_at) for row in rows] == [
        (30, DAY, NOW),
        (12, DAY, NOW),
    ]
    assert len(written(draft, ACCOUNTS)) == 2


def test_an_entry_is_whole_or_nothing(draft):
    """The caller may go on after a refusal: nothing of the entry is there, no account either."""
    post(draft, [leg(BANK, LOST, 3)], DAY)
    digest = draft.transfers_digest()

    refused = post(draft, [leg(BANK, LOST, 5), leg(SELLER, BANK, 1)], DAY)

    assert isinstance(refused, Refusal)
    assert (refused.code, refused.field) == ("insufficient_balance", "seller_available GBP")
    assert (figures(draft, BANK), figures(draft, LOST)) == ((0, 3, 0, 0), (0, 0, 0, 3))
    assert balance_of(draft, SELLER) == Balance(0)
    assert [row.amount for row in written(draft, TRANSFERS).values()] == [3]
    assert len(written(draft, ACCOUNTS)) == 2
    assert draft.transfers_digest() == digest

    assert post(draft, [leg(BANK, SELLER, 5), leg(SELLER, BANK, 5)], DAY)
    assert figures(draft, SELLER) == (0, 5, 0, 5)


@pytest.mark.parametrize(
    ("resolve", "state", "bank", "seller"),
    [
        (post_hold, HoldState.POSTED, (0, 10, 0, 4), (0, 4, 0, 10)),
        (void_hold, HoldState.VOIDED, (0, 10, 0, 0), (0, 0, 0, 10)),
    ],
)
def test_a_hold_is_resolved_once(draft, resolve, state, bank, seller):
    [_, hold] = post(draft, [leg(BANK, SELLER, 10), leg(SELLER, BANK, 4, pending=True)], DAY)
    assert figures(draft, SELLER) == (4, 0, 0, 10)
    assert isinstance(post(draft, [leg(SELLER, BANK, 7)], DAY), Refusal)

    assert resolve(draft, hold, "done", DAY) is None

    assert draft.get(HOLDS, hold).state is state
    assert (figures(draft, BANK), figures(draft, SELLER)) == (bank, seller)
    for again in (post_hold, void_hold):
        assert again(draft, hold, "again", DAY).code == "transfer_refused"
