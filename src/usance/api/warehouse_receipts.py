"""Warehouse receipts: what keepers hold for owners, since when, and what it is worth."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import Field

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.idempotency import Order, asks
from usance.api.pages import Cursor, Limit, PageOf, after_id, page
from usance.api.shapes import Asked, page_of, shape
from usance.kernel.errors import NotFound
from usance.kernel.ids import WarehouseReceiptId
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.trade import service
from usance.trade.events import WarehouseReceiptIssued
from usance.trade.model import StockMove, StockStatus, WarehouseReceipt
from usance.trade.service import find_papers as find

router = APIRouter(tags=["trade"])
Quantity = Annotated[int, Field(ge=1, le=10**12)]


class WarehouseReceiptAsked(Asked):
    """Say that a keeper holds goods of an owner."""

    receipt_no: shapes.Word
    keeper_id: shapes.Party
    owner_id: shapes.Party
    goods: shapes.Text
    unit: shapes.Word = Field(description="What is counted.", examples=["piece", "kg"])
    quantity: Quantity
    unit_value: shapes.Amount
    stored_on: shapes.Day


class StockMoveAsked(Asked):
    """Goods come to a receipt or leave it."""

    move: StockMove
    quantity: Quantity
    reference: shapes.Word = Field(description="Of the paper that says so.")


class RevaluationAsked(Asked):
    """One unit of the goods is worth something else."""

    unit_value: shapes.Amount
    source: shapes.Text = Field(description="Who says so.")


WAREHOUSE_RECEIPT: Final = shape(
    WarehouseReceipt,
    "warehouse_receipt",
    more={"value": (Money, lambda receipt: receipt.value)},
)
Reader = Annotated[Asker, Depends(reads("stock:read"))]


@router.post("/warehouse_receipts", status_code=201, response_model=WAREHOUSE_RECEIPT)
async def issue_warehouse_receipt(
    asked: WarehouseReceiptAsked,
    order: Annotated[Order, Depends(asks("issue_warehouse_receipt"))],
) -> Record | None:
    """Say that a keeper holds goods of an owner.

    It is the keeper's word, or the operator's who has it from the keeper.
    """
    order.require_own("party", asked.keeper_id, asked.keeper_id)
    body = service.IssueWarehouseReceipt(
        asked.receipt_no,
        asked.keeper_id,
        asked.owner_id,
        asked.goods,
        asked.unit,
        asked.quantity,
        asked.unit_value,
        asked.stored_on,
    )
    outcome = await order.do(body)
    return await _receipt(order, outcome.part(WarehouseReceiptIssued).warehouse_receipt_id)


@router.get("/warehouse_receipts", response_model=page_of(WAREHOUSE_RECEIPT))
async def list_warehouse_receipts(
    asker: Reader,
    status: StockStatus | None = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> PageOf:
    """List warehouse receipts, the earliest first.

    An owner sees those of its goods, a keeper its own.
    """
    after = after_id("warehouse_receipts", cursor, WarehouseReceiptId)
    async with asker.reading() as connection:
        rows = await find.warehouse_receipts(connection, asker.bound_to, status, after, limit + 1)
    return page("warehouse_receipts", rows, limit, lambda row: row.id)


@router.get("/warehouse_receipts/{warehouse_receipt_id}", response_model=WAREHOUSE_RECEIPT)
async def get_warehouse_receipt(
    warehouse_receipt_id: shapes.WarehouseReceipt, asker: Reader
) -> Record | None:
    """Show a warehouse receipt."""
    return await _receipt(asker, warehouse_receipt_id)


@router.post(
    "/warehouse_receipts/{warehouse_receipt_id}/moves",
    status_code=201,
    response_model=WAREHOUSE_RECEIPT,
)
async def move_stock(
    warehouse_receipt_id: shapes.WarehouseReceipt,
    asked: StockMoveAsked,
    order: Annotated[Order, Depends(asks("move_stock"))],
) -> Record | None:
    """Add goods to a receipt, or let them go.

    What is added counts as old as what is there; the last goods that leave end the receipt.
    """
    found = await _receipt(order, warehouse_receipt_id)
    order.require_own("warehouse receipt", warehouse_receipt_id, found.keeper_id)
    body = service.MoveStock(warehouse_receipt_id, asked.move, asked.quantity, asked.reference)
    await order.do(body)
    return await _receipt(order, warehouse_receipt_id)


@router.post("/warehouse_receipts/{warehouse_receipt_id}/revalue", response_model=WAREHOUSE_RECEIPT)
async def revalue_stock(
    warehouse_receipt_id: shapes.WarehouseReceipt,
    asked: RevaluationAsked,
    order: Annotated[Order, Depends(asks("revalue_stock"))],
) -> Record | None:
    """Say what one unit of the goods is worth now."""
    found = await _receipt(order, warehouse_receipt_id)
    order.require_own("warehouse receipt", warehouse_receipt_id, found.keeper_id)
    await order.do(service.RevalueStock(warehouse_receipt_id, asked.unit_value, asked.source))
    return await _receipt(order, warehouse_receipt_id)


async def _receipt(asker: Asker, receipt_id: WarehouseReceiptId) -> WarehouseReceipt:
    async with asker.reading() as connection:
        found = await find.warehouse_receipt(connection, receipt_id)
    if found is None or not asker.sees(found.owner_id, found.keeper_id):
        raise NotFound("warehouse receipt", str(receipt_id))
    return found
