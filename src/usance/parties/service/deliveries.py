"""A worker – tells – endpoints what has happened, and remembers how far each event has got.

Ordinary work outside the engine: no money moves here. An event is told at least once; its id is
the same each time and everywhere, so whoever is told twice can see it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from usance.kernel.ids import WebhookEndpointId, derive, milliseconds_at
from usance.kernel.records import Record
from usance.parties import store
from usance.parties.model import (
    HOUSE,
    DeliveryState,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEvent,
)
from usance.parties.rules.deliveries import GONE, Attempt, after
from usance.parties.service.webhooks import ALL_TYPES, RULE, DisableWebhookEndpoint
from usance.parties.store import enabled_endpoints as enabled_endpoints  # noqa: PLC0414 - a face
from usance.parties.store import next_delivery_due as next_delivery_due  # noqa: PLC0414 - a face
from usance.parties.store import resend as resend  # noqa: PLC0414 - a face
from usance.policy.model import PolicyRow
from usance.policy.service import row_in_force
from usance.runtime.commands import Command
from usance.runtime.database import Connection

__all__ = ["Attempt", "Due", "enabled_endpoints", "next_delivery_due", "resend"]

# Events of one endpoint that are taken at once; then whoever else has events has a turn.
_AT_ONCE: Final = 20
_LONGEST_ATTEMPT: Final = timedelta(minutes=5)


class Due(Record, frozen=True):
    """One attempt to be made. previous_too: the secret before the present one signs as well."""

    delivery: WebhookDelivery
    event: WebhookEvent
    endpoint: WebhookEndpoint
    previous_too: bool


class Rules(Record, frozen=True):
    """How endpoints are told, by the policy of a day."""

    delays: tuple[int, ...]
    jitter_bps: int
    timeout_seconds: int
    disable_after: timedelta


async def delivery_rules(connection: Connection, now: datetime) -> Rules | None:
    """Return how endpoints are told today, None in a book that has not adopted the rule."""
    row: PolicyRow | None = await row_in_force(connection, RULE, ALL_TYPES, now.date())
    if row is None:
        return None
    return Rules(
        row.integers("retry_seconds"),
        row.integer("jitter_bps"),
        row.integer("timeout_seconds"),
        timedelta(hours=row.integer("disable_after_hours")),
    )


async def queue_events(
    connection: Connection,
    told: Sequence[tuple[WebhookEvent, Sequence[WebhookEndpoint]]],
    now: datetime,
) -> None:
    """Have events told to endpoints. To be called in the transaction that moves the cursor."""
    await store.add_events(connection, [event for event, to in told if to])
    rows = [
        WebhookDelivery(
            endpoint.id, event.id, event.position, DeliveryState.PENDING, 0, now, due_at=now
        )
        for event, to in told
        for endpoint in to
    ]
    await store.add_deliveries(connection, rows)


async def lease_due(
    connection: Connection,
    now: datetime,
    wall: datetime,
    busy: Sequence[WebhookEndpointId],
) -> list[Due]:
    """Return what is to be sent now, in the order of the facts, for the caller alone.

    now: the book's time, by which retries fall due. wall: by which a worker that died in the
    middle of an attempt loses it to another one.
    """
    leases = (wall, wall + _LONGEST_ATTEMPT)
    leased = await store.lease_deliveries(connection, now, leases, busy, _AT_ONCE)
    endpoints = {each.id: each for each, _ in await store.enabled_endpoints(connection)}
    return [
        Due(delivery, event, endpoint, (endpoint.previous_until or now) > now)
        for delivery, event in leased
        if (endpoint := endpoints.get(delivery.endpoint_id)) is not None
    ]


async def record_attempt(
    connection: Connection, due: Due, attempt: Attempt, now: datetime, rules: Rules
) -> Command | None:
    """Write what became of an attempt; return the command that disables the endpoint, if any."""
    delivery = after(due.delivery, attempt, now, rules.delays, rules.jitter_bps)
    async with connection.transaction():
        await store.note_delivery(connection, delivery)
        since = await store.note_health(
            connection, delivery.endpoint_id, None if attempt.heard else now
        )
    if attempt.status == GONE:
        return _disabling(due, "gone", now)
    if since is not None and now - since >= rules.disable_after:
        return _disabling(due, "kept_failing", now)
    return None


def _disabling(due: Due, why: str, now: datetime) -> Command:
    # Switched on again, an endpoint may fail again: the moment makes it another command.
    parts = (due.endpoint.id, due.event.id, due.delivery.attempts, due.endpoint.since)
    command = derive(milliseconds_at(now), "disable", *parts)
    body = DisableWebhookEndpoint(due.endpoint.id, why)
    return Command(command, "disable_webhook_endpoint", HOUSE, body)
