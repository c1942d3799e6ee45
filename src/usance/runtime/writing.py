"""Writing: what a batch changed, put into the database in one transaction.

Many rows go by COPY, table by table. Few go in one statement, which is a transaction of its own:
a lone request waits for one round trip instead of ten. Both write nothing unless the epoch is
still ours, and nothing unless every row that is to change is there.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec

from usance.runtime.arrays import array, rows_of
from usance.runtime.copying import Block, copy_rows
from usance.runtime.rows import HotTable
from usance.runtime.updating import differences, update_rows, update_sql

# Up to so many rows one statement is quicker: the server reads text a little slower than COPY.
FEW_ROWS: Final = 1024
_statements: dict[tuple[tuple[str, tuple[str, ...]], ...], str] = {}


class BrokenPromise(Exception):
    """The book is not what this engine holds it to be: another one has written it. Stop."""


class Fence(msgspec.Struct, frozen=True):
    """Whose the book has to be, and how far the batch brings it."""

    epoch: int
    position: int
    now: datetime


class Changes(msgspec.Struct, frozen=True):
    """What a batch changes in a table: rows it adds, and those it changes, as they were before."""

    table: HotTable[Any, Any]
    new: Sequence[Any]
    blocks: Sequence[Block] = ()
    changed: Sequence[Any] = ()
    before: Sequence[Any] = ()

    def __len__(self) -> int:
        """Return how many rows there are to write."""
        return len(self.new) + sum(map(len, self.blocks)) + len(self.changed)


def are_few(several: Sequence[Changes]) -> bool:
    """Return whether changes are to be written in one statement."""
    return sum(map(len, several)) <= FEW_ROWS and not any(each.blocks for each in several)


# ---- many ----


async def write_many(
    connection: "asyncpg.Connection[Any]", fence: Fence, several: Sequence[Changes]
) -> None:
    """Write changes within a transaction: the fence first, then each table by COPY and UPDATE.

    Raises BrokenPromise, UnwritableRow and what the server says.
    """
    fenced = await connection.execute(_FENCE, fence.epoch, fence.position, fence.now)
    if fenced != "UPDATE 1":
        raise taken()
    for changes in several:
        table, shape = changes.table, changes.table.shape
        parts: list[Sequence[Any] | Block] = [changes.new, *changes.blocks]
        if any(map(len, parts)):
            await copy_rows(
                connection,
                table.table.schema,
                table.table.name,
                shape.columns,
                shape.encoder,
                parts,
            )
        if changes.changed:
            missing = await update_rows(connection, table, changes.changed, changes.before)
            if missing:
                raise _lacking(f"{table.name} lacks {missing} of {len(changes.changed)}")


_FENCE: Final = "update engine.book set position = $2, book_time = $3 where epoch = $1"


def taken() -> BrokenPromise:
    """Return what there is to say where the epoch is not ours any more."""
    return BrokenPromise("Another engine has taken this book.")


def _lacking(what: str) -> BrokenPromise:
    return BrokenPromise(f"{what} rows we hold.")


# ---- few ----


async def write_few(
    connection: "asyncpg.Connection[Any]", fence: Fence, several: Sequence[Changes]
) -> None:
    """Write changes in one statement, and commit them. Raises as `write_many` does."""
    kinds: list[tuple[HotTable[Any, Any], tuple[str, ...]]] = []
    arrays: list[str] = []
    promised = 0
    for changes in several:
        table = changes.table
        if changes.new:
            kinds.append((table, ()))
            columns = table.shape.encoder.columns
            arrays += [array(column, list(map(column.value, changes.new))) for column in columns]
        if changes.changed:
            names, differing = differences(table, changes.changed, changes.before)
            if names:
                kinds.append((table, names))
                arrays += differing
                promised += len(changes.changed)
    known_by = tuple((table.name, names) for table, names in kinds)
    sql = _statements.get(known_by)
    if sql is None:
        sql = _statements[known_by] = _statement(kinds)
    try:
        fenced = await connection.fetchval(
            sql, fence.epoch, fence.position, fence.now, promised, *arrays
        )
    except asyncpg.DivisionByZeroError as kept_back:
        tables = ", ".join(table.name for table, names in kinds if names)
        raise _lacking(f"{tables} lacks some of {promised}") from kept_back
    if not fenced:
        raise taken()


def _statement(kinds: Sequence[tuple[HotTable[Any, Any], tuple[str, ...]]]) -> str:
    """Return the statement that adds rows (no names) and changes them (names of columns).

    Each part draws its rows through the fence, so none is written where that did not stand. Where
    fewer rows change than were promised it divides by zero, which undoes it all: an assertion.
    """
    parts, first = [f"fence as ({_FENCE} returning 1)"], 5
    changed = ["$4::bigint - $4::bigint"]
    for at, (table, names) in enumerate(kinds):
        if names:
            sql = f"{update_sql(table, names, first)} and exists (select from fence) returning 1"
            changed.append(f"(select count(*) from part{at})")  # noqa: S608 - a number
        else:
            names = table.shape.columns  # noqa: PLW2901 - all of them
            sql = (
                f"insert into {table.name} ({', '.join(names)}) select new.*"  # noqa: S608 - ours
                f" from fence, {rows_of(table, names, first)}"
            )
        parts.append(f"part{at} as ({sql})")
        first += len(names)
    sums = f"count(*) as fenced, {' + '.join(changed)} as changed"
    return (
        f"with {', '.join(parts)}, done as (select {sums} from fence)"  # noqa: S608 - our own names
        " select case when fenced = 0 then 0 when changed = $4 then fenced"
        " else 1 / (fenced - fenced) end from done"
    )
