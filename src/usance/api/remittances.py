"""Remittances: what rails pay to us in one sum for many payments, and what people decide on it."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field, create_model

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.idempotency import Order, proposes
from usance.api.pages import Cursor, Limit, PageOf, after_id, page
from usance.api.problems import Problem, fault_of
from usance.api.proposals import PROPOSAL, propose
from usance.api.shapes import Asked, page_of, shape
from usance.bootstrap import plugged
from usance.kernel.errors import NotFound
from usance.kernel.ids import RemittanceId
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments import service
from usance.payments.model import Remittance, RemittanceStatus
from usance.payments.service import find_remittances as find
from usance.worker.advices import take_in_advice

router = APIRouter(tags=["remittances"])
Reader = Annotated[Asker, Depends(reads("reconciliation:read"))]
REMITTANCE: Final[Any] = shape(
    Remittance,
    "remittance",
    without=("arrived",),
    more={
        "amount": (Money, lambda row: row.amount),
        "arrived": (Money, lambda row: Money(row.arrived, row.currency)),
        "difference": (Money, lambda row: row.difference),
    },
)


class SettlementAsked(Asked):
    """Name the payments, by their instructions, that were not paid with the others."""

    without: Annotated[list[shapes.Instruction], Field(default_factory=list, max_length=20_000)]
    reason: shapes.Reason


class DismissalAsked(Asked):
    """Say that the advice stands for no money."""

    reason: shapes.Reason


ADVICE_TAKEN: Final[Any] = create_model(
    "AdviceTaken",
    __doc__="The remittances that an advice names, as they stand, and what was refused of it.",
    data=(list[REMITTANCE], ...),
    refused=(list[Problem], ...),
)


@router.post(
    "/remittances",
    response_model=ADVICE_TAKEN,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def create_remittances(
    request: Request,
    asker: Annotated[Asker, Depends(reads("messages:write"))],
    rail: Annotated[shapes.Word, Query(description="Whose advice it is.")] = "cash_on_delivery",
) -> BaseModel:
    """Hand over a carrier's remittance advice: the body, JSON or CSV, as it came.

    It is taken whole or not at all where a line cannot be read or is not ours. Its payments are
    settled when our bank shows the sum. Handed over again it creates nothing, so no
    Idempotency-Key is needed.
    """
    raw = await request.body()
    async with asker.reading() as connection:
        taken = await take_in_advice(connection, asker.session.book, plugged("rails"), rail, raw)
        rows = [await find.remittance(connection, each) for each in taken.remittances]
    data = [REMITTANCE.model_validate(row) for row in rows if row is not None]
    refused = [fault_of(request, each) for each in taken.refused]
    made: BaseModel = ADVICE_TAKEN(data=data, refused=refused)
    return made


@router.get("/remittances", response_model=page_of(REMITTANCE))
async def list_remittances(
    asker: Reader,
    status: RemittanceStatus | None = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> PageOf:
    """List what rails say they have paid to us in one sum."""
    after = after_id("remittances", cursor, RemittanceId)
    async with asker.reading() as connection:
        rows = await find.remittances(connection, status, after, limit + 1)
    return page("remittances", rows, limit, lambda row: row.id)


@router.get("/remittances/{remittance_id}", response_model=REMITTANCE)
async def get_remittance(remittance_id: shapes.Remittance, asker: Reader) -> Record | None:
    """Show a remittance with its lines."""
    async with asker.reading() as connection:
        found = await find.remittance(connection, remittance_id)
    if found is None:
        raise NotFound("remittance", str(remittance_id))
    return found


@router.post("/remittances/{remittance_id}/settle", status_code=201, response_model=PROPOSAL)
async def propose_remittance_settlement(
    remittance_id: shapes.Remittance,
    asked: SettlementAsked,
    order: Annotated[Order, Depends(proposes("settle_remittance"))],
) -> Record | None:
    """Propose to settle a remittance that differs, without what was not paid; another approves.

    What is left must come to what the bank shows. What is left out the rail owes still.
    """
    body = service.SettleRemittance(remittance_id, tuple(asked.without))
    return await propose(order, "settle_remittance", body, asked.reason)


@router.post("/remittances/{remittance_id}/dismiss", status_code=201, response_model=PROPOSAL)
async def propose_remittance_dismissal(
    remittance_id: shapes.Remittance,
    asked: DismissalAsked,
    order: Annotated[Order, Depends(proposes("dismiss_remittance"))],
) -> Record | None:
    """Propose that an advice stands for no money; what came is then booked as any credit is."""
    body = service.DismissRemittance(remittance_id)
    return await propose(order, "dismiss_remittance", body, asked.reason)
