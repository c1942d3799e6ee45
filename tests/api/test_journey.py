"""A sale, from the order to the proof, by HTTP alone."""

from tests.api.conftest import order_id


def test_an_order_is_paid_and_the_payment_is_shown(house):
    made = house.post("/v1/payments", {"order_id": str(order_id(1))}, by="seller")

    assert made.status_code == 201, made.text
    assert made.json()["object"] == "payment"
    assert made.json()["status"] == "pending"
    assert made.json()["gross"] == {"amount": "21.50", "currency": "GBP"}
    house.quiet()
    shown = house.get(f"/v1/payments/{made.json()['id']}", by="seller")
    assert shown.json()["status"] == "captured"


def test_the_process_is_alive_and_ready(house):
    assert house.get("/livez", by="").json() == {"alive": True}
    assert house.get("/readyz", by="").json()["ready"] is True
