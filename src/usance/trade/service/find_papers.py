"""Find shipments, invoices and warehouse receipts, for the other chapters and the mouths."""

from usance.trade.store import (
    credit_notes,
    invoice,
    invoices,
    order_state,
    shipment,
    shipments,
    warehouse_receipt,
    warehouse_receipts,
)

__all__ = [
    "credit_notes",
    "invoice",
    "invoices",
    "order_state",
    "shipment",
    "shipments",
    "warehouse_receipt",
    "warehouse_receipts",
]
