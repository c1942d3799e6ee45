"""A fresh book for every journey, copied from one that was furnished once, audited at its end."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Iterator

import asyncpg
import pytest
from tests.conftest import server_folder
from tests.story.audit import audit
from tests.story.stage import MONDAY, Stage, furnish

from usance.runtime.postgres import drop_database
from usance.worker.session import make_book, opened, place_of

Journey = Callable[[Stage], Awaitable[None]]


@pytest.fixture(scope="session")
def furnished(server_address):
    """A book with rules and people and no money, to be copied."""
    home = server_folder()
    place = place_of(server_address, home, "story_begins")

    async def make() -> None:
        await make_book(place, MONDAY, test_clock=True, anew=True)
        async with opened(place) as session:
            await furnish(Stage(session))

    asyncio.run(make())
    yield home, place
    asyncio.run(drop_database(server_address, place.database))
    shutil.rmtree(home)


@pytest.fixture
def play(server_address, furnished) -> Iterator[Callable[[Journey], None]]:
    """Play a journey on a book of its own; the audit follows every journey."""
    home, pattern = furnished
    place = place_of(server_address, home, "story")

    async def played(journey: Journey) -> None:
        await drop_database(server_address, place.database)
        connection = await asyncpg.connect(server_address.url)
        await connection.execute(f"create database {place.database} template {pattern.database}")
        # Nobody pulls the plug during a play; what survives that is tested elsewhere.
        await connection.execute(f"alter database {place.database} set synchronous_commit = off")
        await connection.close()
        async with opened(place, engine=True) as session:
            await journey(Stage(session))
            assert session.engine is not None
            assert not session.engine.failure
            await audit(session)

    yield lambda journey: asyncio.run(played(journey))
    asyncio.run(drop_database(server_address, place.database))
