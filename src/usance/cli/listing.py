"""Rows of one noun on a screen: a table in either language, or the objects that the API shows."""

import json
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from usance.cli.options import Words
from usance.kernel.records import Record

_WIDTH = 200
_MORE = {
    Words.EN: "There are more: --limit says how many are shown.",
    Words.ZH: "还有更多:请用 --limit 增加显示条数。",
}


class Column(NamedTuple):
    """One column: its head in both languages and what stands in it. right: it is a figure."""

    en: str
    zh: str
    cell: Callable[[Any], object]
    right: bool = False


class Listing(NamedTuple):
    """How rows of a noun are shown. shape: as the API shows one. empty: where there is none."""

    shape: Any
    columns: tuple[Column, ...]
    empty: tuple[str, str]


def as_object(listing: Listing, row: Record) -> str:
    """Return a row as the JSON object that the API shows."""
    text: str = listing.shape.model_validate(row).model_dump_json()
    return text


def print_rows(
    listing: Listing, rows: Sequence[Record], limit: int, *, as_json: bool, language: Words
) -> None:
    """Print rows of which one more than `limit` was read."""
    shown, has_more = rows[:limit], len(rows) > limit
    zh = language is Words.ZH
    if as_json:
        data = ",".join(as_object(listing, row) for row in shown)
        more = json.dumps(has_more)
        sys.stdout.write(f'{{"object":"list","data":[{data}],"has_more":{more}}}\n')
        return
    if not shown:
        sys.stdout.write(f"{listing.empty[zh]}\n")
        return
    table = Table(box=None, pad_edge=False)
    for column in listing.columns:
        head = column.zh if zh else column.en
        table.add_column(head, justify="right" if column.right else "left", no_wrap=True)
    for row in shown:
        table.add_row(*(_text(column.cell(row)) for column in listing.columns))
    _console().print(table)
    if has_more:
        sys.stdout.write(f"{_MORE[language]}\n")


def print_row(listing: Listing, row: Record, *, as_json: bool, language: Words) -> None:
    """Print one row, a line for each of its columns."""
    if as_json:
        sys.stdout.write(as_object(listing, row) + "\n")
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    for column in listing.columns:
        head = column.zh if language is Words.ZH else column.en
        table.add_row(head, _text(column.cell(row)))
    _console().print(table)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    return str(value)


def _console() -> Console:
    # What is piped on is not cut to the width of a screen.
    return Console(highlight=False) if sys.stdout.isatty() else Console(width=_WIDTH)
