"""How trade says no: to lines of orders, and to the papers that follow."""

from typing import Final

from usance.trade.errors import orders as _orders
from usance.trade.errors import papers as _papers
from usance.trade.errors.orders import (
    ADJUSTMENT,
    BUYER_DIFFERS,
    DIFFERS_FROM_KNOWN,
    FILE_CHANGED,
    LINE_TOO_LARGE,
    NO_CUSTOMER,
    NOT_GOODS,
    ORDER_AHEAD,
    SHIFT_TOO_FAR,
    TWO_BUYERS,
    UNKNOWN_COUNTRY,
    UNKNOWN_CUSTOMER,
    UNKNOWN_ORDER,
    ZERO_PRICE,
    ZERO_QUANTITY,
)
from usance.trade.errors.papers import (
    ALREADY_DELIVERED,
    DUE_BEFORE_ISSUE,
    EXCEEDS_INVOICE,
    EXCEEDS_ORDER,
    EXCEEDS_STOCK,
    INVOICE_NOT_OPEN,
    NUMBER_TAKEN,
    ORDER_ALREADY_INVOICED,
    ORDER_ALREADY_SHIPPED,
    OTHER_CURRENCY,
    STOCK_IS_RELEASED,
    TOO_EARLY,
    UNKNOWN_INVOICE,
    UNKNOWN_SHIPMENT,
    UNKNOWN_WAREHOUSE_RECEIPT,
)

CODES: Final = (*_orders.CODES, *_papers.CODES)

__all__ = [
    "ADJUSTMENT",
    "ALREADY_DELIVERED",
    "BUYER_DIFFERS",
    "CODES",
    "DIFFERS_FROM_KNOWN",
    "DUE_BEFORE_ISSUE",
    "EXCEEDS_INVOICE",
    "EXCEEDS_ORDER",
    "EXCEEDS_STOCK",
    "FILE_CHANGED",
    "INVOICE_NOT_OPEN",
    "LINE_TOO_LARGE",
    "NOT_GOODS",
    "NO_CUSTOMER",
    "NUMBER_TAKEN",
    "ORDER_AHEAD",
    "ORDER_ALREADY_INVOICED",
    "ORDER_ALREADY_SHIPPED",
    "OTHER_CURRENCY",
    "SHIFT_TOO_FAR",
    "STOCK_IS_RELEASED",
    "TOO_EARLY",
    "TWO_BUYERS",
    "UNKNOWN_COUNTRY",
    "UNKNOWN_CUSTOMER",
    "UNKNOWN_INVOICE",
    "UNKNOWN_ORDER",
    "UNKNOWN_SHIPMENT",
    "UNKNOWN_WAREHOUSE_RECEIPT",
    "ZERO_PRICE",
    "ZERO_QUANTITY",
]
