"""Statements in CSV: a plain header is understood, another is explained by a mapping file.

Dates and decimal marks are never guessed: where the file allows two readings it is refused, and
the mapping has to say which.
"""

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from usance.adapters.messages.csv_mapping import COLUMNS, NAMES, StatementMapping
from usance.adapters.messages.errors import (
    BROKEN_STATEMENT_MAPPING,
    MALFORMED_DAY,
    MALFORMED_LINE,
    MISSING_ELEMENT,
    NO_CURRENCY,
)
from usance.adapters.messages.plain_text import lines_of
from usance.kernel.errors import MALFORMED_AMOUNT, Invalid
from usance.kernel.money import Currency, Money, parse
from usance.payments.model import (
    Counterparty,
    EntryDetail,
    EntryStatus,
    MessageHead,
    MessageItem,
    References,
    Remark,
    Statement,
    StatementClosed,
    StatementEntry,
    StatementKind,
    StatementOpened,
)

_DELIMITERS: Final = ",;\t|"
_SURE: Final = ("%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")
_DAY_FIRST: Final = "%d/%m/%Y"
_MONTH_FIRST: Final = "%m/%d/%Y"
# Blanks and apostrophes that only group digits, however they are typed.
_GROUPING: Final = re.compile(r"[\s'’\u00a0\u202f]")
_CELL_MAX: Final = 2_000


class Row(NamedTuple):
    """A line of the table. line: the number of its first line in the file."""

    line: int
    cells: Mapping[str, str]

    def cell(self, column: str) -> str:
        """Return what stands in one of our columns, "" where there is none."""
        return self.cells.get(column, "")[:_CELL_MAX]


def looks_like_statement(text: str) -> bool:
    """Return whether the first line of a text is a header that is understood without a mapping."""
    first = next((line.text for line in lines_of(text[:8_192]) if line.text.strip()), "")
    header = next(csv.reader([first], delimiter=_delimiter(first)), [])
    return _is_enough(set(_known(header).values()))


def _delimiter(header: str) -> str:
    return max(_DELIMITERS, key=header.count)


def _known(header: Sequence[str]) -> dict[int, str]:
    """Return which of our columns a plain header has, by place; the first of a name counts."""
    found: dict[int, str] = {}
    for place, name in enumerate(header):
        column = NAMES.get(" ".join(name.split()).casefold())
        if column and column not in found.values():
            found[place] = column
    return found


def _is_enough(columns: set[str]) -> bool:
    amounts = "amount" in columns or {"credit", "debit"} <= columns
    return "booked_on" in columns and amounts


def read_csv(text: str, mapping: StatementMapping) -> Iterator[MessageItem]:
    """Yield what stands in a statement in CSV.

    Raises Invalid(broken_statement_mapping) where the columns, the dates or the decimal mark are
    not known for sure. The format has no id of a message, so the digest of its lines is one.
    """
    remarks: list[Remark] = []
    rows = _rows(text, mapping, remarks)
    date_format = mapping.date_format or _date_format(rows)
    mark = mapping.decimal_mark or _decimal_mark(rows)
    digest = hashlib.sha256(
        "\n".join(line.text.strip() for line in lines_of(text) if line.text.strip()).encode()
    ).hexdigest()
    yield MessageHead("CSV", "", validated=False, message_id=digest, sender=mapping.servicer,
                      created_at=None, digest=digest)  # fmt: skip
    yield from remarks
    for account, found in _by_account(rows, mapping.account).items():
        yield from _statement(account, found, mapping, date_format, mark)


def _rows(text: str, mapping: StatementMapping, remarks: list[Remark]) -> list[Row]:
    lines = [line.text for line in lines_of(text)]
    start = mapping.skip_lines
    while start < len(lines) and not lines[start].strip():
        start += 1
    if start == len(lines):
        raise BROKEN_STATEMENT_MAPPING.invalid("header", "there is no header")
    delimiter = mapping.delimiter or _delimiter(lines[start])
    reader = csv.reader(lines[start:], delimiter=delimiter, strict=True)
    try:
        columns = _columns(next(reader), mapping)
    except (csv.Error, StopIteration) as broken:
        raise BROKEN_STATEMENT_MAPPING.invalid("header", str(broken)) from broken
    rows: list[Row] = []
    while True:
        line = start + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return rows
        except csv.Error as broken:
            remarks.append(Remark(f"line {line}", MALFORMED_LINE.code, str(broken)[:140]))
            continue
        if any(cell.strip() for cell in cells):
            rows.append(_row(line, cells, columns))


def _row(line: int, cells: Sequence[str], columns: Mapping[int, str]) -> Row:
    return Row(
        line,
        {
            column: " ".join(cells[place].split())
            for place, column in columns.items()
            if place < len(cells)
        },
    )


def _columns(header: Sequence[str], mapping: StatementMapping) -> dict[int, str]:
    """Return which of our columns stands where, as the mapping says or as the names tell."""
    if not mapping.columns:
        found = _known(header)
    else:
        places = {" ".join(name.split()).casefold(): at for at, name in enumerate(header)}
        named = {
            places.get(" ".join(name.split()).casefold()): column
            for column, name in mapping.columns.items()
        }
        found = {at: column for at, column in named.items() if at is not None}
    if not _is_enough(set(found.values())):
        lacking = [each for each in COLUMNS[:3] if each not in found.values()]
        raise BROKEN_STATEMENT_MAPPING.invalid(
            "header", f"it must have booked_on and amount, or credit and debit; no {lacking}"
        )
    return found


