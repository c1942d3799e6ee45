"""Events: the book's facts as they are told outside, and how far each has got."""

from typing import Annotated, Any, Final, Literal
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.event_objects import show_object
from usance.api.pages import Cursor, Limit, PageOf, after_place, page, place, whole
from usance.api.problems import Refused
from usance.api.shapes import Asked, page_of, shape
from usance.api.webhooks import EventName, endpoint_of
from usance.kernel.errors import NotFound
from usance.kernel.ids import EventId
from usance.kernel.records import Record
from usance.parties.errors import ENDPOINT_DISABLED
from usance.parties.model import SEES_ALL, WebhookDelivery, WebhookEndpoint, WebhookEvent
from usance.parties.service import find_parties as find
from usance.parties.service.deliveries import queue_events, resend
from usance.reporting.service.public_events import (
    Happened,
    event_happened,
    happened,
    parts_told_as,
)
from usance.runtime.database import Connection
from usance.runtime.reading import facts_between, last_position
from usance.worker.webhooks import Seen, payload_of

router = APIRouter(tags=["webhooks"])
Reader = Annotated[Asker, Depends(reads("webhooks:read"))]
# Facts that are read at once, among how many of them those of one type are looked for, and how
# often for one page: a book of millions must not be read to its end by one request.
_LOOKED_THROUGH: Final = 300
_FILTERED: Final = 20_000
_ROUNDS: Final = 5


class EventShown(BaseModel):
    """Something that has happened. data: the object that `GET` shows, as it stood then."""

    id: shapes.Event
    object: Literal["event"] = "event"
    type: str
    position: int = Field(description="Events of one position happened together.")
    timestamp: shapes.Moment
    data: dict[str, Any]


class ResendAsked(Asked):
    """Send an event once more: to one endpoint, or to all that it was sent to."""

    endpoint_id: shapes.Endpoint | None = None


DELIVERY: Final[Any] = shape(
    WebhookDelivery, "webhook_delivery", without=("leased_until", "position")
)


