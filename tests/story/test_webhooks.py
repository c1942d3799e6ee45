"""A shop must not miss a sale: not when its server fails, nor when ours dies at a bad moment."""

import asyncio
import json
import random

import pytest
from tests.receiver import Receiver
from tests.story.stage import SELLER, Stage

from usance.api.event_objects import show_object
from usance.kernel.ids import EventId, WebhookEndpointId
from usance.parties.service import CreateWebhookEndpoint, cast_party
from usance.reporting.service.public_events import happened
from usance.runtime.outgoing import Answered, Outgoing
from usance.runtime.reading import facts_after
from usance.worker.webhooks import Webhooks


class DiesAfterSending(Outgoing):
    """Our process ends when the other side has heard, and before we could write it down."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.left = times

    async def post(self, *asked) -> Answered:
        answered = await super().post(*asked)
        if self.left > 0:
            self.left -= 1
            raise RuntimeError("the power is gone")
        return answered


def webhooks(stage: Stage, sender: Outgoing | None = None) -> Webhooks:
    session = stage.session
    return Webhooks(
        session.pool,
        session.book,
        show_object,
        session.secrets.of_endpoint,
        outgoing=sender,
        localhost=True,
    )


async def endpoint(stage: Stage, receiver: Receiver, name: str, party=SELLER) -> WebhookEndpointId:
    body = CreateWebhookEndpoint(
        WebhookEndpointId.derived(0, name), party, receiver.url, ("*",), name
    )
    await stage.accepted("create_webhook_endpoint", body)
    return body.id


async def told(stage: Stage, teller: Webhooks) -> None:
    """All that is due now goes out; whoever died has lost what was in his hands."""
    while await teller.take(stage.now) + await teller.send(stage.now):
        await teller.drain()


async def wakes_up(stage: Stage) -> None:
    """Wall time passes until nobody holds a lease any more."""
    await stage.session.pool.execute("update parties.webhook_deliveries set leased_until = null")


async def of_the_seller(stage: Stage) -> list[EventId]:
    """Every event of the book that is the seller's, by the same list that everybody reads."""
    async with stage.session.pool.acquire() as connection:
        events = [e for fact in await facts_after(connection, 0, 10_000) for e in happened(fact)]
        seen = [await show_object(connection, each.object, each.object_id) for each in events]
        since = await connection.fetchval("select min(since) from parties.webhook_endpoints")
    return [
        event.id
        for event, one in zip(events, seen, strict=True)
        if one is not None and SELLER in one.parties and event.position > since
    ]


def test_what_was_heard_before_we_died_is_sent_again_as_the_same(play):
    async def journey(stage: Stage) -> None:
        # Given a shop that listens, and a sale
        receiver = await Receiver().open()
        await endpoint(stage, receiver, "shop")
        await stage.sale("INV-1", "1,000.00 GBP")
        # When our process dies after the shop has heard the first event
        await told(stage, webhooks(stage, DiesAfterSending(1)))
        first = receiver.ids[0]
        # Then another takes over when the lease has ended, and sends it again under the same id
        await wakes_up(stage)
        await told(stage, webhooks(stage))
        assert receiver.ids.count(first) == 2
        assert receiver.heard[0][1] in [body for _, body in receiver.heard[1:]]
        assert sorted(set(receiver.ids)) == sorted(map(str, await of_the_seller(stage)))
        await receiver.close()

    play(journey)


def test_nothing_is_queued_twice_when_the_taking_breaks_off(play, monkeypatch):
    async def journey(stage: Stage) -> None:
        receiver = await Receiver().open()
        await endpoint(stage, receiver, "shop")
        await stage.sale("INV-1", "1,000.00 GBP")
        teller = webhooks(stage)
        # The rows are written, and then the transaction is lost before the cursor has moved.
        with monkeypatch.context() as broken:
            broken.setattr("usance.worker.webhooks.move_cursor", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                await teller.take(stage.now)
        assert await stage.session.pool.fetchval("select count(*) from parties.webhook_events") == 0
        # Two workers at the same time take it all once
        other = webhooks(stage)
        taken = [await teller.take(stage.now), await other.take(stage.now)]
        assert taken[1] == 0 < taken[0]
        await told(stage, other)
        assert sorted(receiver.ids) == sorted(map(str, await of_the_seller(stage)))
        await receiver.close()

    play(journey)


@pytest.mark.parametrize("seed", range(4))
def test_every_event_reaches_every_endpoint_and_is_one_for_each(play, seed):
    """Whatever fails and dies on the way: at least once, and by its id exactly once."""

    async def journey(stage: Stage) -> None:
        dice = random.Random(seed)
        shops = [await Receiver().open() for _ in range(3)]
        for number, shop in enumerate(shops):
            await endpoint(stage, shop, f"shop {number}")
            shop.answers = [dice.choice([200, 200, 500, 302, "no http"]) for _ in range(40)]
        teller = webhooks(stage, DiesAfterSending(dice.randrange(4)))
        # Sales, refunds and settlements, a worker that dies now and then, time that passes
        for number in range(4):
            sale = await stage.sale(f"INV-{number}", "100.00 GBP")
            await told(stage, teller)
            if dice.random() < 0.5:
                await stage.refunds(sale, "10.00 GBP")
                await stage.works()
            if dice.random() < 0.5:
                await wakes_up(stage)
                teller = webhooks(stage, DiesAfterSending(dice.randrange(3)))
        teller = webhooks(stage)
        for shop in shops:
            shop.answers = []
        for day in range(8, 12):
            await wakes_up(stage)
            await stage.until(f"2026-09-{day:02}")
            await told(stage, teller)

        expected = sorted(map(str, await of_the_seller(stage)))
        assert len(expected) >= 10
        for shop in shops:
            assert sorted(set(shop.ids)) == expected
            by_id = {}
            for headers, body in shop.heard:
                assert by_id.setdefault(headers["webhook-id"], body) == body
                assert json.loads(body)["id"] == headers["webhook-id"]
            await shop.close()
        rows = await stage.session.pool.fetch(
            "select endpoint_id, event_id, state from parties.webhook_deliveries"
        )
        assert len(rows) == len(shops) * len(expected)
        assert {row["state"] for row in rows} == {"delivered"}

    play(journey)


def test_first_attempts_go_in_the_order_of_the_facts(play):
    async def journey(stage: Stage) -> None:
        receiver = await Receiver().open()
        await endpoint(stage, receiver, "shop")
        receiver.answers = [500] * 200
        for number in range(5):
            await stage.sale(f"INV-{number}", "100.00 GBP")
        await told(stage, webhooks(stage))
        positions = [event["position"] for event in receiver.events()]
        assert positions == sorted(positions)
        assert len(positions) == 10
        await receiver.close()

    play(journey)


def test_a_shop_that_hangs_keeps_no_other_waiting(play):
    async def journey(stage: Stage) -> None:
        slow, quick = await Receiver().open(), await Receiver().open()
        await endpoint(stage, slow, "slow")
        await endpoint(stage, quick, "quick", cast_party("seller"))
        slow.answers = [None] * 100
        await stage.sale("INV-1", "100.00 GBP")
        teller = webhooks(stage)
        await teller.take(stage.now)
        await teller.send(stage.now)
        await slow.hung.wait()
        # What comes meanwhile goes to the one that answers
        expected = len(await of_the_seller(stage))
        while len(quick.heard) < expected:
            await teller.send(stage.now)
            await asyncio.sleep(0.01)
        assert len(slow.heard) == 1
        await teller.stop()
        await slow.close()
        await quick.close()

    play(journey)
