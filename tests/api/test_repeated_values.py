"""What a problem repeats of a request is what was sent; what the book says besides stands apart."""

import json

import pytest
from tests.api.conftest import OTHER_SELLER, SELLER, T0, order_id
from tests.api.pointing import points_to_what_was_sent

from usance.kernel.ids import FxQuoteId, OrderId

NOBODY_S = str(OrderId.derived(1, "nobody's"))


def money(amount: str, currency: str = "GBP") -> dict:
    return {"amount": amount, "currency": currency}


def quote(**changed) -> dict:
    return {"seller_id": str(SELLER), "amount": money("10.00"), "buy": "CNY", **changed}


def batch(**changed) -> dict:
    line = {"reference": "r1", "amount": "1.00"}
    whole = {"seller_id": str(SELLER), "reference": "B 1", "count": 1, "lines": [line]}
    return {**whole, "total": money("1.00", "CNY"), **changed}


def shop_order(**changed) -> dict:
    line = {"stock_code": "A", "quantity": 1, "unit_price": "2.00"}
    buyer = {"customer_no": "77", "legal_name": "Berta Beispiel", "country": "DE"}
    whole = {"seller_id": str(SELLER), "invoice_no": "R 1", "currency": "GBP", "lines": [line]}
    return {**whole, "placed_at": T0.isoformat(), "buyer": buyer, **changed}


def split(**share) -> dict:
    return {"order_id": str(order_id(3)), "split": [{"purpose": "tax", **share}]}


SHARE = {"payee_id": str(OTHER_SELLER)}
LINK = "/v1/payment_links"
TWICE = {"order_id": str(order_id(2))}
NO_QUOTE = str(FxQuoteId.derived(1, "none"))
# What is sent first, then what is refused: its code, the place, what stands there, what is known.
REFUSED = [
    ("paid already", "/v1/payments", TWICE, TWICE,
        "order_already_paid", "/order_id", TWICE["order_id"], "pay_"),
    ("a batch that is known", "/v1/payout_batches", batch(), batch(),
        "payout_batch_exists", "/reference", "B 1", "pbt_"),
    ("a wrong count", "/v1/payout_batches", None, batch(reference="B 2", count=3),
        "payout_batch_count_differs", "/count", "3", "1"),
    ("a wrong sum", "/v1/payout_batches", None, batch(reference="B 2", total=money("9.00", "CNY")),
        "payout_batch_sum_differs", "/total", "9.00 CNY", "1.00 CNY"),
    ("too long a lock", "/v1/fx/quotes", None, quote(lifetime_seconds=999999),
        "quote_lifetime", "/lifetime_seconds", "999999", ""),
    ("nothing to convert", "/v1/fx/quotes", None, quote(buy="GBP"),
        "quote_same_currency", "/buy", "GBP", ""),
    ("a currency nobody is paid in", "/v1/fx/quotes", None, quote(buy="USD"),
        "quote_not_settled", "/buy", "USD", "CNY"),
    ("no such quote", "/v1/payments", None, {"order_id": str(order_id(3)), "quote_id": NO_QUOTE},
        "unknown_quote", "/quote_id", NO_QUOTE, ""),
    ("no such version", "/v1/routing/rollback", None, {"number": 77, "reason": "a mistake"},
        "unknown_routing", "/number", "77", ""),
    ("a share in euros", "/v1/payments", None, split(**SHARE, amount=money("1.00", "EUR")),
        "currency_mismatch", "/split/0/amount/currency", "EUR", "CNY"),
    ("another buyer", "/v1/orders", shop_order(),
        shop_order(buyer={"customer_no": "78", "legal_name": "C", "country": "DE"}),
        "differs_from_known", "/buyer/customer_no", "78", ""),
    ("another country", "/v1/orders", None,
        shop_order(buyer={"customer_no": "77", "legal_name": "Berta Beispiel", "country": "FR"}),
        "buyer_differs", "/buyer/country", "FR", ""),
    ("a link to nobody's order", LINK, None, {"order_id": NOBODY_S},
        "not_found", "/order_id", NOBODY_S, ""),
    ("an order of nobody", "/v1/orders", None, shop_order(seller_id=str(OTHER_SELLER)[:-2] + "zz"),
        "not_found", "/seller_id", str(OTHER_SELLER)[:-2] + "zz", ""),
    ("a link that ended", LINK, None,
        {"order_id": str(order_id(4)), "expires_at": "2020-01-01T00:00:00Z"},
        "link_expiry", "/expires_at", "2020-01-01T00:00:00Z", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("_case", "path", "first", "asked", "code", "pointer", "value", "known"),
    REFUSED,
    ids=[one[0] for one in REFUSED],
)
def test_a_value_is_what_stands_at_its_pointer(
    house, _case, path, first, asked, code, pointer, value, known
):
    by = "admin" if "routing" in path else "operations"
    if first is not None:
        assert house.post(path, first, by=by).status_code < 300

    no = house.post(path, asked, by=by).json()

    fault = no["errors"][0]
    assert (fault["code"], fault["pointer"], fault["value"]) == (code, pointer, value)
    assert known in fault["known"]


def test_of_many_each_is_pointed_to_in_the_whole_request(house):
    asked = {"payments": [{"order_id": str(order_id(6))}, {"order_id": NOBODY_S}]}

    [good, bad] = house.post("/v1/payments/batch", asked).json()["results"]

    assert good["payment"]
    assert bad["problem"]["errors"][0]["pointer"] == "/payments/1/order_id"
    assert bad["problem"]["errors"][0]["value"] == NOBODY_S


@pytest.mark.parametrize(
    ("_case", "field", "sent"),
    [
        ("a card's number", "method", "4111 1111 1111 1111"),
        ("a card's number without blanks", "method", "5500005555555559"),
        ("a password in an address", "return_url", "https://me:hidden@shop.example/back"),
    ],
)
def test_what_nobody_may_read_again_is_not_repeated(house, _case, field, sent):
    path = LINK if field == "return_url" else "/v1/payments"

    no = house.post(path, {"order_id": str(order_id(5)), field: sent})

    assert no.status_code == 422
    assert no.json()["errors"][0]["value"] == "(not shown)"
    assert sent not in no.text


@pytest.mark.parametrize(
    ("_case", "changed"),
    [
        ("another value", {"value": "2"}),
        ("another place", {"pointer": "/lines"}),
        ("no place for a field", {"pointer": ""}),
    ],
)
def test_the_contract_can_be_broken(house, _case, changed):
    answer = house.post("/v1/payout_batches", batch(reference="B 3", count=3))
    body = answer.json()
    body["errors"][0] |= changed
    answer._content = json.dumps(body).encode()

    with pytest.raises(AssertionError):
        points_to_what_was_sent(answer)
