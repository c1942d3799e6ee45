"""Shipments, invoices, credit notes and warehouse receipts: what can be read."""

from typing import Any, Final, TypeVar
from uuid import UUID

from usance.kernel.ids import InvoiceId, OrderId, PartyId, ShipmentId, WarehouseReceiptId
from usance.kernel.records import Record
from usance.runtime.rows import HotTable
from usance.trade.model import (
    CreditNote,
    Invoice,
    InvoiceStatus,
    OrderState,
    Shipment,
    StockStatus,
    WarehouseReceipt,
)
from usance.trade.store.reader import Reader
from usance.trade.tables import (
    CREDIT_NOTES,
    INVOICES,
    ORDER_STATES,
    SHIPMENTS,
    WAREHOUSE_RECEIPTS,
)

R = TypeVar("R", bound=Record)
_OF_PARTY: Final = "($3::uuid is null or seller_id = $3 or buyer_id = $3)"
_OF_ORDER: Final = " and ($4::uuid is null or order_id = $4)"
_PAGE: Final = " and ($1::uuid is null or id > $1) order by id limit $2"


async def order_state(reader: Reader, order_id: OrderId) -> OrderState:
    """Return what has become of an order that is known."""
    found = await _rows(reader, ORDER_STATES, "order_id = $1", order_id)
    return found[0] if found else OrderState(order_id)


async def shipment(reader: Reader, shipment_id: ShipmentId) -> Shipment | None:
    """Return one shipment."""
    return await _one(reader, SHIPMENTS, shipment_id)


async def shipments(
    reader: Reader,
    party_id: PartyId | None,
    order_id: OrderId | None,
    after: ShipmentId | None,
    limit: int,
) -> list[Shipment]:
    """Return shipments, the earliest first: one party's, one order's, where they are named."""
    return await _rows(
        reader,
        SHIPMENTS,
        _OF_PARTY + _OF_ORDER + _PAGE,
        after,
        limit,
        party_id,
        order_id,
    )


async def invoice(reader: Reader, invoice_id: InvoiceId) -> Invoice | None:
    """Return one invoice."""
    return await _one(reader, INVOICES, invoice_id)


async def invoices(
    reader: Reader,
    party_id: PartyId | None,
    order_id: OrderId | None,
    status: InvoiceStatus | None,
    after: InvoiceId | None,
    limit: int,
) -> list[Invoice]:
    """Return invoices, the earliest first: one party's, one order's, of one status."""
    return await _rows(
        reader,
        INVOICES,
        _OF_PARTY + _OF_ORDER + " and ($5::text is null or status = $5)" + _PAGE,
        after,
        limit,
        party_id,
        order_id,
        status,
    )


async def credit_notes(reader: Reader, invoice_id: InvoiceId) -> list[CreditNote]:
    """Return what was taken off an invoice, the earliest first."""
    return await _rows(reader, CREDIT_NOTES, "invoice_id = $1 order by id", invoice_id)


async def warehouse_receipt(
    reader: Reader, receipt_id: WarehouseReceiptId
) -> WarehouseReceipt | None:
    """Return one warehouse receipt."""
    return await _one(reader, WAREHOUSE_RECEIPTS, receipt_id)


async def warehouse_receipts(
    reader: Reader,
    party_id: PartyId | None,
    status: StockStatus | None,
    after: WarehouseReceiptId | None,
    limit: int,
) -> list[WarehouseReceipt]:
    """Return warehouse receipts, the earliest first: one owner's or keeper's, of one status."""
    return await _rows(
        reader,
        WAREHOUSE_RECEIPTS,
        "($3::uuid is null or owner_id = $3 or keeper_id = $3)"
        " and ($4::text is null or status = $4)" + _PAGE,
        after,
        limit,
        party_id,
        status,
    )


async def _one(reader: Reader, table: HotTable[Any, R], identifier: UUID) -> R | None:
    found = await _rows(reader, table, "id = $1", identifier)
    return found[0] if found else None


async def _rows(reader: Reader, table: HotTable[Any, R], where: str, *values: object) -> list[R]:
    rows = await reader.fetch(
        f"select {', '.join(table.shape.columns)} from {table.name} where {where}",  # noqa: S608
        *values,
    )
    return table.shape.from_rows(rows)
