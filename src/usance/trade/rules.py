"""Which lines are a sale or a return, and what they come to."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from usance.kernel.errors import Code
from usance.kernel.ids import OrderId, PartyId
from usance.kernel.money import Currency, Money, Rounding, convert
from usance.trade.errors import (
    ADJUSTMENT,
    LINE_TOO_LARGE,
    NO_CUSTOMER,
    NOT_GOODS,
    TWO_BUYERS,
    UNKNOWN_COUNTRY,
    ZERO_PRICE,
    ZERO_QUANTITY,
)
from usance.trade.model import Reject, ShopLine

# Ten thousand such lines still fit the book's 63 bits, and no order has as many.
_MINOR_MAX: Final = 10**14

# Why a line stays out, in order of precedence: the first that holds is told.
LEFT_OUT: Final[tuple[tuple[Code, str, Callable[[ShopLine], bool]], ...]] = (
    (NOT_GOODS, "stock_code", lambda line: not line.is_goods),
    (ADJUSTMENT, "invoice_no", lambda line: line.adjusts),
    (ADJUSTMENT, "unit_price", lambda line: line.unit_price < 0),
    (ZERO_QUANTITY, "quantity", lambda line: line.quantity == 0),
    (ADJUSTMENT, "quantity", lambda line: (line.quantity < 0) is not line.cancels),
    (ZERO_PRICE, "unit_price", lambda line: line.unit_price == 0),
    (NO_CUSTOMER, "customer_no", lambda line: not line.customer_no),
    (UNKNOWN_COUNTRY, "country_name", lambda line: not line.country),
)


def left_out(line: ShopLine, amount: Money) -> Reject | None:
    """Return why a line stays out, None for a sale or a return of goods.

    amount: as `line_amount` reckons it.
    """
    for code, field, holds in LEFT_OUT:
        if holds(line):
            return reject(line, code, field, getattr(line, field))
    if amount.minor == 0:
        return reject(line, ZERO_PRICE, "unit_price", line.unit_price)
    if amount.minor > _MINOR_MAX:
        return reject(line, LINE_TOO_LARGE, "amount", amount)
    return None


def reject(line: ShopLine, code: Code, field: str, value: object) -> Reject:
    """Return the reject of a line that could be read."""
    return Reject(line.line, line.text, line.invoice_no, code, field, str(value))


# The same few quantities and prices come again and again in a shop's file.
@lru_cache(maxsize=16_384)
def line_amount(quantity: int, unit_price: Decimal, currency: Currency) -> Money:
    """Return quantity × unit price as money above or below zero, rounded half-even."""
    whole_units = Money(quantity * 10**currency.exponent, currency)
    return convert(whole_units, unit_price, currency, Rounding.HALF_EVEN)


# ---- one invoice: the lines that stay, and who bought ----


class GoodLine(NamedTuple):
    """A line that is a sale or a return.

    ordinal: its place among all lines of its invoice. amount: above zero, also of a return.
    """

    ordinal: int
    line: ShopLine
    amount: Money


def of_one_buyer(lines: Sequence[GoodLine]) -> tuple[list[GoodLine], list[Reject]]:
    """Return the lines that name the first one's customer and country, and the others' rejects."""
    first = lines[0].line
    kept, rejected = [], []
    for good in lines:
        line = good.line
        if line.customer_no != first.customer_no:
            rejected.append(reject(line, TWO_BUYERS, "customer_no", line.customer_no))
        elif line.country != first.country:
            rejected.append(reject(line, TWO_BUYERS, "country_name", line.country_name))
        else:
            kept.append(good)
    return kept, rejected


# ---- goods that come back ----


class Returnable:
    """What a buyer bought of one stock code in one order and has still got."""

    __slots__ = (
        "amount_left",
        "buyer_id",
        "order_id",
        "placed_at",
        "quantity_left",
        "stock_code",
        "unit_price",
    )

    def __init__(
        self,
        order_id: OrderId,
        buyer_id: PartyId,
        stock_code: str,
        placed_at: datetime,
        unit_price: Decimal,
        quantity_left: int,
        amount_left: int,
    ) -> None:
        self.order_id = order_id
        self.buyer_id = buyer_id
        self.stock_code = stock_code
        self.placed_at = placed_at
        self.unit_price = unit_price
        self.quantity_left = quantity_left
        self.amount_left = amount_left

    def covers(self, good: GoodLine, returned_at: datetime) -> bool:
        """Whether a line of a cancellation can take its goods back from here.

        It cannot where it asks for more than was bought and kept, or for a higher price.
        """
        return (
            self.placed_at <= returned_at
            and self.quantity_left >= -good.line.quantity
            and self.unit_price >= good.line.unit_price
            and self.amount_left > 0
        )

    def take(self, good: GoodLine) -> GoodLine:
        """Take the goods of a line back. Never more money comes back than was paid.

        Line amounts are rounded one by one, so the last return may ask for a minor unit more
        than is left of the order line; it gets what is left.
        """
        amount = min(good.amount.minor, self.amount_left)
        self.quantity_left += good.line.quantity
        self.amount_left -= amount
        return good._replace(amount=Money(amount, good.amount.currency))


def link(
    lines: Sequence[GoodLine], returned_at: datetime, bought: Sequence[Returnable]
) -> dict[OrderId | None, list[GoodLine]]:
    """Return the lines of a cancellation by the order whose goods they take back.

    bought: the buyer's, the latest first. A line goes to the latest order that covers it, and
    to None where none does. What is taken is counted in `bought`.
    """
    linked: dict[OrderId | None, list[GoodLine]] = {}
    for good in lines:
        for candidate in bought:
            if candidate.stock_code == good.line.stock_code and candidate.covers(good, returned_at):
                linked.setdefault(candidate.order_id, []).append(candidate.take(good))
                break
        else:
            linked.setdefault(None, []).append(good)
    return linked
