"""Reports: the trial balance, a seller's statement, a funder's tape; as JSON, CSV or text."""

from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.problems import language_of
from usance.kernel.errors import NotFound
from usance.reporting.model import Format
from usance.reporting.service import (
    Report,
    custody,
    funder_tape,
    render,
    seller_statement,
    trial_balance,
)

router = APIRouter(tags=["reports"])
Reader = Annotated[Asker, Depends(reads("reports:read"))]
Form = Annotated[Format, Query(alias="format")]
_MEDIA: Final = {
    Format.JSON: "application/json",
    Format.CSV: "text/csv; charset=utf-8",
    Format.TEXT: "text/plain; charset=utf-8",
}
_PRINTED: Final[Any] = {
    200: {
        "description": "The report, in the language of Accept-Language.",
        "content": {
            "application/json": {"schema": {"type": "object"}},
            "text/csv": {"schema": {"type": "string"}},
            "text/plain": {"schema": {"type": "string"}},
        },
    }
}
_MONTH: Final = timedelta(days=30)


@router.get("/reports/trial_balance", response_class=Response, responses=_PRINTED)
async def get_trial_balance(
    asker: Reader,
    request: Request,
    recorded_at: shapes.Moment | None = None,
    value_date: shapes.Day | None = None,
    *,
    accounts: bool = False,
    form: Form = Format.JSON,
) -> Response:
    """Show what all accounts add up to, now or as of a moment.

    recorded_at: what the book knew then; value_date: what had taken effect by that day.
    """
    if asker.bound_to is not None:
        raise NotFound("report", "trial_balance")
    async with asker.reading() as connection:
        report = await trial_balance(
            connection, recorded_at=recorded_at, value_date=value_date, accounts=accounts
        )
    return _printed(request, report, form)


@router.get("/reports/custody", response_class=Response, responses=_PRINTED)
async def get_custody(
    asker: Reader,
    request: Request,
    recorded_at: shapes.Moment | None = None,
    value_date: shapes.Day | None = None,
    form: Form = Format.JSON,
) -> Response:
    """Show whose the client money at our bank is, currency by currency, now or as of a moment."""
    if asker.bound_to is not None:
        raise NotFound("report", "custody")
    async with asker.reading() as connection:
        report = await custody(connection, recorded_at=recorded_at, value_date=value_date)
    return _printed(request, report, form)


@router.get("/reports/statement", response_class=Response, responses=_PRINTED)
async def get_statement(
    asker: Reader,
    request: Request,
    seller_id: shapes.Party,
    first_day: shapes.Day | None = None,
    last_day: shapes.Day | None = None,
    form: Form = Format.JSON,
) -> Response:
    """Show a seller's accounts from the first day to the last, both included.

    Without days: the thirty days up to the book's today.
    """
    asker.require_own("seller", seller_id, seller_id)
    last = last_day or (await asker.session.now()).date()
    async with asker.reading() as connection:
        report = await seller_statement(connection, seller_id, first_day or last - _MONTH, last)
    return _printed(request, report, form)


@router.get("/reports/tape", response_class=Response, responses=_PRINTED)
async def get_tape(
    asker: Reader,
    request: Request,
    funder_id: shapes.Party,
    value_date: shapes.Day | None = None,
    form: Form = Format.JSON,
) -> Response:
    """Show all advances of a funder; days past due are counted up to `value_date`, or today."""
    asker.require_own("funder", funder_id, funder_id)
    day = value_date or (await asker.session.now()).date()
    async with asker.reading() as connection:
        report = await funder_tape(connection, funder_id, day)
    return _printed(request, report, form)


def _printed(request: Request, report: Report, form: Format) -> Response:
    return Response(render(report, form, language_of(request)), media_type=_MEDIA[form])
