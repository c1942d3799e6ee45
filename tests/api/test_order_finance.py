"""Finance of orders by HTTP: what is answered, and who may ask."""

from uuid import UUID

from tests.api.conftest import FACILITY, order_id

from usance.kernel.ids import OrderId


def test_a_facility_for_receivables_does_not_finance_an_order(house):
    path = f"/v1/orders/{order_id(2)}/offers"

    asked = house.post(path, {"facility_id": str(FACILITY)}, by="seller")

    assert (asked.status_code, asked.json()["code"]) == (409, "not_eligible")
    assert "sale_not_awaiting_settlement" in asked.text


def test_an_order_that_is_not_there_or_another_seller_s_is_not_found(house):
    body = {"facility_id": str(FACILITY)}
    unknown = f"/v1/orders/{OrderId(UUID(int=7))}/offers"

    assert house.post(unknown, body, by="seller").status_code == 404
    other = house.post(f"/v1/orders/{order_id(2)}/offers", body, by="other")
    assert other.status_code == 404
