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
    place, count = where.invoice_no, where.count
    codes: dict[str, str] = {}
    for record in records:
        fields = record.fields
        if fields is None or len(fields) != count:
            yield record.line, ""
        else:
            yield record.line, _remembered(codes, fields[place], _code)


def _code(text: str) -> str:
    """Return a number or code without blanks around it, "" where it cannot be one."""
    code = text.strip()
    return code if code.isprintable() and len(code) <= _CODE_LENGTH_MAX else ""


# ---- from bytes to records ----


class _Physical:
    """The file's lines with their numbers; lines taken too many can be put back."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self.ahead = enumerate(lines, 1)
        self.back: deque[tuple[int, bytes]] = deque()

    def take(self) -> tuple[int, bytes] | None:
        return self.back.popleft() if self.back else next(self.ahead, None)

    def put_back(self, taken: list[tuple[int, bytes]]) -> None:
        self.back.extendleft(reversed(taken))


def _records(lines: Iterable[bytes], mapping: Mapping) -> Iterator[_Record]:
    physical = _Physical(lines)
    ahead, back = physical.ahead, physical.back
    delimiter, encoding = mapping.delimiter, mapping.encoding
    while numbered := back.popleft() if back else next(ahead, None):
        number, raw = numbered
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
        following = physical.take()
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

    Values repeat from line to line, so what a text was read as is remembered for a while. A
    reading of None means that the text cannot be read.
    """

    def __init__(self, mapping: Mapping, where: _Where) -> None:
        self._mapping = mapping
        self._where = where
        self._zone = ZoneInfo(mapping.time_zone)
        self._invoices: dict[str, tuple[str, bool, bool]] = {}
        self._goods: dict[str, tuple[str, bool]] = {}
        self._quantities: dict[str, int | None] = {}
        self._times: dict[str, tuple[datetime, date] | None] = {}
        self._prices: dict[str, Decimal | None] = {}
        self._customers: dict[str, str | None] = {}
        self._countries: dict[str, tuple[str, str]] = {}

    def line_of(self, record: _Record) -> ShopLine | Reject:
        """Return what a record says, or why it cannot be read: the first of its faults."""
        where, fields = self._where, record.fields
        if fields is None or len(fields) != where.count:
            code, value = (record.code, "") if record.code else (WRONG_FIELD_COUNT, _count(fields))
            return self._reject(record, "", code, value=value)
        invoice_no, cancels, adjusts = _remembered(
            self._invoices, fields[where.invoice_no], self._invoice
        )
        if record.code is not None:
            return self._reject(record, invoice_no, record.code)
        stock_code, is_goods = _remembered(self._goods, fields[where.stock_code], self._stock)
        quantity = _remembered(self._quantities, fields[where.quantity], _whole_number)
        unit_price = _remembered(self._prices, fields[where.unit_price], self._price)
        when = _remembered(self._times, fields[where.placed_at], self._time)
        customer_no = _remembered(self._customers, fields[where.customer_no], self._customer)
        name, country = _remembered(self._countries, fields[where.country], self._country)
        description = fields[where.description].strip()
        if (
            not invoice_no
            or not stock_code
            or quantity is None
            or unit_price is None
            or when is None
            or customer_no is None
            or len(name) > _CODE_LENGTH_MAX
            or len(description) > _TEXT_LENGTH_MAX
        ):
            return self._reject(record, invoice_no, *self._fault(fields))
        return ShopLine(
            record.line,
            record.text,
            invoice_no,
            cancels or (self._mapping.negative_quantity_cancels and quantity < 0),
            adjusts,
            is_goods,
            stock_code,
            description,
            quantity,
            unit_price,
            when[0],
            when[1],
            customer_no,
            country,
            name,
        )

    def _reject(
        self, record: _Record, invoice_no: str, code: Code, field: str = "", value: str = ""
    ) -> Reject:
        if code is BROKEN_BYTES:
            value = self._mapping.encoding
        return Reject(record.line, record.text, invoice_no, code, field, value[:60])

    def _fault(self, fields: list[str]) -> tuple[Code, str, str]:
        """Return the first fault of fields that have one: code, column and what stands there."""
        where = msgspec.structs.asdict(self._where)
        names = msgspec.structs.asdict(self._mapping.columns)
        texts = {ours: fields[where[ours]].strip() for ours in names}
        for ours, theirs in names.items():
            longest = _TEXT_LENGTH_MAX if ours == "description" else _CODE_LENGTH_MAX
            if len(texts[ours]) > longest:
                return FIELD_TOO_LONG, theirs, str(len(texts[ours]))
        for ours, code, good in (
            ("invoice_no", MALFORMED_CODE, _code(texts["invoice_no"])),
            ("stock_code", MALFORMED_CODE, _code(texts["stock_code"])),
            ("customer_no", MALFORMED_CODE, texts["customer_no"].isprintable()),
            ("quantity", MALFORMED_QUANTITY, _whole_number(texts["quantity"]) is not None),
            ("unit_price", MALFORMED_PRICE, self._price(texts["unit_price"]) is not None),
        ):
            if not good:
                return code, names[ours], texts[ours]
        return MALFORMED_TIME, names["placed_at"], texts["placed_at"]

    def _invoice(self, text: str) -> tuple[str, bool, bool]:
        """Return an invoice's number, whether it cancels and whether it adjusts."""
        number, mapping = _code(text), self._mapping
        cancelling, adjusting = mapping.cancellation_prefix, mapping.adjustment_prefix
        return (
            number,
            cancelling != "" and number.startswith(cancelling),
            adjusting != "" and number.startswith(adjusting),
        )

    def _stock(self, text: str) -> tuple[str, bool]:
        """Return a stock code and whether it is one of goods."""
        code, mapping = _code(text), self._mapping
        upper = code.upper()
        return code, upper not in mapping.not_goods and not upper.startswith(
            mapping.not_goods_prefixes
        )

    def _price(self, text: str) -> Decimal | None:
        plain = text.strip()
        if self._mapping.decimal_mark == ",":
            if "." in plain:
                return None
            plain = plain.replace(",", ".")
        return Decimal(plain) if _price(plain) else None

    def _time(self, text: str) -> tuple[datetime, date] | None:
        """Return the moment in UTC and the shop's own calendar day."""
        try:
            wall = datetime.strptime(text.strip(), self._mapping.time_format)  # noqa: DTZ007
            if wall.year not in _YEARS:
                return None
            return wall.replace(tzinfo=self._zone).astimezone(UTC), wall.date()
        except (ValueError, OverflowError):
            return None

    def _customer(self, text: str) -> str | None:
        number = text.strip().removesuffix(self._mapping.customer_suffix)
        return number if number.isprintable() and len(number) <= _CODE_LENGTH_MAX else None

    def _country(self, text: str) -> tuple[str, str]:
        name = text.strip()
        return name, self._mapping.countries.get(name, "")


def _whole_number(text: str) -> int | None:
    plain = text.strip()
    return int(plain) if _quantity(plain) else None


def _count(fields: list[str] | None) -> str:
    return str(len(fields or ()))


def _remembered(seen: dict[str, T], text: str, read: Callable[[str], T]) -> T:
    if text in seen:
        return seen[text]
    if len(seen) >= _CACHE_MAX:
        seen.clear()
    value = seen[text] = read(text)
    return value
