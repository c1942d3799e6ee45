"""UPDATE: the rows of a table that a batch has changed, all in one statement.

Only columns that differ from what was there are written. They travel as arrays in PostgreSQL's
text form, `{1,"a b",NULL}` (its documentation of arrays, "Array Input and Output Syntax"): the
driver looks at every element of a list several times.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from operator import eq
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy.dialects import postgresql

from usance.kernel.records import Record, encode
from usance.runtime.rows import HotTable

_DIALECT: Final = postgresql.dialect()  # type: ignore[no-untyped-call]
_statements: dict[tuple[str, tuple[str, ...]], str] = {}


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


# How an element of an array is written, by the kind of its column; None for JSON.
_ELEMENT: Final[dict[type | None, Callable[[Any], str]]] = {
    bool: lambda value: "t" if value else "f",
    int: str,
    str: _quoted,
    bytes: lambda value: f'"\\\\x{value.hex()}"',
    UUID: lambda value: f"{value.int:032x}",
    datetime: datetime.isoformat,
    date: date.isoformat,
    Decimal: str,
    None: lambda value: _quoted(encode(value).decode()),
}


async def update_rows(
    connection: "asyncpg.Connection[Any]",
    table: HotTable[Any, Any],
    records: Sequence[Record],
    before: Sequence[Record],
) -> int:
    """Write what differs between records and what they were; return how many rows are missing."""
    names, arrays = [], []
    for column in table.shape.encoder.columns:
        values = list(map(column.value, records))
        if column.name not in table.key_columns and all(map(eq, values, map(column.value, before))):
            continue
        names.append(column.name)
        element = _ELEMENT[column.kind]
        if column.nullable:
            written = ["NULL" if value is None else element(value) for value in values]
        else:
            written = list(map(element, values))
        arrays.append("{" + ",".join(written) + "}")
    if len(names) == len(table.key_columns):
        return 0
    done = await connection.execute(_statement(table, tuple(names)), *arrays)
    return len(records) - int(done.removeprefix("UPDATE "))


def _statement(table: HotTable[Any, Any], names: tuple[str, ...]) -> str:
    """Return the statement that writes arrays of these columns, the keys among them, to rows."""
    sql = _statements.get((table.name, names))
    if sql is None:
        arrays = []
        for at, name in enumerate(names, 1):
            stored = table.table.c[name].type.compile(dialect=_DIALECT)
            arrays.append(f"${at}::text::{stored}[]")
        changes = ", ".join(
            f"{name} = new.{name}" for name in names if name not in table.key_columns
        )
        same = " and ".join(f"old.{name} = new.{name}" for name in table.key_columns)
        sql = _statements[table.name, names] = (
            f"update {table.name} old set {changes}"  # noqa: S608 - our own names
            f" from unnest({', '.join(arrays)}) as new({', '.join(names)}) where {same}"
        )
    return sql
