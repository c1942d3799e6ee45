"""Lists by cursor, also while rows are added."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.api.conftest import ORDERS, order_id

from usance.api.pages import after_id, after_position, page
from usance.kernel.errors import Invalid
from usance.kernel.ids import OrderId, PaymentId


def walk(house, path: str, between=lambda: None) -> list[str]:
    ids, cursor = [], None
    while True:
        shown = house.get(path + (f"&cursor={cursor}" if cursor else "")).json()
        assert shown["object"] == "list"
        ids += [one["id"] for one in shown["data"]]
        cursor = shown["next_cursor"]
        assert (cursor is not None) is shown["has_more"]
        if cursor is None:
            return ids
        between()


def test_every_order_comes_once(house):
    ids = walk(house, "/v1/orders?limit=7")

    assert len(ids) == len(set(ids)) == ORDERS + 2


def test_rows_added_meanwhile_do_not_move_a_page(house):
    for number in range(9):
        assert house.post("/v1/payments", {"order_id": str(order_id(number))}).status_code == 201
    before = walk(house, "/v1/payments?limit=100")
    added = iter(range(10, 60))

    def pay_one_more():
        house.post("/v1/payments", {"order_id": str(order_id(next(added)))})

    assert walk(house, "/v1/payments?limit=2", pay_one_more) == before


def test_facts_come_in_order_without_gaps(house):
    positions, cursor = [], ""
    while True:
        shown = house.get(f"/v1/facts?limit=50{cursor}").json()
        positions += [one["position"] for one in shown["data"]]
        if not shown["has_more"]:
            break
        cursor = f"&cursor={shown['next_cursor']}"

    assert positions == list(range(1, len(positions) + 1))


@given(st.integers(0, 2**128 - 1))
def test_a_cursor_leads_back_to_its_row(number):
    last = OrderId(str(OrderId.derived(number % 2**48, number)))
    rows = [last, last]

    cursor = page("orders", rows, 1, lambda row: row).next_cursor

    assert after_id("orders", cursor, OrderId) == last
    for name, kind in (("payments", OrderId), ("orders", PaymentId)):
        with pytest.raises(Invalid):
            after_id(name, cursor, kind)


@given(st.text(max_size=60))
def test_anything_else_is_no_cursor(text):
    with pytest.raises(Invalid):
        after_position("facts", text)
