"""Rows of one noun on a screen: a table in either language, or the objects that the API shows."""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from usance.cli.voice import Words, says
from usance.kernel.records import Record
from usance.reporting.service import state_words

# No line is cut: an id of which half is shown is of no use. A terminal wraps what it must.
_WIDTH = 2_000
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
    """How rows of a noun are shown. shape: as the API shows one. empty: where there is none.

    shown: what makes the API's object of a row that is none of the API's own.
    """

    shape: Any
    columns: tuple[Column, ...]
    empty: tuple[str, str]
    shown: Callable[[Any], Any] | None = None


def as_object(listing: Listing, row: Record) -> str:
    """Return a row as the JSON object that the API shows."""
    made = listing.shown(row) if listing.shown else listing.shape.model_validate(row)
    said: str = made.model_dump_json()
    return said


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
    print_table(
        [(column.zh if zh else column.en, column.right) for column in listing.columns],
        ([column.cell(row) for column in listing.columns] for row in shown),
        language,
    )
    if has_more:
        sys.stdout.write(f"{_MORE[language]}\n")


def print_row(listing: Listing, row: Record, *, as_json: bool, language: Words) -> None:
    """Print one row, a line for each of its columns."""
    if as_json:
        sys.stdout.write(as_object(listing, row) + "\n")
        return
    heads = [column.zh if language is Words.ZH else column.en for column in listing.columns]
    print_pairs(
        ((head, column.cell(row)) for head, column in zip(heads, listing.columns, strict=True)),
        language,
    )


def print_table(
    heads: Iterable[tuple[str, bool]], rows: Iterable[Iterable[object]], language: Words
) -> None:
    """Print a table; figures, of which the head says so, stand to the right."""
    table = Table(box=None, pad_edge=False)
    for head, right in heads:
        table.add_column(head, justify="right" if right else "left", no_wrap=True)
    for row in rows:
        table.add_row(*(text(value, language) for value in row))
    _print(table)


def print_pairs(pairs: Iterable[tuple[str, object]], language: Words) -> None:
    """Print what there is to say of one thing, a line each."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    for head, value in pairs:
        table.add_row(head, text(value, language))
    _print(table)


def text(value: object, language: Words) -> str:
    """Return what stands in a cell: a state by its words, a moment in UTC."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return says("yes", "是", language) if value else says("no", "否", language)
    if isinstance(value, StrEnum):
        return state_words(value).said(language.value)
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return str(value)


def _print(table: Table) -> None:
    console = Console(file=sys.stdout, width=_WIDTH, highlight=False, markup=False)
    with console.capture() as caught:
        console.print(table, soft_wrap=True)
    # The last column is filled up with blanks, which only make a terminal wrap.
    sys.stdout.writelines(f"{line.rstrip()}\n" for line in caught.get().splitlines())
