"""Decisions with all they saw, the cases they opened, and the watchlists in use."""

from collections.abc import Sequence
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.idempotency import Order, asks
from usance.api.pages import Cursor, Limit, PageOf, after_id, page, whole
from usance.api.shapes import Asked, page_of, shape
from usance.kernel.errors import NotFound
from usance.kernel.ids import (
    AdvanceId,
    CaseId,
    Id,
    InstructionId,
    PaymentId,
    PayoutId,
    ReceiptId,
    RemittanceId,
    UserId,
)
from usance.kernel.records import Record
from usance.payments.service.find_receipts import receipts_among
from usance.risk import service
from usance.risk.events import WatchlistAdopted
from usance.risk.model import CaseKind, CaseStatus, Disposition

router = APIRouter(tags=["risk"])


class AssessmentAsked(Asked):
    """Say what a case comes to."""

    disposition: Disposition
    note: shapes.Reason


class WatchlistAsked(Asked):
    """Screen names against a staged version of a list from now on."""

    version: shapes.Word


_SUBJECTS: Final[dict[str, type[Id]]] = {
    CaseKind.DRAWDOWN: AdvanceId,
    CaseKind.PAYOUT: PayoutId,
}


def _subject(row: Any) -> Id:  # noqa: ANN401 - a case or a decision
    if row.kind == CaseKind.ALARM:
        # An alarm's codes are those of one handler, so the first says what it is about.
        is_remittance = row.codes[0].startswith("remittance_")
        if is_remittance or row.codes[0] == "late_success":
            return (RemittanceId if is_remittance else InstructionId)(row.subject)
    return _SUBJECTS.get(row.kind, PaymentId)(row.subject)


def _user(user: UUID | None) -> UserId | None:
    return None if user is None else UserId(user)


_SUBJECT: Final = (str, lambda row: str(_subject(row)))
DECISION: Final = shape(
    service.DecisionRow,
    "decision",
    more={
        "subject": _SUBJECT,
        "inputs": (
            service.ReleaseFacts | service.DrawdownFacts | service.PayoutFacts,
            lambda row: service.seen(row.kind, row.inputs),
        ),
    },
)
CASE: Final = shape(
    service.CaseRow,
    "case",
    more={
        "subject": _SUBJECT,
        "assessed_by": (UserId | None, lambda row: _user(row.assessed_by)),
        "closed_by": (UserId | None, lambda row: _user(row.closed_by)),
    },
)
WATCHLIST: Final = shape(service.AdoptedList, "watchlist")
Reader = Annotated[Asker, Depends(reads("risk:read"))]


@router.get("/risk/cases", response_model=page_of(CASE))
async def list_cases(
    asker: Reader, status: CaseStatus | None = None, limit: Limit = 20, cursor: Cursor = None
) -> PageOf:
    """List cases in the order in which they were opened."""
    after = after_id("cases", cursor, CaseId)
    async with asker.reading() as connection:
        rows = await service.cases(connection, status, after, limit + 1)
    listed = page("cases", rows, limit, lambda row: row.id)
    data = await _with_subjects(asker, CASE, rows[:limit])
    return PageOf(data, listed.has_more, listed.next_cursor)


@router.get("/risk/cases/{case_id}", response_model=CASE)
async def get_case(case_id: shapes.Case, asker: Reader) -> BaseModel:
    """Show a case."""
    return await _case(asker, case_id)


@router.post("/risk/cases/{case_id}/assess", response_model=CASE)
async def assess_case(
    case_id: shapes.Case,
    asked: AssessmentAsked,
    order: Annotated[Order, Depends(asks("assess_case"))],
) -> BaseModel:
    """Say what a case comes to; another person closes it."""
    await order.do(service.AssessCase(case_id, asked.disposition, asked.note))
    return await _case(order, case_id)


@router.post("/risk/cases/{case_id}/close", response_model=CASE)
async def close_case(
    case_id: shapes.Case,
    asked: shapes.Nothing,  # noqa: ARG001 - an empty object, so that unknown fields are refused
    order: Annotated[Order, Depends(asks("close_case"))],
) -> BaseModel:
    """Agree with the assessment of another person.

    A cleared payment may be asked for again and is not stopped for these reasons any more.
    """
    await order.do(service.CloseCase(case_id))
    return await _case(order, case_id)


@router.get("/risk/decisions", response_model=page_of(DECISION))
async def list_decisions(asker: Reader, payment_id: shapes.Payment) -> PageOf:
    """List the decisions about a payment, the earliest first."""
    async with asker.reading() as connection:
        return whole(await service.decisions_of(connection, payment_id))


@router.get("/risk/decisions/{decision_id}", response_model=DECISION)
async def get_decision(decision_id: shapes.Decision, asker: Reader) -> BaseModel:
    """Show a decision with all that it saw."""
    async with asker.reading() as connection:
        found = await service.decision(connection, decision_id)
    if found is None or asker.bound_to is not None:
        raise NotFound("decision", str(decision_id))
    [shown] = await _with_subjects(asker, DECISION, [found])
    return shown


@router.get("/risk/watchlists", response_model=page_of(WATCHLIST))
async def list_watchlists(asker: Reader) -> PageOf:
    """List the watchlists that names are screened against."""
    async with asker.reading() as connection:
        current = await service.adopted(connection)
    return whole(() if current is None else current.lists)


@router.post("/risk/watchlists", status_code=201, response_model=WATCHLIST)
async def load_watchlist(
    asked: WatchlistAsked, order: Annotated[Order, Depends(asks("load_watchlist"))]
) -> Record | None:
    """Screen names against a staged version of a list from now on.

    A list is staged with `usance import`, which prints its version.
    """
    outcome = await order.do(service.LoadWatchlist(asked.version))
    told = outcome.part(WatchlistAdopted)
    assert outcome.fact is not None
    return service.AdoptedList(
        told.list,
        told.version,
        told.source,
        told.published_on,
        told.entries,
        outcome.fact.recorded_at,
    )


async def _case(asker: Asker, case_id: CaseId) -> BaseModel:
    async with asker.reading() as connection:
        found = await service.case(connection, case_id)
    if found is None:
        raise NotFound("case", str(case_id))
    [shown] = await _with_subjects(asker, CASE, [found])
    return shown


async def _with_subjects(
    asker: Asker,
    model: Any,  # noqa: ANN401 - a class made at run time
    rows: Sequence[service.CaseRow] | Sequence[service.DecisionRow],
) -> list[BaseModel]:
    """Return rows as they are shown; where one is about a receipt, its subject is that."""
    async with asker.reading() as connection:
        receipts = await receipts_among(connection, [row.subject for row in rows])
    shown = []
    for row in rows:
        one = model.model_validate(row)
        if row.subject.int in receipts:
            one.subject = str(ReceiptId(row.subject))
        shown.append(one)
    return shown
