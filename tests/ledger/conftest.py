"""A database for each file of tests that asks for one; `histories.a_book` sweeps it."""

from collections.abc import Iterator

import pytest
from tests.databases import bare_book
from tests.ledger.histories import START

from usance.runtime.postgres import ServerAddress


@pytest.fixture(scope="module")
def dsn(request: pytest.FixtureRequest, server_address: ServerAddress) -> Iterator[str]:
    with bare_book(server_address, request.module.__name__.rpartition(".")[2], START) as dsn:
        yield dsn
