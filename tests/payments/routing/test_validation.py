"""Every mistake of a configuration is named with its path."""

import pytest
from tests.payments.routing.samples import RAILS, config, rule, split

from usance.payments.model import Condition, RouteRule
from usance.payments.rules.routing import DEFAULT, faults_of
from usance.payments.service.routing_terms import rails_of

GERMAN = Condition("buyer_country", ("DE",))


def paths(*rules):
    return [fault.path for fault in faults_of(config(*rules), RAILS, 3)]


@pytest.mark.parametrize(
    ("_case", "wrong", "path"),
    [
        ("no such rail", rule(order=("atlas", "xx")), "rules[0].order[1]"),
        ("a rail twice", rule(by_value=("atlas", "atlas")), "rules[0].by_value[1]"),
        ("percent of 90", rule(split=split(atlas=60, birch=30)), "rules[0].split"),
        ("percent of nothing", rule(split=split(atlas=100, birch=0)), "rules[0].split[1].percent"),
        ("no way", RouteRule("x"), "rules[0]"),
        ("two ways", rule(order=("atlas",), by_value=("birch",)), "rules[0]"),
        ("no name", rule(" ", order=("atlas",)), "rules[0].name"),
        ("too many tries", rule(order=("atlas",), attempts=4), "rules[0].attempts"),
        ("no try", rule(order=("atlas",), attempts=0), "rules[0].attempts"),
        ("no such fact", rule("x", Condition("weather", ("fine",))), "rules[0].when[0].fact"),
        ("no key", rule("x", Condition("metadata.", ("fine",))), "rules[0].when[0].fact"),
        ("asks nothing", rule("x", Condition("currency")), "rules[0].when[0]"),
        ("no currency", rule("x", Condition("currency", ("GBB",))), "rules[0].when[0].is_in[0]"),
        ("no country", rule("x", Condition("buyer_country", (), ("gb",))),
         "rules[0].when[0].not_in[0]"),
        ("neither yes nor no", rule("x", Condition("card_token", ("1",))),
         "rules[0].when[0].is_in[0]"),
        ("no grade", rule("x", Condition("risk_grade", ("F",))), "rules[0].when[0].is_in[0]"),
        ("no hour", rule("x", Condition("hour", ("24",))), "rules[0].when[0].is_in[0]"),
        ("no hour to begin", rule("x", Condition("hour", (), (), "24")),
         "rules[0].when[0].at_least"),
        ("no amount", rule("x", Condition("amount", (), (), "100")), "rules[0].when[0].at_least"),
        ("too many decimals", rule("x", Condition("amount", (), (), "", "1.001 GBP")),
         "rules[0].when[0].below"),
        ("two currencies", rule("x", Condition("amount", (), (), "1.00 GBP", "2.00 EUR")),
         "rules[0].when[0].below"),
        ("a list of amounts", rule("x", Condition("amount", ("1.00 GBP",))), "rules[0].when[0]"),
        ("no order", rule("x", Condition("method", (), (), "a")), "rules[0].when[0].at_least"),
        ("never holds", rule("x", GERMAN, Condition("buyer_country", ("GB",))), "rules[0].when"),
        ("nothing between", rule("x", Condition("amount", (), (), "2.00 GBP", "1.00 GBP")),
         "rules[0].when"),
    ],
)  # fmt: skip
def test_a_mistake_is_found_where_it_stands(_case, wrong, path):
    assert paths(wrong) == [path]


@pytest.mark.parametrize(
    ("_case", "earlier", "later", "found"),
    [
        ("after one that takes all", rule("a"), rule("b", GERMAN), ["rules[1]"]),
        ("after the same", rule("a", GERMAN), rule("b", GERMAN), ["rules[1]"]),
        ("after a wider one", rule("a", Condition("buyer_country", ("DE", "GB"))),
         rule("b", GERMAN), ["rules[1]"]),
        ("after a narrower one", rule("a", GERMAN), rule("b"), []),
        ("after its opposite", rule("a", Condition("buyer_country", (), ("DE",))),
         rule("b", GERMAN), []),
        ("after more of the amounts", rule("a", Condition("amount", (), (), "1.00 GBP")),
         rule("b", Condition("amount", (), (), "2.00 GBP", "3.00 GBP")), ["rules[1]"]),
        ("after fewer of the amounts", rule("a", Condition("amount", (), (), "2.00 GBP")),
         rule("b", Condition("amount", (), (), "1.00 GBP")), []),
        ("after a part of the day", rule("a", Condition("hour", (), (), "8", "18")),
         rule("b", Condition("hour", (), (), "9", "10")), ["rules[1]"]),
        ("the name again", rule("a", GERMAN), rule("a"), ["rules[1].name"]),
    ],
)  # fmt: skip
def test_a_rule_that_is_never_reached_is_found(_case, earlier, later, found):
    assert paths(earlier, later) == found


def test_all_mistakes_are_reported_at_once():
    wrong = rule("x", Condition("weather", ("fine",)), split=split(xx=50))

    assert paths(wrong, rule("", order=("yy",))) == [
        "rules[0].when[0].fact", "rules[0].split[0]", "rules[0].split",
        "rules[1].name", "rules[1].order[0]",
    ]  # fmt: skip


def test_no_rules_is_a_mistake():
    assert paths() == ["rules"]


def test_what_a_new_book_has_is_right():
    assert faults_of(DEFAULT, rails_of(DEFAULT), 1) == []
