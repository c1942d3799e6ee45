"""A sale, from the order to the proof, by HTTP alone."""

from datetime import timedelta

import pytest
from tests.api.conftest import FACILITY, SELLER, T0, order_id

from usance_verify import parse_json, verify


@pytest.fixture(scope="module")
def paid(house):
    """A payment that was made and captured."""
    made = house.post("/v1/payments", {"order_id": str(order_id(1))}, by="seller")
    assert made.status_code == 201, made.text
    house.quiet()
    return made.json()


def advance(house, to) -> None:
    done = house.ask("POST", "/v1/test_helpers/clock/advance", json={"to": to.isoformat()})
    assert done.status_code == 200, done.text


def test_an_order_is_paid_and_the_payment_is_shown(house, paid):
    assert paid["object"] == "payment"
    assert paid["status"] == "pending"
    assert paid["gross"] == {"amount": "21.50", "currency": "GBP"}
    shown = house.get(f"/v1/payments/{paid['id']}", by="seller").json()
    assert shown["status"] == "captured"
    assert shown["order_id"] == str(order_id(1))
    found = house.get(f"/v1/payments?order_id={order_id(1)}", by="seller").json()
    assert [one["id"] for one in found["data"]] == [paid["id"]]


def test_the_sale_is_financed_settled_and_repaid(house, paid):
    offers = house.get("/v1/offers", by="seller").json()["data"]
    [offer] = [one for one in offers if one["payment_id"] == paid["id"]]

    taken = house.post(f"/v1/offers/{offer['id']}/accept", {}, by="seller")

    assert taken.status_code == 200, taken.text
    assert taken.json()["status"] == "accepted"
    advance_id = taken.json()["advance_id"]
    shown = house.get(f"/v1/advances/{advance_id}", by="funder_one").json()
    assert shown["principal_outstanding"] == offer["principal"]
    assert house.get(f"/v1/facilities/{FACILITY}/exposures", by="funder_one").json()["data"]
    advance(house, T0 + timedelta(days=8))
    assert house.get(f"/v1/advances/{advance_id}", by="seller").json()["status"] == "repaid"
    assert house.get(f"/v1/payments/{paid['id']}", by="seller").json()["status"] == "settled"


def test_a_refund_and_a_chargeback_are_made_and_shown(house, paid):
    path = f"/v1/payments/{paid['id']}"
    money = {"amount": "1.50", "currency": "GBP"}

    refund = house.post(f"{path}/refunds", {"amount": money, "reason": "late"}, by="seller")
    house.quiet()
    charged = house.post(
        "/v1/test_helpers/chargebacks", {"payment_id": paid["id"], "amount": money}
    )

    assert refund.status_code == 201, refund.text
    assert charged.status_code == 201, charged.text
    assert house.get(f"/v1/refunds/{refund.json()['id']}").json()["status"] == "confirmed"
    assert len(house.get(f"{path}/disputes").json()["data"]) == 1
    # The chargeback counts as returned, like the refund.
    assert house.get(path).json()["refunded"] == {"amount": "3.00", "currency": "GBP"}


def test_a_seller_was_paid_out_and_draws_no_more_than_there_is(house, paid):
    accounts = house.get("/v1/ledger/accounts?kind=seller_available", by="seller").json()["data"]
    assert [one["owner"] for one in accounts] == [str(SELLER)]
    moves = house.get(f"/v1/ledger/accounts/{accounts[0]['number']}/transfers", by="seller")
    assert moves.json()["data"][0]["amount"]["currency"] == "CNY"

    paid_out = house.get("/v1/payouts", by="seller").json()["data"]
    assert {one["status"] for one in paid_out} == {"paid"}
    assert house.get(f"/v1/payouts/{paid_out[0]['id']}", by="other").status_code == 404

    amount = {"amount": "99999.00", "currency": "CNY"}
    drawn = house.post("/v1/payouts", {"seller_id": str(SELLER), "amount": amount}, by="seller")

    assert drawn.status_code == 409
    assert drawn.json()["code"] == "insufficient_balance"


