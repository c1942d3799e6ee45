"""What only a test book allows: to set its time forward, and to play a buyer's bank."""

from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from usance.api import shapes
from usance.api.access import Asker, is_test_book, reads, session_of
from usance.api.errors import CLOCK_RANGE
from usance.api.idempotency import Order, asks
from usance.api.payments import DISPUTE
from usance.api.shapes import Asked
from usance.kernel.errors import NotFound
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments import service
from usance.payments.events import ChargedBack
from usance.payments.service import find_payments


async def test_books_only(request: Request) -> None:
    """Raise NotFound in a live book."""
    if not await is_test_book(request):
        raise NotFound("address", request.url.path)


FOR_TESTS: Final = "/test_helpers"
router = APIRouter(prefix=FOR_TESTS, tags=["test_helpers"], dependencies=[Depends(test_books_only)])
ADVANCE_MAX: Final = timedelta(days=400)


class ClockAsked(Asked):
    """Set the book's time forward to a moment."""

    to: shapes.Moment


class ClockShown(BaseModel):
    """The book's time."""

    book_time: datetime


class ChargebackAsked(Asked):
    """Play the buyer's bank: take money back. fee: what the rail charges for it."""

    payment_id: shapes.Payment
    amount: shapes.Amount
    fee: shapes.Amount | None = None


@router.post("/clock/advance")
async def advance_clock(
    asked: ClockAsked, asker: Annotated[Asker, Depends(reads("clock:advance"))]
) -> ClockShown:
    """Set the book's time forward; all that falls due meanwhile happens in its order.

    Asking for a moment twice is harmless, so no Idempotency-Key is needed.
    """
    session = session_of(asker.request)
    state = asker.request.app.state
    async with state.clock_turn:
        now = await session.now()
        if not now <= asked.to <= now + ADVANCE_MAX:
            raise CLOCK_RANGE.invalid("to", asked.to.isoformat())
        await state.worker.advance(now, asked.to)
        return ClockShown(book_time=await session.now())


@router.post("/chargebacks", status_code=201, response_model=DISPUTE)
async def create_chargeback(
    asked: ChargebackAsked,
    order: Annotated[Order, Depends(asks("record_chargeback", "rails:answer"))],
) -> Record | None:
    """Play the buyer's bank: take back the money of a payment."""
    fee = asked.fee or Money(0, asked.amount.currency)
    body = service.RecordChargeback(asked.payment_id, f"test:{order.command_id}", asked.amount, fee)
    outcome = await order.do(body)
    async with order.reading() as connection:
        return await find_payments.dispute(connection, outcome.part(ChargedBack).dispute_id)
