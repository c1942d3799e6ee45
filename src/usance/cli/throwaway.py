"""Databases and books that are made for one use and are gone after it, whatever ends it."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg

from usance.bootstrap import money_path
from usance.risk.service import Screens
from usance.runtime.clock import FrozenClock
from usance.runtime.database import create_tables, open_book
from usance.runtime.engine import Engine
from usance.runtime.postgres import ServerAddress, create_database, drop_database
from usance.worker.session import Place, make_book, place_of, throw_away


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """A connection, closed at the end."""
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def empty_database(address: ServerAddress, name: str) -> AsyncIterator[str]:
    """A database without tables in place of one of the same name; its DSN."""
    await drop_database(address, name)
    try:
        await create_database(address, name)
        yield address.dsn(name)
    finally:
        await drop_database(address, name)


@asynccontextmanager
async def bare_engine(
    address: ServerAddress, name: str, clock: FrozenClock
) -> AsyncIterator[Engine]:
    """An engine on a new book, with neither worker nor log nor socket beside it."""
    async with empty_database(address, name) as dsn:
        await create_tables(dsn)
        await open_book(dsn, name, clock.now(), test_clock=True)
        engine = Engine(dsn, money_path(Screens()), clock)
        await engine.start()
        try:
            yield engine
        finally:
            await engine.stop()


@asynccontextmanager
async def new_book(
    address: ServerAddress, home: Path, name: str, start: datetime
) -> AsyncIterator[Place]:
    """A whole book in place of a test book of the same name.

    Raises BookTaken or Invalid(kept_book) where that one may not go, and leaves it alone.
    """
    place = place_of(address, home, name)
    await throw_away(place)
    try:
        await make_book(place, start, test_clock=True, anew=False)
        yield place
    finally:
        await drop_database(address, place.database)
        shutil.rmtree(place.folder, ignore_errors=True)
