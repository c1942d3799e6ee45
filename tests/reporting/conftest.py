"""A small book with an engine, on which reports are made."""

import asyncio
import uuid
from datetime import UTC, datetime

import asyncpg
import pytest

import usance.bootstrap  # noqa: F401 - declares the tables and views of every chapter
from usance.ledger.service import CreateTransfers, OpenAccounts, TransferStage, apply_open_accounts
from usance.runtime.clock import FrozenClock
from usance.runtime.commands import Command, Stage, Verb
from usance.runtime.database import create_tables, open_book
from usance.runtime.engine import Engine
from usance.runtime.postgres import create_database, drop_database

START = datetime(2026, 9, 9, 8, tzinfo=UTC)
PATH = {
    "open_accounts": Verb(OpenAccounts, (Stage(apply_open_accounts),)),
}


class Book:
    """An engine on a database of its own, and a connection to read it with."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.clock = FrozenClock(START)
        stage = TransferStage()
        path = {
            **PATH,
            "create_transfers": Verb(CreateTransfers, (Stage(stage.apply, stage.prepare),)),
        }
        self.engine = Engine(dsn, path, self.clock)
        self.connection: asyncpg.Connection

    async def __aenter__(self):
        await self.engine.start()
        self.connection = await asyncpg.connect(self.dsn)
        return self

    async def __aexit__(self, *_raised):
        await self.connection.close()
        await self.engine.stop()

    async def ask(self, verb, body):
        [outcome] = await self.engine.submit([Command(uuid.uuid4(), verb, uuid.uuid4(), body)])
        assert outcome.refusal is None, outcome.refusal
        return outcome.fact


@pytest.fixture
def dsn(server_address):
    name = f"reporting_{uuid.uuid4().hex[:12]}"

    async def make():
        await create_database(server_address, name)
        await create_tables(server_address.dsn(name))
        await open_book(server_address.dsn(name), "reports", START, test_clock=True)

    asyncio.run(make())
    yield server_address.dsn(name)
    asyncio.run(drop_database(server_address, name))


@pytest.fixture
def in_book(dsn):
    """Run a coroutine function with an open book."""

    def run(story):
        async def inside():
            async with Book(dsn) as book:
                return await story(book)

        return asyncio.run(inside())

    return run
