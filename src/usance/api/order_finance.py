"""Finance of orders, before there is a payment."""

from typing import Annotated

from fastapi import APIRouter, Depends

from usance.api import shapes
from usance.api.financing import OFFER
from usance.api.idempotency import Order, asks
from usance.api.shapes import Asked
from usance.financing import service
from usance.financing.events import OfferMade
from usance.financing.service import find_financing as find
from usance.kernel.errors import NotFound
from usance.kernel.records import Record
from usance.trade.service.find_orders import orders_by_id

router = APIRouter(tags=["financing"])


class OrderOfferAsked(Asked):
    """Ask one funder to finance an order before it is paid for."""

    facility_id: shapes.Facility


@router.post("/orders/{order_id}/offers", status_code=201, response_model=OFFER)
async def request_order_offer(
    order_id: shapes.Order,
    asked: OrderOfferAsked,
    order: Annotated[Order, Depends(asks("request_order_offer"))],
) -> Record | None:
    """Ask one funder to finance an order before it is paid for.

    Whether it may be drawn is judged when it is accepted. Once the buyer has paid, a programme
    for receivables may offer more: its draw repays this one.
    """
    async with order.reading() as connection:
        known = (await orders_by_id(connection, [order_id])).get(order_id)
    if known is None:
        raise NotFound("order", str(order_id))
    order.require_own("order", order_id, known.seller_id)
    outcome = await order.do(service.RequestOrderOffer(order_id, asked.facility_id))
    async with order.reading() as connection:
        return await find.offer(connection, outcome.part(OfferMade).offer_id)
