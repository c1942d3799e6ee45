"""A fresh book for every journey, as it was when it was furnished, audited at its end."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable

import asyncpg
import pytest
from tests.conftest import server_folder
from tests.restoring import remember, restore
from tests.story.audit import audit
from tests.story.stage import MONDAY, Stage, furnish

from usance.runtime.postgres import drop_database
from usance.worker.session import make_book, opened, place_of

Journey = Callable[[Stage], Awaitable[None]]


@pytest.fixture(scope="session")
def furnished(server_address):
    """A book with rules and people and no money, to which every journey returns."""
    home = server_folder()
    place = place_of(server_address, home, "story")

    async def make() -> None:
        await make_book(place, MONDAY, test_clock=True, anew=True)
        async with opened(place) as session:
            await furnish(Stage(session))
        await remember(place.dsn)
        connection = await asyncpg.connect(place.dsn)
        # Nobody pulls the plug during a play; what survives that is tested elsewhere.
        await connection.execute(f"alter database {place.database} set synchronous_commit = off")
        await connection.close()

    asyncio.run(make())
    yield place
    asyncio.run(drop_database(server_address, place.database))
    shutil.rmtree(home)


@pytest.fixture
def play(furnished) -> Callable[[Journey], None]:
    """Play a journey from the book's beginning; the audit follows every journey."""

    async def played(journey: Journey) -> None:
        await restore(furnished.dsn)
        async with opened(furnished, engine=True) as session:
            await journey(Stage(session))
            assert session.engine is not None
            assert not session.engine.failure
            await audit(session)

    return lambda journey: asyncio.run(played(journey))
