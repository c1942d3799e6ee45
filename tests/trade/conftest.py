"""A book for trade's tests; each test sells under a seller of its own."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence

import pytest
from tests.databases import new_database

import usance.runtime.tables
import usance.trade.tables  # noqa: F401 - declares the tables that the book gets
from usance.kernel.ids import PartyId
from usance.runtime.database import create_tables
from usance.runtime.postgres import ServerAddress


class DerivedBuyers:
    """Every customer's party follows from seller and number; remembers who was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def known(
        self, seller_id: PartyId, customers: Sequence[tuple[str, str]]
    ) -> Mapping[str, PartyId]:
        self.asked.extend(customers)
        return {number: PartyId.derived(0, seller_id, number) for number, _ in customers}


@pytest.fixture(scope="session")
def trade_book(server_address: ServerAddress) -> Iterator[str]:
    with new_database(server_address, "trade_tests") as dsn:
        asyncio.run(create_tables(dsn))
        yield dsn


@pytest.fixture
def seller(request: pytest.FixtureRequest) -> PartyId:
    return PartyId.derived(0, request.node.nodeid)
