"""Orders, their lines, and goods that come back."""

from datetime import date, datetime
from decimal import Decimal

from usance.kernel.errors import Code
from usance.kernel.ids import GoodsReturnId, OrderId, PartyId
from usance.kernel.money import Money
from usance.kernel.records import Record


class ShopLine(Record, frozen=True, gc=False):
    """One line of a shop's file, read and cleaned, not judged yet.

    line: where it begins in the file, from 1. cancels: it takes goods back. adjusts: its invoice
    is one that corrects accounts. is_goods: its stock code is not one of postage, fees and the
    like. quantity: as it stands there, so negative where goods come back. placed_at: UTC.
    source_date: the shop's own calendar day. country: ISO 3166 alpha-2, "" where `country_name`
    names none. customer_no: "" where there is none. text: the line as it stood in the file.
    """

    line: int
    text: str
    invoice_no: str
    cancels: bool
    adjusts: bool
    is_goods: bool
    stock_code: str
    description: str
    quantity: int
    unit_price: Decimal
    placed_at: datetime
    source_date: date
    customer_no: str
    country: str
    country_name: str


class Reject(Record, frozen=True):
    """A line that stays out, and why.

    invoice_no: "" where the line is too broken to tell. field, value: what the code's sentence
    is about.
    """

    line: int
    text: str
    invoice_no: str
    code: Code
    field: str = ""
    value: str = ""


class Order(Record, frozen=True):
    """What a buyer bought from a seller at one time: one invoice of the seller's.

    amount: the goods, the sum of the lines. placed_at: UTC, moved by whole weeks where the
    import was told to. source_date: the day in the seller's file, never moved.
    country: the buyer's, ISO 3166 alpha-2.
    """

    id: OrderId
    seller_id: PartyId
    buyer_id: PartyId
    invoice_no: str
    amount: Money
    placed_at: datetime
    source_date: date
    country: str
    line_count: int


class OrderLine(Record, frozen=True, gc=False):
    """Some goods of one order.

    ordinal: the line's place among all lines of its invoice, from 1, those left out included.
    amount: quantity at unit price, rounded half-even to the minor unit.
    """

    order_id: OrderId
    ordinal: int
    stock_code: str
    description: str
    quantity: int
    unit_price: Decimal
    amount: Money


class GoodsReturn(Record, frozen=True):
    """Goods that come back under one cancellation, as far as they belong to one order.

    order_id: None where no order with these goods is known; such a return moves no money.
    invoice_no: of the cancellation. amount: what the buyer gets back, above zero.
    """

    id: GoodsReturnId
    seller_id: PartyId
    buyer_id: PartyId
    order_id: OrderId | None
    invoice_no: str
    amount: Money
    returned_at: datetime
    source_date: date
    line_count: int


class GoodsReturnLine(Record, frozen=True):
    """Some goods that come back. quantity and amount are above zero.

    ordinal: the line's place among all lines of its cancellation.
    """

    return_id: GoodsReturnId
    ordinal: int
    stock_code: str
    description: str
    quantity: int
    unit_price: Decimal
    amount: Money


class ImportReport(Record, frozen=True):
    """What an import did: every line is added, known already, or rejected.

    lines = lines_added + lines_known + the sum of `rejected` (by reason).
    """

    lines: int
    orders: int
    orders_known: int
    returns_linked: int
    returns_unlinked: int
    returns_known: int
    lines_added: int
    lines_known: int
    rejected: dict[str, int]
