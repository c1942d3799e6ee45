"""Money in suspense: what waits for an owner, and what people decide on it."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.idempotency import Order, asks, proposes
from usance.api.pages import Cursor, Limit, PageOf, after_id, page
from usance.api.proposals import PROPOSAL, propose
from usance.api.shapes import Asked, page_of, shape
from usance.kernel.errors import NotFound
from usance.kernel.ids import SuspenseId
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments import service
from usance.payments.model import SuspenseItem
from usance.payments.service import find_receipts as find

router = APIRouter(tags=["suspense"])


class AttributionAsked(Asked):
    """Say whose money it is: a seller's, or what is owed for a payment.

    What a bank has taken is borne by the seller named or, where nobody is, by the house.
    """

    seller_id: shapes.Party | None = None
    payment_id: shapes.Payment | None = None
    amount: shapes.AnyAmount | None = None
    reason: shapes.Reason


class ReturnAsked(Asked):
    """Send money back to where it came from; without an amount, all that waits."""

    amount: shapes.Amount | None = None
    reason: shapes.Reason


class AssignmentAsked(Asked):
    """Say who looks after it."""

    assignee: shapes.User


SUSPENSE: Final[Any] = shape(
    SuspenseItem,
    "suspense",
    without=("open", "going_back", "hold"),
    more={
        "waiting": (Money, lambda item: item.waiting),
        "going_back": (Money, lambda item: Money(item.going_back, item.amount.currency)),
    },
)


@router.get("/suspense", response_model=page_of(SUSPENSE))
async def list_suspense(
    asker: Annotated[Asker, Depends(reads("reconciliation:read"))],
    limit: Limit = 20,
    cursor: Cursor = None,
    *,
    closed: bool = False,
) -> PageOf:
    """List what waits for an owner, the oldest first; `closed`: what no longer waits instead."""
    after = after_id("suspense", cursor, SuspenseId)
    async with asker.reading() as connection:
        rows = await find.suspense(connection, after, limit + 1, closed=closed)
    return page("suspense", rows, limit, lambda row: row.id)


@router.get("/suspense/{suspense_id}", response_model=SUSPENSE)
async def get_suspense(
    suspense_id: shapes.Suspense,
    asker: Annotated[Asker, Depends(reads("reconciliation:read"))],
) -> Record | None:
    """Show money that waits or waited."""
    return await _item(asker, suspense_id)


@router.post("/suspense/{suspense_id}/attribute", status_code=201, response_model=PROPOSAL)
async def propose_attribution(
    suspense_id: shapes.Suspense,
    asked: AttributionAsked,
    order: Annotated[Order, Depends(proposes("attribute_suspense"))],
) -> Record | None:
    """Propose whose money it is; another person approves it."""
    body = service.AttributeSuspense(suspense_id, asked.seller_id, asked.payment_id, asked.amount)
    return await propose(order, "attribute_suspense", body, asked.reason)


@router.post("/suspense/{suspense_id}/return", status_code=201, response_model=PROPOSAL)
async def propose_return(
    suspense_id: shapes.Suspense,
    asked: ReturnAsked,
    order: Annotated[Order, Depends(proposes("return_suspense"))],
) -> Record | None:
    """Propose to send money back to its sender; another person approves it."""
    body = service.ReturnSuspense(suspense_id, asked.amount)
    return await propose(order, "return_suspense", body, asked.reason)


@router.post("/suspense/{suspense_id}/assign", response_model=SUSPENSE)
async def assign_suspense(
    suspense_id: shapes.Suspense,
    asked: AssignmentAsked,
    order: Annotated[Order, Depends(asks("assign_suspense"))],
) -> Record | None:
    """Say who looks after money that waits."""
    await order.do(service.AssignSuspense(suspense_id, asked.assignee))
    return await _item(order, suspense_id)


async def _item(asker: Asker, suspense_id: SuspenseId) -> SuspenseItem:
    async with asker.reading() as connection:
        found = await find.suspense_item(connection, suspense_id)
    if found is None:
        raise NotFound("suspense", str(suspense_id))
    return found
