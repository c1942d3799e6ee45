"""Receiving accounts, receipts and money in suspense, by HTTP."""

from datetime import date

import pytest
from tests.api.conftest import OTHER_SELLER, SELLER

from usance.kernel.money import parse
from usance.parties import service as parties
from usance.payments.model import Counterparty
from usance.payments.service import RecordReceipt

ASKED = {
    "seller_id": str(SELLER),
    "currency": "GBP",
    "country": "GB",
    "bank": "A Bank",
    "iban": "GB94BARC10201530093459",
}
PAYER = Counterparty("Eva Example", "DE89370400440532013000", "", "DE")


@pytest.fixture(scope="module")
def opened(house):
    answer = house.post("/v1/receiving_accounts", ASKED)
    assert answer.status_code == 201, answer.text
    return answer.json()


def credited(house, booking: str, amount: str, to: str) -> None:
    receipt = RecordReceipt("GB01", booking, parse(amount, "GBP"), date(2026, 9, 9), to, PAYER)
    outcome = house.run(house.session.do("record_receipt", receipt, booking))
    assert outcome.refusal is None, outcome.refusal


def test_a_receiving_account_is_opened_and_shown_to_its_seller(house, opened):
    assert opened["reference"].startswith("RF")
    shown = house.get(f"/v1/receiving_accounts/{opened['id']}", by="seller")
    assert shown.json() == opened
    listed = house.get("/v1/receiving_accounts", by="seller").json()["data"]
    assert [one["id"] for one in listed] == [opened["id"]]


@pytest.mark.parametrize(
    ("_case", "changed", "code"),
    [
        ("the number is in use", {"currency": "EUR"}, "account_in_use"),
        (
            "the seller has one already",
            {"iban": "GB33BUKB20201555555555"},
            "account_in_use",
        ),
        ("a wrong check digit", {"iban": "GB95BARC10201530093459"}, "wrong_check_digit"),
        ("no number", {"iban": None}, "one_account_number"),
        ("no bank", {"bank": " "}, "malformed_name"),
        ("nobody", {"seller_id": "pty_00000000000000000000000001"}, "unknown_party"),
    ],
)
def test_what_is_wrong_is_refused_by_name(house, opened, _case, changed, code):
    assert opened
    answer = house.post("/v1/receiving_accounts", {**ASKED, **changed})
    assert answer.json()["code"] == code


def test_a_receipt_is_shown_to_its_seller_alone(house, opened):
    credited(house, "B-1", "12.00", opened["number"])

    [receipt] = house.get("/v1/receipts", by="seller").json()["data"]

    assert receipt["outcome"] == "available"
    assert receipt["found_by"] == "receiving_account"
    assert house.get(f"/v1/receipts/{receipt['id']}", by="seller").status_code == 200
    missing = house.get("/v1/receipts/rcp_00000000000000000000000001", by="seller")
    assert missing.status_code == 404


def test_money_without_an_owner_is_assigned_attributed_and_returned(house, opened):
    assert opened
    credited(house, "B-2", "20.00", "")
    [item] = house.get("/v1/suspense").json()["data"]
    assert item["waiting"] == {"amount": "20.00", "currency": "GBP"}
    path = f"/v1/suspense/{item['id']}"
    assert house.get(path, by="seller").status_code == 403
    mine = str(parties.cast_user("operations"))
    assert house.post(f"{path}/assign", {"assignee": mine}).json()["assignee"] == mine

    five = {"amount": "5.00", "currency": "GBP"}
    asked = {"seller_id": str(OTHER_SELLER), "amount": five, "reason": "the bank says so"}
    carried_out(house, f"{path}/attribute", asked)
    carried_out(house, f"{path}/return", {"reason": "nobody knows it"})

    shown = house.get(path).json()
    assert shown["waiting"]["amount"] == "0.00"
    assert shown["going_back"]["amount"] == "15.00"
    house.quiet()
    closed = house.get("/v1/suspense?closed=true").json()["data"]
    assert [one["id"] for one in closed] == [item["id"]]
    missing = house.get("/v1/suspense/sus_00000000000000000000000001")
    assert missing.status_code == 404


def carried_out(house, path: str, asked: dict) -> None:
    proposed = house.post(path, asked)
    assert proposed.status_code == 201, proposed.text
    done = house.post(f"/v1/proposals/{proposed.json()['id']}/approve", {}, by="admin_two")
    assert done.json()["outcome"]["status"] == "carried_out", done.text


def test_a_case_about_a_receipt_names_the_receipt(house, opened):
    listed = Counterparty("Ivan Petrovich Nobody", "DE89370400440532013000", "", "DE")
    receipt = RecordReceipt(
        "GB01", "L-1", parse("7.00", "GBP"), date(2026, 9, 9), ASKED["iban"], listed
    )
    assert house.run(house.session.do("record_receipt", receipt, "L-1")).refusal is None

    [case] = house.get("/v1/risk/cases", by="risk").json()["data"]

    assert case["subject"].startswith("rcp_")
    assert house.get(f"/v1/receipts/{case['subject']}").status_code == 200
    assert house.get(f"/v1/risk/cases/{case['id']}", by="risk").json() == case
    path = f"/v1/risk/decisions/{case['decision_id']}"
    assert house.get(path, by="risk").json()["subject"] == case["subject"]
