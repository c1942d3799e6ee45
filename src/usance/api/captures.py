"""Authorisations: captured whole or in parts, voided; and what buyers have to do first."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from pydantic import Field

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.idempotency import Order, asks
from usance.api.pages import Cursor, Limit, PageOf, after_id, page
from usance.api.payments import payment_seen
from usance.api.shapes import Asked, page_of, shape
from usance.kernel.errors import NotFound
from usance.kernel.ids import CaptureId
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments import service
from usance.payments.events import CaptureInitiated
from usance.payments.model import Authorisation, BuyerAction, Capture
from usance.payments.service import find_payments as find

router = APIRouter(tags=["payments"])


class CaptureAsked(Asked):
    """Take what was authorised, whole or in part."""

    amount: shapes.Amount | None = Field(None, description="Nothing for all that is left.")
    final: bool = Field(default=False, description="Give back what is left afterwards.")


CAPTURE: Final[Any] = shape(Capture, "capture")
AUTHORISATION: Final[Any] = shape(
    Authorisation,
    "authorisation",
    without=("instruction_id",),
    more={
        "capturing": (Money, lambda row: Money(row.capturing, row.amount.currency)),
    },
)
ACTION: Final[Any] = shape(BuyerAction, "buyer_action", without=("instruction_id",))
Reader = Annotated[Asker, Depends(reads("payments:read"))]


@router.post("/payments/{payment_id}/captures", status_code=201, response_model=CAPTURE)
async def create_capture(
    payment_id: shapes.Payment,
    asked: CaptureAsked,
    order: Annotated[Order, Depends(asks("capture"))],
) -> Record | None:
    """Capture what was authorised.

    A capture is pending until the rail has answered. Several are possible until one is final or
    all is captured.
    """
    await payment_seen(order, payment_id)
    outcome = await order.do(service.CapturePayment(payment_id, asked.amount, asked.final))
    async with order.reading() as connection:
        return await find.capture(connection, outcome.part(CaptureInitiated).capture_id)


@router.get("/payments/{payment_id}/captures", response_model=page_of(CAPTURE))
async def list_captures(
    payment_id: shapes.Payment, asker: Reader, limit: Limit = 20, cursor: Cursor = None
) -> PageOf:
    """List the captures of a payment, the newest first."""
    await payment_seen(asker, payment_id)
    before = after_id("captures", cursor, CaptureId)
    async with asker.reading() as connection:
        rows = await find.captures(connection, payment_id, before, limit + 1)
    return page("captures", rows, limit, lambda row: row.id)


@router.get("/captures/{capture_id}", response_model=CAPTURE)
async def get_capture(capture_id: shapes.Capture, asker: Reader) -> Record | None:
    """Show a capture."""
    async with asker.reading() as connection:
        found = await find.capture(connection, capture_id)
        payment = found and await find.payment(connection, found.payment_id)
    if not payment or not asker.sees(payment.seller_id):
        raise NotFound("capture", str(capture_id))
    return found


@router.post("/payments/{payment_id}/void", response_model=AUTHORISATION)
async def void_payment(
    payment_id: shapes.Payment,
    asked: shapes.Nothing,  # noqa: ARG001 - an empty object, so that unknown fields are refused
    order: Annotated[Order, Depends(asks("void"))],
) -> Record | None:
    """Give back what was authorised and not captured, the whole of it.

    It is `voiding` until the rail has answered.
    """
    await payment_seen(order, payment_id)
    await order.do(service.VoidPayment(payment_id))
    async with order.reading() as connection:
        return await find.authorisation(connection, payment_id)


@router.get("/payments/{payment_id}/authorisation", response_model=AUTHORISATION)
async def get_authorisation(payment_id: shapes.Payment, asker: Reader) -> Record | None:
    """Show what is kept ready for a payment that is captured by hand."""
    await payment_seen(asker, payment_id)
    async with asker.reading() as connection:
        found = await find.authorisation(connection, payment_id)
    if found is None:
        raise NotFound("authorisation", str(payment_id))
    return found


@router.get("/payments/{payment_id}/action", response_model=ACTION)
async def get_buyer_action(payment_id: shapes.Payment, asker: Reader) -> Record | None:
    """Show what the buyer has to do before the rail goes on, such as 3-D Secure."""
    await payment_seen(asker, payment_id)
    async with asker.reading() as connection:
        found = await find.buyer_action(connection, payment_id)
    if found is None:
        raise NotFound("buyer action", str(payment_id))
    return found
