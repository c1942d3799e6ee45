"""Orders and returns: what is known of them, what is added, what can be read."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import msgspec

from usance.kernel.ids import GoodsReturnId, OrderId, PartyId
from usance.kernel.records import Record
from usance.runtime.database import Connection
from usance.runtime.rows import RowShape
from usance.trade.model import GoodsReturn, GoodsReturnLine, Order, OrderLine
from usance.trade.rules import Returnable
from usance.trade.store.reader import Reader
from usance.trade.tables import SCHEMA

_ORDER: Final = RowShape(Order)
_ORDER_LINE: Final = RowShape(OrderLine)
_RETURN: Final = RowShape(GoodsReturn)
_RETURN_LINE: Final = RowShape(GoodsReturnLine)
# Column names come from our records; values are always parameters.
_SELECT_ORDERS: Final = f"select {', '.join(_ORDER.columns)} from trade.orders"  # noqa: S608
_SELECT_RETURNS: Final = f"select {', '.join(_RETURN.columns)} from trade.goods_returns"  # noqa: S608
_SELECT_ORDER_LINES: Final = f"select {', '.join(_ORDER_LINE.columns)} from trade.order_lines"  # noqa: S608


class KnownLine(msgspec.Struct, frozen=True):
    """What an imported line said, as far as another file may say otherwise."""

    stock_code: str
    description: str
    quantity: int
    unit_price: Decimal


# ---- import: what is known ----


async def lock_seller(connection: Connection, seller_id: PartyId) -> None:
    """Wait until no other import writes this seller's orders; held to the transaction's end."""
    await connection.execute(
        "select pg_advisory_xact_lock(hashtextextended('trade.orders ' || $1, 0))", str(seller_id)
    )


async def known_orders(
    connection: Connection, seller_id: PartyId, invoice_nos: Collection[str]
) -> dict[str, Order]:
    """Return which of these invoices are orders already, by invoice number."""
    rows = await connection.fetch(
        _SELECT_ORDERS + " where seller_id = $1 and invoice_no = any($2::text[])",
        seller_id,
        list(invoice_nos),
    )
    return {order.invoice_no: order for order in _ORDER.from_rows(rows)}


async def known_order_lines(
    connection: Connection, orders: Collection[Order]
) -> Mapping[str, Mapping[int, KnownLine]]:
    """Return the lines of orders by invoice number and ordinal."""
    rows = await connection.fetch(
        "select o.invoice_no, l.ordinal, l.stock_code, l.description, l.quantity, l.unit_price"
        " from trade.orders o join trade.order_lines l on l.order_id = o.id"
        " where o.id = any($1::uuid[])",
        [order.id for order in orders],
    )
    return _by_invoice(rows)


async def known_returns(
    connection: Connection, seller_id: PartyId, invoice_nos: Collection[str]
) -> dict[str, list[GoodsReturn]]:
    """Return which of these cancellations are returns already, by invoice number."""
    rows = await connection.fetch(
        _SELECT_RETURNS + " where seller_id = $1 and invoice_no = any($2::text[]) order by id",
        seller_id,
        list(invoice_nos),
    )
    found: dict[str, list[GoodsReturn]] = {}
    for back in _RETURN.from_rows(rows):
        found.setdefault(back.invoice_no, []).append(back)
    return found


async def known_return_lines(
    connection: Connection, returns: Collection[GoodsReturn]
) -> Mapping[str, Mapping[int, KnownLine]]:
    """Return the lines of returns by the cancellation's invoice number and ordinal."""
    rows = await connection.fetch(
        "select r.invoice_no, l.ordinal, l.stock_code, l.description, l.quantity, l.unit_price"
        " from trade.goods_returns r join trade.goods_return_lines l on l.return_id = r.id"
        " where r.id = any($1::uuid[])",
        [goods_return.id for goods_return in returns],
    )
    return _by_invoice(rows)


def _by_invoice(rows: Sequence[Any]) -> Mapping[str, Mapping[int, KnownLine]]:
    found: dict[str, dict[int, KnownLine]] = {}
    for invoice_no, ordinal, *content in rows:
        found.setdefault(invoice_no, {})[ordinal] = KnownLine(*content)
    return found


