"""UPDATE: the rows of a table that a batch has changed, all in one statement.

Only columns that differ from what was there are written.
"""

from collections.abc import Sequence
from operator import eq
from typing import Any

import asyncpg

from usance.kernel.records import Record
from usance.runtime.arrays import array, rows_of
from usance.runtime.rows import HotTable

_statements: dict[tuple[str, tuple[str, ...]], str] = {}


async def update_rows(
    connection: "asyncpg.Connection[Any]",
    table: HotTable[Any, Any],
    records: Sequence[Record],
    before: Sequence[Record],
) -> int:
    """Write what differs between records and what they were; return how many rows are missing."""
    names, arrays = differences(table, records, before)
    if not names:
        return 0
    sql = _statements.get((table.name, names))
    if sql is None:
        sql = _statements[table.name, names] = update_sql(table, names, 1)
    done = await connection.execute(sql, *arrays)
    return len(records) - int(done.removeprefix("UPDATE "))


def differences(
    table: HotTable[Any, Any], records: Sequence[Record], before: Sequence[Record]
) -> tuple[tuple[str, ...], list[str]]:
    """Return the columns in which records differ from what they were, and the keys, as arrays.

    Nothing where they do not differ.
    """
    names, arrays = [], []
    for column in table.shape.encoder.columns:
        values = list(map(column.value, records))
        if column.name not in table.key_columns and all(map(eq, values, map(column.value, before))):
            continue
        names.append(column.name)
        arrays.append(array(column, values))
    if len(names) == len(table.key_columns):
        return (), []
    return tuple(names), arrays


def update_sql(table: HotTable[Any, Any], names: Sequence[str], first: int) -> str:
    """Return the statement that writes arrays of these columns, `$first` the first of them."""
    changes = ", ".join(f"{name} = new.{name}" for name in names if name not in table.key_columns)
    same = " and ".join(f"old.{name} = new.{name}" for name in table.key_columns)
    return (
        f"update {table.name} old set {changes}"  # noqa: S608 - our own names
        f" from {rows_of(table, names, first)} where {same}"
    )
