"""Trade orders, their lines, and the goods that came back."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.pages import Cursor, Limit, PageOf, after_id, page, whole
from usance.api.shapes import page_of, shape
from usance.kernel.errors import MALFORMED_INPUT, NotFound
from usance.kernel.ids import OrderId
from usance.kernel.records import Record
from usance.trade.model import GoodsReturn, Order, OrderLine
from usance.trade.service import find_orders as find

router = APIRouter(tags=["orders"])
ORDER: Final = shape(Order, "order")
ORDER_LINE: Final = shape(OrderLine)
GOODS_RETURN: Final = shape(GoodsReturn, "goods_return")
Reader = Annotated[Asker, Depends(reads("orders:read"))]


@router.get("/orders", response_model=page_of(ORDER))
async def list_orders(
    asker: Reader,
    seller_id: shapes.Party | None = None,
    invoice_no: Annotated[
        shapes.Word | None, Query(description="The order that this invoice of the seller is.")
    ] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> PageOf:
    """List orders, the earliest first."""
    after = after_id("orders", cursor, OrderId)
    if not asker.sees(seller_id or asker.bound_to):
        return whole([])
    seller = asker.bound_to or seller_id
    async with asker.reading() as connection:
        if invoice_no is None:
            rows = await find.orders(connection, seller, after, limit + 1)
            return page("orders", rows, limit, lambda row: row.id)
        if seller is None:
            raise MALFORMED_INPUT.invalid("seller_id", "whose invoice it is must be said")
        one = await find.order_of_invoice(connection, seller, invoice_no)
    return whole([] if one is None else [one])


@router.get("/orders/{order_id}", response_model=ORDER)
async def get_order(order_id: shapes.Order, asker: Reader) -> Record | None:
    """Show an order."""
    return await order_of(asker, order_id)


@router.get("/orders/{order_id}/lines", response_model=page_of(ORDER_LINE))
async def list_order_lines(order_id: shapes.Order, asker: Reader) -> PageOf:
    """List the lines of an order."""
    await order_of(asker, order_id)
    async with asker.reading() as connection:
        return whole(await find.lines_of_order(connection, order_id))


@router.get("/orders/{order_id}/returns", response_model=page_of(GOODS_RETURN))
async def list_goods_returns(order_id: shapes.Order, asker: Reader) -> PageOf:
    """List what came back of an order."""
    await order_of(asker, order_id)
    async with asker.reading() as connection:
        return whole(await find.returns_of_order(connection, order_id))


async def order_of(asker: Asker, order_id: OrderId) -> Order:
    """Return an order that the caller may see. Raises NotFound."""
    async with asker.reading() as connection:
        found = (await find.orders_by_id(connection, [order_id])).get(order_id)
    if found is None or not asker.sees(found.seller_id):
        raise NotFound("order", str(order_id))
    return found
