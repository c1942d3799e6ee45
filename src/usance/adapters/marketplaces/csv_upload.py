"""A shop's order lines as CSV: read purely, line by line, whatever the file looks like.

A line that cannot be read becomes a `Reject` with its reason and the file goes on; only a
missing column or header ends it. Records are split here and not by the csv module alone,
because one forgotten quotation mark would make that swallow the rest of the file as one field.
"""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from usance.adapters.marketplaces.errors import (
    BROKEN_BYTES,
    BROKEN_QUOTES,
    FIELD_TOO_LONG,
    LINE_TOO_LONG,
    MALFORMED_CODE,
    MALFORMED_PRICE,
    MALFORMED_QUANTITY,
    MALFORMED_TIME,
    MISSING_COLUMN,
    NO_HEADER,
    NUL_BYTE,
    UNCLOSED_QUOTE,
    WRONG_FIELD_COUNT,
)
from usance.adapters.marketplaces.mapping import Mapping
from usance.kernel.errors import Code
from usance.trade.model import Reject, ShopLine

T = TypeVar("T")

LINE_BYTES_MAX: Final = 65_536
# A quoted field may hold line feeds; one that is still open after so many lines was forgotten.
_RECORD_LINES_MAX: Final = 32
_CODE_LENGTH_MAX: Final = 60
_TEXT_LENGTH_MAX: Final = 1000
_YEARS: Final = range(1970, 2200)
_CACHE_MAX: Final = 20_000
_quantity: Final = re.compile(r"-?[0-9]{1,9}\Z").match
_price: Final = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,6})?\Z").match
_utf8_bom: Final = "\ufeff"


class _Record(msgspec.Struct):
    """One record of the file as it stands: its first line's number, its text, its fields.

    fields: None where not even these can be told. code: why it cannot be read, None if it can.
    """

    line: int
    text: str
    fields: list[str] | None
    code: Code | None = None


class _Where(msgspec.Struct, frozen=True):
    """In which field each of our columns stands, and how many fields a line has."""

    invoice_no: int
    stock_code: int
    description: int
    quantity: int
    placed_at: int
    unit_price: int
    customer_no: int
    country: int
    count: int


def translate(lines: Iterable[bytes], mapping: Mapping) -> Iterator[ShopLine | Reject]:
    """Yield each line of a file once, as a line of goods or as a reject, in order.

    lines: with their line feeds, the header first; one longer than 65536 bytes may be cut off
    after that. Blank lines are no lines. Raises Invalid (no_header, missing_column), nothing
    else.
    """
    records = _records(lines, mapping)
    where = _header(records, mapping)
    judge = _Translator(mapping, where)
    for record in records:
        yield judge.line_of(record)


def invoice_numbers(lines: Iterable[bytes], mapping: Mapping) -> Iterator[tuple[int, str]]:
    """Yield each line's number and invoice, as `translate` numbers and names them."""
    records = _records(lines, mapping)
    where = _header(records, mapping)
    for record in records:
        yield record.line, _invoice_of(record, where)


def _invoice_of(record: _Record, where: _Where) -> str:
    """Return the invoice a line names, "" where it cannot be told or cannot be a number."""
    fields = record.fields
    if fields is None or len(fields) != where.count:
        return ""
    invoice_no = fields[where.invoice_no].strip()
    return invoice_no if _is_code(invoice_no) else ""


def _is_code(text: str) -> bool:
    return text.isprintable() and 0 < len(text) <= _CODE_LENGTH_MAX


# ---- from bytes to records ----


