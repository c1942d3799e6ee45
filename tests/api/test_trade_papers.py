"""Shipments, invoices on terms, stock and tax refunds by HTTP: each side says its own part."""

import pytest
from tests.api.conftest import OTHER_SELLER, SELLER, T0, issue_key, order_id

from usance.kernel.ids import PartyId, UserId
from usance.parties import service as parties
from usance.parties.model import PartyKind, Role

KEEPER, OFFICE = PartyId.derived(0, "keeper"), PartyId.derived(0, "office")
TODAY, LATER = "2026-09-09", "2026-11-08"


def gbp(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "GBP"}


@pytest.fixture(scope="module")
def cast(house):
    """The buyer of the shop's orders, a keeper and a tax office; the first two have keys."""
    order = house.get(f"/v1/orders/{order_id(1)}").json()

    async def register() -> None:
        for party, kind in ((KEEPER, PartyKind.WAREHOUSE_KEEPER), (OFFICE, PartyKind.PAYEE)):
            body = parties.RegisterParty(party, kind, f"A {kind.replace('_', ' ')}", "CN")
            assert (await house.session.do("register_party", body, party)).refusal is None
        for name, party, role in (
            ("buyer", PartyId(order["buyer_id"]), Role.BUYER),
            ("keeper", KEEPER, Role.WAREHOUSE_KEEPER),
        ):
            user = UserId.derived(0, name)
            body = parties.RegisterUser(user, party, name.capitalize(), (role,))
            assert (await house.session.do("register_user", body, name)).refusal is None
            house.keys[name] = await issue_key(house.session, name, user)

    house.run(register())


def made(answer) -> dict:
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()


