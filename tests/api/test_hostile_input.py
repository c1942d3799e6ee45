"""Every route against what nobody honest sends: each gets a clear no, and nothing is done."""

import json

import pytest
from tests.api.conftest import SELLER
from tests.described import DESCRIBED

POSTS = sorted(
    (method.upper(), path)
    for path, methods in DESCRIBED["paths"].items()
    for method, operation in methods.items()
    if method in {"post", "put", "patch"}
    and "application/json" in operation.get("requestBody", {}).get("content", {})
)
GETS = sorted(path for path, methods in DESCRIBED["paths"].items() if "get" in methods)
BODIES = [
    b"[]",
    b'"x"',
    b"1e400",
    b"NaN",
    b'{"a": 1, "a": 2}',
    b'{"amount": {"amount": 1.5, "currency": "GBP"}}',
    b'{"amount": {"amount": "1e3", "currency": "GBP"}}',
    b'{"amount": {"amount": "' + b"9" * 400 + b'", "currency": "GBP"}}',
    b'{"reason": "\\u0000", "reference": "\\ud800"}',
    b'{"x": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    b'{"count": ' + b"9" * 5000 + b"}",
    b"\xff\xfe\x00",
    b"",
]


def address(path: str) -> str:
    """A path whose parts name nothing."""
    return "/".join("x" if part.startswith("{") else part for part in path.split("/"))


@pytest.mark.parametrize(("method", "path"), POSTS, ids=[" ".join(one) for one in POSTS])
def test_no_body_of_a_stranger_does_anything_but_earn_a_no(house, method, path):
    for number, content in enumerate(BODIES):
        answer = house.ask(
            method,
            address(path),
            by="admin" if number % 2 else "operations",
            key=f"hostile {number} {method} {path}",
            content=content,
            headers={"Content-Type": "application/json"},
        )

        if path in NOT_ABOUT_JSON and answer.status_code < 300:
            continue
        assert 400 <= answer.status_code < 500, (path, content[:60], answer.text)
        assert answer.headers["content-type"] == "application/problem+json"


# Whatever is posted there is kept and answered with 200; or read as what it says it is.
NOT_ABOUT_JSON = {"/v1/hooks/{rail}", "/v1/messages", "/v1/orders/import"}


@pytest.mark.parametrize("path", [path for path in GETS if path.startswith("/v1/")])
def test_no_question_is_answered_with_what_it_did_not_ask(house, path):
    for query in ("nobody=1", "limit=1e3", "cursor=%00", "limit=" + "9" * 5000):
        answer = house.get(f"{address(path)}?{query}", by="admin")

        assert 400 <= answer.status_code < 500, (path, query[:40], answer.text)


def test_a_key_that_comes_back_with_another_body_does_nothing(house):
    first = {
        "seller_id": str(SELLER),
        "amount": {"amount": "1.00", "currency": "GBP"},
        "buy": "CNY",
    }
    other = {**first, "amount": {"amount": "2.00", "currency": "GBP"}}

    made = house.post("/v1/fx/quotes", first, key="one key")
    again = house.post("/v1/fx/quotes", other, key="one key")

    assert made.status_code == 201, made.text
    assert again.status_code in {409, 422}
    assert again.json()["code"] == "idempotency_key_reused", json.dumps(again.json())
