"""UPDATE: the rows of a table that a batch has changed, all in one statement.

Columns travel as arrays. Arrays of whole numbers travel as text, `{1,2,NULL}`: the driver looks
at every element of a list several times, and balances are nothing but numbers.
"""

from collections.abc import Sequence
from typing import Any, Final

import asyncpg
from sqlalchemy.dialects import postgresql

from usance.kernel.records import Record, encode
from usance.runtime.copying import Column
from usance.runtime.rows import HotTable

_DIALECT: Final = postgresql.dialect()  # type: ignore[no-untyped-call]
_statements: dict[str, str] = {}


async def update_rows(
    connection: "asyncpg.Connection[Any]", table: HotTable[Any, Any], records: Sequence[Record]
) -> int:
    """Replace the rows of these records' keys by the records; return how many there were."""
    columns = table.shape.encoder.columns
    arrays = [_array(column, list(map(column.value, records))) for column in columns]
    done = await connection.execute(_statement(table), *arrays)
    return int(done.removeprefix("UPDATE "))


def _array(column: Column, values: list[Any]) -> list[Any] | str:
    if column.kind is int:
        numbers = map(str, values) if None not in values else map(_number, values)
        return "{" + ",".join(numbers) + "}"
    if column.kind is None:
        return [None if value is None else encode(value).decode() for value in values]
    return values


def _number(value: int | None) -> str:
    return "NULL" if value is None else str(value)


def _statement(table: HotTable[Any, Any]) -> str:
    """Return the statement that replaces rows of a table by arrays of their columns."""
    sql = _statements.get(table.name)
    if sql is None:
        columns = table.shape.encoder.columns
        names = [column.name for column in columns]
        arrays = []
        for at, column in enumerate(columns, 1):
            stored = table.table.c[column.name].type.compile(dialect=_DIALECT)
            as_text = "::text" if column.kind is int else ""
            arrays.append(f"${at}{as_text}::{stored}[]")
        changes = ", ".join(
            f"{name} = new.{name}" for name in names if name not in table.key_columns
        )
        same = " and ".join(f"old.{name} = new.{name}" for name in table.key_columns)
        sql = _statements[table.name] = (
            f"update {table.name} old set {changes}"  # noqa: S608 - our own names
            f" from unnest({', '.join(arrays)}) as new({', '.join(names)}) where {same}"
        )
    return sql