def code(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_an_order_is_shipped_and_arrives(house, cast):
    order = str(order_id(1))
    body = {"order_id": order, "carrier": "DHL", "tracking_no": "JD1", "shipped_at": f"{T0:%FT%TZ}"}
    shipment = made(house.post("/v1/shipments", body, by="seller", key="ship 1"))
    assert made(house.post("/v1/shipments", body, by="seller", key="ship 1")) == shipment
    assert code(house.post("/v1/shipments", body, by="seller")) == (409, "order_already_shipped")
    assert code(house.post("/v1/shipments", body, by="other")) == (404, "not_found")
    assert code(house.post("/v1/shipments", body, by="buyer")) == (403, "not_allowed")

    path = f"/v1/shipments/{shipment['id']}"
    arrival = {"delivered_at": f"{T0:%FT%T}+00:00", "proof": "signed by A"}
    assert code(house.post(f"{path}/delivery", {**arrival, "proof": ""}, by="seller")) == (
        422,
        "malformed_text",
    )
    arrived = made(house.post(f"{path}/delivery", arrival, by="seller"))
    assert (arrived["object"], arrived["proof"]) == ("shipment", "signed by A")
    state = made(house.get(f"/v1/orders/{order}/state", by="seller"))
    assert (state["stage"], state["shipment_id"]) == ("delivered", shipment["id"])
    assert made(house.get(f"/v1/orders/{order_id(9)}/state"))["stage"] == "placed"
    for who, seen in (("seller", 1), ("buyer", 1), ("other", 0)):
        rows = made(house.get(f"/v1/shipments?order_id={order}", by=who))["data"]
        assert len(rows) == seen, who
    assert made(house.get(path, by="buyer")) == arrived
    assert code(house.get(path, by="other")) == (404, "not_found")


def test_the_seller_presents_the_buyer_approves_the_seller_credits(house, cast):
    asked = {"order_id": str(order_id(2)), "invoice_no": "T-1", "issued_on": TODAY,
             "due_date": LATER, "amount": gbp("22.50")}  # fmt: skip
    invoice = made(house.post("/v1/invoices", asked, by="seller"))
    path = f"/v1/invoices/{invoice['id']}"
    approval = {"amount": gbp("20.00"), "approved_by": "Ann Buyer"}

    # Nobody approves what they presented, and a stranger does not know of it.
    assert code(house.post(f"{path}/approve", approval, by="seller")) == (403, "not_allowed")
    assert code(house.get(path, by="other")) == (404, "not_found")
    assert code(
        house.post(f"{path}/approve", {**approval, "amount": gbp("22.51")}, by="buyer")
    ) == (
        409,
        "exceeds_invoice",
    )
    said = {"reason": "one is missing", "disputed_by": "Ann Buyer"}
    assert made(house.post(f"{path}/dispute", said, by="buyer"))["status"] == "disputed"
    approved = made(house.post(f"{path}/approve", approval, by="buyer"))
    assert (approved["status"], approved["payable"]) == ("approved", gbp("20.00"))
    assert (approved["due_date"], approved["approved_by"]) == (LATER, "Ann Buyer")

    note = {"number": "C-1", "amount": gbp("0.50"), "issued_on": TODAY, "reason": "a scratch"}
    assert code(house.post(f"{path}/credit_notes", note, by="buyer")) == (403, "not_allowed")
    credited = made(house.post(f"{path}/credit_notes", note, by="seller"))
    assert (credited["payable"], credited["credited"]) == (gbp("19.50"), gbp("0.50"))
    [shown] = made(house.get(f"{path}/credit_notes", by="buyer"))["data"]
    assert (shown["number"], shown["reason"]) == ("C-1", "a scratch")
    listed = made(house.get("/v1/invoices?status=approved", by="buyer"))["data"]
    assert [one["id"] for one in listed] == [invoice["id"]]
    assert made(house.get("/v1/invoices?status=presented", by="buyer"))["data"] == []
    # Both sides hear of it, and nobody else.
    house.quiet()
    for who, heard in (("seller", 1), ("buyer", 1), ("other", 0)):
        events = made(house.get("/v1/events?type=invoice.credited", by=who))["data"]
        assert [event["data"]["id"] for event in events] == [invoice["id"]] * heard, who


def test_a_keeper_receipts_goods_and_their_owner_does_not(house, cast):
    asked = {"receipt_no": "W-1", "keeper_id": str(KEEPER), "owner_id": str(SELLER),
             "goods": "cake stands", "unit": "piece", "quantity": 10, "unit_value": gbp("3.00"),
             "stored_on": TODAY}  # fmt: skip
    assert code(house.post("/v1/warehouse_receipts", asked, by="seller")) == (403, "not_allowed")
    receipt = made(house.post("/v1/warehouse_receipts", asked, by="keeper"))
    assert (receipt["value"], receipt["status"]) == (gbp("30.00"), "held")
    path = f"/v1/warehouse_receipts/{receipt['id']}"
    for who, seen in (("seller", True), ("keeper", True), ("other", False)):
        assert (house.get(path, by=who).status_code == 200) is seen, who

    out = {"move": "released", "quantity": 11, "reference": "out 1"}
    assert code(house.post(f"{path}/moves", out, by="keeper")) == (409, "exceeds_stock")
    left = made(house.post(f"{path}/moves", {**out, "quantity": 4}, by="keeper"))
    assert (left["quantity"], left["value"]) == (6, gbp("18.00"))
    worth = {"unit_value": gbp("2.50"), "source": "an appraiser"}
    assert made(house.post(f"{path}/revalue", worth, by="operations"))["value"] == gbp("15.00")
    held = made(house.get("/v1/warehouse_receipts?status=held", by="seller"))["data"]
    assert [one["id"] for one in held] == [receipt["id"]]
    other = {**asked, "keeper_id": str(OFFICE)}
    assert code(house.post("/v1/warehouse_receipts", other, by="keeper")) == (404, "not_found")


def test_a_seller_claims_and_the_office_s_answer_is_the_operator_s_to_enter(house, cast):
    asked = {"seller_id": str(SELLER), "tax_office_id": str(OFFICE), "declaration_no": "D-1",
             "amount": gbp("130.00"), "expected_on": LATER}  # fmt: skip
    assert code(house.post("/v1/tax_refunds", asked, by="other")) == (404, "not_found")
    claim = made(house.post("/v1/tax_refunds", asked, by="seller"))
    path = f"/v1/tax_refunds/{claim['id']}"
    approval = {"amount": gbp("120.00"), "expected_on": "2026-10-10"}
    assert code(house.post(f"{path}/approve", approval, by="seller")) == (403, "not_allowed")
    assert code(house.get(path, by="other")) == (404, "not_found")
    approved = made(house.post(f"{path}/approve", approval, by="operations"))
    assert (approved["status"], approved["expected_on"]) == ("approved", "2026-10-10")
    came = {"amount": gbp("120.00"), "paid_on": TODAY, "receipt": "R-1"}
    assert made(house.post(f"{path}/payment", came, by="operations"))["status"] == "paid"
    no = house.post(f"{path}/refuse", {"reason": "no"}, by="operations")
    assert code(no) == (409, "tax_refund_not_open")
    again = made(house.post("/v1/tax_refunds", {**asked, "declaration_no": "D-2"}, by="seller"))
    no = {"reason": "it never left"}
    refused = made(house.post(f"/v1/tax_refunds/{again['id']}/refuse", no, by="operations"))
    assert (refused["status"], refused["refusal_reason"]) == ("refused", "it never left")
    listed = made(house.get("/v1/tax_refunds?status=paid", by="seller"))["data"]
    assert [one["id"] for one in listed] == [claim["id"]]
    assert made(house.get("/v1/tax_refunds", by="other"))["data"] == []
    assert str(OTHER_SELLER) not in str(listed)
