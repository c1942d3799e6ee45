"""The form of what people write on papers: texts, numbers, amounts, quantities, days.

Each check names the first field that is wrong and returns its refusal, None where all are right.
"""

import unicodedata
from datetime import date, datetime
from typing import Final

from usance.kernel.errors import (
    IN_THE_FUTURE,
    MALFORMED_TEXT,
    NEGATIVE_AMOUNT,
    QUANTITY_NOT_POSITIVE,
    Refusal,
)
from usance.kernel.money import Money

_TEXT_MAX: Final = 500
_SHOWN_MAX: Final = 40


def malformed_text(**texts: str) -> Refusal | None:
    """Refuse a text that says nothing, too much, or what cannot be read."""
    for field, text in texts.items():
        readable = text.replace("\n", " ").replace("\t", " ").isprintable()
        if not text.strip() or len(text) > _TEXT_MAX or not readable:
            return MALFORMED_TEXT.refuse(field, ascii(text[:_SHOWN_MAX]))
    return None


def malformed_number(**numbers: str) -> Refusal | None:
    """Refuse a number of a paper that has neither a letter nor a figure."""
    for field, number in numbers.items():
        refusal = malformed_text(**{field: number})
        if refusal is None and not normalised_number(number):
            refusal = MALFORMED_TEXT.refuse(field, ascii(number[:_SHOWN_MAX]))
        if refusal is not None:
            return refusal
    return None


def not_positive(**amounts: Money) -> Refusal | None:
    """Refuse an amount that is not above zero."""
    for field, amount in amounts.items():
        if amount.minor <= 0:
            return NEGATIVE_AMOUNT.refuse(field, amount)
    return None


def no_quantity(**quantities: int) -> Refusal | None:
    """Refuse a quantity that is not above zero."""
    for field, quantity in quantities.items():
        if quantity <= 0:
            return QUANTITY_NOT_POSITIVE.refuse(field, quantity)
    return None


def not_yet(now: datetime, **moments: datetime | date) -> Refusal | None:
    """Refuse a moment or a day that has not come yet."""
    for field, moment in moments.items():
        if moment > (now if isinstance(moment, datetime) else now.date()):
            return IN_THE_FUTURE.refuse(field, moment.isoformat())
    return None


def normalised_number(number: str) -> str:
    """Return a number as its letters and digits, zeros before a figure dropped.

    `INV-00123` and `inv 123` are one.
    """
    text = unicodedata.normalize("NFKC", number).casefold()
    kept = ""
    for sign in filter(str.isalnum, text):
        if kept[-1:] == "0" and sign.isdigit() and not kept[-2:-1].isdigit():
            kept = kept[:-1]
        kept += sign
    return kept
