"""A small book with an engine, on which reports are made."""

import asyncio
import uuid
from datetime import UTC, datetime

import asyncpg
import pytest
from tests.databases import bare_book

import usance.bootstrap  # noqa: F401 - declares the tables and views of every chapter
from usance.ledger.service import CreateTransfers, OpenAccounts, TransferStage, apply_open_accounts
from usance.runtime.clock import FrozenClock
from usance.runtime.commands import Command, Stage, Verb
from usance.runtime.engine import Engine

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
    with bare_book(server_address, "reporting_test", START) as dsn:
        yield dsn


@pytest.fixture
def in_book(dsn):
    """Run a coroutine function with an open book."""

    def run(story):
        async def inside():
            async with Book(dsn) as book:
                return await story(book)

        return asyncio.run(inside())

    return run
