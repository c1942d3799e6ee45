"""Facts: what has happened, each at its place, as it was told."""

from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Depends, Path

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.orders import order_of
from usance.api.pages import Cursor, Limit, PageOf, after_position, page
from usance.api.shapes import page_of, plain, shape
from usance.kernel.errors import MALFORMED_INPUT, NotFound
from usance.kernel.ids import CommandId, OrderId, UserId
from usance.kernel.records import Record
from usance.reporting.service import event_of
from usance.runtime.facts import Fact
from usance.runtime.reading import fact_at, facts_after

router = APIRouter(tags=["facts"])
Reader = Annotated[Asker, Depends(reads("evidence:read"))]


def _parts(fact: Fact) -> dict[str, Any]:
    """Return what a fact tells, with ids and amounts as everywhere in the API."""
    return {name: _part(name, bytes(raw)) for name, raw in fact.parts.items()}


def _part(name: str, raw: bytes) -> Any:  # noqa: ANN401 - any event
    event = event_of(name, raw)
    return msgspec.json.decode(raw) if event is None else plain(event)


FACT: Final = shape(
    Fact,
    "fact",
    without=("thread",),
    more={
        "command": (CommandId, lambda fact: CommandId(fact.command)),
        "actor": (UserId, lambda fact: UserId(fact.actor)),
        "order_id": (
            OrderId | None,
            lambda fact: None if fact.thread is None else OrderId(fact.thread),
        ),
        "parts": (dict[str, Any], _parts),
    },
)


@router.get("/facts", response_model=page_of(FACT))
async def list_facts(
    asker: Reader,
    order_id: shapes.Order | None = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> PageOf:
    """List facts in the order in which they happened.

    A seller names one of its orders; the facts of the whole book are for operator and regulator.
    """
    after = after_position("facts", cursor)
    if order_id is not None:
        await order_of(asker, order_id)
    elif asker.bound_to is not None:
        raise MALFORMED_INPUT.invalid("order_id", "name one of your orders")
    async with asker.reading() as connection:
        rows = await facts_after(connection, after, limit + 1, order_id)
    return page("facts", rows, limit, lambda row: row.position)


@router.get("/facts/{position}", response_model=FACT)
async def get_fact(
    position: Annotated[int, Path(ge=1, le=2**63 - 1)], asker: Reader
) -> Record | None:
    """Show the fact at a position."""
    async with asker.reading() as connection:
        found = await fact_at(connection, position)
    if found is None:
        raise NotFound("fact", str(position))
    if asker.bound_to is not None:
        if found.thread is None:
            raise NotFound("fact", str(position))
        await order_of(asker, OrderId(found.thread))
    return found
