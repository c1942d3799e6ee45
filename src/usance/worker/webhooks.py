"""The worker – tells – endpoints what has happened: events are taken from facts, and sent.

Taking is one transaction with the cursor: an event is queued once for each endpoint that may
know of it. Sending is apart: one endpoint at a time gets its events in the order of the facts,
and none waits for another. Whoever dies in the middle of an attempt loses it to the next one,
which sends it again under the same id.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

import asyncpg
import msgspec
import structlog
from standardwebhooks import Webhook

from usance.kernel.ids import PartyId, WebhookEndpointId
from usance.kernel.records import Record, encode
from usance.parties.model import SEES_ALL, PartyKind, WebhookEndpoint, WebhookEvent
from usance.parties.service.deliveries import (
    Attempt,
    Due,
    Rules,
    delivery_rules,
    enabled_endpoints,
    lease_due,
    next_delivery_due,
    queue_events,
    record_attempt,
)
from usance.reporting.service.public_events import Happened, happened
from usance.runtime.clock import wall_now
from usance.runtime.database import Connection
from usance.runtime.outgoing import Manners, Outgoing
from usance.runtime.reactions import cursor, move_cursor
from usance.runtime.reading import facts_after, is_test_book, last_position
from usance.runtime.wire import Book

SUBSCRIBER: Final = "webhooks"
PINGED: Final = "webhook_endpoint.pinged"
_FACTS_AT_ONCE: Final = 500
_AGENT: Final = "Usance/1 (webhooks)"
_log = structlog.get_logger()
Telling = tuple[WebhookEndpoint, PartyKind]


class Seen(Record, frozen=True):
    """An object as GET shows it, and the parties whose it is."""

    json: bytes
    parties: tuple[PartyId, ...]


class Show(Protocol):
    """Shows an object as the API does. The mouths bring it: a worker knows no mouth."""

    async def __call__(self, connection: Connection, kind: str, identifier: UUID) -> Seen | None:
        """Return the object of a kind, None where there is none."""


class Webhooks:
    """Tells one book's endpoints. It may stop at any moment and go on later without harm.

    secret: makes a version of an endpoint's secret. localhost: a test book may be told to send
    to this very machine; a live one never does.
    """

    def __init__(
        self,
        pool: "asyncpg.Pool[Any]",
        book: Book,
        show: Show,
        secret: Callable[[WebhookEndpointId, int], str],
        *,
        outgoing: Outgoing | None = None,
        localhost: bool = False,
    ) -> None:
        self._pool = pool
        self._book = book
        self._show = show
        self._secret = secret
        self._outgoing = outgoing or Outgoing()
        self._localhost = localhost
        self._tasks: dict[WebhookEndpointId, asyncio.Task[None]] = {}

    async def take(self, now: datetime) -> int:
        """Queue what has happened since it was last looked; return how many events."""
        async with self._pool.acquire() as connection:
            last = await last_position(connection)
            if await cursor(connection, SUBSCRIBER) >= last:
                return 0
            async with connection.transaction():
                since = await cursor(connection, SUBSCRIBER, lock=True)
                # Read after `last`: an endpoint that is not seen here begins behind it.
                endpoints = await enabled_endpoints(connection)
                if not endpoints:
                    await move_cursor(connection, SUBSCRIBER, last)
                    return 0
                facts = await facts_after(connection, since, _FACTS_AT_ONCE)
                if not facts:
                    return 0
                told = [
                    await self._told(connection, event, wanted)
                    for fact in facts
                    for event in happened(fact)
                    if (wanted := _wanted(event, endpoints))
                ]
                queued = [(event, to) for event, to in told if to]
                await queue_events(connection, queued, now)
                await move_cursor(connection, SUBSCRIBER, facts[-1].position)
        return len(queued)

    async def _told(
        self, connection: Connection, event: Happened, wanted: Sequence[Telling]
    ) -> tuple[WebhookEvent, list[WebhookEndpoint]]:
        """Return what is told of an event, and to whom: whose it is not does not hear of it."""
        seen = await self._show(connection, event.object, event.object_id)
        if seen is None:
            _log.error("event_of_nothing", event=str(event.id), type=event.type)
            return _written(event, b"null"), []
        to = [
            endpoint
            for endpoint, kind in wanted
            if kind in SEES_ALL or endpoint.party_id in seen.parties
        ]
        return _written(event, seen.json), to

    async def send(self, now: datetime) -> int:
        """Begin to send what is due, endpoint by endpoint; return how much. See `drain`."""
        self._tasks = {key: task for key, task in self._tasks.items() if not task.done()}
        async with self._pool.acquire() as connection:
            due = await lease_due(connection, now, wall_now(), list(self._tasks))
            if not due:
                return 0
            rules = await delivery_rules(connection, now)
            if rules is None:
                _log.error("webhooks_without_rule", rule="parties.webhooks")
                return 0
            test = await is_test_book(connection)
        manners = Manners(rules.timeout_seconds, http=test, localhost=test and self._localhost)
        by_endpoint: dict[WebhookEndpointId, list[Due]] = {}
        for each in due:
            by_endpoint.setdefault(each.endpoint.id, []).append(each)
        for endpoint_id, several in by_endpoint.items():
            self._tasks[endpoint_id] = asyncio.create_task(self._tell(several, rules, manners, now))
        return len(due)

    async def drain(self) -> None:
        """Wait until all that was begun has ended, one way or the other."""
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def stop(self) -> None:
        """End what was begun; whoever works next sends it again."""
        for task in self._tasks.values():
            task.cancel()
        await self.drain()

    async def next_due(self, after: datetime) -> datetime | None:
        """Return when something is sent again after a moment, None where nothing is."""
        async with self._pool.acquire() as connection:
            return await next_delivery_due(connection, after)

    async def _tell(
        self, several: Sequence[Due], rules: Rules, manners: Manners, now: datetime
    ) -> None:
        """Send one endpoint its events, in order; one that fails keeps no later one waiting."""
        for due in several:
            try:
                attempt = await self._attempt(due, manners)
                async with self._pool.acquire() as connection:
                    disabling = await record_attempt(connection, due, attempt, now, rules)
                if disabling is not None:
                    await self._book.submit([disabling])
                    return
            except Exception as broken:  # noqa: BLE001 - the lease ends, and it is sent again
                _log.error("webhook_broke", endpoint=str(due.endpoint.id), exc_info=broken)
                return

    async def _attempt(self, due: Due, manners: Manners) -> Attempt:
        event, endpoint = due.event, due.endpoint
        versions = [endpoint.secret_version]
        if due.previous_too and endpoint.secret_version > 1:
            versions.append(endpoint.secret_version - 1)
        # What is sent tells when it was sent: receivers compare it with their own clock.
        at = wall_now()
        payload = event.payload.decode()
        signatures = [
            Webhook(self._secret(endpoint.id, version)).sign(str(event.id), at, payload)
            for version in versions
        ]
        headers = {
            "Content-Type": "application/json",
            "User-Agent": _AGENT,
            "webhook-id": str(event.id),
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": " ".join(signatures),
        }
        answered = await self._outgoing.post(endpoint.url, event.payload, headers, manners)
        return Attempt(answered.status, answered.code)


def _wanted(event: Happened, endpoints: Sequence[Telling]) -> list[Telling]:
    """Return the endpoints that asked for such events before it happened."""
    return [
        (endpoint, kind)
        for endpoint, kind in endpoints
        if event.position > endpoint.since
        and (endpoint.id == event.object_id if event.type == PINGED else endpoint.wants(event.type))
    ]


def payload_of(event: Happened, data: bytes) -> bytes:
    """Return an event as it is told: the same bytes wherever its data are the same."""
    return encode(
        {
            "id": str(event.id),
            "object": "event",
            "type": event.type,
            "position": event.position,
            "timestamp": event.at,
            "data": msgspec.Raw(data),
        }
    )


def _written(event: Happened, data: bytes) -> WebhookEvent:
    return WebhookEvent(event.id, event.position, event.type, event.at, payload_of(event, data))
