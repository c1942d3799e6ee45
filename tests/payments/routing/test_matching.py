"""The compiled rules choose what reading the list from its top would choose."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.payments.routing.samples import any_config, any_question, config, question, rule

from usance.payments.model import Condition
from usance.payments.rules.routing import Router, holds


def scanned(router, asked):
    fitting = (number for number, each in enumerate(router.rules) if holds(each, asked))
    return next(fitting, -1)


@given(seed=st.integers(0, 2**32))
def test_compiled_is_the_same_as_reading_from_the_top(seed):
    dice = random.Random(seed)
    router = Router(any_config(dice))
    for _ in range(40):
        asked = any_question(dice)

        assert router.first(asked) == scanned(router, asked)


@pytest.mark.parametrize(
    ("_case", "condition", "fits", "fits_not"),
    [
        ("one of", Condition("buyer_country", ("GB",)), {"buyer_country": "GB"}, {}),
        ("none of", Condition("buyer_country", (), ("GB",)), {}, {"buyer_country": "GB"}),
        ("a flag", Condition("card_token", ("yes",)), {"card_token": True}, {}),
        ("the other flag", Condition("card_token", (), ("yes",)), {}, {"card_token": True}),
        ("hours", Condition("hour", (), (), "8", "18"), {"hour": 8}, {"hour": 18}),
        ("night", Condition("hour", (), (), "22", "6"), {"hour": 5}, {"hour": 6}),
        ("from", Condition("amount", (), (), "100.00 GBP"), {"amount": 10_000}, {"amount": 9_999}),
        ("below", Condition("amount", (), (), "", "1.00 GBP"), {"amount": 99}, {"amount": 100}),
        (
            "amount of another currency",
            Condition("amount", (), (), "1.00 GBP"),
            {"amount": 100},
            {"amount": 100, "currency": "EUR"},
        ),
        ("metadata", Condition("metadata.shop", ("a",)), {"metadata": {"shop": "a"}}, {}),
        ("no metadata", Condition("metadata.shop", ("",)), {}, {"metadata": {"shop": "a"}}),
    ],
)
def test_a_condition_holds(_case, condition, fits, fits_not):
    router = Router(config(rule("one", condition)))

    assert router.first(question(**fits)) == 0
    assert router.first(question(**fits_not)) == -1
    assert scanned(router, question(**fits)) == 0
    assert scanned(router, question(**fits_not)) == -1


def test_the_first_rule_that_fits_decides():
    german = Condition("buyer_country", ("DE",))
    router = Router(config(rule("one", german), rule("two")))

    assert router.first(question(buyer_country="DE")) == 0
    assert router.first(question(buyer_country="GB")) == 1
