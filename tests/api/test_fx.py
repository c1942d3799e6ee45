"""Rates and fees by HTTP: locked, used, explained, hidden from others."""

import pytest
from tests.api.conftest import OTHER_SELLER, SELLER, order_id

from usance.kernel.ids import BankAccountId
from usance.kernel.money import Currency
from usance.parties.service import RegisterBankAccount

GBP_100 = {"amount": "100.00", "currency": "GBP"}


def lock(house, by="seller", **more):
    asked = {"seller_id": str(SELLER), "amount": GBP_100, "buy": "CNY", **more}
    return house.post("/v1/fx/quotes", asked, by=by)


def test_the_rate_of_this_moment_names_its_source_side_and_time(house):
    found = house.get("/v1/fx/rates?sell=GBP&buy=CNY", by="seller").json()

    assert found["object"] == "fx_rate"
    assert (found["side"], found["spread_bps"]) == ("mid", 12)
    assert found["source"].startswith("ECB")
    assert found["taken_at"] == "2026-09-09T00:00:00Z"
    assert float(found["rate"]) < float(found["mid"])


def test_a_currency_without_a_rate_says_so(house):
    refused = house.get("/v1/fx/rates?sell=KES&buy=CNY")

    assert (refused.status_code, refused.json()["code"]) == (409, "no_rate")


def test_a_locked_rate_is_used_by_a_payment_and_explained(house):
    made = lock(house, uses="multi", lifetime_seconds=3_600)
    quote = made.json()
    paid = house.post(
        "/v1/payments", {"order_id": str(order_id(30)), "quote_id": quote["id"]}, by="seller"
    )
    payment = paid.json()

    assert (made.status_code, paid.status_code) == (201, 201), (made.text, paid.text)
    assert quote["rate"] == payment["rate"]
    assert quote["indicative_rate"] == quote["mid"]
    assert (payment["quote_id"], payment["executed_rate"]) == (quote["id"], None)
    held = house.get(f"/v1/fx/quotes/{quote['id']}", by="seller").json()
    assert held["reserved"] == payment["gross"]
    assert held["available"]["amount"] == f"{100 - float(payment['gross']['amount']):.2f}"
    fees = house.get(f"/v1/payments/{payment['id']}/fees", by="seller").json()
    assert fees["fee"] == payment["fee"]
    [line] = fees["lines"]
    assert (line["code"], line["amount"]) == ("base", payment["fee"])
    assert (line["rule"], line["effective_from"]) == ("payments.fee", "2026-01-01")
    conversion = fees["conversion"]
    assert (conversion["quote_id"], conversion["settled"]) == (quote["id"], False)
    assert [each["code"] for each in conversion["lines"]] == ["spread", "holding"]
    exposure = house.get("/v1/fx/exposure", by="seller").json()["data"]
    assert [(each["sell"], each["buy"]) for each in exposure] == [("GBP", "CNY")]


@pytest.mark.parametrize(
    ("_case", "more", "status", "code"),
    [
        ("nothing", {"amount": {"amount": "0.00", "currency": "GBP"}}, 422, "negative_amount"),
        ("the same currency", {"buy": "GBP"}, 422, "quote_same_currency"),
        ("too short", {"lifetime_seconds": 5}, 422, "quote_lifetime"),
        ("no number", {"lifetime_seconds": "soon"}, 422, "wrong_format"),
        ("another's", {"seller_id": str(OTHER_SELLER)}, 404, "not_found"),
        ("twice a week", {"uses": "weekly"}, 422, "not_a_choice"),
    ],
)
def test_a_lock_that_cannot_be_says_why(house, _case, more, status, code):
    refused = lock(house, **more)

    assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_anothers_quote_does_not_exist(house):
    account = RegisterBankAccount(
        BankAccountId.derived(0, "theirs"),
        OTHER_SELLER,
        "Another Shop Ltd",
        "GB",
        Currency("CNY"),
        "GB82WEST12345698765432",
    )
    assert house.run(house.session.do("register_bank_account", account)).refusal is None
    quote = lock(house).json()["id"]
    theirs = order_id(0, OTHER_SELLER)

    assert house.get(f"/v1/fx/quotes/{quote}", by="other").status_code == 404
    refused = house.post(
        "/v1/payments", {"order_id": str(theirs), "quote_id": quote}, by="operations"
    )
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown_quote")
    assert house.get("/v1/fx/exposure", by="other").json()["data"] == []


