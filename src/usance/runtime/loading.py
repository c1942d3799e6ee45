"""Loading: what an engine takes into memory when it starts.

The tables of the present state (accounts, balances, open holds, live payments, what falls due)
are written in the transaction of every batch. So they are the snapshot, always up to date, and
nothing has to be replayed: a start reads the rows that are kept and the newest keys, however
long the history behind them is.
"""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

import asyncpg

from usance.kernel.records import Record
from usance.runtime.batch import Keys
from usance.runtime.checks import require_sound
from usance.runtime.draft import State
from usance.runtime.rows import HOT_TABLES, HotTable, RowShape
from usance.runtime.tables import COMMANDS, CommandRow

R = TypeVar("R", bound=Record)

# So many rows at a time: enough that nothing is done for each alone, few enough that what the
# driver holds of them beside the records does not count.
_CHUNK: Final = 20_000


async def load_book(
    dsn: str, connection: "asyncpg.Connection[Any]", state: State, keys: Keys
) -> None:
    """Take every kept row and the newest keys into memory; `connection` must hold the book's lock.

    Raises Unsound where the tables contradict each other.
    """
    # The server reckons while we read: it has a processor of its own, most of the time.
    sound = asyncio.create_task(require_sound(dsn))
    try:
        await _load(connection, state, keys)
        await sound
    finally:
        sound.cancel()


async def _load(connection: "asyncpg.Connection[Any]", state: State, keys: Keys) -> None:
    with _collector_resting():
        for table in HOT_TABLES:
            async for records in kept_rows(connection, table):
                state.keep(table, records)
        async for answers in newest_keys(connection, keys.limit):
            keys.answered.update((row.id.int, row) for row in answers)
        keys.complete = len(keys.answered) < keys.limit


async def kept_rows(
    connection: "asyncpg.Connection[Any]", table: HotTable[Any, R], chunk: int = _CHUNK
) -> AsyncIterator[list[R]]:
    """Yield the rows of a table that memory keeps, in chunks, as the connection sees them."""
    if table.keep_sql == "false":
        return
    query = f"select {', '.join(table.shape.columns)} from {table.name} where {table.keep_sql}"  # noqa: S608
    async for records in _in_chunks(connection, table.shape, chunk, query):
        yield records


async def newest_keys(
    connection: "asyncpg.Connection[Any]", count: int, chunk: int = _CHUNK
) -> AsyncIterator[list[CommandRow]]:
    """Yield the newest keys, at most `count`, the oldest of them first."""
    shape = COMMANDS.shape
    query = f"select {', '.join(shape.columns)} from {COMMANDS.name}"  # noqa: S608 - our columns
    before = await connection.fetchval(
        f"select id from {COMMANDS.name} order by id desc offset $1 limit 1",  # noqa: S608
        count,
    )
    if before is None:
        found = _in_chunks(connection, shape, chunk, f"{query} order by id")
    else:
        found = _in_chunks(connection, shape, chunk, f"{query} where id > $1 order by id", before)
    async for records in found:
        yield records


async def _in_chunks(
    connection: "asyncpg.Connection[Any]",
    shape: RowShape[R],
    chunk: int,
    query: str,
    *arguments: object,
) -> AsyncIterator[list[R]]:
    async with connection.transaction():
        cursor = await connection.cursor(query, *arguments)
        while rows := await cursor.fetch(chunk):
            yield shape.from_rows(rows)


@contextmanager
def _collector_resting() -> Iterator[None]:
    """Make many objects without the collector walking through them again and again."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
