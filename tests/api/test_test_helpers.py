"""A test book's rails do what they are told and a live book's cannot be told anything."""

import asyncio
from datetime import datetime, timedelta

import httpx
import pytest
from tests.api.conftest import SELLER, T0, order_id
from tests.databases import place_for
from tests.described import DESCRIBED

from usance.adapters.rails.magic import MAGIC
from usance.api import create_app
from usance.kernel.ids import OrderId
from usance.kernel.money import Currency, Money
from usance.parties import service as parties
from usance.runtime.rows import RowShape
from usance.trade.model import Order
from usance.worker.session import Place, make_book, opened

_ORDER = RowShape(Order)
_numbers = iter(range(60))


def pays(house, order: OrderId | None = None) -> dict:
    asked = {"order_id": str(order or order_id(next(_numbers))), "method": "bank_transfer"}
    made = house.post("/v1/payments", asked, by="seller")
    assert made.status_code == 201, made.text
    return made.json()


def helps(house, path: str, asked: dict, **rest):
    return house.post(f"/v1/test_helpers/{path}", asked, **rest)


def now(house) -> datetime:
    return datetime.fromisoformat(house.get("/readyz", by="").json()["book_time"])


def passes(house, **span) -> None:
    to = (now(house) + timedelta(**span)).isoformat()
    done = house.ask("POST", "/v1/test_helpers/clock/advance", json={"to": to})
    assert done.status_code == 200, done.text


def shown(house, kind: str, identifier: str) -> dict:
    return house.get(f"/v1/{kind}/{identifier}").json()


@pytest.mark.parametrize("mood", ["down", "silent"])
def test_a_rail_that_does_not_answer_leaves_payments_pending_until_it_does(house, mood):
    told = helps(house, "rails/bank_transfer/mood", {"mood": mood, "minutes": 30})
    assert told.status_code == 201, told.text
    payment = pays(house)["id"]

    house.quiet()
    assert shown(house, "payments", payment)["status"] == "pending"
    passes(house, minutes=20)
    assert shown(house, "payments", payment)["status"] == "pending"
    passes(house, hours=2)

    assert shown(house, "payments", payment)["status"] == "captured"


def test_a_rail_refuses_what_it_was_asked_meanwhile_and_nothing_else(house):
    helps(house, "rails/bank_transfer/mood", {"mood": "refusing", "minutes": 5, "code": "AC04"})
    first = pays(house)["id"]
    house.quiet()
    passes(house, minutes=6)
    second = pays(house)["id"]
    house.quiet()

    assert shown(house, "payments", first)["status"] == "failed"
    assert shown(house, "payments", second)["status"] == "captured"
    facts = house.get(f"/v1/facts?order_id={shown(house, 'payments', first)['order_id']}")
    codes = [
        f["parts"]["payment_failed"]["code"]
        for f in facts.json()["data"]
        if "payment_failed" in f["parts"]
    ]
    assert codes == ["AC04"]


def test_one_payment_is_answered_settled_and_its_payout_comes_back(house):
    helps(house, "rails/bank_transfer/mood", {"mood": "silent", "minutes": 600})
    refused, paid = pays(house)["id"], pays(house)["id"]
    house.quiet()

    no = helps(house, f"payments/{refused}/answer", {"kind": "refused", "code": "AM04"})
    yes = helps(house, f"payments/{paid}/answer", {"kind": "confirmed"})
    settled = helps(house, f"payments/{paid}/settle", {})

    assert no.json()["status"] == "failed"
    assert yes.json()["status"] == "captured"
    assert settled.json()["status"] == "settled"
    [payout, *_] = house.get("/v1/payouts", by="seller").json()["data"]
    sent = helps(house, f"payouts/{payout['id']}/answer", {"kind": "confirmed"})
    assert sent.json()["status"] == "paid"
    back = helps(house, f"payouts/{payout['id']}/answer", {"kind": "refused", "code": "AC04"})
    assert back.json()["status"] == "refused"
    money = {"amount": "1.00", "currency": "GBP"}
    refund = house.post(f"/v1/payments/{paid}/refunds", {"amount": money}, by="seller").json()
    done = helps(house, f"refunds/{refund['id']}/answer", {"kind": "refused"})
    assert done.json()["status"] == "refused"
    passes(house, hours=11)


