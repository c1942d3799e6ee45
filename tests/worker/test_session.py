"""A book is opened only where it is there and its tables are this version's."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import asyncpg
import pytest

from usance.kernel.errors import Invalid, NotFound, Unavailable
from usance.policy.service import AdoptPolicy, shipped_rows
from usance.runtime.engine import BookTaken
from usance.worker import session
from usance.worker.session import Place, make_book, opened

START = datetime(2026, 9, 9, tzinfo=UTC)


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
    with pytest.raises(NotFound, match="no book test_session"):
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

    with pytest.raises(Unavailable, match=rf"\({lacking}\).*usance migrate --book test_session"):
        asyncio.run(opens(place))


def test_a_test_book_is_made_anew_with_another_key_of_its_log(place):
    async def key() -> object:
        await make_book(place, START, test_clock=True, anew=True)
        async with opened(place) as session:
            return session.log.policy()["log_keys"]

    first, second = asyncio.run(key()), asyncio.run(key())

    assert first != second


def test_a_book_that_an_engine_holds_is_not_thrown_away(place):
    async def story() -> datetime:
        await make_book(place, START, test_clock=True, anew=False)
        async with opened(place, engine=True) as session:
            with pytest.raises(BookTaken, match="holds the book test_session"):
                await make_book(place, START, test_clock=True, anew=True)
            return await session.now()

    assert asyncio.run(story()) == START


def test_a_book_of_the_wall_clock_is_not_thrown_away(place):
    asyncio.run(make_book(place, START, test_clock=False, anew=False))

    with pytest.raises(Invalid, match="not thrown away"):
        asyncio.run(make_book(place, START, test_clock=True, anew=True))


def test_who_serves_beside_a_command_is_the_engine_after_it(place):
    async def story() -> None:
        await make_book(place, START, test_clock=True, anew=False)
        async with AsyncExitStack() as command:
            await command.enter_async_context(opened(place))
            async with opened(place, patient=True) as served:
                assert served.engine is None
                await command.aclose()
                async with asyncio.timeout(10):
                    while served.engine is None:  # noqa: ASYNC110 - nothing tells
                        await asyncio.sleep(0.05)
                outcome = await served.do("adopt_policy", AdoptPolicy(shipped_rows(), "new"))
                assert outcome.refusal is None

    asyncio.run(story())


def test_what_goes_wrong_while_a_book_is_taken_over_is_tried_again(place, monkeypatch):
    serve, faults = session.serve_engine, [OSError("no room"), RuntimeError("unforeseen")]

    async def served_in_the_end(*arguments):
        if faults:
            raise faults.pop()
        return await serve(*arguments)

    async def story() -> None:
        await make_book(place, START, test_clock=True, anew=False)
        async with AsyncExitStack() as command:
            await command.enter_async_context(opened(place))
            async with opened(place, patient=True) as served:
                monkeypatch.setattr(session, "serve_engine", served_in_the_end)
                await command.aclose()
                async with asyncio.timeout(20):
                    while served.engine is None:  # noqa: ASYNC110 - nothing tells
                        await asyncio.sleep(0.05)
                outcome = await served.do("adopt_policy", AdoptPolicy(shipped_rows(), "new"))
                assert outcome.refusal is None
        assert faults == []

    monkeypatch.setattr(session, "_TRIES_AGAIN_AFTER", 0.01)
    asyncio.run(story())


def test_who_serves_beside_an_engine_of_its_own_process_waits_for_the_next_one(place):
    async def story() -> None:
        await make_book(place, START, test_clock=True, anew=False)
        async with AsyncExitStack() as engine:
            await engine.enter_async_context(opened(place, engine=True))
            async with opened(place, patient=True) as served:
                await asyncio.sleep(0.5)  # It has looked who holds the book.
                await engine.aclose()
                await asyncio.sleep(1)
                assert served.engine is None

    asyncio.run(story())
