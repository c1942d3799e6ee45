"""A seller names payees and hands over payouts, by HTTP; others see nothing of it."""

import pytest
from tests.api.conftest import SELLER

PAYEE = {
    "party_id": str(SELLER),
    "name": "Ningbo Textiles",
    "country": "CN",
    "currency": "CNY",
    "number": "6222020200112230",
    "bank_code": "102100099996",
    "address": {"town": "Ningbo"},
}


@pytest.fixture(scope="module")
def payee(house):
    made = house.post("/v1/beneficiaries", PAYEE, by="seller")
    assert made.status_code == 201, made.text
    house.quiet()
    return made.json()["id"]


def batch(payee: str, reference: str, *lines: dict, total: str) -> dict:
    return {
        "seller_id": str(SELLER),
        "reference": reference,
        "count": len(lines),
        "total": {"amount": total, "currency": "CNY"},
        "lines": [{"beneficiary_id": payee, **each} for each in lines],
    }


def test_a_payee_is_shown_to_its_party_alone(house, payee):
    path = f"/v1/beneficiaries/{payee}"

    shown = house.get(path, by="seller").json()
    assert (shown["object"], shown["status"]) == ("beneficiary", "active")
    assert shown["name_check"] != "pending"
    assert house.get(path, by="other").status_code == 404
    listed = house.get("/v1/beneficiaries", by="seller").json()["data"]
    assert [one["id"] for one in listed] == [payee]
    again = house.post("/v1/beneficiaries", PAYEE, by="seller")
    assert (again.status_code, again.json()["code"]) == (409, "beneficiary_exists")
    theirs = house.post("/v1/beneficiaries", PAYEE, by="other")
    assert theirs.status_code == 404


def test_over_the_limit_a_payout_names_its_remedy(house, payee):
    body = {"seller_id": str(SELLER), "amount": {"amount": "1000000.01", "currency": "CNY"}}

    refused = house.post("/v1/payouts", body, by="seller")
    assert (refused.status_code, refused.json()["code"]) == (409, "payout_needs_approval")
    assert "/v1/payouts/proposals" in refused.text
    cooling = house.post("/v1/payouts", {**body, "beneficiary_id": payee}, by="seller")
    assert cooling.json()["code"] == "payee_cooling"


def test_a_batch_is_checked_line_by_line(house, payee):
    lines = ({"reference": "a", "amount": "1.00"}, {"reference": "b", "amount": "ten"})
    asked = batch(payee, "first", *lines, total="1.00")

    made = house.post("/v1/payout_batches", asked, by="seller")
    assert made.status_code == 201, made.text
    house.quiet()
    path = f"/v1/payout_batches/{made.json()['id']}"
    assert house.get(path, by="seller").json()["status"] == "done_with_refusals"
    refused = house.get(f"{path}/lines?status=refused", by="seller").json()["data"]
    assert [(one["number"], one["refusal"]["code"]) for one in refused][-1] == (
        2,
        "malformed_amount",
    )
    again = house.post("/v1/payout_batches", asked, by="seller")
    assert (again.status_code, again.json()["code"]) == (409, "payout_batch_exists")
    wrong = house.post("/v1/payout_batches", batch(payee, "x", *lines, total="2.00"), by="seller")
    assert wrong.json()["code"] == "payout_batch_sum_differs"
    assert house.get(path, by="other").status_code == 404
