"""The database of a book: made, migrated, opened.

A book is a database of its own. Everything the house keeps lies in one schema per chapter.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import asyncpg
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateSchema, CreateTable

from usance.runtime.roles import grant_roles
from usance.runtime.rows import METADATA, VIEWS

if TYPE_CHECKING:
    # What a store is given: a connection, or one lent by a pool.
    Connection = asyncpg.Connection[Any] | asyncpg.pool.PoolConnectionProxy[Any]
    Transaction = asyncpg.transaction.Transaction
else:
    Connection = Any
    Transaction = Any


async def create_tables(dsn: str) -> None:
    """Make the tables that are declared in this process, in a database that has none.

    For tests and measurements. A book is made by `runtime.migrations`; a test says they agree.
    """
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction():
            for schema in sorted({table.schema or "public" for table in METADATA.tables.values()}):
                statement = CreateSchema(schema, if_not_exists=True)
                await connection.execute(str(statement.compile(dialect=dialect)))
            for table in METADATA.sorted_tables:
                await connection.execute(str(CreateTable(table).compile(dialect=dialect)))
                for index in table.indexes:
                    await connection.execute(str(CreateIndex(index).compile(dialect=dialect)))
            await replace_views(connection)
            await grant_roles(connection)
    finally:
        await connection.close()


async def replace_views(connection: Connection) -> None:
    """Make the published views as the chapters declare them now; call it in a transaction."""
    for published in reversed(VIEWS):
        await connection.execute(f"drop view if exists {published.name}")
    for published in VIEWS:
        await connection.execute(f"create view {published.name} as {published.sql}")


async def open_book(dsn: str, name: str, start: datetime, *, test_clock: bool) -> None:
    """Write the one row of a new book. A book that has its row keeps it as it is."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(
            "insert into engine.book (id, name, epoch, position, book_time, test_clock)"
            " values (1, $1, 0, 0, $2, $3) on conflict do nothing",
            name,
            start,
            test_clock,
        )
    finally:
        await connection.close()
