"""Printing a page: aligned text for people, CSV and JSON for machines.

CSV follows RFC 4180; its header and the keys of JSON are stable and English in every language.
A text cell that a spreadsheet would run as a formula is disarmed with an apostrophe.
"""

import csv
import io
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from usance.kernel.errors import Language
from usance.kernel.money import Money, decimal_text
from usance.kernel.records import encode
from usance.reporting.errors import UNKNOWN_FORMAT
from usance.reporting.model import (
    Cell,
    Coded,
    Column,
    Custody,
    Format,
    FunderTape,
    Page,
    Shape,
    Sheet,
    Statement,
    TrialBalance,
    Words,
)
from usance.reporting.rules.pages import custody_page, statement_page, tape_page, trial_balance_page

Report = TrialBalance | Custody | Statement | FunderTape
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", *"\uff1d\uff0b\uff0d\uff20")
_GAP: Final = "  "
_YES: Final = Words("yes", "是")
_NO: Final = Words("NO", "否")


def render(report: Report, form: Format | str, language: Language = "en") -> str:
    """Return a report as text, CSV or JSON. Raises Invalid(unknown_format)."""
    page = page_of(report)
    printers: dict[str, Callable[[Page, Language], str]] = {
        Format.TEXT: as_text,
        Format.CSV: as_csv,
        Format.JSON: as_json,
    }
    printer = printers.get(form)
    if printer is None:
        raise UNKNOWN_FORMAT.invalid("format", form[:20])
    return printer(page, language)


def page_of(report: Report) -> Page:
    """Return the page of any report."""
    if isinstance(report, TrialBalance):
        return trial_balance_page(report)
    if isinstance(report, Custody):
        return custody_page(report)
    return statement_page(report) if isinstance(report, Statement) else tape_page(report)


# ---- CSV ----


def as_csv(page: Page, language: Language) -> str:
    """Return all rows of a page as RFC 4180, without totals: they can be added up."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.name for column in page.columns])
    for sheet in page.sheets:
        for row in sheet.rows:
            writer.writerow([_csv_cell(cell, language) for cell in row])
    return out.getvalue()


def _csv_cell(cell: Cell, language: Language) -> str:
    if isinstance(cell, Money):
        return decimal_text(cell)
    if isinstance(cell, str | Words | Coded):
        text = cell.said(language) if isinstance(cell, Words) else _code(cell)
        return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
    return _plain(cell)


# ---- JSON ----


def as_json(page: Page, language: Language) -> str:
    """Return a page as one JSON object, money as {"amount": "12.50", "currency": "GBP"}."""
    names = [column.name for column in page.columns]
    body: dict[str, Any] = {"report": page.name, "title": page.title.said(language)}
    for name, _, value in page.facts:
        body[name] = _json_cell(value, language)
    body["sheets"] = [
        {
            "heading": sheet.heading.said(language),
            "rows": [_json_row(names, row, language) for row in sheet.rows],
            "totals": {
                total: {
                    n: _json_cell(c, language)
                    for n, c in zip(names, row, strict=True)
                    if isinstance(c, Money)
                }
                for total, row in sheet.totals
            },
        }
        for sheet in page.sheets
    ]
    return encode(body).decode()


def _json_row(names: Sequence[str], row: Sequence[Cell], language: Language) -> dict[str, Any]:
    return {name: _json_cell(cell, language) for name, cell in zip(names, row, strict=True)}


def _json_cell(cell: Cell, language: Language) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(cell, Money):
        return {"amount": decimal_text(cell), "currency": cell.currency}
    if isinstance(cell, Words):
        return cell.said(language)
    if isinstance(cell, Coded):
        return cell.code
    return _plain(cell) if isinstance(cell, date) else cell


def _code(cell: str | Coded) -> str:
    return cell.code if isinstance(cell, Coded) else cell


# ---- text ----


def as_text(page: Page, language: Language) -> str:
    """Return a page for people: facts, then each sheet with its columns aligned."""
    lines = [page.title.said(language), ""]
    width = max((shown_width(title.said(language)) for _, title, _ in page.facts), default=0)
    for _, title, value in page.facts:
        lines.append(f"{padded(title.said(language), width)}{_GAP}{_text_cell(value, language)}")
    shown = _shown_columns(page)
    for sheet in page.sheets:
        lines += ["", *_text_sheet(page.columns, sheet, shown, language)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _shown_columns(page: Page) -> list[int]:
    """Return which columns people see: optional ones only where something stands in them."""
    rows = [row for sheet in page.sheets for row in sheet.rows]
    return [
        place
        for place, column in enumerate(page.columns)
        if column.in_text and (not column.optional or any(_says(row[place]) for row in rows))
    ]


def _says(cell: Cell) -> bool:
    return cell.minor != 0 if isinstance(cell, Money) else cell not in {None, ""}


def _text_sheet(
    columns: Sequence[Column], sheet: Sheet, shown: Sequence[int], language: Language
) -> list[str]:
    chosen = [columns[place] for place in shown]
    head = [column.title.said(language) for column in chosen]
    body = [[_text_cell(row[p], language) for p in shown] for row in sheet.rows]
    ends = [[_text_cell(row[p], language) for p in shown] for _, row in sheet.totals]
    widths = [max(map(shown_width, column)) for column in zip(head, *body, *ends, strict=True)]
    right = [column.shape in {Shape.AMOUNT, Shape.COUNT} for column in chosen]

    def line(cells: Sequence[str]) -> str:
        return _GAP.join(
            padded(c, w, right=r) for c, w, r in zip(cells, widths, right, strict=True)
        )

    rule = _GAP.join("─" * width for width in widths)
    made = [sheet.heading.said(language), line(head), rule, *map(line, body)]
    return [*made, rule, *map(line, ends)] if ends else made


def _text_cell(cell: Cell, language: Language) -> str:
    if isinstance(cell, Money):
        return grouped(cell)
    if isinstance(cell, bool):
        cell = _YES if cell else _NO
    if isinstance(cell, Coded):
        cell = cell.words
    if isinstance(cell, Words):
        return cell.said(language)
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
    # A control character in somebody's text would break the line it stands in.
    return "".join(c for c in _plain(cell) if unicodedata.category(c) != "Cc")


def grouped(money: Money) -> str:
    """Return an amount for people: 1,234.50 GBP."""
    whole, point, fraction = decimal_text(Money(abs(money.minor), money.currency)).partition(".")
    sign = "-" if money.minor < 0 else ""
    return f"{sign}{int(whole):,}{point}{fraction} {money.currency}"


def _plain(cell: str | int | date | datetime | None) -> str:
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return "" if cell is None else str(cell)


def shown_width(text: str) -> int:
    """Return how many columns of a terminal a text takes; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Return a text filled with blanks up to a width in columns of a terminal."""
    blanks = " " * max(0, width - shown_width(text))
    return blanks + text if right else text + blanks
