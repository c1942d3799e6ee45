"""The text inside a merchant's QR code, as EMVCo lays it down, written and read. Pure.

EMV QR Code Specification for Payment Systems, Merchant-Presented Mode, 1.1 (November 2020): fields
of a two-digit id, a two-digit length and a value, the last of them a CRC (ISO/IEC 13239, polynomial
1021, initial value FFFF) over all that stands before its value. Pix, PromptPay and FPS print it.
"""

from binascii import crc_hqx
from collections.abc import Mapping
from typing import Final

from anyascii import anyascii

from usance.kernel.money import Money, decimal_text
from usance.kernel.records import Record

FORMAT: Final = "00"
CATEGORY: Final = "52"
CURRENCY: Final = "53"
AMOUNT: Final = "54"
COUNTRY: Final = "58"
NAME: Final = "59"
CITY: Final = "60"
ADDITIONAL: Final = "62"
REFERENCE: Final = "05"
_POINT: Final = "01"
_CRC: Final = "63"
_START: Final = "000201"
_ONE_TIME: Final = "12"
_NO_CATEGORY: Final = "0000"
_NAME_MAX: Final = 25
_CITY_MAX: Final = 15
_REFERENCE_MAX: Final = 25
_VALUE_MAX: Final = 99
_HEAD: Final = 4
# The most that a code of version 40 takes at the middle level of correction is far above this.
_TEXT_MAX: Final = 512


class MerchantCode(Record, frozen=True):
    """What a payer's app is to know. It is good for one payment.

    account_id: 26 to 51, under which the scheme has its own fields; account: those, by their ids.
    currency: the three digits of ISO 4217. amount: None where the payer enters it. reference: what
    comes back with the money, "" for none.
    """

    account_id: str
    account: dict[str, str]
    currency: str
    amount: Money | None
    country: str
    name: str
    city: str
    reference: str = ""


def written(code: MerchantCode) -> str:
    """Return the text of a code. A value must be shorter than 100 letters."""
    fields = [
        (FORMAT, "01"),
        (_POINT, _ONE_TIME),
        (code.account_id, _joined(list(code.account.items()))),
        (CATEGORY, _NO_CATEGORY),
        (CURRENCY, code.currency),
        *([] if code.amount is None else [(AMOUNT, decimal_text(code.amount))]),
        (COUNTRY, code.country),
        (NAME, _plain(code.name, _NAME_MAX)),
        (CITY, _plain(code.city, _CITY_MAX)),
    ]
    if code.reference:
        fields.append((ADDITIONAL, _joined([(REFERENCE, code.reference[:_REFERENCE_MAX])])))
    text = f"{_joined(fields)}{_CRC}04"
    return f"{text}{_crc(text)}"


def read(text: str) -> Mapping[str, str] | None:
    """Return the outer fields of a code's text, None where it is none or its CRC is wrong."""
    if not text.startswith(_START) or not text.isascii() or len(text) > _TEXT_MAX:
        return None
    fields: dict[str, str] = {}
    at = 0
    while at < len(text):
        name, size = text[at : at + 2], text[at + 2 : at + _HEAD]
        value = text[at + _HEAD : at + _HEAD + int(size)] if size.isdigit() else ""
        if not name.isdigit() or not value or len(value) != int(size) or name in fields:
            return None
        fields[name] = value
        at += _HEAD + len(value)
    if next(reversed(fields)) != _CRC or fields[_CRC].upper() != _crc(text[: -len(fields[_CRC])]):
        return None
    return fields


def _joined(fields: list[tuple[str, str]]) -> str:
    assert all(0 < len(value) <= _VALUE_MAX for _, value in fields), fields
    return "".join(f"{name}{len(value):02}{value}" for name, value in fields)


def _plain(text: str, most: int) -> str:
    """Return a name in the letters that every payer's app can show."""
    return anyascii(text).strip()[:most].strip() or "NA"


def _crc(text: str) -> str:
    return f"{crc_hqx(text.encode(), 0xFFFF):04X}"