async def returnable(
    connection: Connection,
    seller_id: PartyId,
    goods: Collection[tuple[PartyId, str]],
    before: datetime,
) -> list[Returnable]:
    """Return what these buyers bought of these stock codes up to a moment and have still got.

    goods: (buyer, stock code). The latest order first.
    """
    rows = await connection.fetch(
        """
        with wanted as (
            select distinct * from unnest($2::uuid[], $3::text[]) w (buyer_id, stock_code)
        ),
        bought as (
            select o.id, o.buyer_id, l.stock_code, o.placed_at, sum(l.quantity)::bigint quantity,
                   sum(l.amount_minor)::bigint amount, max(l.unit_price) unit_price
            from trade.orders o
            join trade.order_lines l on l.order_id = o.id
            join wanted w on w.buyer_id = o.buyer_id and w.stock_code = l.stock_code
            where o.seller_id = $1 and o.placed_at <= $4
            group by o.id, l.stock_code
        ),
        returned as (
            select r.order_id, l.stock_code, sum(l.quantity)::bigint quantity,
                   sum(l.amount_minor)::bigint amount
            from trade.goods_returns r
            join trade.goods_return_lines l on l.return_id = r.id
            where r.order_id in (select id from bought)
            group by r.order_id, l.stock_code
        )
        select b.id, b.buyer_id, b.stock_code, b.placed_at, b.unit_price,
               b.quantity - coalesce(r.quantity, 0), b.amount - coalesce(r.amount, 0)
        from bought b
        left join returned r on r.order_id = b.id and r.stock_code = b.stock_code
        order by b.placed_at desc, b.id desc
        """,
        seller_id,
        [buyer_id for buyer_id, _ in goods],
        [stock_code for _, stock_code in goods],
        before,
    )
    return [Returnable(OrderId(row[0]), PartyId(row[1]), *row[2:]) for row in rows]


# ---- import: what is added ----


async def add_orders(
    connection: Connection, orders: Sequence[Order], lines: Sequence[OrderLine]
) -> None:
    """Add orders that are not known, with their lines."""
    await _copy(connection, "orders", _ORDER, orders)
    await _copy(connection, "order_lines", _ORDER_LINE, lines)


async def add_returns(
    connection: Connection, returns: Sequence[GoodsReturn], lines: Sequence[GoodsReturnLine]
) -> None:
    """Add returns that are not known, with their lines."""
    await _copy(connection, "goods_returns", _RETURN, returns)
    await _copy(connection, "goods_return_lines", _RETURN_LINE, lines)


async def _copy(
    connection: Connection, table: str, shape: RowShape[Any], rows: Sequence[Record]
) -> None:
    if rows:
        await connection.copy_records_to_table(
            table, schema_name=SCHEMA, columns=shape.columns, records=map(shape.to_row, rows)
        )


# ---- reading ----


async def orders_by_id(reader: Reader, ids: Collection[OrderId]) -> dict[OrderId, Order]:
    """Return the orders of these ids, as many as there are."""
    rows = await reader.fetch(_SELECT_ORDERS + " where id = any($1::uuid[])", list(ids))
    return {order.id: order for order in _ORDER.from_rows(rows)}


async def order_of_invoice(reader: Reader, seller_id: PartyId, invoice_no: str) -> Order | None:
    """Return the order that a seller's invoice is."""
    rows = await reader.fetch(
        _SELECT_ORDERS + " where seller_id = $1 and invoice_no = $2",
        seller_id,
        invoice_no,
    )
    return _ORDER.from_row(rows[0]) if rows else None


async def orders_of_invoices(
    reader: Reader, invoice_nos: Collection[str]
) -> dict[str, list[Order]]:
    """Return the orders of these invoices, whoever the sellers are, by invoice number."""
    found: dict[str, list[Order]] = {}
    if not invoice_nos:
        return found
    rows = await reader.fetch(
        _SELECT_ORDERS + " where invoice_no = any($1::text[]) order by id", list(invoice_nos)
    )
    for order in _ORDER.from_rows(rows):
        found.setdefault(order.invoice_no, []).append(order)
    return found


async def orders(
    reader: Reader, seller_id: PartyId | None, after: OrderId | None, limit: int
) -> list[Order]:
    """Return orders after a cursor, the earliest first; one seller's where it is named."""
    rows = await reader.fetch(
        _SELECT_ORDERS
        + " where ($1::uuid is null or seller_id = $1) and ($2::uuid is null or id > $2)"
        " order by id limit $3",
        seller_id,
        after,
        limit,
    )
    return _ORDER.from_rows(rows)


async def lines_of_order(reader: Reader, order_id: OrderId) -> list[OrderLine]:
    """Return the lines of an order, by ordinal."""
    rows = await reader.fetch(
        _SELECT_ORDER_LINES + " where order_id = $1 order by ordinal",
        order_id,
    )
    return _ORDER_LINE.from_rows(rows)


async def returns_of_order(reader: Reader, order_id: OrderId) -> list[GoodsReturn]:
    """Return what came back of an order, the earliest first."""
    rows = await reader.fetch(
        _SELECT_RETURNS + " where order_id = $1 order by id",
        order_id,
    )
    return _RETURN.from_rows(rows)


async def returns_by_id(
    reader: Reader, ids: Collection[GoodsReturnId]
) -> dict[GoodsReturnId, GoodsReturn]:
    """Return the returns of these ids, as many as there are."""
    rows = await reader.fetch(
        _SELECT_RETURNS + " where id = any($1::uuid[])",
        list(ids),
    )
    return {found.id: found for found in _RETURN.from_rows(rows)}


async def has_bought(connection: Connection, seller_id: PartyId, buyer_id: PartyId) -> bool:
    """Whether a seller has an order of a buyer: whom it may name again."""
    return bool(
        await connection.fetchval(
            "select exists (select from trade.orders where seller_id = $1 and buyer_id = $2)",
            seller_id,
            buyer_id,
        )
    )
