"""Find orders and returns, for the other chapters and the mouths.

Each takes whatever can fetch: a connection, or the loader of an engine stage.
"""

from usance.trade.store import (
    Reader,
    has_bought,
    lines_of_order,
    order_of_invoice,
    orders,
    orders_by_id,
    orders_of_invoices,
    returns_by_id,
    returns_of_order,
)

__all__ = [
    "Reader",
    "has_bought",
    "lines_of_order",
    "order_of_invoice",
    "orders",
    "orders_by_id",
    "orders_of_invoices",
    "returns_by_id",
    "returns_of_order",
]