def test_a_trade_is_traced_and_proved_to_strangers(house, paid):
    house.run(house.session.extend_log())

    proof = house.get(f"/v1/proofs/{paid['id']}", by="seller")
    told = house.get(f"/v1/trace/{paid['invoice_no']}", headers={"Accept-Language": "zh-CN"})

    assert proof.status_code == 200, proof.text
    assert verify(parse_json(proof.content), house.get("/v1/log").json())
    assert told.json()["order_id"] == str(order_id(1))
    assert house.get(f"/v1/facts?order_id={order_id(1)}", by="seller").json()["data"]
    assert house.get("/v1/checkpoint").json()["size"] > 20
    assert house.get(f"/v1/trace/{paid['id']}", by="other").status_code == 404


@pytest.mark.parametrize("form", ["json", "csv", "text"])
def test_reports_are_printed(house, paid, form):
    for report in (
        "trial_balance",
        f"statement?seller_id={SELLER}",
        f"tape?funder_id={house.get('/v1/facilities').json()['data'][0]['funder_id']}",
    ):
        joint = "&" if "?" in report else "?"
        printed = house.get(f"/v1/reports/{report}{joint}format={form}")

        assert printed.status_code == 200, printed.text
        assert printed.text


def test_the_process_is_alive_and_ready(house):
    assert house.get("/livez", by="").json() == {"alive": True}
    ready = house.get("/readyz", by="").json()
    assert ready["ready"] is True
    assert ready["facts"] > 20


def test_a_facility_needs_two_people(house, paid):
    funder = house.get("/v1/parties", by="funder_two").json()["data"][0]["id"]
    asked = {
        "funder_id": funder,
        "seller_id": str(SELLER),
        "limit": {"amount": "1000.00", "currency": "CNY"},
        "programme": "standard",
        "reason": "a new client",
    }
    proposal = house.post("/v1/facilities", asked, by="admin")
    assert proposal.status_code == 201, proposal.text
    path = f"/v1/proposals/{proposal.json()['id']}"
    assert proposal.json()["body"]["limit"] == asked["limit"]

    alone = house.post(f"{path}/approve", {}, by="admin")
    without_scope = house.post(f"{path}/approve", {}, by="risk")
    hidden = house.post(f"{path}/approve", {}, by="funder_two")
    agreed = house.post(f"{path}/approve", {}, by="admin_two")

    assert alone.json()["code"] == "same_person"
    assert without_scope.status_code == 403
    assert hidden.status_code == 404
    assert agreed.json()["state"] == "approved"
    assert agreed.json()["outcome"]["status"] == "carried_out"
    assert house.get(f"/v1/facilities/{proposal.json()['body']['id']}").status_code == 200


def test_a_case_is_assessed_by_one_person_and_closed_by_another(house):
    order = {"order_id": str(order_id(500)), "card_token": "tok_1"}
    stopped = house.post("/v1/payments", order)
    assert stopped.json()["status"] in {"in_review", "blocked"}, stopped.text

    [case] = house.get("/v1/risk/cases?status=open", by="risk").json()["data"]
    path = f"/v1/risk/cases/{case['id']}"
    decision = house.get(f"/v1/risk/decisions/{case['decision_id']}", by="regulator").json()
    early = house.post(f"{path}/close", {}, by="risk_two")
    house.post(f"{path}/assess", {"disposition": "confirmed", "note": "the very man"}, by="risk")
    alone = house.post(f"{path}/close", {}, by="risk")
    closed = house.post(f"{path}/close", {}, by="risk_two")

    assert case["subject"] == decision["subject"] == stopped.json()["id"]
    assert early.json()["code"] == "case_not_assessed"
    assert alone.json()["code"] == "same_person_on_case"
    assert closed.json()["status"] == "closed"
    assert house.get("/v1/risk/cases", by="seller").status_code == 403
    assert house.get("/v1/risk/watchlists", by="risk").json()["data"][0]["list"] == "tiny"
