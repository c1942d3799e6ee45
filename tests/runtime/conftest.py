"""What several tests of the runtime share."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import asyncpg
import pytest
from tests.databases import new_database
from tests.runtime.everything import TABLE

from usance.runtime import writing
from usance.runtime.postgres import ServerAddress

Story = Callable[[Any], Awaitable[Any]]


@pytest.fixture(scope="module")
def in_table(server_address: ServerAddress) -> Iterator[Callable[[Story], Any]]:
    """Runs a story over a connection to the table `everything`, which is empty."""
    with new_database(server_address, "everything") as dsn, asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(dsn))
        runner.run(connection.execute(TABLE))

        async def told(story: Story) -> Any:
            await connection.execute("truncate everything")
            return await story(connection)

        yield lambda story: runner.run(told(story))
        runner.run(connection.close())


@pytest.fixture(params=["one statement", "COPY"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Batches of this test are written as few rows are, and again as many are."""
    if request.param == "COPY":
        monkeypatch.setattr(writing, "FEW_ROWS", -1)
    return str(request.param)
