"""Every mistake of a configuration is named with its path."""

import pytest
from tests.payments.routing.samples import RAILS, config, rule, split

from usance.payments.model import Condition, RouteRule
from usance.payments.rules.routing import (
    DEFAULT,
    Offer,
    dropped,
    faults_of,
    faults_together,
    idle_rails,
    reached,
)
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
        ("British in its own way", rule("x", Condition("buyer_country", ("UK",))),
         "rules[0].when[0].is_in[0]"),
        ("an amount in another currency",
         rule("x", Condition("amount", (), (), "1.00 GBP"), Condition("currency", ("EUR",))),
         "rules[0].when"),
        ("all day", rule("x", Condition("hour", (), (), "8", "8")), "rules[0].when[0]"),
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


PIX = Offer("pix", "local_instant", "", frozenset({"BRL"}), frozenset({"BR"}))
FPS = Offer("fps", "local_instant", "", frozenset({"HKD"}), frozenset({"HK"}))
CARD = Offer("card", "card", "card_token")
COURIER = Offer("courier", "cash", "", frozenset({"PLN"}), None, {"PLN": 500_000})
BANK = Offer("bank", "bank_transfer", "bank_account")
PAYS_OUT = Offer("wire", "credit_transfer", "bank_account", collects=False)
OFFERS = {each.rail: each for each in (PIX, FPS, CARD, COURIER, BANK, PAYS_OUT)}


def cash(*when):
    return rule("x", *when, order=("courier",))


@pytest.mark.parametrize(
    ("_case", "wrong", "problem"),
    [
        ("another currency", cash(Condition("currency", ("EUR",))), "it takes only PLN"),
        ("an amount in another currency", cash(Condition("amount", (), (), "1.00 EUR")),
         "it takes only PLN"),
        ("every currency but its own", cash(Condition("currency", (), ("PLN",))),
         "it takes only PLN"),
        ("another country", rule("x", Condition("buyer_country", ("TH",)), order=("pix", "fps")),
         "pix: it takes only from BR; fps: it takes only from HK"),
        ("another method", cash(Condition("method", ("wallet",))), "its method is cash"),
        ("above its limit", cash(Condition("amount", (), (), "5000.01 PLN")),
         "it takes at most 5000.00 PLN"),
        ("without what it needs", rule("x", Condition("card_token", ("no",)), order=("card",)),
         "it needs a buyer's card token"),
        ("only pays out", rule("x", order=("wire",)), "it collects nothing, it only pays out"),
    ],
)  # fmt: skip
def test_a_rule_that_none_of_its_rails_could_serve_is_found(_case, wrong, problem):
    [fault] = faults_together(config(wrong), OFFERS)

    assert fault.path == "rules[0]"
    assert fault.problem.endswith(problem)


@pytest.mark.parametrize(
    ("_case", "right"),
    [
        ("just at its limit", cash(Condition("amount", (), (), "5000.00 PLN"))),
        ("its currency among others", cash(Condition("currency", ("EUR", "PLN")))),
        ("whatever the caller asked for", cash()),
        ("who asked for nothing", cash(Condition("method", ("",)))),
        ("one of two", rule("x", Condition("buyer_country", ("BR",)), order=("fps", "pix"))),
    ],
)
def test_a_rule_that_a_rail_can_serve_is_right(_case, right):
    assert faults_together(config(right), OFFERS) == []


def test_a_rail_named_in_vain_beside_another_is_told():
    both = rule("x", Condition("buyer_country", ("BR",)), order=("fps", "pix"))

    assert [(each.path, each.problem) for each in idle_rails(config(both), OFFERS)] == [
        ("rules[0].order[0]", "fps never takes what this rule takes: it takes only from HK"),
    ]


def yes_no(fact):
    return [rule(f"{fact} {each}", Condition(fact, (each,))) for each in ("yes", "no")]


@pytest.mark.parametrize(
    ("_case", "rules", "found"),
    [
        ("yes and no", [*yes_no("card_token"), rule("rest")], ["rules[2]"]),
        ("in and not in", [rule("a", GERMAN), rule("b", Condition("buyer_country", (), ("DE",))),
         rule("rest")], ["rules[2]"]),
        ("day and night", [rule("a", Condition("hour", (), (), "6", "22")),
         rule("b", Condition("hour", (), (), "22", "6")), rule("rest")], ["rules[2]"]),
        ("all grades", [rule("a", Condition("risk_grade", ("A", "B"))),
         rule("b", Condition("risk_grade", ("C", "D", "E"))), rule("rest", GERMAN)], ["rules[2]"]),
        ("two facts", [rule("a", GERMAN), *yes_no("card_token")[:1],
         rule("c", Condition("buyer_country", (), ("DE",)), Condition("card_token", ("no",))),
         rule("rest")], ["rules[3]"]),
        ("one hour left", [rule("a", Condition("hour", (), (), "6", "22")),
         rule("b", Condition("hour", (), (), "23", "6")), rule("rest")], []),
        ("amounts in one currency", [rule("a", Condition("amount", (), (), "5.00 GBP")),
         rule("b", Condition("amount", (), (), "", "5.00 GBP")), rule("rest")], []),
    ],
)  # fmt: skip
def test_a_rule_that_several_earlier_ones_forestall_is_found(_case, rules, found):
    assert [fault.path for fault in faults_together(config(*rules), {})] == found


def asks(method, *order):
    return rule(f"asks for {method}", Condition("method", (method,)), order=order)


ALL = rule("all", order=("card", "bank", "pix", "fps", "courier"))


@pytest.mark.parametrize(
    ("_case", "after", "lost"),
    [
        ("all by card", [rule("all", order=("card",))], ["bank", "courier", "fps", "pix"]),
        ("nothing", [ALL], []),
        ("one is forgotten", [rule("all", order=("card", "bank", "pix", "fps"))], ["courier"]),
        ("its country goes elsewhere",
         [rule("b", Condition("buyer_country", ("BR",)), order=("card",)), ALL], ["pix"]),
        ("its method goes elsewhere", [asks("cash", "card"), ALL], ["courier"]),
        ("only who asks for nothing gets it",
         [rule("a", Condition("method", (), ("cash",)), order=("card", "bank", "pix", "fps")),
          rule("b", order=("card",))], ["courier"]),
        ("some of its payments go elsewhere",
         [rule("b", Condition("hour", ("1",)), order=("card",)), ALL], []),
    ],
)  # fmt: skip
def test_rails_that_nobody_gets_any_more_are_named(_case, after, lost):
    assert [each.rail for each in dropped(config(ALL), config(*after), OFFERS)] == lost


def test_a_rail_whose_place_another_of_its_method_takes_is_not_lost():
    twin = Offer("card_two", "card", "card_token")
    offers = OFFERS | {"card_two": twin}
    after = config(rule("all", order=("card_two", "bank", "pix", "fps", "courier")))

    assert dropped(config(ALL), after, offers) == ()
    assert reached(after, offers) == {"card_two", "bank", "pix", "fps", "courier"}
