"""A book is opened only where it is there and its tables are this version's."""

import asyncio
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

import asyncpg
import pytest

from usance.kernel.errors import NotFound, Unavailable
from usance.runtime.postgres import ServerAddress, drop_database
from usance.worker.session import Place, make_book, opened, place_of

START = datetime(2026, 9, 9, tzinfo=UTC)


@pytest.fixture
def place(server_address: ServerAddress) -> Iterator[Place]:
    home = Path(mkdtemp(prefix="usance-test-"))
    place = place_of(server_address, home, "session_test")
    yield place
    asyncio.run(drop_database(server_address, place.database))
    shutil.rmtree(home)


async def opens(place: Place) -> datetime:
    async with opened(place) as session:
        return await session.now()


async def spoil(place: Place, sql: str) -> None:
    connection = await asyncpg.connect(place.dsn)
    await connection.execute(sql)
    await connection.close()


def test_a_book_that_was_made_opens_at_its_time(place):
    asyncio.run(make_book(place, START, test_clock=True, anew=False))

    assert asyncio.run(opens(place)) == START


def test_a_book_that_was_never_made_is_not_found(place):
    with pytest.raises(NotFound, match="no book session_test"):
        asyncio.run(opens(place))


@pytest.mark.parametrize(
    ("_case", "sql", "lacking"),
    [
        ("an old revision", "update engine.revision set version_num = '0000'", "0001, views"),
        ("an old view", "comment on schema engine is 'views of old'", "views"),
        ("half made", "drop table engine.revision", "0001, views"),
    ],
)
def test_a_book_that_is_behind_names_what_it_lacks_and_the_remedy(place, _case, sql, lacking):
    asyncio.run(make_book(place, START, test_clock=True, anew=False))
    asyncio.run(spoil(place, sql))

    with pytest.raises(Unavailable, match=rf"\({lacking}\).*usance migrate --book session_test"):
        asyncio.run(opens(place))