def _date_format(rows: Sequence[Row]) -> str:
    """Return the one format that all dates fit. Raises Invalid where two do, or none."""
    written = [cell for row in rows for name in ("booked_on", "value_date")
               if (cell := row.cell(name))]  # fmt: skip
    if not written:
        return _SURE[0]
    fitting = Counter(
        each for each in (*_SURE, _DAY_FIRST, _MONTH_FIRST) for text in written if _day(text, each)
    )
    if not fitting:
        raise BROKEN_STATEMENT_MAPPING.invalid("date_format", f"{written[0]!r} fits none known")
    [(best, count), *others] = fitting.most_common()
    if others and others[0][1] == count and best in {_DAY_FIRST, _MONTH_FIRST}:
        said = f"{written[0]!r} may be day/month or month/day: say which in date_format"
        raise BROKEN_STATEMENT_MAPPING.invalid("date_format", said)
    return best


def _day(written: str, date_format: str) -> date | None:
    if not written.isascii() and "年" not in written:
        return None
    try:
        found = datetime.strptime(written.split(" ", maxsplit=1)[0], date_format).date()  # noqa: DTZ007
    except ValueError:
        return None
    return found if 1970 <= found.year <= 2199 else None


def _decimal_mark(rows: Sequence[Row]) -> str:
    """Return the decimal mark of all amounts. Raises Invalid where both are possible."""
    marks: set[str] = set()
    doubtful = ""
    for row in rows:
        for name in ("amount", "credit", "debit"):
            written = row.cell(name)
            last = max(written.rfind("."), written.rfind(","))
            if last < 0:
                continue
            mark = written[last]
            after = sum(each.isdigit() for each in written[last:])
            if written.count(mark) > 1:
                marks.add("." if mark == "," else ",")
            elif after == 3 and ("," in written) is not ("." in written):
                doubtful = doubtful or written
            else:
                marks.add(mark)
    if len(marks) > 1 or (doubtful and not marks):
        said = f"{doubtful or 'amounts'} can be read in two ways: say which in decimal_mark"
        raise BROKEN_STATEMENT_MAPPING.invalid("decimal_mark", said)
    return next(iter(marks), ".")


def _by_account(rows: Sequence[Row], account: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault("".join((row.cell("account") or account).split()), []).append(row)
    return found


def _statement(
    account: str, rows: Sequence[Row], mapping: StatementMapping, date_format: str, mark: str
) -> Iterator[MessageItem]:
    code = rows[0].cell("currency").upper() or mapping.currency
    try:
        currency = Currency.of_the_past(code) if code else None
    except Invalid:
        currency = None
    statement = Statement(
        StatementKind.STATEMENT, "", f"line {rows[0].line}", account, mapping.servicer, currency,
        None, None, None, None, None, (), (),
    )  # fmt: skip
    yield StatementOpened(statement)
    if not account:
        yield Remark(statement.place, MISSING_ELEMENT.code, "account", left_out=False)
    for number, row in enumerate(rows, 1):
        try:
            yield _entry(number, row, mapping.currency, date_format, mark)
        except Invalid as wrong:
            yield Remark(f"line {row.line}", wrong.code.code, wrong.value[:140])
    yield StatementClosed(statement)


def _entry(number: int, row: Row, currency: str, date_format: str, mark: str) -> StatementEntry:
    """Return the entry of a row. Raises Invalid: malformed_day and what is wrong with money."""
    amount = _amount(row, row.cell("currency").upper() or currency, mark)
    booked_on = _day(row.cell("booked_on"), date_format)
    if booked_on is None:
        raise MALFORMED_DAY.invalid("booked_on", row.cell("booked_on"))
    value_date = _day(row.cell("value_date"), date_format)
    if value_date is None and row.cell("value_date"):
        raise MALFORMED_DAY.invalid("value_date", row.cell("value_date"))
    credit = amount.minor >= 0
    whole = Money(abs(amount.minor), amount.currency)
    references = References(
        end_to_end_id=row.cell("end_to_end_id"),
        servicer=row.cell("reference"),
        remittance=row.cell("remittance"),
    )
    other = Counterparty(
        row.cell("counterparty"), "".join(row.cell("counterparty_account").split())
    )
    detail = EntryDetail(whole, credit, references, other)
    return StatementEntry(
        number, f"line {row.line}", whole, credit, EntryStatus.BOOKED, booked_on,
        value_date or booked_on, references, (detail,),
    )  # fmt: skip


def _amount(row: Row, currency: str, mark: str) -> Money:
    """Return what a row adds to the account: below zero where it is paid out."""
    if not currency:
        raise NO_CURRENCY.invalid("currency")
    signed = row.cell("amount")
    if signed:
        return _money(signed, currency, mark)
    credit, debit = (_money(row.cell(name) or "0", currency, mark) for name in ("credit", "debit"))
    if credit.minor < 0 or (credit.minor and debit.minor):
        raise MALFORMED_AMOUNT.invalid("credit", f"{row.cell('credit')} / {row.cell('debit')}")
    if not (row.cell("credit") or row.cell("debit")):
        raise MALFORMED_AMOUNT.invalid("amount", "")
    return credit if credit.minor else Money(-abs(debit.minor), debit.currency)


def _money(written: str, currency: str, mark: str) -> Money:
    """Return an amount as people write it: `1.234,50`, `1'234.50-`, `(12.00)`, `+7`."""
    plain = _GROUPING.sub("", written).replace("−", "-")
    negative = plain.startswith(("-", "(")) or plain.endswith("-")
    plain = plain.strip("-+()")
    grouping = "," if mark == "." else "."
    whole, _, fraction = plain.partition(mark)
    groups = whole.split(grouping)
    if grouping in fraction or any(len(group) != 3 for group in groups[1:]):
        raise MALFORMED_AMOUNT.invalid("amount", written[:40])
    bare = "".join(groups) + (f".{fraction}" if fraction else "")
    found = parse(bare or "?", currency, past=True)
    return Money(-found.minor, found.currency) if negative else found
