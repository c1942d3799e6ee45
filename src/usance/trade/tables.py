"""Where orders and returns are kept. Ordinary transactions add rows; none is ever changed."""

from typing import Final

import sqlalchemy as sa

from usance.runtime.rows import cold_table, view
from usance.trade.model import GoodsReturn, GoodsReturnLine, Order, OrderLine

SCHEMA: Final = "trade"

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
    """,
)
