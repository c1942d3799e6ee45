"""Which lines are a sale or a return, and what they come to."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from usance.kernel.errors import Code
from usance.kernel.money import Currency, Money, Rounding, convert
from usance.trade.errors import (
    ADJUSTMENT,
    LINE_TOO_LARGE,
    NO_CUSTOMER,
    NOT_GOODS,
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


def line_amount(quantity: int, unit_price: Decimal, currency: Currency) -> Money:
    """Return quantity × unit price as money above or below zero, rounded half-even."""
    whole_units = Money(quantity * 10**currency.exponent, currency)
    return convert(whole_units, unit_price, currency, Rounding.HALF_EVEN)
