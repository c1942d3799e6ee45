"""Databases and places for books that a test makes for itself; nothing of them is left."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import asyncpg
from tests.conftest import server_folder
from tests.restoring import remember, restore

from usance.runtime.database import create_tables, open_book
from usance.runtime.postgres import ServerAddress, create_database, drop_database
from usance.worker.session import Place, place_of


@contextmanager
def new_database(address: ServerAddress, name: str) -> Iterator[str]:
    """A database without tables, dropped afterwards; its DSN."""
    asyncio.run(create_database(address, name))
    try:
        yield address.dsn(name)
    finally:
        asyncio.run(drop_database(address, name))


_bare: set[tuple[str, str]] = set()


@contextmanager
def bare_book(address: ServerAddress, name: str, start: datetime) -> Iterator[str]:
    """A test book of which there is only the database, empty but for its head; its DSN.

    It is for one engine after the other, none of which is killed with its server. The database
    is made once for each name and emptied for every use.
    """
    dsn = address.dsn(name)

    async def make() -> None:
        await create_database(address, name)
        await create_tables(dsn)
        await open_book(dsn, name, start, test_clock=True)
        connection = await asyncpg.connect(dsn)
        await connection.execute(f"alter database {name} set synchronous_commit = off")
        await connection.close()
        await remember(dsn)

    if (address.url, name) in _bare:
        asyncio.run(restore(dsn))
    else:
        asyncio.run(make())
        _bare.add((address.url, name))
    yield dsn


async def drop_bare_books(address: ServerAddress) -> None:
    """Leave nothing on a server that goes on after the tests."""
    for url, name in list(_bare):
        if url == address.url:
            await drop_database(address, name)
            _bare.remove((url, name))


@contextmanager
def place_for(address: ServerAddress, book: str) -> Iterator[Place]:
    """A place for a book that was not made yet; nothing of it is left afterwards."""
    home = server_folder()
    place = place_of(address, home, book)
    try:
        yield place
    finally:
        asyncio.run(drop_database(address, place.database))
        shutil.rmtree(home)