class _Physical(Iterator[tuple[int, bytes]]):
    """The file's lines with their numbers; lines taken too many can be put back."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = enumerate(lines, 1)
        self._back: deque[tuple[int, bytes]] = deque()

    def __next__(self) -> tuple[int, bytes]:
        return self._back.popleft() if self._back else next(self._lines)

    def put_back(self, taken: list[tuple[int, bytes]]) -> None:
        self._back.extendleft(reversed(taken))


def _records(lines: Iterable[bytes], mapping: Mapping) -> Iterator[_Record]:
    physical = _Physical(lines)
    delimiter, encoding = mapping.delimiter, mapping.encoding
    for number, raw in physical:
        code: Code | None = None
        if len(raw) > LINE_BYTES_MAX:
            yield _Record(number, _shown(raw[:LINE_BYTES_MAX], encoding), None, LINE_TOO_LONG)
            continue
        try:
            text = raw.decode(encoding)
        except UnicodeError:
            text, code = _shown(raw, encoding), BROKEN_BYTES
        text = text.rstrip("\r\n")
        if number == 1:
            text = text.removeprefix(_utf8_bom)
        if not text or text.isspace():
            continue
        if '"' in text:
            record = _quoted(number, text, physical, mapping)
            record.code = code or record.code
        else:
            record = _Record(number, text, text.split(delimiter), code)
        if "\0" in record.text:
            record.code = record.code or NUL_BYTE
            record.text = record.text.replace("\0", "\\x00")
        yield record


def _shown(raw: bytes, encoding: str) -> str:
    r"""Return broken bytes as text in which what is broken can be seen: caf\\xe9."""
    return raw.decode(encoding, "backslashreplace")


def _quoted(number: int, text: str, physical: _Physical, mapping: Mapping) -> _Record:
    """Return the record that begins with `text`, with as many more lines as its quotes span."""
    taken: list[tuple[int, bytes]] = []
    broken: Code | None = None
    whole = text
    while True:
        try:
            reader = csv.reader([whole], delimiter=mapping.delimiter, strict=True)
            return _Record(number, whole, next(reader), broken)
        except csv.Error as error:
            if "unexpected end of data" not in str(error):
                physical.put_back(taken)
                return _Record(number, text, None, BROKEN_QUOTES)
        following = next(physical, None)
        if following is not None:
            taken.append(following)
            whole, is_broken = _joined(whole, following[1], mapping.encoding)
            broken = BROKEN_BYTES if is_broken else broken
        if following is None or len(taken) >= _RECORD_LINES_MAX or len(whole) > LINE_BYTES_MAX:
            physical.put_back(taken)
            return _Record(number, text, None, UNCLOSED_QUOTE)


def _joined(whole: str, raw: bytes, encoding: str) -> tuple[str, bool]:
    try:
        return f"{whole}\n{raw.decode(encoding).rstrip(chr(13) + chr(10))}", False
    except UnicodeError:
        return f"{whole}\n{_shown(raw, encoding).rstrip(chr(13) + chr(10))}", True


def _header(records: Iterator[_Record], mapping: Mapping) -> _Where:
    first = next(records, None)
    if first is None:
        raise NO_HEADER.invalid(mapping.name, "it is empty")
    if first.fields is None or first.code is not None:
        raise NO_HEADER.invalid(
            mapping.name, f"the first line cannot be read as {mapping.encoding}"
        )
    names = [name.strip() for name in first.fields]
    places = []
    for ours, theirs in zip(
        mapping.columns.__struct_fields__, msgspec.structs.astuple(mapping.columns), strict=True
    ):
        if names.count(theirs) != 1:
            found = f"the header says {', '.join(names)[:200]}"
            raise MISSING_COLUMN.invalid(theirs, f"{mapping.name} wants it as {ours}; {found}")
        places.append(names.index(theirs))
    places.append(len(names))
    return _Where(*places)


# ---- from records to lines of goods ----


class _Translator:
    """Reads the fields of records one after the other.

    Times and prices repeat from line to line, so what was read is remembered for a while.
    """

    def __init__(self, mapping: Mapping, where: _Where) -> None:
        self._mapping = mapping
        self._where = where
        self._zone = ZoneInfo(mapping.time_zone)
        self._times: dict[str, tuple[datetime, date] | None] = {}
        self._prices: dict[str, Decimal | None] = {}

    def line_of(self, record: _Record) -> ShopLine | Reject:
        """Return what a record says, or why it cannot be read: the first of its faults."""
        where, mapping, fields = self._where, self._mapping, record.fields
        invoice_no = _invoice_of(record, where)

        def reject(code: Code, field: str = "", value: str = "") -> Reject:
            return Reject(record.line, record.text, invoice_no, code, field, value[:60])

        if record.code is not None:
            return reject(record.code, "", mapping.encoding)
        if fields is None or len(fields) != where.count:
            return reject(WRONG_FIELD_COUNT, "", str(len(fields or ())))
        stock_code = fields[where.stock_code].strip()
        customer_no = fields[where.customer_no].strip().removesuffix(mapping.customer_suffix)
        country_name = fields[where.country].strip()
        description = fields[where.description].strip()
        columns = mapping.columns
        for name, text, longest in (
            (columns.invoice_no, fields[where.invoice_no], _CODE_LENGTH_MAX),
            (columns.stock_code, stock_code, _CODE_LENGTH_MAX),
            (columns.description, description, _TEXT_LENGTH_MAX),
            (columns.customer_no, customer_no, _CODE_LENGTH_MAX),
            (columns.country, country_name, _CODE_LENGTH_MAX),
        ):
            if len(text) > longest:
                return reject(FIELD_TOO_LONG, name, str(len(text)))
        if not invoice_no:
            return reject(MALFORMED_CODE, columns.invoice_no, fields[where.invoice_no])
        if not _is_code(stock_code):
            return reject(MALFORMED_CODE, columns.stock_code, stock_code)
        if not customer_no.isprintable():
            return reject(MALFORMED_CODE, columns.customer_no, customer_no)
        quantity = fields[where.quantity].strip()
        if not _quantity(quantity):
            return reject(MALFORMED_QUANTITY, columns.quantity, quantity)
        unit_price = _remembered(self._prices, fields[where.unit_price], self._price)
        if unit_price is None:
            return reject(MALFORMED_PRICE, columns.unit_price, fields[where.unit_price])
        when = _remembered(self._times, fields[where.placed_at], self._time)
        if when is None:
            return reject(MALFORMED_TIME, columns.placed_at, fields[where.placed_at])
        count, upper = int(quantity), stock_code.upper()
        prefix, adjusting = mapping.cancellation_prefix, mapping.adjustment_prefix
        return ShopLine(
            record.line,
            record.text,
            invoice_no,
            (prefix != "" and invoice_no.startswith(prefix))
            or (mapping.negative_quantity_cancels and count < 0),
            adjusting != "" and invoice_no.startswith(adjusting),
            upper not in mapping.not_goods and not upper.startswith(mapping.not_goods_prefixes),
            stock_code,
            description,
            count,
            unit_price,
            when[0],
            when[1],
            customer_no,
            mapping.countries.get(country_name, ""),
            country_name,
        )

    def _price(self, text: str) -> Decimal | None:
        plain = text.strip()
        if self._mapping.decimal_mark == ",":
            if "." in plain:
                return None
            plain = plain.replace(",", ".")
        return Decimal(plain) if _price(plain) else None

    def _time(self, text: str) -> tuple[datetime, date] | None:
        try:
            wall = datetime.strptime(text.strip(), self._mapping.time_format)  # noqa: DTZ007
            if wall.year not in _YEARS:
                return None
            return wall.replace(tzinfo=self._zone).astimezone(UTC), wall.date()
        except (ValueError, OverflowError):
            return None


def _remembered(seen: dict[str, T], text: str, read: Callable[[str], T]) -> T:
    if text in seen:
        return seen[text]
    if len(seen) >= _CACHE_MAX:
        seen.clear()
    value = seen[text] = read(text)
    return value
