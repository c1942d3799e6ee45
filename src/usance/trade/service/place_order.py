"""A shop – places – one order: all of its lines, or nothing of it.

Rules, identity and facts are those of an import. An order is its seller's invoice: placed again
it is the same one, and with other words it is refused, for what is known is never overwritten.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from usance.kernel.errors import Refusal
from usance.kernel.ids import PartyId, UserId
from usance.kernel.money import Currency
from usance.kernel.records import Record
from usance.policy.model import ANY_SCOPE
from usance.policy.service import row_in_force
from usance.runtime.database import Connection
from usance.trade import store
from usance.trade.errors import DIFFERS_FROM_KNOWN, ORDER_AHEAD
from usance.trade.model import Order, Reject, ShopLine
from usance.trade.ports import Buyers
from usance.trade.rules import left_out, line_amount
from usance.trade.service.import_orders import ImportOrders, import_orders

_OF_A_LINE = frozenset({"stock_code", "description", "quantity", "unit_price", "amount"})


class LineAsked(Record, frozen=True):
    """Some goods of an order. quantity: above zero. unit_price: in the order's currency."""

    stock_code: str
    description: str
    quantity: int
    unit_price: Decimal


class PlaceOrder(Record, frozen=True):
    """What a buyer has bought of a seller at one time.

    customer_no, country: by which `Buyers` knows the buyer. source_date: the seller's own day.
    """

    seller_id: PartyId
    actor: UserId
    invoice_no: str
    currency: Currency
    placed_at: datetime
    source_date: date
    customer_no: str
    country: str
    lines: tuple[LineAsked, ...]


class Placed(Record, frozen=True):
    """An order, and whether it was not known before."""

    order: Order
    is_new: bool


async def place_order(
    connection: Connection, command: PlaceOrder, buyers: Buyers, now: datetime
) -> Placed | Refusal:
    """Place an order; doing it again returns the same one. connection: outside a transaction.

    now: the book's time. Refuses, naming the line as `lines[0]`: order_ahead_of_time, zero_price,
    line_too_large, differs_from_known.
    """
    row = await row_in_force(connection, "trade.order", ANY_SCOPE, now.date())
    # Books that were made before there was the rule have no row of it.
    if row is not None:
        latest = now + timedelta(hours=row.integer("ahead_hours_max"))
        if command.placed_at > latest:
            return ORDER_AHEAD.refuse("placed_at", latest.isoformat())
    lines = [_shop_line(command, number, line) for number, line in enumerate(command.lines, 1)]
    for line in lines:
        amount = line_amount(line.quantity, line.unit_price, command.currency)
        reject = left_out(line, amount)
        if reject is not None:
            return _refusal(reject)
    rejects: list[Reject] = []
    asked = ImportOrders(command.seller_id, command.actor)
    report = await import_orders(
        connection, asked, _OneOrder(command.currency, lines), buyers, rejects.append
    )
    if rejects:
        return _refusal(min(rejects, key=lambda each: each.line))
    order = await store.order_of_invoice(connection, command.seller_id, command.invoice_no)
    assert order is not None, "it was placed, or was there"
    if order.line_count != len(lines):
        return DIFFERS_FROM_KNOWN.refuse("lines", len(lines))
    return Placed(order, report.orders == 1)


class _OneOrder:
    """Implements trade.ports.OrderFile over the lines of one order."""

    bytes_total = 0
    bytes_read = 0

    def __init__(self, currency: Currency, lines: Sequence[ShopLine]) -> None:
        self.currency = currency
        self._lines = lines

    def invoice_numbers(self) -> Iterator[tuple[int, str]]:
        for line in self._lines:
            yield line.line, line.invoice_no

    def lines(self) -> Iterator[ShopLine | Reject]:
        yield from self._lines


def _shop_line(command: PlaceOrder, number: int, line: LineAsked) -> ShopLine:
    return ShopLine(
        line=number,
        text="",
        invoice_no=command.invoice_no,
        cancels=False,
        adjusts=False,
        is_goods=True,
        stock_code=line.stock_code,
        description=line.description,
        quantity=line.quantity,
        unit_price=line.unit_price,
        placed_at=command.placed_at,
        source_date=command.source_date,
        customer_no=command.customer_no,
        country=command.country,
        country_name=command.country,
    )


def _refusal(reject: Reject) -> Refusal:
    place, field = f"lines[{reject.line - 1}]", reject.field
    if field in _OF_A_LINE:
        return reject.code.refuse(f"{place}.{field}", reject.value)
    return reject.code.refuse(field if field.isidentifier() else place, reject.value)
