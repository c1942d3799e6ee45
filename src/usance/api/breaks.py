"""Reconciliation: how banks' statements and our book agree, and what people decide on breaks."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.idempotency import Order, proposes
from usance.api.pages import Cursor, Limit, PageOf, after_id, page
from usance.api.problems import Refused
from usance.api.proposals import PROPOSAL, propose
from usance.api.shapes import Asked, page_of, shape
from usance.kernel.errors import NotFound, Refusal
from usance.kernel.ids import BreakId
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments import service
from usance.payments.errors import NOTHING_DUE
from usance.payments.model import Break, BreakState
from usance.payments.service import breaks as deciding
from usance.payments.service import find_breaks as find
from usance.runtime.database import Connection

router = APIRouter(tags=["reconciliation"])
Reader = Annotated[Asker, Depends(reads("reconciliation:read"))]
Decider = Annotated[Asker, Depends(reads("reconciliation:write"))]
BREAK: Final[Any] = shape(Break, "break")
OVERVIEW: Final[Any] = shape(deciding.Overview, "reconciliation")


class MatchAsked(Asked):
    """Say which movement an entry is; nothing for the one that is suggested."""

    movement_id: UUID | None = None


class BreakAssignmentAsked(Asked):
    """Say who looks after it."""

    assignee: shapes.User


class NoteAsked(Asked):
    """Explain it."""

    note: shapes.Reason


class DebitAsked(Asked):
    """Book what the bank has taken."""

    reason: shapes.Reason


@router.get("/reconciliation", response_model=OVERVIEW)
async def get_reconciliation(asker: Reader) -> Record:
    """Show by currency what is expected and not shown, and how many breaks of each kind are open.

    Money that was found twice or never stands here until somebody has settled it.
    """
    async with asker.reading() as connection:
        return await deciding.reconciliation(connection)


@router.get("/breaks", response_model=page_of(BREAK))
async def list_breaks(
    asker: Reader,
    state: BreakState | None = BreakState.OPEN,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> PageOf:
    """List what statements and the book say differently, the earliest first."""
    after = after_id("breaks", cursor, BreakId)
    async with asker.reading() as connection:
        rows = await find.breaks(connection, state, after, limit + 1)
    return page("breaks", rows, limit, lambda row: row.id)


@router.get("/breaks/{break_id}", response_model=BREAK)
async def get_break(break_id: shapes.Break, asker: Reader) -> Record | None:
    """Show a break."""
    async with asker.reading() as connection:
        found = await find.break_(connection, break_id)
    if found is None:
        raise NotFound("break", str(break_id))
    return found


@router.post("/breaks/{break_id}/accept", response_model=BREAK)
async def accept_break_match(
    break_id: shapes.Break, asked: MatchAsked, asker: Decider
) -> Record | None:
    """Say that the entry is the movement. A difference stays open until it is booked."""
    now = await asker.session.now()
    return await _decided(
        asker,
        lambda connection: deciding.accept_match(
            connection, asker.caller.user_id, break_id, asked.movement_id, now
        ),
    )


@router.post("/breaks/{break_id}/reject", response_model=BREAK)
async def reject_break_match(
    break_id: shapes.Break,
    asked: shapes.Nothing,  # noqa: ARG001 - an empty object, so that unknown fields are refused
    asker: Decider,
) -> Record | None:
    """Say that the entry is not the movement that is suggested."""
    return await _decided(
        asker,
        lambda connection: deciding.reject_match(connection, asker.caller.user_id, break_id),
    )


@router.post("/breaks/{break_id}/assign", response_model=BREAK)
async def assign_break_to(
    break_id: shapes.Break, asked: BreakAssignmentAsked, asker: Decider
) -> Record | None:
    """Say who looks after it."""
    return await _decided(
        asker,
        lambda connection: deciding.assign_break(
            connection, asker.caller.user_id, break_id, asked.assignee
        ),
    )


@router.post("/breaks/{break_id}/close", response_model=BREAK)
async def close_break_with(
    break_id: shapes.Break, asked: NoteAsked, asker: Decider
) -> Record | None:
    """Explain a break that is about figures. Money is matched or booked, never explained away."""
    now = await asker.session.now()
    return await _decided(
        asker,
        lambda connection: deciding.close_break(
            connection, asker.caller.user_id, break_id, asked.note, now
        ),
    )


@router.post("/breaks/{break_id}/book", status_code=201, response_model=PROPOSAL)
async def propose_bank_debit(
    break_id: shapes.Break,
    asked: DebitAsked,
    order: Annotated[Order, Depends(proposes("record_bank_debit"))],
) -> Record | None:
    """Propose to book what the bank has taken; another person approves it.

    The money then waits in suspense, below zero, until people say who bears it.
    """
    async with order.reading() as connection:
        found = await find.break_(connection, break_id)
        entry = found and found.entry and await find.entry(connection, found.entry)
    if not found or not entry:
        raise NotFound("break", str(break_id))
    taken = found.difference if found.movement else found.amount
    if taken.minor >= 0 or found.state is not BreakState.OPEN:
        raise Refused(NOTHING_DUE.refuse("break", found.state))
    reference = service.reference_of(entry)
    if found.movement:
        reference = f"{reference}/difference"
    body = service.RecordBankDebit(entry.account, reference, Money(-taken.minor, taken.currency))
    return await propose(order, "record_bank_debit", body, asked.reason)


async def _decided(
    asker: Asker, decide: Callable[[Connection], Awaitable[Break | Refusal]]
) -> Break:
    async with asker.session.pool.acquire() as connection, connection.transaction():
        found = await decide(connection)
    if isinstance(found, Refusal):
        raise Refused(found)
    return found
