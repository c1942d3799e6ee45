"""Where parties are told what happens, what was told, and how far it has got."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from usance.kernel.ids import EventId, PartyId, WebhookEndpointId
from usance.parties.model import (
    PartyKind,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEvent,
)
from usance.parties.store.parties import many, one
from usance.parties.tables import WEBHOOK_ENDPOINTS
from usance.runtime.database import Connection
from usance.runtime.rows import RowShape

_EVENT: Final = RowShape(WebhookEvent)
_DELIVERY: Final = RowShape(WebhookDelivery)


async def endpoint(
    connection: Connection, endpoint_id: WebhookEndpointId, *, deleted: bool = False
) -> WebhookEndpoint | None:
    """Return a webhook endpoint; deleted: one that was deleted, too."""
    rest = "where id = $1 and (deleted_at is null or $2)"
    return await one(connection, WEBHOOK_ENDPOINTS, rest, endpoint_id, deleted)


async def endpoints(
    connection: Connection,
    party_id: PartyId | None = None,
    after: WebhookEndpointId | None = None,
    limit: int = 100,
) -> list[WebhookEndpoint]:
    """Return webhook endpoints that were not deleted, the oldest first."""
    rest = (
        "where deleted_at is null and ($1::uuid is null or party_id = $1)"
        " and ($2::uuid is null or id > $2) order by id limit $3"
    )
    return await many(connection, WEBHOOK_ENDPOINTS, rest, party_id, after, limit)


async def enabled_endpoints(connection: Connection) -> list[tuple[WebhookEndpoint, PartyKind]]:
    """Return the endpoints that are told what happens, each with the kind of its party."""
    columns = ", ".join(f"e.{column}" for column in WEBHOOK_ENDPOINTS.shape.columns)
    rows = await connection.fetch(
        f"select {columns}, p.kind from parties.webhook_endpoints e"  # noqa: S608 - our columns
        " join parties.parties p on p.id = e.party_id"
        " where e.enabled and e.deleted_at is null order by e.id"
    )
    shape = WEBHOOK_ENDPOINTS.shape
    return [(shape.from_row(tuple(row)[:-1]), PartyKind(row["kind"])) for row in rows]


async def add_events(connection: Connection, events: Sequence[WebhookEvent]) -> None:
    """Keep events with what is told of them; one that is kept already stays as it was told."""
    columns = ", ".join(_EVENT.columns)
    await connection.executemany(
        f"insert into parties.webhook_events ({columns}) values ($1, $2, $3, $4, $5)"  # noqa: S608
        " on conflict do nothing",
        [_EVENT.to_row(each) for each in events],
    )


async def add_deliveries(connection: Connection, deliveries: Sequence[WebhookDelivery]) -> None:
    """Have events told to endpoints: one row for each of both, however often it is asked."""
    columns = ", ".join(_DELIVERY.columns)
    values = ", ".join(f"${number}" for number in range(1, len(_DELIVERY.columns) + 1))
    await connection.executemany(
        f"insert into parties.webhook_deliveries ({columns})"  # noqa: S608 - our columns
        f" values ({values}) on conflict do nothing",
        [_DELIVERY.to_row(each) for each in deliveries],
    )


async def lease_deliveries(
    connection: Connection,
    now: datetime,
    leases: tuple[datetime, datetime],
    busy: Sequence[WebhookEndpointId],
    limit: int,
) -> list[tuple[WebhookDelivery, WebhookEvent]]:
    """Return up to `limit` due deliveries of each enabled endpoint, for the caller alone.

    leases: leases that ended by the first moment count no more; the new ones end at the second.
    busy: endpoints that are left alone.
    """
    delivery = ", ".join(f"d.{column}" for column in _DELIVERY.columns)
    event = ", ".join(f"v.{column}" for column in _EVENT.columns)
    rows: Sequence[Any] = await connection.fetch(
        f"""
        with due as (
            select d.endpoint_id, d.event_id from parties.webhook_endpoints e
            cross join lateral (
                select endpoint_id, event_id from parties.webhook_deliveries
                where endpoint_id = e.id and due_at <= $1
                  and (leased_until is null or leased_until <= $2)
                order by position, event_id limit $5 for update skip locked
            ) d
            where e.enabled and e.deleted_at is null and not e.id = any($4::uuid[])
        )
        update parties.webhook_deliveries d set leased_until = $3
        from due, parties.webhook_events v
        where d.endpoint_id = due.endpoint_id and d.event_id = due.event_id and v.id = d.event_id
        returning {delivery}, {event}
        """,  # noqa: S608 - our columns
        now,
        *leases,
        list(busy),
        limit,
    )
    split = len(_DELIVERY.columns)
    found = [
        (_DELIVERY.from_row(row[:split]), _EVENT.from_row(row[split:])) for row in map(tuple, rows)
    ]
    return sorted(found, key=lambda pair: (pair[0].position, pair[0].event_id))


async def next_delivery_due(connection: Connection, after: datetime) -> datetime | None:
    """Return when the next delivery falls due after a moment, None where none does."""
    found: datetime | None = await connection.fetchval(
        "select min(d.due_at) from parties.webhook_deliveries d"
        " join parties.webhook_endpoints e on e.id = d.endpoint_id"
        " where d.due_at > $1 and e.enabled and e.deleted_at is null",
        after,
    )
    return found


async def note_delivery(connection: Connection, delivery: WebhookDelivery) -> None:
    """Write what became of an attempt."""
    await connection.execute(
        "update parties.webhook_deliveries set state = $3, attempts = $4, due_at = $5,"
        " leased_until = null, last_at = $6, last_status = $7, last_code = $8"
        " where endpoint_id = $1 and event_id = $2",
        delivery.endpoint_id,
        delivery.event_id,
        delivery.state,
        delivery.attempts,
        delivery.due_at,
        delivery.last_at,
        delivery.last_status,
        delivery.last_code,
    )


async def note_health(
    connection: Connection, endpoint_id: WebhookEndpointId, failed_at: datetime | None
) -> datetime | None:
    """Note a failure, or None for a success; return since when the endpoint has failed."""
    found: datetime | None = await connection.fetchval(
        "insert into parties.webhook_health as h (endpoint_id, failing_since) values ($1, $2)"
        " on conflict (endpoint_id) do update set failing_since ="
        " case when $2 is null then null else coalesce(h.failing_since, $2) end"
        " returning failing_since",
        endpoint_id,
        failed_at,
    )
    return found


async def resend(
    connection: Connection,
    endpoint_id: WebhookEndpointId,
    event: WebhookEvent,
    now: datetime,
) -> None:
    """Have an event told to an endpoint once more, with the whole ladder of attempts before it."""
    await connection.execute(
        "insert into parties.webhook_deliveries (endpoint_id, event_id, position, state, attempts,"
        " created_at, due_at, last_status, last_code)"
        " values ($1, $2, $3, 'pending', 0, $4, $4, 0, '')"
        " on conflict (endpoint_id, event_id) do update set state = 'pending', attempts = 0,"
        " due_at = excluded.due_at",
        endpoint_id,
        event.id,
        event.position,
        now,
    )


async def deliveries_of_event(
    connection: Connection, event_id: EventId, party_id: PartyId | None = None
) -> list[WebhookDelivery]:
    """Return how far an event has got with each endpoint, of one party where it is named."""
    columns = ", ".join(f"d.{column}" for column in _DELIVERY.columns)
    rows: Sequence[Any] = await connection.fetch(
        f"select {columns} from parties.webhook_deliveries d"  # noqa: S608 - our columns
        " join parties.webhook_endpoints e on e.id = d.endpoint_id where d.event_id = $1"
        " and ($2::uuid is null or e.party_id = $2) order by d.created_at, d.endpoint_id",
        event_id,
        party_id,
    )
    return _DELIVERY.from_rows(rows)


async def webhook_events(
    connection: Connection, ids: Sequence[EventId]
) -> dict[EventId, WebhookEvent]:
    """Return those of these events that were told to somebody, as they were told."""
    rows: Sequence[Any] = await connection.fetch(
        f"select {', '.join(_EVENT.columns)} from parties.webhook_events"  # noqa: S608 - ours
        " where id = any($1::uuid[])",
        list(ids),
    )
    return {each.id: each for each in _EVENT.from_rows(rows)}
