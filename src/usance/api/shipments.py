"""Shipments: goods of orders on their way, and their arrival."""

from datetime import UTC
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import Field

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.idempotency import Order, asks
from usance.api.orders import order_of
from usance.api.pages import Cursor, Limit, PageOf, after_id, page
from usance.api.shapes import Asked, page_of, shape
from usance.kernel.errors import NotFound
from usance.kernel.ids import ShipmentId
from usance.kernel.records import Record
from usance.trade import service
from usance.trade.events import OrderShipped
from usance.trade.model import OrderState, Shipment
from usance.trade.service import find_papers as find

router = APIRouter(tags=["trade"])


class ShipmentAsked(Asked):
    """All goods of an order were handed to a carrier."""

    order_id: shapes.Order
    carrier: shapes.Word
    tracking_no: shapes.Word
    shipped_at: shapes.Moment


class DeliveryOfGoodsAsked(Asked):
    """The goods have arrived."""

    delivered_at: shapes.Moment
    proof: shapes.Text = Field(description="What says so, such as a signature's number.")


SHIPMENT: Final = shape(Shipment, "shipment")
ORDER_STATE: Final = shape(OrderState, "order_state")
Reader = Annotated[Asker, Depends(reads("orders:read"))]


@router.post("/shipments", status_code=201, response_model=SHIPMENT)
async def record_shipment(
    asked: ShipmentAsked, order: Annotated[Order, Depends(asks("record_shipment"))]
) -> Record | None:
    """Say that the goods of an order were handed to a carrier.

    An order is shipped once, with all its goods.
    """
    await order_of(order, asked.order_id)
    body = service.RecordShipment(
        asked.order_id, asked.carrier, asked.tracking_no, asked.shipped_at.astimezone(UTC)
    )
    outcome = await order.do(body)
    return await _shipment(order, outcome.part(OrderShipped).shipment_id)


@router.get("/shipments", response_model=page_of(SHIPMENT))
async def list_shipments(
    asker: Reader,
    order_id: shapes.Order | None = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> PageOf:
    """List shipments, the earliest first."""
    after = after_id("shipments", cursor, ShipmentId)
    async with asker.reading() as connection:
        rows = await find.shipments(connection, asker.bound_to, order_id, after, limit + 1)
    return page("shipments", rows, limit, lambda row: row.id)


@router.get("/shipments/{shipment_id}", response_model=SHIPMENT)
async def get_shipment(shipment_id: shapes.Shipment, asker: Reader) -> Record | None:
    """Show a shipment."""
    return await _shipment(asker, shipment_id)


@router.post("/shipments/{shipment_id}/delivery", response_model=SHIPMENT)
async def record_delivery(
    shipment_id: shapes.Shipment,
    asked: DeliveryOfGoodsAsked,
    order: Annotated[Order, Depends(asks("record_delivery"))],
) -> Record | None:
    """Say that the goods have arrived."""
    found = await _shipment(order, shipment_id)
    order.require_own("shipment", shipment_id, found.seller_id)
    body = service.RecordDelivery(shipment_id, asked.delivered_at.astimezone(UTC), asked.proof)
    await order.do(body)
    return await _shipment(order, shipment_id)


@router.get("/orders/{order_id}/state", response_model=ORDER_STATE)
async def get_order_state(order_id: shapes.Order, asker: Reader) -> Record | None:
    """Show what has become of an order, with its shipment and its invoice."""
    await order_of(asker, order_id)
    async with asker.reading() as connection:
        return await find.order_state(connection, order_id)


async def _shipment(asker: Asker, shipment_id: ShipmentId) -> Shipment:
    async with asker.reading() as connection:
        found = await find.shipment(connection, shipment_id)
    if found is None or not asker.sees(found.seller_id, found.buyer_id):
        raise NotFound("shipment", str(shipment_id))
    return found
