"""A book for payments' tests that need tables and no engine."""

import asyncio
from collections.abc import Iterator

import pytest
from tests.databases import new_database

import usance.bootstrap
import usance.runtime.tables  # noqa: F401 - declares the tables that the book gets
from usance.runtime.database import create_tables
from usance.runtime.postgres import ServerAddress


@pytest.fixture(scope="session")
def payments_book(server_address: ServerAddress) -> Iterator[str]:
    with new_database(server_address, "payments_tests") as dsn:
        asyncio.run(create_tables(dsn))
        yield dsn
