"""What the papers of trade say now, for the stages of every chapter.

None of them stays in memory: a stage prepares what its commands name, then asks for it.
"""

from collections.abc import Sequence

from usance.kernel.draft import Draft
from usance.kernel.ids import InvoiceId, OrderId, WarehouseReceiptId
from usance.runtime.commands import Loader
from usance.trade.model import Invoice, OrderState, WarehouseReceipt
from usance.trade.tables import INVOICES, ORDER_STATES, WAREHOUSE_RECEIPTS


async def prepare_order_states(loader: Loader, orders: Sequence[OrderId]) -> None:
    """Make visible what has become of orders."""
    await loader.rows(ORDER_STATES, orders)


def order_state_of(draft: Draft, order_id: OrderId) -> OrderState:
    """Return what has become of an order that is known: it was placed, or more."""
    return draft.get(ORDER_STATES, order_id) or OrderState(order_id)


async def prepare_invoices(loader: Loader, invoices: Sequence[InvoiceId]) -> None:
    """Make invoices visible."""
    await loader.rows(INVOICES, invoices)


def invoice_of(draft: Draft, invoice_id: InvoiceId) -> Invoice | None:
    """Return an invoice that was made visible."""
    return draft.get(INVOICES, invoice_id)


async def prepare_warehouse_receipts(
    loader: Loader, receipts: Sequence[WarehouseReceiptId]
) -> None:
    """Make warehouse receipts visible."""
    await loader.rows(WAREHOUSE_RECEIPTS, receipts)


def warehouse_receipt_of(draft: Draft, receipt_id: WarehouseReceiptId) -> WarehouseReceipt | None:
    """Return a warehouse receipt that was made visible."""
    return draft.get(WAREHOUSE_RECEIPTS, receipt_id)
