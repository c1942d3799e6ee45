"""A card is authorised, captured in parts and let go, by HTTP."""

import pytest
from tests.api.conftest import SELLER, order_id


@pytest.fixture(scope="module")
def authorised(house):
    body = {
        "order_id": str(order_id(2)),
        "method": "card",
        "card_token": "tok_abc",
        "capture": "manual",
    }
    made = house.post("/v1/payments", body, by="seller")
    assert made.status_code == 201, made.text
    house.quiet()
    return made.json()


def capture(house, payment, amount=None, by="seller", **more):
    body = dict(more)
    if amount is not None:
        body["amount"] = {"amount": amount, "currency": "GBP"}
    return house.post(f"/v1/payments/{payment['id']}/captures", body, by=by)


def test_what_is_authorised_is_captured_in_parts_and_the_rest_let_go(house, authorised):
    path = f"/v1/payments/{authorised['id']}"
    assert house.get(path, by="seller").json()["status"] == "authorised"

    first = capture(house, authorised, "10.00")
    house.quiet()
    let_go = house.post(f"{path}/void", {}, by="seller")
    house.quiet()

    assert first.status_code == 201, first.text
    assert first.json()["status"] == "pending"
    assert let_go.status_code == 200, let_go.text
    assert let_go.json()["status"] == "voiding"
    shown = house.get(path, by="seller").json()
    assert (shown["status"], shown["captured"]["amount"]) == ("captured", "10.00")
    assert shown["remaining"]["amount"] == "10.00"
    listed = house.get(f"{path}/captures", by="seller").json()["data"]
    assert [one["id"] for one in listed] == [first.json()["id"]]
    assert house.get(f"/v1/captures/{first.json()['id']}", by="seller").json() == listed[0]
    assert house.get(f"/v1/captures/{first.json()['id']}", by="other").status_code == 404
    kept = house.get(f"{path}/authorisation", by="seller").json()
    assert (kept["status"], kept["amount"]["amount"]) == ("voided", "22.50")


@pytest.mark.parametrize(
    ("_case", "amount", "status", "code"),
    [
        ("less than nothing", "-100.00", 422, "negative_amount"),
        ("nothing", "0.00", 422, "negative_amount"),
        ("parts of a penny", "1.005", 422, "too_many_decimals"),
        ("after the void", "1.00", 409, "authorisation_voided"),
    ],
)
def test_what_cannot_be_captured_says_why(house, authorised, _case, amount, status, code):
    answer = capture(house, authorised, amount)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_payment_that_was_collected_at_once_has_nothing_of_this(house):
    made = house.post("/v1/payments", {"order_id": str(order_id(3))}, by="seller").json()
    house.quiet()

    for part in ("authorisation", "action"):
        assert house.get(f"/v1/payments/{made['id']}/{part}", by="seller").status_code == 404
    assert capture(house, made).json()["code"] == "not_authorised"
    assert capture(house, made, by="other").status_code in {403, 404}
    assert house.get(f"/v1/payments/{made['id']}", by="seller").json()["seller_id"] == str(SELLER)
