"""Where orders and returns are kept, and the papers that follow.

Ordinary transactions add orders and returns; none is ever changed. The papers are the engine's. No
command of the payment path reads one of them, so none stays in memory: a command loads what it
names.
"""

from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.schema import SchemaItem

from usance.kernel.records import Record
from usance.runtime.rows import ROOM_TO_CHANGE, HotTable, cold_table, hot_table, on_demand, view
from usance.trade.model import (
    CreditNote,
    DocumentNumber,
    GoodsReturn,
    GoodsReturnLine,
    Invoice,
    Order,
    OrderLine,
    OrderState,
    Shipment,
    WarehouseReceipt,
)

SCHEMA: Final = "trade"
R = TypeVar("R", bound=Record)

# Ids are time-ordered, so the index by seller and id lists a seller's orders by time.
ORDERS: Final = cold_table(
    SCHEMA,
    "orders",
    Order,
    sa.UniqueConstraint("seller_id", "invoice_no"),
    sa.Index("orders_seller", "seller_id", "id"),
    sa.Index("orders_buyer", "buyer_id"),
    # A transfer names an invoice and not its seller.
    sa.Index("orders_invoice", "invoice_no"),
    key="id",
)
ORDER_LINES: Final = cold_table(
    SCHEMA,
    "order_lines",
    OrderLine,
    key=("order_id", "ordinal"),
    references={"order_id": "trade.orders.id"},
)
GOODS_RETURNS: Final = cold_table(
    SCHEMA,
    "goods_returns",
    GoodsReturn,
    sa.UniqueConstraint("seller_id", "invoice_no", "order_id", postgresql_nulls_not_distinct=True),
    sa.Index("goods_returns_order", "order_id"),
    key="id",
    references={"order_id": "trade.orders.id"},
)
GOODS_RETURN_LINES: Final = cold_table(
    SCHEMA,
    "goods_return_lines",
    GoodsReturnLine,
    key=("return_id", "ordinal"),
    references={"return_id": "trade.goods_returns.id"},
)


def _papers(
    name: str,
    record: type[R],
    *constraints: SchemaItem,
    key: str = "id",
    added_only: bool = False,
) -> HotTable[Any, R]:
    return hot_table(
        SCHEMA,
        name,
        record,
        *constraints,
        key=key,
        keep=on_demand,
        added_only=added_only,
        storage=None if added_only else ROOM_TO_CHANGE,
    )


ORDER_STATES: Final = _papers(
    "order_states",
    OrderState,
    sa.CheckConstraint("stage in ('placed', 'shipped', 'delivered')"),
    sa.CheckConstraint("(stage = 'placed') = (shipment_id is null)"),
    key="order_id",
)
SHIPMENTS: Final = _papers(
    "shipments",
    Shipment,
    # An order is shipped once; the last line behind its state.
    sa.UniqueConstraint("order_id"),
    sa.CheckConstraint("delivered_at >= shipped_at"),
    sa.Index("shipments_seller", "seller_id", "id"),
    sa.Index("shipments_buyer", "buyer_id", "id"),
)
INVOICES: Final = _papers(
    "invoices",
    Invoice,
    # An order is invoiced once; the last line behind its state.
    sa.UniqueConstraint("order_id"),
    sa.CheckConstraint("due_date >= issued_on"),
    sa.CheckConstraint("amount_minor > 0"),
    sa.CheckConstraint("payable_minor >= 0"),
    sa.CheckConstraint("payable_minor + credited_minor <= amount_minor"),
    sa.CheckConstraint("(status = 'credited') = (payable_minor = 0)"),
    sa.Index("invoices_seller", "seller_id", "id"),
    sa.Index("invoices_buyer", "buyer_id", "id"),
)
CREDIT_NOTES: Final = _papers(
    "credit_notes",
    CreditNote,
    sa.CheckConstraint("amount_minor > 0"),
    sa.Index("credit_notes_invoice", "invoice_id"),
    added_only=True,
)
WAREHOUSE_RECEIPTS: Final = _papers(
    "warehouse_receipts",
    WarehouseReceipt,
    sa.CheckConstraint("unit_value_minor > 0"),
    sa.CheckConstraint("quantity >= 0"),
    sa.CheckConstraint("(status = 'released') = (quantity = 0)"),
    sa.Index("warehouse_receipts_owner", "owner_id", "id"),
    sa.Index("warehouse_receipts_keeper", "keeper_id", "id"),
)
NUMBERS: Final = _papers("document_numbers", DocumentNumber, key="number", added_only=True)

# Published. `v_references` leads from an id to the next one nearer to the order.
view(
    SCHEMA,
    "v_orders",
    """
    select id, seller_id, buyer_id, invoice_no, amount_minor, amount_currency, placed_at,
           source_date, country, line_count
    from trade.orders
    """,
)
view(
    SCHEMA,
    "v_references",
    """
    select id, order_id as refers_to from trade.goods_returns
    union all select id, order_id from trade.shipments
    union all select id, order_id from trade.invoices
    union all select id, invoice_id from trade.credit_notes
    """,
)
