"""Credit transfers by their UETR: where one is, and that it is wanted back."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.idempotency import Order, asks
from usance.api.problems import Refused
from usance.api.shapes import Asked, shape
from usance.kernel.records import Record
from usance.payments.errors import UNKNOWN_UETR
from usance.payments.model import Track
from usance.payments.service import RecallTransfer
from usance.payments.service.tracking import named, owner_of, track

router = APIRouter(tags=["transfers"])
TRACK: Final = shape(Track)


class RecallAsked(Asked):
    """Ask the bank to bring a transfer back. It may refuse; only a return moves money."""

    reason: shapes.Word


@router.get("/transfers/{uetr}", response_model=TRACK)
async def get_transfer(
    uetr: shapes.Word, asker: Annotated[Asker, Depends(reads("payments:read"))]
) -> Record:
    """Show where a transfer is: what banks said of it, what was promised, and any recall."""
    return await _seen(asker, uetr)


@router.post("/transfers/{uetr}/recall", status_code=201, response_model=TRACK)
async def recall_transfer(
    uetr: shapes.Word,
    asked: RecallAsked,
    order: Annotated[Order, Depends(asks("recall_transfer"))],
) -> Record:
    """Ask the bank to bring a transfer back."""
    await _seen(order, uetr)
    await order.do(RecallTransfer(named(uetr), asked.reason))
    return await _seen(order, uetr)


async def _seen(asker: Asker, uetr: str) -> Track:
    async with asker.reading() as connection:
        found = await track(connection, uetr)
        owner = await owner_of(connection, found.instruction_id) if found else None
    if found is None or not asker.sees(owner):
        raise Refused(UNKNOWN_UETR.refuse("uetr", uetr))
    return found