@pytest.mark.parametrize(
    ("_case", "path", "asked", "status", "code"),
    [
        (
            "no such rail",
            "rails/pigeon/mood",
            {"mood": "down", "minutes": 1},
            422,
            "no_such_simulated_rail",
        ),
        ("no such mood", "rails/card/mood", {"mood": "sad", "minutes": 1}, 422, "not_a_choice"),
        ("no time", "rails/card/mood", {"mood": "down", "minutes": 0}, 422, "out_of_range"),
        ("no payment", f"payments/{parties.cast_party('seller')}/settle", {}, 422, "malformed_id"),
    ],
)
def test_what_cannot_be_played_is_said_so(house, _case, path, asked, status, code):
    answer = helps(house, path, asked)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert helps(house, path, asked, by="seller").status_code == 403


def test_magic_amounts_do_what_the_guide_says(house):
    """All of them, on the rail that otherwise always answers."""
    orders = {minor: OrderId.derived(0, "magic", minor) for minor in MAGIC}

    async def place() -> None:
        async with house.session.pool.acquire() as connection:
            rows = [
                Order(
                    order,
                    SELLER,
                    parties.buyer_id("shop", "1"),
                    f"M{minor}",
                    Money(minor, Currency("GBP")),
                    T0,
                    T0.date(),
                    "GB",
                    1,
                )
                for minor, order in orders.items()
            ]
            await connection.copy_records_to_table(
                "orders",
                schema_name="trade",
                columns=_ORDER.columns,
                records=[_ORDER.to_row(row) for row in rows],
            )

    house.run(place())
    passes(house, days=2)
    paid = {minor: pays(house, order) for minor, order in orders.items()}
    assert {each["gross"]["amount"] for each in paid.values()} == {
        f"{minor / 100:.2f}" for minor in MAGIC
    }
    house.quiet()
    for minor, magic in MAGIC.items():
        status = shown(house, "payments", paid[minor]["id"])["status"]
        expected = "pending" if magic.silent_for else "failed" if magic.refused else "captured"
        assert (minor, status) == (minor, expected)
    passes(house, days=14)
    for minor, magic in MAGIC.items():
        status = shown(house, "payments", paid[minor]["id"])["status"]
        expected = (
            "failed" if magic.refused else "charged_back" if magic.charged_back else "settled"
        )
        assert (minor, status) == (minor, expected)


ASKED = [("POST", b"{}"), ("POST", b"no json"), ("GET", b""), ("PUT", b"")]
BY = [{}, {"Authorization": "Bearer x", "Idempotency-Key": "k"}]


async def said_by(client: httpx.AsyncClient, path: str) -> list[tuple[int, str]]:
    """What an address answers to whoever asks however, but for the number of the request."""
    found = []
    for method, body in ASKED:
        for headers in BY:
            answer = await client.request(method, path, content=body, headers=headers)
            said = {name: text for name, text in answer.json().items() if name != "request_id"}
            found.append((answer.status_code, str(said).replace(path, "(the address)")))
    return found


def test_a_live_book_has_none_of_it(server_address):
    async def ask(place: Place) -> None:
        await make_book(place, T0, test_clock=False, anew=True)
        async with opened(place) as session:
            transport = httpx.ASGITransport(create_app(session))
            async with httpx.AsyncClient(transport=transport, base_url="http://live") as client:
                paths = [path for path in DESCRIBED["paths"] if "test_helpers" in path]
                assert len(paths) >= 7
                for path in paths:
                    said = await said_by(client, path)
                    assert {status for status, _ in said} == {404}
                    assert said == await said_by(client, path.replace("test_helpers", "nothing"))
                described = (await client.get("/openapi.json")).json()["paths"]
                assert set(described) == set(DESCRIBED["paths"]) - set(paths)

    with place_for(server_address, "live_helpers") as place:
        asyncio.run(ask(place))
