"""A seller sees what banks took back, contests it with papers, or lets it be, by HTTP."""

import pytest
from tests.api.conftest import order_id

PAPER = {"kind": "proof_of_delivery", "sha256": "ab" * 32}


@pytest.fixture(scope="module")
def disputes(house):
    """Two chargebacks of one payment."""
    made = house.post("/v1/payments", {"order_id": str(order_id(4))}, by="seller").json()
    house.quiet()
    for amount in ("3.00", "4.00"):
        money = {"amount": amount, "currency": "GBP"}
        body = {"payment_id": made["id"], "amount": money}
        assert house.post("/v1/test_helpers/chargebacks", body).status_code == 201
    return house.get(f"/v1/payments/{made['id']}/disputes", by="seller").json()["data"]


def test_disputes_are_listed_by_stage_and_by_the_day_of_the_answer(house, disputes):
    ids = {one["id"] for one in disputes}
    found = house.get("/v1/disputes?stage=chargeback", by="seller").json()["data"]
    assert ids <= {one["id"] for one in found}
    assert house.get("/v1/disputes?stage=won", by="seller").json()["data"] == []
    assert house.get("/v1/disputes", by="other").json()["data"] == []
    due = disputes[0]["due_at"]
    assert due
    soon = "/v1/disputes?due_before=2026-09-10T00:00:00Z"
    assert house.get(soon, by="seller").json()["data"] == []
    later = house.get("/v1/disputes?due_before=2027-01-01T00:00:00Z", by="seller").json()["data"]
    assert ids <= {one["id"] for one in later}


def test_evidence_is_sent_and_shown(house, disputes):
    path = f"/v1/disputes/{disputes[0]['id']}"
    empty = house.post(f"{path}/evidence", {}, by="seller")
    broken = {"documents": [{"kind": "invoice", "sha256": "zz"}]}

    assert (empty.status_code, empty.json()["code"]) == (422, "evidence_empty")
    wrong = house.post(f"{path}/evidence", broken, by="seller")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "malformed_digest")
    stranger = house.post(f"{path}/evidence", {"text": "mine"}, by="other")
    assert stranger.status_code in {403, 404}

    sent = house.post(
        f"{path}/evidence", {"text": "Signed for.", "documents": [PAPER]}, by="seller"
    )
    house.quiet()

    assert sent.status_code == 201, sent.text
    assert house.get(path, by="seller").json()["stage"] == "representment"
    [shown] = house.get(f"{path}/evidence", by="seller").json()["data"]
    assert shown["documents"] == [PAPER]


def test_a_dispute_is_accepted_once(house, disputes):
    path = f"/v1/disputes/{disputes[1]['id']}/accept"

    done = house.post(path, {}, by="seller")

    assert (done.status_code, done.json()["stage"]) == (200, "accepted")
    again = house.post(path, {}, by="seller")
    assert (again.status_code, again.json()["code"]) == (409, "dispute_not_open")
