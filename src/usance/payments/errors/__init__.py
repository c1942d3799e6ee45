"""How payments say no, one subject a file."""

from typing import Final

from usance.payments.errors import payments, refunds, steps
from usance.payments.errors.payments import (
    NO_RAIL,
    NO_RATE,
    ORDER_ALREADY_PAID,
    UNKNOWN_ORDER,
    UNKNOWN_PAYMENT,
)
from usance.payments.errors.refunds import (
    ALREADY_REFUNDED,
    CURRENCY_MISMATCH,
    EXCEEDS_REMAINDER,
    NOTHING_PAID,
    UNKNOWN_RETURN,
)
from usance.payments.errors.steps import NOTHING_DUE, UNKNOWN_INSTRUCTION, WRONG_STATE

CODES: Final = (*payments.CODES, *steps.CODES, *refunds.CODES)

__all__ = [
    "ALREADY_REFUNDED",
    "CODES",
    "CURRENCY_MISMATCH",
    "EXCEEDS_REMAINDER",
    "NOTHING_DUE",
    "NOTHING_PAID",
    "NO_RAIL",
    "NO_RATE",
    "ORDER_ALREADY_PAID",
    "UNKNOWN_INSTRUCTION",
    "UNKNOWN_ORDER",
    "UNKNOWN_PAYMENT",
    "UNKNOWN_RETURN",
    "WRONG_STATE",
]
