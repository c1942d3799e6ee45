"""`usance listen` hears what its key may know, prints it and forwards it signed."""

import asyncio
import json

import httpx
import pytest
import typer
from tests.api.conftest import order_id
from tests.receiver import Receiver

from usance.cli.listen import hear


def listening(house, by: str, receiver: Receiver, enough: int, **asked) -> None:
    """Listen while a sale is made, until the receiver has heard enough."""

    async def both() -> None:
        await receiver.open()
        transport = httpx.ASGITransport(house.app)
        ears = asyncio.create_task(
            hear(
                "http://book",
                house.keys[by],
                transport=transport,
                **asked | {"forward_to": receiver.url},
            )
        )
        await asyncio.sleep(0.2)
        await sell(house)
        while len(receiver.heard) < enough and not ears.done():  # noqa: ASYNC110 - a plain server
            await asyncio.sleep(0.01)
        ears.cancel()
        await asyncio.gather(ears, return_exceptions=True)
        await receiver.close()

    house.run(asyncio.wait_for(both(), 60))


_numbers = iter(range(60))


async def sell(house) -> None:
    number = next(_numbers)
    headers = {
        "Authorization": f"Bearer {house.keys['seller']}",
        "Idempotency-Key": f"listened {number}",
    }
    asked = {"order_id": str(order_id(number))}
    made = await house.client.post("/v1/payments", json=asked, headers=headers)
    assert made.status_code == 201, made.text
    await house.worker.quiet(await house.session.now())


def test_events_are_printed_and_forwarded_under_a_secret_that_stays(house, capsys):
    receiver, again = Receiver(), Receiver()

    listening(house, "seller", receiver, 1, types="payment.captured")
    said = capsys.readouterr()
    listening(house, "seller", again, 1, types="payment.captured", as_json=True)

    secret = said.err.split("signed with ")[1].split()[0]
    [event] = receiver.verified(secret)
    assert event["type"] == "payment.captured"
    assert said.out.split()[1:] == ["payment.captured", event["data"]["id"]]
    [later] = again.verified(secret)
    assert later["position"] > event["position"]
    assert json.loads(capsys.readouterr().out) == later


def test_nobody_hears_what_is_not_theirs(house, capsys):
    receiver = Receiver()

    listening(house, "funder_one", receiver, 1)

    assert {event["data"]["object"] for event in receiver.events()} == {"offer"}


def test_a_key_that_opens_nothing_is_said_so(house, capsys):
    transport = httpx.ASGITransport(house.app)

    with pytest.raises(typer.Exit):
        house.run(hear("http://book", "uk_test_nobody", transport=transport))
    assert "(book_says_no)" in capsys.readouterr().err
    with pytest.raises(typer.Exit):
        house.run(hear("http://127.0.0.1:1", "uk_test_nobody"))
    assert "(nobody_answers)" in capsys.readouterr().err


@pytest.mark.parametrize(("by", "limit"), [("operations", 1), ("seller", 2), ("seller", 100)])
def test_a_type_is_looked_for_among_all_facts_and_pages_join(house, monkeypatch, by, limit):
    monkeypatch.setattr("usance.api.events._LOOKED_THROUGH", 3)
    house.run(sell(house))
    house.run(sell(house))
    every = [one for one in walked(house, by, "limit=100") if one["type"] == "payment.captured"]

    first = house.get(f"/v1/events?type=payment.captured&limit={limit}", by=by).json()["data"]
    told = walked(house, by, f"type=payment.captured&limit={limit}")

    assert len(every) >= 2
    assert [one["id"] for one in told] == [one["id"] for one in every]
    assert len(first) == min(limit, len(every))


def walked(house, by: str, query: str) -> list[dict]:
    found, page = [], house.get(f"/v1/events?{query}", by=by).json()
    while True:
        found += page["data"]
        if not page["has_more"]:
            return found
        page = house.get(f"/v1/events?{query}&cursor={page['next_cursor']}", by=by).json()
