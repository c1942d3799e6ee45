"""A place for a book, and nothing of it left afterwards."""

import asyncio
import shutil
from collections.abc import Iterator

import pytest
from tests.conftest import server_folder

from usance.runtime.postgres import ServerAddress, drop_database
from usance.worker.session import Place, place_of


@pytest.fixture
def place(request: pytest.FixtureRequest, server_address: ServerAddress) -> Iterator[Place]:
    """A place for a book that was not made yet, named after the file of the test."""
    home = server_folder()
    name = request.module.__name__.rpartition(".")[2].removeprefix("test_")
    place = place_of(server_address, home, name)
    yield place
    asyncio.run(drop_database(server_address, place.database))
    shutil.rmtree(home)