@router.get("/events", response_model=page_of(EventShown))  # type: ignore[arg-type]
async def list_events(
    asker: Reader,
    type: Annotated[EventName | None, Query(description="Of this type alone.")] = None,  # noqa: A002
    after: Annotated[
        int | None, Query(ge=0, le=2**53, description="Those behind this position.")
    ] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> PageOf:
    """List events in the order in which they happened.

    Where few of the book's facts concern the caller, a page may be short and not the last: go on
    while `has_more`.
    """
    begins = after_place("events", cursor, EventId)
    position, last = (begins[0] - 1, begins[1]) if begins else (after or 0, None)
    kind = None if type in {None, "*"} else type
    parts = parts_told_as(kind) if kind else ()
    rows: list[_Row] = []
    async with asker.reading() as connection:
        end = await last_position(connection)
        for _ in range(_ROUNDS):
            upto = min(end, position + (_FILTERED if kind else _LOOKED_THROUGH))
            facts = await facts_between(connection, position, upto, _LOOKED_THROUGH, parts)
            for fact in facts:
                found = happened(fact)
                if last is not None and begins is not None and fact.position == begins[0]:
                    found = _behind(found, last)
                for event in found:
                    if kind in {None, event.type}:
                        shown = await _shown(asker, connection, event)
                        rows += [] if shown is None else [_Row(event, shown)]
                if len(rows) > limit:
                    break
            position = facts[-1].position if len(facts) == _LOOKED_THROUGH else upto
            if len(rows) > limit or position >= end:
                break
    if len(rows) <= limit and position < end:
        return _page(rows, place(position, EventId(UUID(int=0))))
    listed = page("events", rows, limit, lambda row: place(row.event.position, row.event.id))
    return PageOf([row.shown for row in listed.data], listed.has_more, listed.next_cursor)


class _Row(Record, frozen=True):
    event: Happened
    shown: EventShown


def _page(rows: list[_Row], ended: str) -> PageOf:
    # One row more than the page takes makes it write where the next one begins.
    marked = page("events", [_Mark(ended), _Mark(ended)], 1, lambda mark: mark.place)
    return PageOf([row.shown for row in rows], has_more=True, next_cursor=marked.next_cursor)


class _Mark(Record, frozen=True):
    place: str


def _behind(events: list[Happened], last: EventId) -> list[Happened]:
    """Return the events of a fact behind one of them; behind all where it is none of them."""
    places = [place for place, event in enumerate(events) if event.id == last]
    return events[places[0] + 1 :] if places else []


@router.get("/events/{event_id}")
async def get_event(event_id: shapes.Event, asker: Reader) -> EventShown:
    """Show an event, with the very data that endpoints were told."""
    async with asker.reading() as connection:
        event = await event_happened(connection, event_id)
        shown = None if event is None else await _shown(asker, connection, event)
    if shown is None:
        raise NotFound("event", str(event_id))
    return shown


@router.get("/events/{event_id}/deliveries", response_model=page_of(DELIVERY))
async def list_deliveries(event_id: shapes.Event, asker: Reader) -> PageOf:
    """List how far an event has got with each endpoint."""
    await get_event(event_id, asker)
    async with asker.reading() as connection:
        return whole(await find.deliveries_of_event(connection, event_id, asker.bound_to))


@router.post("/events/{event_id}/resend", status_code=202, response_model=page_of(DELIVERY))
async def resend_event(
    event_id: shapes.Event,
    asked: ResendAsked,
    asker: Annotated[Asker, Depends(reads("webhooks:write"))],
) -> PageOf:
    """Send an event once more, under the same id.

    Without an endpoint it goes to all enabled ones that it was sent to. Asking twice is harmless,
    so no Idempotency-Key is needed.
    """
    to = await _endpoints(asker, event_id, asked)
    now = await asker.session.now()
    async with asker.reading() as connection, connection.transaction():
        event = await event_happened(connection, event_id)
        if event is None:
            raise NotFound("event", str(event_id))
        seen = await show_object(connection, event.object, event.object_id)
        if seen is None or not asker.sees(*seen.parties):
            raise NotFound("event", str(event_id))
        told = (await find.webhook_events(connection, [event_id])).get(event_id)
        told = told or _of(event, seen)
        for endpoint in to:
            await _require_whose(connection, endpoint, seen)
            await queue_events(connection, [(told, [endpoint])], now)
            await resend(connection, endpoint.id, told, now)
        return whole(await find.deliveries_of_event(connection, event_id, asker.bound_to))


async def _endpoints(asker: Asker, event_id: EventId, asked: ResendAsked) -> list[WebhookEndpoint]:
    if asked.endpoint_id is not None:
        endpoint = await endpoint_of(asker, asked.endpoint_id)
        if not endpoint.enabled:
            raise Refused(ENDPOINT_DISABLED.refuse("endpoint_id", endpoint.id))
        return [endpoint]
    async with asker.reading() as connection:
        sent = await find.deliveries_of_event(connection, event_id, asker.bound_to)
        found = [await find.endpoint(connection, each.endpoint_id) for each in sent]
    return [each for each in found if each is not None and each.enabled]


async def _require_whose(connection: Connection, endpoint: WebhookEndpoint, seen: Seen) -> None:
    """Raise NotFound where an endpoint's party may not know of the event."""
    party = await find.party(connection, endpoint.party_id)
    assert party is not None, f"{endpoint.id} is a party's"
    if party.kind not in SEES_ALL and party.id not in seen.parties:
        raise NotFound("webhook endpoint", str(endpoint.id))


async def _shown(asker: Asker, connection: Connection, event: Happened) -> EventShown | None:
    """Return an event as it was told, or as its object stands now; None if it is not theirs."""
    seen = await show_object(connection, event.object, event.object_id)
    if seen is None or not asker.sees(*seen.parties):
        return None
    told = (await find.webhook_events(connection, [event.id])).get(event.id)
    payload = payload_of(event, seen.json) if told is None else told.payload
    return EventShown.model_validate(msgspec.json.decode(payload))


def _of(event: Happened, seen: Seen) -> WebhookEvent:
    payload = payload_of(event, seen.json)
    return WebhookEvent(event.id, event.position, event.type, event.at, payload)
