"""Why no rail takes a payment: the stage that removed the last one, with its figures."""

import pytest
from tests.payments.routing.samples import config, known, payment, question, rule, terms

from usance.payments.errors.no_rail import CODES
from usance.payments.model import Condition
from usance.payments.rules.routing import DEFAULT, Router, choose, in_debt, why_no_rail

BOTH = Router(config(rule("both", order=("atlas", "birch"))))
NEW = Router(DEFAULT)
GERMAN = Router(config(rule("German", Condition("buyer_country", ("DE",)))))
DEAR = Router(config(rule("dear", Condition("amount", (), (), "500.00 GBP"))))
NO_CARD = terms("atlas", pays_with="card_token")
NO_BANK = terms("birch", pays_with="bank_account")
SMALL = terms("atlas", amount_max=9_999)
LARGE = terms("birch", amount_min=20_000)
ABROAD = terms("atlas", cannot="corridor: takes nothing from BR")
EURO = terms("birch", cannot="currency: takes no GBP")


@pytest.mark.parametrize(
    ("_case", "router", "asked", "several", "code", "field", "value"),
    [
        ("no instrument", NEW, {}, (), "instrument_missing", "method",
         "bank account or card token"),
        ("no card", NEW, {"method": "card"}, (), "instrument_missing", "method", "card token"),
        ("no such method", NEW, {"method": "pigeon"}, (), "method_not_served", "method", "pigeon"),
        ("no rule for the country", GERMAN, {"buyer_country": "FR"}, (), "no_rail", "method",
         "no rule of the routing fits buyer_country FR"),
        ("no rule for the amount", DEAR, {}, (), "no_rail", "method",
         "no rule of the routing fits amount 100.00 GBP"),
        ("nothing is plugged in", BOTH, {}, (), "no_rail", "method",
         "atlas, birch: not plugged in, or for paying out alone"),
        ("another currency", BOTH, {}, (EURO,), "currency_not_served", "currency", "GBP by birch"),
        ("another country", BOTH, {"buyer_country": "BR"}, (ABROAD, EURO), "country_not_served",
         "country", "BR by atlas"),
        ("another method", BOTH, {"method": "wallet"}, (ABROAD, terms("birch")),
         "method_not_served", "method", "wallet"),
        ("neither of two", BOTH, {}, (NO_CARD, NO_BANK), "instrument_missing", "method",
         "card token or bank account"),
        ("too much and too little", BOTH, {}, (SMALL, LARGE), "outside_rail_limit", "amount",
         "100.00 GBP, and atlas takes at most 99.99 GBP, birch takes at least 200.00 GBP"),
        ("the last of several stages", BOTH, {}, (SMALL, NO_BANK), "outside_rail_limit", "amount",
         "100.00 GBP, and atlas takes at most 99.99 GBP"),
    ],
)  # fmt: skip
def test_the_stage_that_removed_the_last_rail_is_named(
    _case, router, asked, several, code, field, value
):
    asks, here = question(**asked), known(*several)

    assert choose(router, asks, here, payment(1)) is None
    said = why_no_rail(router, asks, here.terms, {})
    assert (said.code, said.field, said.value) == (code, field, value)


def test_a_carrier_that_owes_too_much_is_asked_no_more():
    carrier = terms("atlas", owes_max=50_000)

    assert in_debt(carrier, 40_000, question().amount) == ""
    why = in_debt(carrier, 40_001, question().amount)
    assert why == "atlas owes 400.01 GBP and may owe 500.00 GBP"
    here = known(carrier, NO_BANK, owing={"atlas": why})
    assert choose(BOTH, question(), here, payment(1)) is None
    said = why_no_rail(BOTH, question(), here.terms, here.owing)
    assert (said.code, said.value) == ("carrier_owes_too_much", why)


def test_another_rail_is_asked_in_place_of_one_that_owes_too_much():
    here = known(terms("atlas"), terms("birch"), owing={"atlas": "owes"})
    choice = choose(BOTH, question(), here, payment(1))

    assert choice.rail == "birch"
    assert choice.reason == "both: birch, as atlas is left out (debt: owes)"


def test_every_reason_says_the_same_in_two_languages():
    for code in CODES:
        marks = [mark for mark in ("{field}", "{value}") if mark in code.en]
        assert [mark for mark in marks if mark in code.zh] == marks, code.code
