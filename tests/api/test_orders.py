"""A shop places orders by HTTP: all of an order or nothing, and the same invoice once."""

import pytest
from tests.api.conftest import OTHER_SELLER, SELLER, T0, order_id

from usance.parties import service as parties

LINE = {"stock_code": "22423", "description": "CAKE STAND", "quantity": 2, "unit_price": "12.75"}
BUYER = {"customer_no": "C-1", "legal_name": "Ann Buyer", "country": "GB"}


def an_order(invoice: str, *lines: dict, **rest) -> dict:
    return {
        "seller_id": str(SELLER),
        "invoice_no": invoice,
        "currency": "GBP",
        "placed_at": "2026-09-09T16:30:00+08:00",
        "buyer": BUYER,
        "lines": [{**LINE, **each} for each in lines or ({},)],
        **rest,
    }


def test_an_order_is_placed_once_and_paid(house):
    first = house.post("/v1/orders", an_order("N1"), by="seller", key="")
    again = house.post("/v1/orders", an_order("N1"), by="seller", key="")

    assert (first.status_code, again.status_code) == (201, 200), first.text
    assert again.json() == first.json()
    order = first.json()
    assert order["amount"] == {"amount": "25.50", "currency": "GBP"}
    assert (order["placed_at"], order["source_date"]) == ("2026-09-09T08:30:00Z", "2026-09-09")
    [line] = house.get(f"/v1/orders/{order['id']}/lines", by="seller").json()["data"]
    assert (line["quantity"], line["unit_price"]) == (2, "12.75")
    buyer = house.get(f"/v1/parties/{order['buyer_id']}").json()
    assert (buyer["kind"], buyer["legal_name"]) == ("buyer", "Ann Buyer")
    asked = {"order_id": order["id"], "method": "card", "card_token": "tok_order_of_api"}
    paid = house.post("/v1/payments", asked, by="seller")
    house.quiet()
    assert house.get(f"/v1/payments/{paid.json()['id']}").json()["status"] == "captured"
    assert "order.placed" in {one["type"] for one in house.get("/v1/events").json()["data"]}


@pytest.mark.parametrize(
    ("_case", "change", "status", "code", "field"),
    [
        ("a price of nothing", {"lines": [{**LINE, "unit_price": "0"}]}, 422, "zero_price",
         "lines[0].unit_price"),
        ("more than the book takes", {"lines": [LINE, {**LINE, "quantity": 999999999,
         "unit_price": "999999999"}]}, 422, "line_too_large", "lines[1].amount"),
        ("a price below nothing", {"lines": [{**LINE, "unit_price": "-1"}]}, 422,
         "malformed_price", "lines[0].unit_price"),
        ("no goods", {"lines": [{**LINE, "quantity": 0}]}, 422, "out_of_range",
         "lines[0].quantity"),
        ("a country that is none", {"buyer": {**BUYER, "customer_no": "C-9", "country": "XX"}},
         422, "unknown_country", "buyer.country"),
        ("another name for a customer", {"buyer": {**BUYER, "legal_name": "Eve"}}, 409,
         "buyer_differs", "buyer.legal_name"),
        ("no buyer", {"buyer": None}, 422, "malformed_input", "buyer"),
        ("a buyer who is none", {"buyer": None, "buyer_id": str(SELLER)}, 404, "not_found",
         "buyer"),
        ("another currency for a known invoice", {"invoice_no": "N2", "currency": "EUR"}, 409,
         "differs_from_known", "currency"),
        ("a line less in a known invoice", {"invoice_no": "N2"}, 409, "differs_from_known",
         "lines"),
        ("another quantity in a line", {"invoice_no": "N2",
         "lines": [LINE, {**LINE, "stock_code": "22720", "quantity": 9}]}, 409,
         "differs_from_known", "lines[1].quantity"),
        ("somebody else's seller", {"seller_id": str(OTHER_SELLER)}, 404, "not_found", "seller"),
        ("an unknown field", {"total": "1"}, 422, "unknown_field", "total"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_and_nothing_is_placed(house, _case, change, status, code, field):
    house.post("/v1/orders", an_order("N2", {}, {"stock_code": "22720"}), by="seller")
    before = count(house)

    no = house.post("/v1/orders", {**an_order("W1"), **change}, by="seller")

    problem = no.json()
    assert (no.status_code, problem["code"]) == (status, code), no.text
    assert [fault["field"] for fault in problem["errors"]][:1] == [field]
    assert count(house) == before


def test_a_buyer_who_was_refused_may_be_named_again(house):
    wrong = {**BUYER, "customer_no": "C-77", "country": "UK"}
    no = house.post("/v1/orders", an_order("N7", buyer=wrong), by="seller")
    mended = {**wrong, "country": "GB"}

    placed = house.post("/v1/orders", an_order("N7", buyer=mended), by="seller")

    assert (no.status_code, no.json()["code"]) == (422, "unknown_country")
    assert placed.status_code == 201, placed.text


def count(house) -> int:
    return house.run(house.session.pool.fetchval("select count(*) from trade.orders"))


def test_a_seller_names_by_id_whom_it_has_sold_to(house):
    known = str(parties.buyer_id("shop", "1"))
    asked = {**an_order("N3", buyer=None), "buyer_id": known}

    placed = house.post("/v1/orders", asked, by="seller")

    assert placed.status_code == 201, placed.text
    assert placed.json()["country"] == "GB"
    stranger = house.get(f"/v1/orders/{order_id(500)}").json()["buyer_id"]
    theirs = {**asked, "seller_id": str(OTHER_SELLER), "buyer_id": stranger}
    assert house.post("/v1/orders", theirs, by="other").status_code == 404
    assert house.post("/v1/orders", asked, by="regulator").status_code == 403


def test_of_many_orders_each_is_placed_or_refused_by_itself(house):
    batch = {"orders": [an_order("M1"), an_order("M2", {"unit_price": "0"}), an_order("M1")]}

    done = house.post("/v1/orders/batch", batch, by="seller")

    assert done.status_code == 200, done.text
    told = done.json()
    assert (told["accepted"], told["known"], told["refused"]) == (2, 1, 1)
    assert [one["problem"] and one["problem"]["code"] for one in told["results"]] == [
        None, "zero_price", None]  # fmt: skip


def test_a_shop_s_csv_is_imported_as_the_command_line_does(house):
    text = (
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
        f"2001,22423,CAKE STAND,2,{T0:%Y-%m-%d %H:%M:%S},12.75,17850,United Kingdom\n"
        f"2001,POST,POSTAGE,1,{T0:%Y-%m-%d %H:%M:%S},5.00,17850,United Kingdom\n"
    )
    path = f"/v1/orders/import?seller_id={SELLER}"

    done = house.ask("POST", path, by="seller", content=text.encode())

    assert done.status_code == 200, done.text
    told = done.json()
    assert (told["lines"], told["orders"], told["rejected"]) == (2, 1, {"not_goods": 1})
    assert [(one["line"], one["code"]) for one in told["rejects"]] == [(3, "not_goods")]
    wrong = house.ask("POST", path, by="seller", content=b"a,b\n1,2\n")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "missing_column")
