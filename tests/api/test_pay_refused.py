"""What a buyer is told when the bank or risk says no, or the bank wants to see the buyer first."""

import re

import pytest
from tests.api.conftest import order_id
from tests.api.paying import (
    BANK,
    heading,
    links,
    mood,
    opens,
    passes,
    path_of,
    payments_of,
    pays,
    sends,
    text,
    tree,
)

from usance.api.pay_words import WORDS
from usance.kernel.ids import OrderId
from usance.payments import service as payments
from usance.payments.ports import AnswerKind, RailAnswer

# ---- no, and what then ----


@pytest.mark.parametrize(
    ("code", "en", "zh"),
    [
        ("insufficient_funds", *WORDS["why_funds"]),
        ("suspected_fraud", *WORDS["why_bank"]),
        ("a_code_of_theirs", *WORDS["why_bank"]),
    ],
)
def test_a_refusal_is_told_in_plain_words_and_another_method_pays(house, code, en, zh):
    mood(house, "card", "refusing", code=code)
    link = links(house)
    pays(house, path_of(link), "card")
    house.quiet()

    refused = opens(house, path_of(link))
    assert refused.status_code == 200
    assert tree(refused).xpath("//*[@role='alert']//h2/text()") == ["The payment was not made"]
    assert f"{en} {WORDS['refused_next'][0]}" in text(refused)
    assert zh in text(opens(house, f"{path_of(link)}?lang=zh"))
    assert "fraud" not in text(refused).replace("suspected_fraud", "")
    pays(house, path_of(link), "bank_transfer")
    house.quiet()

    assert heading(opens(house, path_of(link))) == "Paid. Thank you!"
    assert [each["status"] for each in payments_of(house, link)] == ["captured", "failed"]
    passes(house, minutes=6)


def test_the_buyer_goes_to_the_bank_and_comes_back(house):
    mood(house, "card", "silent")
    link = links(house)
    pays(house, path_of(link), "card")
    house.quiet()
    [payment] = payments_of(house, link)
    collected = house.run(
        house.session.pool.fetchval(
            "select i.id from payments.instructions i join payments.payments p"
            " on p.id = i.payment_id where p.order_id = $1",
            OrderId(link["order_id"]),
        )
    )

    def says(key: str, answer: RailAnswer) -> None:
        said = house.run(
            house.session.do(
                "record_answer", payments.RecordAnswer(collected, answer), key, link["id"]
            )
        )
        assert said.refusal is None

    says("step", RailAnswer(AnswerKind.ACTION_REQUIRED, "", "ref", action=BANK))
    step = opens(house, path_of(link))
    assert heading(step) == "Your bank or wallet wants to hear from you"
    [go] = tree(step).xpath("//a[@class='go']")
    assert (go.get("href"), go.get("rel")) == (BANK, "noopener noreferrer")
    assert tree(step).xpath("//meta[@http-equiv='refresh']")
    back = house.ask("POST", f"{path_of(link)}/return", by="", content="PaRes=anything")
    assert (back.status_code, back.headers["location"]) == (303, path_of(link))
    assert heading(opens(house, path_of(link))) == "Your bank or wallet wants to hear from you"
    says("yes", RailAnswer(AnswerKind.CONFIRMED))

    assert heading(opens(house, path_of(link))) == "Paid. Thank you!"
    assert payment["id"] in text(opens(house, path_of(link)))
    passes(house, minutes=6)


@pytest.mark.parametrize("action", ["javascript:alert(1)", "http://acs.example/", "app://bank", ""])
def test_an_action_that_is_no_address_of_the_web_is_no_link(house, action):
    mood(house, "card", "silent")
    link = links(house)
    pays(house, path_of(link), "card")
    collected = house.run(
        house.session.pool.fetchval(
            "select i.id from payments.instructions i join payments.payments p"
            " on p.id = i.payment_id where p.order_id = $1",
            OrderId(link["order_id"]),
        )
    )
    body = payments.RecordAnswer(collected, RailAnswer(AnswerKind.ACTION_REQUIRED, action=action))
    house.run(house.session.do("record_answer", body, link["id"]))

    step = opens(house, path_of(link))
    assert not tree(step).xpath("//a[@class='go']")
    assert WORDS["action_none"][0] in text(step)
    house.quiet()
    passes(house, minutes=90)


def test_whoever_was_stopped_by_risk_is_told_nothing_of_it(house):
    link = links(house, order_id(500))
    pays(house, path_of(link), "card")

    page = opens(house, path_of(link))
    [payment] = payments_of(house, link)
    keys = {"in_review": "review", "blocked": "stopped"}
    assert heading(page) == WORDS[keys[payment["status"]]][0]
    assert not tree(page).xpath("//form")
    said = text(page).lower()
    assert not re.search("sanction|risk|screen|list|fraud|block|tiny", said)
    again = sends(house, path_of(link), {"attempt": "2", "amount": "1 GBP", "method": "card"})
    assert again.status_code == 303
    assert len(payments_of(house, link)) == 1
