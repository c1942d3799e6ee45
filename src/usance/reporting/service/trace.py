"""Somebody – traces – a trade, from whatever number of it they hold."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Final
from uuid import UUID

import msgspec

from usance.customs import events as customs_events
from usance.financing import events as financing_events
from usance.kernel.decisions import Reason
from usance.kernel.errors import NotFound
from usance.kernel.ids import KINDS, EventId, Id, OrderId, ProposalId, TransferId, UserId, parse_any
from usance.kernel.records import Record, decode
from usance.ledger import events as ledger_events
from usance.ledger.events import TransfersCreated
from usance.parties import events as party_events
from usance.payments import events as payment_events
from usance.policy import events as policy_events
from usance.reporting import store
from usance.reporting.errors import AMBIGUOUS_REFERENCE
from usance.reporting.model import Trace, TraceLeg, TracePart, TraceStep, Words
from usance.reporting.rules.legs import leg_place
from usance.reporting.rules.recorded import what_was_recorded
from usance.reporting.rules.sentences import part_place, sentence_of
from usance.reporting.service.public_events import position_of
from usance.risk import events as risk_events
from usance.risk.events import DrawdownJudged, PayoutJudged, ReleaseJudged
from usance.runtime.database import Connection
from usance.runtime.facts import Fact, part_name
from usance.runtime.reading import snapshot
from usance.trade import events as trade_events

# In the order of the story; a test asks that no chapter with events is missing.
EVENT_ROOMS: Final[tuple[ModuleType, ...]] = (
    policy_events,
    party_events,
    ledger_events,
    trade_events,
    payment_events,
    customs_events,
    financing_events,
    risk_events,
)
_HOPS_MAX: Final = 5
_POSITION: Final = re.compile(r"(?:evt_)?(\d{1,18})")
# The id of an event has 26 characters; a shorter one is a position.
_FACT: Final = re.compile(r"evt_.{0,25}")


def events_of(room: ModuleType) -> list[type[Record]]:
    """Return the events a chapter declares, in one file or in a folder of them."""
    return [
        each
        for each in vars(room).values()
        if isinstance(each, type)
        and issubclass(each, Record)
        and f"{each.__module__}.".startswith(f"{room.__name__}.")
    ]


def _declared_in(event: type, room: ModuleType) -> bool:
    """Whether a room declares an event, or one of its files does where it is a folder."""
    return f"{event.__module__}.".startswith(f"{room.__name__}.")


_KINDS_BY_PART: Final[defaultdict[str, list[type[Record]]]] = defaultdict(list)
for _room in EVENT_ROOMS:
    for _kind in events_of(_room):
        _KINDS_BY_PART[part_name(_kind)].append(_kind)


async def trace(connection: Connection, any_id: Id | str | int) -> Trace:
    """Return the whole life of the order that an id, a fact or an invoice number belongs to.

    any_id: an id of any kind, printed or not; `evt_12`, or 12 as a number, is the fact at that
    position; any other text is an invoice number, or a position where no invoice carries it. Of
    a proposal it is the life of the proposal. Raises NotFound, Invalid(malformed_id),
    Invalid(ambiguous_reference).
    """
    asked = f"evt_{any_id}" if isinstance(any_id, int) else str(any_id)
    async with snapshot(connection):
        known = any_id if isinstance(any_id, Id) else None
        if isinstance(any_id, str) and any_id.partition("_")[0] in KINDS:
            known = None if _FACT.fullmatch(any_id) else parse_any(any_id)
        if isinstance(known, EventId):
            asked, known = f"evt_{position_of(known)}", None
        if isinstance(known, ProposalId):
            return await _of_proposal(connection, known)
        if isinstance(known, TransferId):
            found = await _of_transfer(connection, known)
        elif known is not None:
            found = await _order_of(connection, known)
        else:
            found = await _order_or_fact(connection, asked)
        if isinstance(found, Fact):
            return Trace(asked, None, "", await _steps(connection, [found]))
        order = found
        facts = await store.facts_of_order(connection, order)
        if not facts:
            raise NotFound("trade", asked)
        invoice_no = await store.invoice_of_order(connection, order)
        return Trace(asked, order, invoice_no, await _steps(connection, facts))


async def _of_proposal(connection: Connection, proposal: ProposalId) -> Trace:
    facts = await store.facts_of_proposal(connection, proposal)
    if not facts:
        raise NotFound("proposal", str(proposal))
    return Trace(str(proposal), None, "", await _steps(connection, facts))


async def _order_of(connection: Connection, identifier: Id) -> OrderId:
    """Follow references until an order is reached."""
    here: UUID = identifier
    for _ in range(_HOPS_MAX):
        nearer = await store.referred_to(connection, here)
        if nearer is None:
            break
        here = nearer
    if not await store.has_facts(connection, here):
        told = await store.thread_told(connection, identifier)
        if told is None:
            raise NotFound("trade with", str(identifier))
        here = told
    return OrderId(here)


async def _order_or_fact(connection: Connection, asked: str) -> OrderId | Fact:
    """Return the order of an invoice number or of a fact, or a fact that belongs to no order."""
    if not asked.startswith("evt_"):
        orders = await store.orders_of_invoice(connection, asked)
        if len(orders) > 1:
            raise AMBIGUOUS_REFERENCE.invalid("invoice_no", asked)
        if orders:
            return OrderId(orders[0])
    matched = _POSITION.fullmatch(asked)
    fact = await store.fact_at(connection, int(matched[1])) if matched else None
    if fact is None:
        raise NotFound("id, fact or invoice", asked[:60])
    return await _whole(connection, fact)


async def _of_transfer(connection: Connection, transfer: TransferId) -> OrderId | Fact:
    """Return the order of the fact that posted a transfer, or that fact where it has none."""
    position = await store.position_of_transfer(connection, transfer)
    fact = None if position is None else await store.fact_at(connection, position)
    if fact is None:
        raise NotFound("transfer", str(transfer))
    return await _whole(connection, fact)


async def _whole(connection: Connection, fact: Fact) -> OrderId | Fact:
    """Return the order that a fact belongs to, or the fact alone where there is none."""
    return fact if fact.thread is None else await _order_of(connection, Id(fact.thread))


async def _steps(connection: Connection, facts: list[Fact]) -> tuple[TraceStep, ...]:
    legs = await store.legs_at(connection, [fact.position for fact in facts])
    told = [
        (
            fact,
            [
                (name, event_of(name, bytes(raw)))
                for name, raw in sorted(fact.parts.items(), key=lambda part: part_place(part[0]))
            ],
        )
        for fact in facts
    ]
    decisions = [
        event.decision_id
        for _, parts in told
        for _, event in parts
        if isinstance(event, ReleaseJudged | DrawdownJudged | PayoutJudged)
    ]
    reasons = await store.reasons_of(connection, decisions)
    return tuple(
        TraceStep(
            fact.position,
            fact.recorded_at,
            fact.verb,
            UserId(fact.actor),
            tuple(
                _part(name, event, reasons, fact.verb, legs.get(fact.position, []))
                for name, event in parts
            ),
            tuple(sorted(legs.get(fact.position, []), key=lambda leg: leg_place(leg.code))),
        )
        for fact, parts in told
    )


def event_of(name: str, raw: bytes) -> Record | None:
    """Return the event a part was told as, None where an older version told it differently."""
    for kind in _KINDS_BY_PART[name]:
        try:
            return decode(raw, kind)
        except msgspec.ValidationError:
            continue
    return None


def _part(
    name: str,
    event: Record | None,
    reasons: Mapping[UUID, tuple[Reason, ...]],
    verb: str,
    legs: Sequence[TraceLeg],
) -> TracePart:
    if event is None:
        plain = name.replace("_", " ")
        return TracePart(name, Words(plain, plain))
    if isinstance(event, TransfersCreated):
        return TracePart(name, what_was_recorded(event.results, verb, [leg.state for leg in legs]))
    why: tuple[Reason, ...] = ()
    if isinstance(event, ReleaseJudged | DrawdownJudged | PayoutJudged):
        why = reasons.get(UUID(int=event.decision_id.int), ())
    return TracePart(name, sentence_of(event), tuple(Words(r.en, r.zh) for r in why))
