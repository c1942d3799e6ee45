"""Remittances by HTTP: shown, refused by name, and dismissed by two."""

import pytest

from usance.kernel.ids import InstructionId, PaymentId, RemittanceId
from usance.kernel.money import Currency, parse
from usance.payments.model import RemittanceLine, remittance_id_of
from usance.payments.service import ReceiveRemittance, RecordRemittance

PARCEL = InstructionId.derived(0, "api", "parcel")
LINE = RemittanceLine(
    "RMT-API-1/1",
    PARCEL,
    PaymentId.derived(0, "api", "parcel"),
    parse("100.00", "PLN"),
    parse("2.00", "PLN"),
)


@pytest.fixture(scope="module")
def announced(house) -> str:
    body = RecordRemittance("cash_on_delivery", "RMT-API-1", Currency("PLN"), (LINE,))
    assert house.run(house.session.do("record_remittance", body, "api")).refusal is None
    return str(remittance_id_of("cash_on_delivery", "RMT-API-1", "PLN"))


def test_what_was_announced_is_listed_and_shown(house, announced):
    [one] = house.get("/v1/remittances?status=announced").json()["data"]
    assert one == house.get(f"/v1/remittances/{announced}").json()
    assert one["amount"] == {"amount": "98.00", "currency": "PLN"}
    assert one["difference"] == {"amount": "0.00", "currency": "PLN"}
    nobody = RemittanceId.derived(0, "api", "nobody")
    assert house.get(f"/v1/remittances/{nobody}").status_code == 404


def test_one_that_differs_is_settled_only_where_it_adds_up_and_dismissed_by_two(house, announced):
    asked = {"reason": "the carrier said so"}
    early = house.post(f"/v1/remittances/{announced}/settle", asked)
    assert (early.status_code, early.json()["code"]) == (409, "wrong_state")
    shown = ReceiveRemittance(RemittanceId(announced), "PL1 B1", parse("90.00", "PLN"))
    assert house.run(house.session.do("receive_remittance", shown, "api")).refusal is None
    one = house.get(f"/v1/remittances/{announced}").json()
    assert (one["status"], one["difference"]["amount"]) == ("differs", "-8.00")
    refused = house.post(f"/v1/remittances/{announced}/settle", {**asked, "without": [str(PARCEL)]})
    assert refused.json()["code"] == "sum_differs"

    proposed = house.post(f"/v1/remittances/{announced}/dismiss", asked)
    assert proposed.status_code == 201, proposed.text
    approved = house.post(f"/v1/proposals/{proposed.json()['id']}/approve", {}, by="admin_two")
    assert approved.status_code == 200, approved.text
    assert house.get(f"/v1/remittances/{announced}").json()["status"] == "dismissed"