def test_a_preview_is_what_a_payment_is_then_charged(house):
    query = f"seller_id={SELLER}&buyer_country=GB&amount=25.50&currency=GBP&rail=card"
    preview = house.get(f"/v1/fees/preview?{query}", by="seller").json()

    # 25.50 at 1.5 % is 0.3825, upwards, and 0.20
    assert preview["fee"] == {"amount": "0.59", "currency": "GBP"}
    assert sum(float(line["amount"]["amount"]) for line in preview["lines"]) == 0.59
    hidden = house.get(f"/v1/fees/preview?{query}", by="other")
    assert hidden.status_code == 404


@pytest.mark.parametrize("amount", ["0", "-1.00", "1.001", "much"])
def test_a_preview_of_no_amount_is_refused(house, amount):
    query = f"seller_id={SELLER}&buyer_country=GB&amount={amount}&currency=GBP&rail=card"

    assert house.get(f"/v1/fees/preview?{query}").status_code == 422


def propose(house, **more):
    asked = {
        "value_date": "2026-09-08",
        "base": "EUR",
        "source": "the bank's fax",
        "rates": {"EUR": "1", "GBP": "0.8", "CNY": "7.2"},
        "reason": "the line was down",
        **more,
    }
    return house.post("/v1/fx/fixings", asked, by="admin")


def test_the_rates_of_a_day_are_entered_by_two_people(house):
    proposed = propose(house)
    path = f"/v1/proposals/{proposed.json()['id']}/approve"

    assert proposed.status_code == 201, proposed.text
    assert house.post(path, {}, by="admin").status_code == 409
    agreed = house.post(path, {}, by="admin_two").json()
    assert agreed["outcome"]["status"] == "carried_out"
    again = propose(house, rates={"EUR": "1", "GBP": "0.9", "CNY": "7.2"})
    assert again.json()["code"] == "fixings_known"


def test_a_currency_that_a_published_day_lacks_is_added_and_has_a_rate(house):
    path = "/v1/fx/rates?sell=GBP&buy=AED"
    assert house.get(path).json()["code"] == "no_rate"

    proposed = propose(house, value_date="2026-09-09", rates={"EUR": "1", "AED": "4.0"})
    house.post(f"/v1/proposals/{proposed.json()['id']}/approve", {}, by="admin_two")

    rate = house.get(path)
    assert rate.status_code == 200, rate.text
    assert rate.json()["source"].endswith("; the bank's fax: AED")


@pytest.mark.parametrize(
    ("_case", "more", "code"),
    [
        ("a rate below nothing, of tomorrow", {"rates": {"EUR": "1", "GBP": "-1"}, "value_date":
         "2026-09-10"}, "fixings_malformed"),
        ("no number", {"rates": {"EUR": "1", "GBP": "NaN"}}, "fixings_malformed"),
        ("nothing", {"rates": {"EUR": "1", "GBP": "0"}}, "fixings_malformed"),
        ("no currency", {"rates": {"EUR": "1", "GBX": "1"}}, "fixings_malformed"),
        ("without its base", {"rates": {"GBP": "0.8"}}, "fixings_malformed"),
        ("a base that is not one", {"rates": {"EUR": "2", "GBP": "0.8"}}, "fixings_malformed"),
        ("tomorrow", {"value_date": "2026-09-10"}, "fixings_in_future"),
        ("known otherwise", {"value_date": "2026-09-09"}, "fixings_known"),
    ],
)  # fmt: skip
def test_rates_that_cannot_be_are_refused_by_the_first_code_that_applies(house, _case, more, code):
    assert propose(house, **more).json()["code"] == code
