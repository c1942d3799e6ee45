"""Machines are told why the book cannot work: /readyz names what ended the engine."""

import asyncio
from contextlib import asynccontextmanager
from types import SimpleNamespace

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from tests.runtime.books import START, ask, book, execute, noted, running, unavailable

from usance.api import health
from usance.api.problems import answer_with_problems
from usance.kernel.errors import Unavailable
from usance.runtime import engine as engine_module
from usance.runtime import writer
from usance.runtime.clock import FrozenClock
from usance.runtime.postgres import Server
from usance.runtime.standby import LOCK_ID


@asynccontextmanager
async def asked(engine, dsn):
    """A client of the health pages of a book."""
    pool = await asyncpg.create_pool(dsn, min_size=1, max_size=2)

    async def now():
        return START

    app = FastAPI()
    app.include_router(health.router)
    place = SimpleNamespace(book="small")
    app.state.session = SimpleNamespace(place=place, book=engine, pool=pool, now=now)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://book") as client:
        yield client
    pool.terminate()


async def ready(client) -> tuple[int, str]:
    answer = await client.get("/readyz")
    return answer.status_code, answer.json()["reason"]


async def lose_the_epoch(engine, dsn, _monkeypatch):
    await ask(dsn, "update engine.book set epoch = epoch + 1")
    await unavailable(engine, noted(1))


async def fill_the_disk(engine, dsn, _monkeypatch):
    """The server's own error, with its SQLSTATE, where the batch is written."""
    await execute(
        dsn,
        "create function engine.no_room() returns trigger language plpgsql as $$ begin raise"
        " exception 'could not extend file: No space left on device' using errcode = 'disk_full';"
        " end $$; create trigger no_room before insert on engine.outbox"
        " execute function engine.no_room()",
    )
    try:
        await unavailable(engine, noted(1))
    finally:
        await execute(dsn, "drop function engine.no_room cascade")


async def lose_a_commit(engine, _dsn, monkeypatch):
    async def cut(*_arguments):
        raise ConnectionResetError("the answer to the commit was lost")

    monkeypatch.setattr(writer, "write_few", cut)
    await unavailable(engine, noted(1))


async def end_the_connection(_engine, dsn, _monkeypatch):
    """Nobody asks anything: the engine finds out by itself."""
    await ask(
        dsn,
        "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = $1",
        LOCK_ID,
    )
    await asyncio.wait_for(_engine.ended(), 60)


@pytest.mark.parametrize(
    ("happening", "said"),
    [
        (lose_the_epoch, "Another engine has taken this book"),
        (fill_the_disk, "DiskFullError: could not extend file: No space left on device"),
        (lose_a_commit, "the answer to the commit was lost"),
        (end_the_connection, "acknowledges nothing more"),
    ],
)
def test_an_engine_that_failed_says_why_and_acknowledges_nothing(
    server_address, monkeypatch, happening, said
):
    async def story():
        async with (
            book(server_address) as dsn,
            running(dsn) as engine,
            asked(engine, dsn) as client,
        ):
            assert await ready(client) == (200, "")
            await happening(engine, dsn, monkeypatch)
            monkeypatch.undo()
            code, reason = await ready(client)
            assert code == 503
            assert said in reason
            assert "again" in await unavailable(engine, noted(2))
            async with running(dsn) as heir:
                assert (await heir.submit([noted(2)]))[0].fact.position == 1

    asyncio.run(story())


def test_a_stopped_database_is_a_reason_too(server_home):
    server = Server(server_home)
    server.start()

    async def story():
        async with (
            book(server.address) as dsn,
            running(dsn) as engine,
            asked(engine, dsn) as client,
        ):
            assert await ready(client) == (200, "")
            server.stop()
            await asyncio.wait_for(engine.ended(), 60)
            code, reason = await ready(client)
            assert code == 503
            assert "acknowledges nothing more" in reason

    asyncio.run(story())


def test_too_much_waiting_is_come_again_later(server_address, monkeypatch):
    """Beyond the bound of the queue: 503 with Retry-After, and nothing was done."""
    monkeypatch.setattr(engine_module, "QUEUE_MAX", 4)

    async def story():
        async with book(server_address) as dsn, running(dsn, FrozenClock(START)) as engine:
            app = FastAPI()
            answer_with_problems(app)

            @app.post("/notes/{number}")
            async def note(number: int) -> int:
                return len(await engine.submit([noted(number)]))

            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://book") as client:
                answers = await asyncio.gather(*(client.post(f"/notes/{n}") for n in range(1, 21)))
                turned_away = [each for each in answers if each.status_code == 503]
                assert 0 < len(turned_away) < 20
                assert {each.headers["retry-after"] for each in turned_away} == {"2"}
                assert engine.position == 20 - len(turned_away)
                with pytest.raises(Unavailable, match="Too much is waiting"):
                    await asyncio.gather(*(engine.submit([noted(n)]) for n in range(100, 120)))

    asyncio.run(story())
