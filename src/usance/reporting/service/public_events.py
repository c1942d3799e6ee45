"""Somebody outside – reads – what has happened: facts, part by part, under their public names.

The id of an event says where it is: the position of its fact, with which part and which object
of it. So an event needs no row, and is the same one for everybody, for ever.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
import structlog

from usance.kernel.ids import EventId, entropy_of, fresh, milliseconds_at
from usance.kernel.records import Record, decode
from usance.reporting.rules.public_events import PUBLIC, PublicEvent
from usance.reporting.rules.public_events import TYPES as TYPES  # noqa: PLC0414 - for the mouths
from usance.runtime.database import Connection
from usance.runtime.facts import Fact, part_name
from usance.runtime.reading import fact_at

_PART_BITS: Final = 20
_BY_PART: Final[defaultdict[str, list[PublicEvent]]] = defaultdict(list)
for _event in PUBLIC:
    _BY_PART[part_name(_event.part)].append(_event)
_PLACES: Final = {public.name: place for place, public in enumerate(PUBLIC)}
_log = structlog.get_logger()


class Happened(Record, frozen=True):
    """An event, before it is shown. object and object_id: what it tells of."""

    id: EventId
    type: str
    position: int
    at: datetime
    object: str
    object_id: UUID


def parts_told_as(kind: str) -> list[str]:
    """Return the names of the parts of facts that are told under a type."""
    return sorted({part_name(each.part) for each in PUBLIC if each.name == kind})


def happened(fact: Fact) -> list[Happened]:
    """Return the events that a fact is outside, in the order of the public list."""
    found: list[Happened] = []
    for name in fact.parts:
        for public in _BY_PART.get(name, ()):
            try:
                part: Record = decode(bytes(fact.parts[name]), public.part)
            except msgspec.ValidationError as older:
                _log.error("part_unread", position=fact.position, part=name, why=str(older))
                continue
            found += [_happened(fact, public, identifier) for identifier in public.ids(part)]
    return sorted(found, key=lambda each: _PLACES[each.type])


def _happened(fact: Fact, public: PublicEvent, identifier: UUID) -> Happened:
    event_id = _event_id(fact, public.name, identifier)
    return Happened(event_id, public.name, fact.position, fact.recorded_at, public.noun, identifier)


def _event_id(fact: Fact, kind: str, identifier: UUID) -> EventId:
    digest = hashlib.sha256(f"{kind}|{identifier.hex}".encode()).digest()
    part = int.from_bytes(digest[:4], "big") & ((1 << _PART_BITS) - 1)
    entropy = fact.position << _PART_BITS | part
    return EventId(fresh(milliseconds_at(fact.recorded_at), entropy))


def position_of(event_id: EventId) -> int:
    """Return the position of the fact that an event belongs to, if there is one."""
    return entropy_of(event_id) >> _PART_BITS


async def event_happened(connection: Connection, event_id: EventId) -> Happened | None:
    """Return the event of an id, None where there is none."""
    fact = await fact_at(connection, position_of(event_id))
    found: Sequence[Happened] = [] if fact is None else happened(fact)
    return next((each for each in found if each.id == event_id), None)
