"""A hot route answers, byte for byte, what the framework answers to the same request."""

import asyncio
import json
from uuid import UUID

import httpx
import pytest
from tests.api.conftest import OTHER_SELLER, order_id

from usance.api import create_app
from usance.kernel.ids import fresh
from usance.parties.service import cast_user

NAMED = "/v1/ledger/named_transfers"
PAYMENTS = "/v1/payments"
BATCH = "/v1/payments/batch"
TRACE = {
    "X-Request-Id": "one",
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
}
ACCOUNTS = [fresh(1, n) for n in range(4)]
PENCE = {"amount": "0.25", "currency": "GBP"}


def transfer(number: int, **more) -> dict:
    asked = {
        "id": str(fresh(2, number)),
        "debit": str(ACCOUNTS[0]),
        "credit": str(ACCOUNTS[1]),
        "amount": PENCE,
    }
    return {name: value for name, value in {**asked, **more}.items() if value is not None}


def named(*transfers, **more) -> bytes:
    return json.dumps({"transfers": transfers, **more}).encode()


def pay(order, **more) -> bytes:
    return json.dumps({"order_id": str(order), **more}).encode()


def pays(*orders) -> bytes:
    return json.dumps({"payments": [{"order_id": str(each)} for each in orders]}).encode()


class Both:
    """The application as it is served, and with every route left to the framework."""

    def __init__(self, house):
        self.house = house
        transport = httpx.ASGITransport(create_app(house.session, house.worker, hot=()))
        self.plain = httpx.AsyncClient(transport=transport, base_url="http://book")

    def ask(self, client, path, body, *, by="ledger", key="k", **headers):
        sent = {"Content-Type": "application/json", **TRACE}
        sent |= {"Authorization": f"Bearer {self.house.keys[by]}"} if by else {}
        sent |= {"Idempotency-Key": key} if key else {}
        sent |= headers
        sent = {name: value for name, value in sent.items() if value is not None}
        return self.house.run(client.request("POST", path, content=body, headers=sent))


@pytest.fixture(scope="module")
def both(house):
    accounts = [
        {"id": str(each), "currency": "GBP" if at < 3 else "CNY", "code": 1}
        for at, each in enumerate(ACCOUNTS)
    ]
    accounts[2]["flags"] = ["debits_must_not_exceed_credits"]
    made = house.post("/v1/ledger/named_accounts", {"accounts": accounts}, by="ledger")
    assert made.json()["results"] == ["created"] * 4, made.text
    two = Both(house)
    yield two
    house.run(two.plain.aclose())


def shown(answer: httpx.Response) -> tuple[int, dict[str, str], bytes]:
    """What the caller sees, but for the part of the trace that is new each time."""
    headers = dict(answer.headers)
    headers["traceparent"] = headers["traceparent"][:35]
    return answer.status_code, headers, answer.content


