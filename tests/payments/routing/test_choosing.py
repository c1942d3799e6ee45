"""Order, shares, values; what is left out and why; the same payment is always sent the same way."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.payments.routing.samples import config, known, payment, question, rule, split, terms

from usance.payments.model import BreakerState
from usance.payments.rules.routing import DEFAULT, MILLION, Router, Standing, choose, explained

A, B, C = terms("atlas"), terms("birch"), terms("coral")
ORDER = Router(config(rule("in order", order=("atlas", "birch", "coral"), attempts=3)))
SPLIT = Router(config(rule("shared", split=split(atlas=70, birch=20, coral=10))))
VALUE = Router(config(rule("by value", by_value=("atlas", "birch", "coral"), attempts=2)))
OPEN = Standing(BreakerState.OPEN, 0, degraded=True)
HALF = Standing(BreakerState.HALF_OPEN, 0, degraded=False)
SLOW = Standing(BreakerState.CLOSED, 300_000, degraded=True)


@pytest.mark.parametrize(
    ("_case", "several", "standings", "rail", "fallback"),
    [
        ("all well", (A, B, C), {}, "atlas", ("birch", "coral")),
        ("the first is not plugged in", (B, C), {}, "birch", ("coral",)),
        ("the first cannot", (terms("atlas", cannot="currency"), B, C), {}, "birch", ("coral",)),
        ("the first has a limit", (terms("atlas", amount_max=99), B), {}, "birch", ()),
        ("needs a bank", (terms("atlas", pays_with="bank_account"), B), {}, "birch", ()),
        ("the first is open", (A, B, C), {"atlas": OPEN}, "birch", ("coral",)),
        ("the first is degraded", (A, B), {"atlas": SLOW}, "birch", ("atlas",)),
        ("all are open", (A, B), {"atlas": OPEN, "birch": OPEN}, "atlas", ("birch",)),
        ("nobody can", (), {}, None, None),
    ],
)
def test_in_order(_case, several, standings, rail, fallback):
    choice = choose(ORDER, question(), known(*several, standings=standings), payment(1))

    assert (choice and choice.rail) == rail
    assert (choice and choice.fallback) == fallback


def test_what_is_left_out_stands_in_the_reason():
    choice = choose(ORDER, question(), known(A, B, standings={"atlas": OPEN}), payment(1))

    assert choice.reason == "in order: birch, as atlas is left out (breaker: open)"
    assert [(each.rail, each.cannot) for each in choice.considered] == [
        ("birch", ""),
        ("coral", "capability: not plugged in"),
        ("atlas", "breaker: open"),
    ]


@settings(max_examples=20)
@given(first=st.integers(0, 10**9))
def test_a_split_comes_near_its_percentages(first):
    taken = Counter(
        choose(SPLIT, question(), known(A, B, C), payment(number)).rail
        for number in range(first, first + 400)
    )

    # Five standard deviations of a share of 70 % are 0.115 of 400.
    assert abs(taken["atlas"] / 400 - 0.7) < 0.115
    assert abs(taken["coral"] / 400 - 0.1) < 0.08


def test_a_split_gives_the_share_of_who_is_left_out_to_the_others():
    choices = [
        choose(SPLIT, question(), known(A, B, C, standings={"atlas": OPEN}), payment(number))
        for number in range(300)
    ]

    assert {choice.rail for choice in choices} == {"birch", "coral"}
    assert {choice.rail: choice.probability for choice in choices} == {
        "birch": 666_667, "coral": 333_333,
    }  # fmt: skip


def test_a_few_payments_try_a_rail_that_may_be_back():
    standings = {"atlas": HALF}
    taken = Counter(
        choose(ORDER, question(), known(A, B, standings=standings), payment(number)).rail
        for number in range(1000)
    )

    assert 60 < taken["atlas"] < 140


@given(number=st.integers(0, 10**9), amount=st.integers(1, 10**9))
def test_a_replay_chooses_the_same(number, amount):
    for router in (ORDER, SPLIT, VALUE):
        first, again = (
            choose(router, question(amount), known(A, B, C), payment(number)) for _ in range(2)
        )

        assert first == again
        assert sum(each.probability for each in first.considered) == MILLION
        assert first.probability == next(
            each.probability for each in first.considered if each.rail == first.rail
        )
        assert first.probability > 0


def test_value_by_hand():
    # 100.00: atlas 95 % × (100 − 2.00 − 0.50 − 0.22 for 10 days at 8 %) = 92.41;
    # birch 93 % × (100 − 1.00 − 0.50 − 0.05 for 2 days) = 91.55; coral 10 %.
    asked = question(10_000, spread_bps=50)
    rails = known(
        terms("atlas", fee_bps=200, funds_bps=800, delay_days=10),
        terms("birch", fee_bps=100, funds_bps=800, delay_days=2),
        terms("coral"),
        scores={"atlas": (950_000, 0), "birch": (930_000, 0), "coral": (100_000, 0)},
    )
    choices = [choose(VALUE, asked, rails, payment(number)) for number in range(400)]
    usual = Counter(choice.rail for choice in choices).most_common(1)[0][0]
    choice = next(choice for choice in choices if choice.rail == usual)

    assert usual == "atlas"
    assert [
        (each.rail, each.fee, each.spread, each.funds, each.value) for each in choice.considered
    ] == [("atlas", 200, 50, 22, 9241), ("birch", 100, 50, 5, 9155), ("coral", 100, 50, 0, 985)]
    assert choice.probability == MILLION - LEARNT_HEDGE
    assert explained(choice, "GBP")[0] == (
        "atlas: 95.00% × (amount − fee 2.00 − spread 0.50 − funds 0.22 for 10 days) = 92.41,"
        " probability 0.9900"
    )


LEARNT_HEDGE = 10_000


@pytest.mark.parametrize(
    ("_case", "scores", "probability"),
    [
        ("sure", {"birch": (800_000, 0), "coral": (800_000, 0)}, MILLION - 10_000),
        ("one may be better", {"birch": (890_000, 20_000), "coral": (1, 0)}, MILLION - 50_000),
        ("two may be", {"birch": (890_000, 20_000), "coral": (890_000, 20_000)}, MILLION - 50_000),
    ],
)
def test_exploration_is_bounded(_case, scores, probability):
    choice = choose(
        VALUE, question(), known(A, B, C, scores={"atlas": (900_000, 0), **scores}), payment(4)
    )

    [best] = [each for each in choice.considered if each.rail == "atlas"]
    assert best.probability == probability


def test_a_degraded_rail_is_worth_what_the_last_minutes_say():
    scores = {"atlas": (990_000, 0), "birch": (800_000, 0), "coral": (700_000, 0)}
    rails = known(A, B, C, scores=scores, standings={"atlas": SLOW})
    choice = choose(VALUE, question(), rails, payment(5))

    assert [(each.rail, each.success) for each in choice.considered] == [
        ("birch", 800_000), ("coral", 700_000), ("atlas", 300_000),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "rail", "reason"),
    [
        ({"method": "card", "card_token": True}, "card", "the caller asked for the card"),
        ({"method": "bank_transfer", "bank_account": True}, "bank_transfer",
         "the caller asked for the bank transfer"),
        ({"bank_account": True, "card_token": True}, "bank_transfer",
         "the buyer has a bank account: the cheaper rail"),
        ({"card_token": True}, "card", "the buyer has a card and no bank account"),
        ({}, None, None),
        ({"method": "card", "bank_account": True}, None, None),
        ({"method": "wallet", "card_token": True, "bank_account": True}, None, None),
    ],
)  # fmt: skip
def test_a_book_without_a_configuration(asked, rail, reason):
    rails = known(
        terms("card", pays_with="card_token", method="card"),
        terms("bank_transfer", pays_with="bank_account", method="bank_transfer"),
    )
    choice = choose(Router(DEFAULT), question(**asked), rails, payment(6))

    assert (choice and (choice.rail, choice.reason)) == (rail and (rail, reason))
