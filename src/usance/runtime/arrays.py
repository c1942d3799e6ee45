"""Columns as arrays in PostgreSQL's text form, `{1,"a b",NULL}`, for statements over many rows.

As its documentation of arrays says ("Array Input and Output Syntax"). A driver that is given a
list looks at every element several times; a text it passes on.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import repeat
from operator import is_
from typing import Any, Final
from uuid import UUID

from sqlalchemy.dialects import postgresql

from usance.kernel.records import Whole, encode
from usance.runtime.copying import Column
from usance.runtime.rows import HotTable

_DIALECT: Final = postgresql.dialect()  # type: ignore[no-untyped-call]


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _number(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError(f"{value} is no finite number")
    return str(value)


# How an element of an array is written, by the kind of its column; None for JSON.
_ELEMENT: Final[dict[type | None, Callable[[Any], str]]] = {
    bool: lambda value: "t" if value else "f",
    int: str,
    str: _quoted,
    bytes: lambda value: f'"\\\\x{value.hex()}"',
    UUID: lambda value: f"{value.int:032x}",
    datetime: datetime.isoformat,
    date: date.isoformat,
    Decimal: _number,
    Whole: str,
    None: lambda value: _quoted(encode(value).decode()),
}


def array(column: Column, values: Sequence[Any]) -> str:
    """Return the values of a column as the text of an array."""
    element = _ELEMENT[column.kind]
    first = values[0]
    if len(values) > 1 and values[-1] is first and all(map(is_, values, repeat(first))):
        written: Sequence[str] = ["NULL" if first is None else element(first)] * len(values)
    elif column.nullable:
        written = ["NULL" if value is None else element(value) for value in values]
    else:
        written = list(map(element, values))
    return "{" + ",".join(written) + "}"


def rows_of(table: HotTable[Any, Any], names: Sequence[str], first: int) -> str:
    """Return, in SQL, the rows named `new` whose columns are the arrays from `$first` on."""
    arrays = []
    for at, name in enumerate(names, first):
        stored = table.table.c[name].type.compile(dialect=_DIALECT)
        arrays.append(f"${at}::text::{stored}[]")
    return f"unnest({', '.join(arrays)}) as new({', '.join(names)})"