HELD = transfer(40, flags=["pending"], timeout=60)
NOWHERE = str(UUID(int=9))
ALL = "x" * 80
SAME = [
    ("good", NAMED, named(transfer(1)), {}, 200),
    ("many", NAMED, named(*(transfer(n) for n in range(100, 200))), {}, 200),
    ("with a day", NAMED, named(transfer(2), value_date="2026-09-01"), {}, 200),
    ("all the rest of it", NAMED, named(transfer(3, code=ALL, flags=[], timeout=0)), {}, 200),
    ("two phases", NAMED, named(HELD, transfer(41, pending_id=HELD["id"],
        flags=["post_pending_transfer"], debit=None, credit=None, amount=None)), {}, 200),
    ("a chain", NAMED, named(transfer(5, flags=["linked"]), transfer(6, debit=NOWHERE)), {}, 200),
    ("an overdraft", NAMED, named(transfer(7, debit=str(ACCOUNTS[2]))), {}, 200),
    ("other currencies", NAMED, named(
        transfer(8, credit=str(ACCOUNTS[3])),
        transfer(9, amount={"amount": "1", "currency": "CNY"})), {}, 200),
    ("the same field twice", NAMED, named(transfer(10)).replace(b'"code"', b'"id"'), {}, 200),
    ("a key in capitals", NAMED, named(transfer(11)), {"key": "A" * 255}, 200),
    ("a charset", NAMED, named(transfer(12)),
        {"Content-Type": "application/json; charset=utf-8"}, 200),
    ("another kind of JSON", NAMED, named(transfer(13)),
        {"Content-Type": "application/vnd.x+json"}, 200),
    ("no key", NAMED, named(transfer(20)), {"by": ""}, 401),
    ("a wrong key", NAMED, named(transfer(20)), {"Authorization": "Bearer uk_test_x_y"}, 401),
    ("the key as a user's name", NAMED, named(transfer(21)), {"Authorization": "Basic eDp5"}, 401),
    ("a wrong scope", NAMED, named(transfer(20)), {"by": "operations"}, 403),
    ("no idempotency key", NAMED, named(transfer(20)), {"key": ""}, 422),
    ("a blank one", NAMED, named(transfer(20)), {"key": " "}, 422),
    ("one too long", NAMED, named(transfer(20)), {"key": "x" * 256}, 422),
    ("no content type", NAMED, named(transfer(20)), {"Content-Type": None}, 415),
    ("a form", NAMED, b"a=1", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
    ("nothing", NAMED, b"", {}, 422),
    ("half of it", NAMED, named(transfer(20))[:-3], {}, 400),
    ("not UTF-8", NAMED, b'{"transfers": "\xff"}', {}, 400),
    ("too deep", NAMED, b"[" * 100_000, {}, 400),
    ("too large", NAMED, b" " * (1024 * 1024 + 1), {}, 413),
    ("too large, it says", NAMED, b"{}", {"Content-Length": "9999999"}, 413),
    ("in Chinese", NAMED, b"{}", {"Accept-Language": "zh-CN"}, 422),
    ("no transfers", NAMED, named(), {}, 422),
    ("too many", NAMED, named(*[transfer(20)] * 1001), {}, 422),
    ("an unknown field", NAMED, named(transfer(20, metod="x")), {}, 422),
    ("an unknown flag", NAMED, named(transfer(20, flags=["fast"])), {}, 422),
    ("a flag by half its name", NAMED, named(transfer(20, flags=["post_pending"])), {}, 422),
    ("no id", NAMED, named(transfer(20, id=None)), {}, 422),
    ("a bad id", NAMED, named(transfer(20, id="7")), {}, 422),
    ("a bad amount", NAMED, named(transfer(20, amount={**PENCE, "amount": "1e3"})), {}, 422),
    ("too exact", NAMED, named(transfer(20, amount={**PENCE, "amount": "0.001"})), {}, 422),
    ("nothing to move", NAMED, named(transfer(14, amount={**PENCE, "amount": "0"})), {}, 200),
    ("less than nothing", NAMED, named(transfer(15, amount={**PENCE, "amount": "-1"})), {}, 200),
    ("a sign", NAMED, named(transfer(20, amount={**PENCE, "amount": "-"})), {}, 422),
    ("far below", NAMED, named(transfer(20, amount={**PENCE, "amount": "-" + "9" * 30})), {}, 422),
    ("all that is there", NAMED,
        named(transfer(16, flags=["balancing_debit"], amount=None)), {}, 200),
    ("a number", NAMED, named(transfer(20, amount={**PENCE, "amount": 1})), {}, 422),
    ("no currency", NAMED, named(transfer(20, amount={"amount": "1"})), {}, 422),
    ("an unknown currency", NAMED, named(transfer(20, amount={**PENCE, "currency": "XXX"})), {},
        422),
    ("unreadable", NAMED, named(transfer(20, code="a\0b")), {}, 422),
    ("half a pair", NAMED, named(transfer(20, code="\ud800")), {}, 422),
    ("too long a word", NAMED, named(transfer(20, code=ALL + "x")), {}, 422),
    ("too long a hold", NAMED, named(transfer(20, timeout=10**9)), {}, 422),
    ("a day long ago", NAMED, named(transfer(20), value_date="1066-10-14"), {}, 422),
    ("no day", NAMED, named(transfer(20), value_date="2026-13-01"), {}, 422),
    ("a query", f"{NAMED}?x=1", named(transfer(20)), {}, 422),
    ("a payment", PAYMENTS, pay(order_id(20), method="card", card_token="tok_1"),
        {"by": "seller"}, 201),
    ("an operator's", PAYMENTS, pay(order_id(21)), {"by": "operations"}, 201),
    ("one that no rail takes", PAYMENTS, pay(order_id(500)), {"by": "operations"}, 409),
    ("paid already", PAYMENTS, pay(order_id(20)), {"by": "operations"}, 409),
    ("unknown", PAYMENTS, pay(order_id(998)), {"by": "operations"}, 404),
    ("another's", PAYMENTS, pay(order_id(0, OTHER_SELLER)), {"by": "seller"}, 404),
    ("a card's number", PAYMENTS, pay(order_id(22), card_token="4111111111111111"),
        {"by": "seller"}, 422),
    ("an id of another kind", PAYMENTS, pay("pay_1"), {"by": "seller"}, 422),
    ("a number for an id", PAYMENTS, b'{"order_id": 1}', {"by": "seller"}, 422),
    ("payments", BATCH, pays(*(order_id(n) for n in (30, 31, 30, 997))), {"by": "seller"}, 404),
    ("an operator's many", BATCH, pays(*(order_id(n) for n in (32, 33, 32, 997))),
        {"by": "operations"}, 200),
]  # fmt: skip


@pytest.mark.parametrize(
    ("_case", "path", "body", "more", "status"), SAME, ids=[each[0] for each in SAME]
)
def test_both_ways_answer_the_same(both, _case, path, body, more, status):
    more = {"key": f"same {_case}", **more}

    first = both.ask(both.house.client, path, body, **more)
    plain = both.ask(both.plain, path, body, **more)
    again = both.ask(both.house.client, path, body, **more)

    assert first.status_code == status, first.text
    assert shown(again) == shown(plain)
    _, headers, content = shown(first)
    replayed = headers | {"idempotent-replayed": "true"}
    assert shown(plain) in [(status, headers, content), (status, replayed, content)]


@pytest.mark.parametrize("first", ["hot", "plain"])
def test_the_first_of_a_key_is_the_first_whichever_way_it_came(both, first):
    ways = [both.house.client, both.plain][:: 1 if first == "hot" else -1]
    body = named(transfer(300 + len(first)))

    answers = [both.ask(way, NAMED, body, key=f"first {first}") for way in ways]
    other = both.ask(ways[1], NAMED, named(transfer(310)), key=f"first {first}")

    assert [answer.json()["results"] for answer in answers] == [["created"]] * 2
    assert ["idempotent-replayed" in answer.headers for answer in answers] == [False, True]
    assert other.json()["code"] == "idempotency_key_reused"


def test_a_good_request_never_reaches_the_framework(both, monkeypatch):
    reached = []
    framework = both.house.app.middleware_stack

    async def watched(scope, receive, send):
        reached.append(scope["path"])
        await framework(scope, receive, send)

    monkeypatch.setattr(both.house.app, "middleware_stack", watched)
    for path, body, by in (
        (NAMED, named(transfer(400), transfer(401, code="rent", value_date=None)), "ledger"),
        (PAYMENTS, pay(order_id(40), method="card"), "seller"),
        (BATCH, pays(order_id(41), order_id(42)), "operations"),
        (PAYMENTS, pay(order_id(40)), "operations"),
    ):
        assert both.ask(both.house.client, path, body, by=by, key=path + by).status_code in {
            200,
            201,
            409,
        }

    assert reached == []
    assert both.ask(both.house.client, NAMED, b"{}").status_code == 422
    assert reached == [NAMED]


@pytest.mark.parametrize("engine", ["ours", "elsewhere"])
def test_a_revoked_key_opens_nothing_from_its_answer_on(both, monkeypatch, engine):
    house = both.house
    if engine == "elsewhere":
        monkeypatch.setattr(house.session, "engine", None)
    asked = {"user_id": str(cast_user("ledger"))}
    issued = house.post("/v1/keys", asked, by="admin", key=f"for a moment, {engine}").json()
    house.keys["short"] = issued["secret"]
    before = both.ask(house.client, NAMED, named(transfer(450)), by="short", key="450")

    house.post(f"/v1/keys/{issued['id']}/revoke", {"reason": "lost"}, by="admin")
    after = both.ask(house.client, NAMED, named(transfer(451)), by="short", key="451")
    repeated = both.ask(house.client, NAMED, named(transfer(450)), by="short", key="450")

    assert before.status_code == 200, before.text
    assert after.json()["code"] == repeated.json()["code"] == "not_authenticated"


def test_a_body_that_comes_in_pieces_is_one(both):
    async def pieces():
        whole = named(transfer(500))
        for at in range(0, len(whole), 7):
            yield whole[at : at + 7]
            await asyncio.sleep(0)

    answer = both.ask(both.house.client, NAMED, pieces(), key="pieces")

    assert answer.json()["results"] == ["created"]


def test_accounts_of_the_house_have_no_name(both):
    house = both.house
    number = house.get("/v1/ledger/accounts?kind=raw", by="admin").json()["data"][0]["number"]
    assert number > 0
    for wrong in (str(UUID(int=number)), NOWHERE):
        answer = both.ask(
            house.client, NAMED, named(transfer(600, debit=wrong)), key=f"house {wrong}"
        )
        assert answer.json()["results"][0] in {"debit_account_not_found", "id_already_failed"}


@pytest.mark.parametrize("served", [True, False])
def test_what_is_left_out_depends_on_the_flags(both, served):
    """A hold goes by its own code and amount; a balancing transfer moves all that is there."""
    client, n = (both.house.client, 700) if served else (both.plain, 710)
    held = transfer(n, flags=["pending"], code="rent")
    whole = {"debit": None, "credit": None, "amount": None}
    post = transfer(n + 1, pending_id=held["id"], flags=["post_pending_transfer"], **whole)
    poor, rich = str(ACCOUNTS[2]), str(ACCOUNTS[1])
    fill = transfer(n + 2, credit=poor)
    empty = transfer(n + 3, debit=poor, credit=rich, amount=None, flags=["balancing_debit"])
    nothing = transfer(n + 4, amount=None)

    body = named(held, post, fill, empty, empty | {"id": str(fresh(2, n + 5))}, nothing)
    answer = both.ask(client, NAMED, body, key=f"left out {n}")

    created, refused = ["created"] * 4, ["exceeds_credits", "amount_must_be_positive"]
    assert answer.json()["results"] == created + refused
