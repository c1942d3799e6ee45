"""What a funder wants under its facility, and at what price."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import Field

from usance.api import shapes
from usance.api.idempotency import Order, asks
from usance.api.shapes import Asked, shape
from usance.financing import service
from usance.financing.events import AppetiteSet
from usance.financing.service import find_financing as find
from usance.kernel.errors import NotFound
from usance.kernel.records import Record

router = APIRouter(tags=["financing"])
APPETITE: Final = shape(AppetiteSet, "appetite", called_model="Appetite")


class AppetiteAsked(Asked):
    """Take only such assets, at this price, and so much of each.

    countries, grades: of the buyer; empty means any. fee_bps_per_30_days: in place of the
    programme's. share_bps: the most of one advance; others join for the rest.
    """

    countries: list[shapes.Word] = Field(default_factory=list, max_length=250)
    grades: list[shapes.Word] = Field(default_factory=list, max_length=20)
    fee_bps_per_30_days: int | None = None
    share_bps: int = 10_000


@router.post("/facilities/{facility_id}/appetite", response_model=APPETITE)
async def set_appetite(
    facility_id: shapes.Facility,
    asked: AppetiteAsked,
    order: Annotated[Order, Depends(asks("set_appetite"))],
) -> Record | None:
    """Say what the funder wants under a facility, and at what price.

    It replaces what was said before, and holds for new offers.
    """
    async with order.reading() as connection:
        found = await find.facility(connection, facility_id)
    if found is None:
        raise NotFound("facility", str(facility_id))
    order.require_own("facility", facility_id, found.funder_id)
    body = service.SetAppetite(
        facility_id,
        tuple(asked.countries),
        tuple(asked.grades),
        asked.fee_bps_per_30_days,
        asked.share_bps,
    )
    outcome = await order.do(body)
    return outcome.part(AppetiteSet)
