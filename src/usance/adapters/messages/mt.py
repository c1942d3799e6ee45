"""MT940 and MT942: statements and interim reports of SWIFT, and what banks have made of them.

A file is split into statements and fields here, so that every remark names its line. Envelopes
({1:…}{4:…-}, the heads of ING, ABN AMRO and Rabobank) are passed over; a fragment without its
first fields is read as far as it goes.
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

from usance.adapters.messages import mt_fields
from usance.adapters.messages.errors import (
    MALFORMED_DAY,
    MALFORMED_LINE,
    MISSING_ELEMENT,
    SUMMARY_DIFFERS,
    UNKNOWN_TAG,
)
from usance.adapters.messages.plain_text import Line, lines_of
from usance.adapters.messages.sums import Running
from usance.kernel.errors import Code, Invalid
from usance.kernel.money import Money
from usance.payments.model import (
    EntryDetail,
    EntryStatus,
    MessageHead,
    MessageItem,
    Remark,
    Statement,
    StatementBalance,
    StatementClosed,
    StatementEntry,
    StatementKind,
    StatementOpened,
)

_TAGS: Final = frozenset(
    "13 13C 13D 20 21 25 25P 28 28C 34F 60F 60M 61 62F 62M 64 65 86 90C 90D NS".split()  # noqa: SIM905
)
_BALANCES: Final = {
    "60F": "OPBD", "60M": "ITBD", "62F": "CLBD", "62M": "ITBD", "64": "CLAV", "65": "FWAV",
}  # fmt: skip
# Free text: what looks like an unknown tag in it is its continuation.
_FREE: Final = frozenset({"86", "NS"})
_TAG: Final = re.compile(r":([0-9]{2}[A-Z]?|NS):(.*)", re.DOTALL)
_BLOCK: Final = re.compile(r"\{4:(.*)", re.DOTALL)
_END: Final = re.compile(r"-\}?(?:\{5:.*)?\s*")
_SENDER: Final = re.compile(r"\{2:O\d{3}\d{10}([A-Z]{4}[A-Z]{2}[A-Z0-9]{2})[A-Z0-9]([A-Z0-9]{3})")
_RECEIVER: Final = re.compile(r"\{1:F\d{2}([A-Z]{4}[A-Z]{2}[A-Z0-9]{2})")
_INTERIM: Final = re.compile(r"\{2:[IO]942|^:?942(?:\s|:|$)|^:(?:34F|90[CD]):", re.MULTILINE)
_LOOKS_LIKE: Final = re.compile(
    r"^:(?:20|25P?|28C?|60[FM]|61|62[FM]|64|65|86|13[CD]?|34F|90[CD]|NS|940|942):|^\{1:[A-Z]\d\d",
    re.MULTILINE,
)
_LINES_MAX: Final = 400


class Field(NamedTuple):
    """A field of a statement. line: the number of its first line."""

    line: int
    tag: str
    value: str


def looks_like_mt(text: str) -> bool:
    """Return whether a text has a field of MT940 or MT942 at the beginning of a line."""
    return _LOOKS_LIKE.search(text.replace("\r", "\n")) is not None


def read_mt(text: str, currency: str = "") -> Iterator[MessageItem]:
    """Yield what stands in a file of MT940 or MT942. currency: where the file names none.

    The format has no id of a message, so the digest of its lines is one.
    """
    interim = _INTERIM.search(text.replace("\r", "\n")) is not None
    lines = lines_of(text)
    digest = hashlib.sha256(
        "\n".join(line.text.strip() for line in lines if line.text.strip()).encode()
    ).hexdigest()
    sender = _SENDER.search(text) or _RECEIVER.search(text)
    bank = "".join(sender.groups()).removesuffix("XXX") if sender else ""
    yield MessageHead(
        "MT942" if interim else "MT940",
        "",
        validated=False,
        message_id=digest,
        sender=bank,
        created_at=None,
        digest=digest,
    )
    remarks: list[Remark] = []
    for fields in _statements(lines, remarks):
        yield from remarks
        remarks.clear()
        yield from _Reader(fields, interim, currency).read()
    yield from remarks


def _statements(lines: list[Line], remarks: list[Remark]) -> Iterator[list[Field]]:
    """Yield the fields of each statement; what belongs to no field goes to the remarks."""
    fields: list[Field] = []
    seen: set[str] = set()
    for field in _fields(_mended(lines), remarks):
        ends = field is None
        begins = field is not None and _begins(field.tag, seen)
        if (ends or begins) and fields:
            yield fields
            fields, seen = [], set()
        if field is not None:
            fields.append(field)
            seen.add(field.tag[:2] if field.tag[:2] in {"60", "62", "28", "25"} else field.tag)
    if fields:
        yield fields


def _begins(tag: str, seen: set[str]) -> bool:
    """Return whether a field begins another statement; fragments lack field 20."""
    if tag == "20":
        return bool(seen)
    if tag in {"25", "25P", "28", "28C", "60F", "60M"}:
        return tag[:2] in seen or "62" in seen
    return tag in {"61", "62F", "62M"} and "62" in seen


def _mended(lines: list[Line]) -> Iterator[Line]:
    """Yield lines; a tag that was torn in two after its first colon is put together again."""
    torn: Line | None = None
    for line in lines:
        if torn is not None:
            whole = f":{line.text}"
            hit = _TAG.fullmatch(whole)
            yield Line(torn.number, whole) if hit and hit[1] in _TAGS else torn
            if not (hit and hit[1] in _TAGS):
                yield line
            torn = None
        elif line.text.strip() == ":":
            torn = line
        else:
            yield line
    if torn is not None:
        yield torn


def _fields(lines: Iterator[Line], remarks: list[Remark]) -> Iterator[Field | None]:
    """Yield fields, and None where a message ends."""
    tag, first, values = "", 0, [""]
    for line in lines:
        text = _inside(line.text)
        if _END.fullmatch(text) or text.startswith("{1:"):
            if tag:
                yield Field(first, tag, "\n".join(values))
            tag = ""
            yield None
            continue
        hit = _TAG.fullmatch(text)
        if hit and hit[1] in _TAGS:
            if tag:
                yield Field(first, tag, "\n".join(values))
            tag, first, values = hit[1], line.number, [hit[2]]
        elif tag and (tag in _FREE or not text.startswith(":")):
            if len(values) < _LINES_MAX:
                values.append(text)
        elif tag or hit:
            remarks.append(_stray(line, text, hit))
    if tag:
        yield Field(first, tag, "\n".join(values))


def _inside(text: str) -> str:
    """Return what a line says inside its envelope: block 4 may begin on the line of block 1."""
    block = _BLOCK.search(text) if text.startswith("{") else None
    return block[1] if block else text


def _stray(line: Line, text: str, hit: re.Match[str] | None) -> Remark:
    if hit:
        return Remark(f"line {line.number}", UNKNOWN_TAG.code, hit[1], left_out=False)
    return Remark(f"line {line.number}", MALFORMED_LINE.code, text[:60])


class _Reader:
    """One statement, of which all fields are known."""

    def __init__(self, fields: list[Field], interim: bool, currency: str) -> None:  # noqa: FBT001
        self._fields = fields
        self._kind = StatementKind.REPORT if interim else StatementKind.STATEMENT
        self._remarks: list[Remark] = []
        self._currency = self._told_currency() or currency
        self._number = 0
        self._sums = Running()

    def read(self) -> Iterator[MessageItem]:
        statement = self._statement()
        yield StatementOpened(statement)
        yield from self._remarks
        for index, field in enumerate(self._fields):
            if field.tag == "61":
                yield from self._entry(field, self._fields[index + 1 :])
        yield StatementClosed(statement)
        yield from self._sums.difference(
            self._balance_of(statement, "60"), self._balance_of(statement, "62"), statement.place
        )
        yield from self._counts()

    # ---- the statement ----

    def _first(self, *names: str) -> Field | None:
        return next((field for field in self._fields if field.tag in names), None)

    def _said(self, *names: str) -> str:
        found = self._first(*names)
        return found.value.strip() if found else ""

    def _told_currency(self) -> str:
        """Return the currency that balances, sums or the floor limit name."""
        for field in self._fields:
            if field.tag in _BALANCES:
                try:
                    told = mt_fields.balance(field.value, "").currency
                except Invalid:
                    continue
            elif field.tag == "34F":
                told = mt_fields.floor_currency(field.value)
            elif field.tag in {"90C", "90D"}:
                told = "".join(each for each in field.value if each.isalpha())[:3].upper()
            else:
                continue
            if told:
                return told
        return ""

    def _statement(self) -> Statement:
        account, _, servicer = self._said("25", "25P").partition("\n")
        number, _, page = self._said("28C", "28").partition("/")
        if not account:
            self._remark(self._fields[0], MISSING_ELEMENT, ":25:", left_out=False)
        return Statement(
            self._kind,
            self._said("20"),
            f"line {self._fields[0].line}",
            "".join(account.split()),
            servicer.strip(),
            mt_fields.currency_of(self._currency),
            _whole(number),
            _whole(page),
            None,
            None,
            _moment(self._said("13D", "13", "13C")),
            tuple(self._balances()),
            (),
        )

    def _balances(self) -> Iterator[StatementBalance]:
        for field in self._fields:
            if field.tag not in _BALANCES:
                continue
            place = _place(field)
            try:
                said = mt_fields.balance(field.value, place)
                amount = mt_fields.amount(said.amount, said.currency or self._currency, place)
            except Invalid as wrong:
                self._remark(field, wrong.code, wrong.value)
                continue
            sign = 1 if said.is_credit else -1
            yield StatementBalance(
                _BALANCES[field.tag], Money(sign * amount.minor, amount.currency), said.on
            )

    def _balance_of(self, statement: Statement, tag: str) -> StatementBalance | None:
        """Return the opening (60) or closing (62) balance, of a page or of the whole."""
        readable = iter(statement.balances)
        if len(statement.balances) != sum(field.tag in _BALANCES for field in self._fields):
            return None
        for field in self._fields:
            if field.tag in _BALANCES:
                found = next(readable)
                if field.tag.startswith(tag):
                    return found
        return None

    # ---- its entries ----

    def _entry(self, field: Field, after: list[Field]) -> Iterator[MessageItem]:
        self._number += 1
        place = _place(field)
        try:
            line = mt_fields.statement_line(field.value, place)
            amount = mt_fields.amount(line.amount, self._currency, place)
        except Invalid as wrong:
            self._sums.lose()
            yield Remark(place, wrong.code.code, wrong.value[:140])
            return
        said = mt_fields.details(_information(after), line)
        # A reversal is booked the other way round than what it takes back.
        credit = line.is_credit is not line.is_reversal
        detail = EntryDetail(
            amount, credit, said.references, said.counterparty, purpose=said.purpose
        )
        entry = StatementEntry(
            self._number,
            place,
            amount,
            credit,
            EntryStatus.BOOKED,
            line.booked_on,
            line.value_date,
            said.references,
            (detail,),
            line.is_reversal,
            line.code,
            said.information or line.details,
        )
        self._sums.add(entry)
        yield entry
        if line.fixed:
            yield Remark(place, MALFORMED_DAY.code, field.value[:6], left_out=False)

    def _counts(self) -> Iterator[Remark]:
        stated = [
            count
            for field in self._fields
            if field.tag in {"90C", "90D"} and (count := mt_fields.sum_of(field.value)) is not None
        ]
        found = self._first("90C", "90D")
        if found is not None and stated and sum(stated) != self._number:
            yield Remark(_place(found), SUMMARY_DIFFERS.code, str(self._number), left_out=False)

    def _remark(self, field: Field, code: Code, value: str, *, left_out: bool = True) -> None:
        self._remarks.append(Remark(_place(field), code.code, value[:140], left_out))


def _place(field: Field) -> str:
    return f"line {field.line}"


def _information(after: list[Field]) -> str:
    """Return fields 86 that follow a line 61 and are about it."""
    found = []
    for field in after:
        if field.tag == "86":
            found.append(field.value)
        elif field.tag != "NS":
            break
    return "\n".join(found)


def _whole(said: str) -> int | None:
    bare = said.strip()
    return int(bare) if bare.isascii() and bare.isdecimal() and len(bare) <= 18 else None


def _moment(said: str) -> datetime | None:
    """Return the moment of field 13D (`2611201530+0100`), None where it cannot be read."""
    bare = said.strip()
    written = bare if len(bare) == 15 else f"{bare}+0000"
    try:
        return datetime.strptime(written, "%y%m%d%H%M%z").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
