"""kill -9, of the engine and of the database, in the middle of the work."""

import asyncio
import os
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.crash.engine_process import EngineProcess, standing_by, started
from tests.crash.load import Load, audited
from tests.runtime.books import ask, book, noted, running, unavailable

from usance.runtime.postgres import Server
from usance.runtime.wire import RemoteBook

PATIENCE, LEASE = 60, 3


@asynccontextmanager
async def reached(socket: Path) -> AsyncIterator[RemoteBook]:
    remote = RemoteBook(socket)
    await remote.connect()
    try:
        yield remote
    finally:
        await remote.close()


async def one_life(dsn: str, socket: Path, load: Load) -> None:
    """An engine lives, works for several callers, and is killed while they wait."""
    process = await started(dsn, socket)
    async with reached(socket) as remote:
        callers = asyncio.create_task(load.callers(remote))
        await load.acknowledged(load.random.randint(30, 300))
        await asyncio.sleep(load.random.uniform(0, 0.05))  # At any moment of a batch.
        process.kill()
        await asyncio.wait_for(callers, PATIENCE)


def rounds_of_killing(server_address, seed: int, rounds: int) -> None:
    """Engine after engine is killed; the last is asked everything again, then all is audited."""
    print(f"seed {seed}")
    load = Load(seed)

    async def story(folder: Path) -> None:
        socket = folder / "engine.sock"
        async with book(server_address) as dsn:
            async with running(dsn) as engine:
                load.take(load.asked, await engine.submit(load.asked))
            for _ in range(rounds):
                await one_life(dsn, socket, load)
            process = await started(dsn, socket)
            async with reached(socket) as remote:
                assert 30 * rounds < await load.everything_again(remote) <= len(load.told)
            process.kill()
            await audited(dsn, load, folder / "log.key")

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(story(Path(folder)))


def test_an_engine_killed_three_times_has_lost_and_doubled_nothing(server_address):
    rounds_of_killing(server_address, 1, rounds=3)


@pytest.mark.long
@pytest.mark.parametrize("_round", range(10))
def test_an_engine_killed_many_times_has_lost_and_doubled_nothing(server_address, _round):
    rounds_of_killing(server_address, int.from_bytes(os.urandom(4)), rounds=5)


def test_a_database_killed_under_load_closes_the_engine_and_loses_nothing(server_home):
    server = Server(server_home)
    server.start()
    load = Load(2)

    async def killed(dsn: str) -> None:
        async with running(dsn) as engine:
            load.take(load.asked, await engine.submit(load.asked))
            callers = asyncio.create_task(load.callers(engine))
            await load.acknowledged(200)
            os.kill(server.process_id, signal.SIGKILL)
            await asyncio.wait_for(callers, PATIENCE)
            assert "acknowledges nothing more" in engine.failure
            assert await unavailable(engine, noted(10**6)) == engine.failure

    async def again(dsn: str) -> None:
        async with running(dsn) as engine:
            assert await load.everything_again(engine) > 200
        await audited(dsn, load, server_home / "log.key")

    async def story() -> None:
        async with book(server.address) as dsn:
            await killed(dsn)
            server.start()
            await again(dsn)

    asyncio.run(story())


def test_a_standby_takes_over_from_a_paused_engine_which_writes_nothing_when_it_wakes(
    server_address,
):
    """And another one takes over at once from an engine that is dead."""
    load = Load(3)
    processes: list[EngineProcess] = []

    async def story(folder: Path) -> None:
        socket = folder / "engine.sock"
        async with book(server_address) as dsn:
            # Given an engine at work and another that stands by
            processes.append(first := await started(dsn, socket))
            processes.append(second := await standing_by(dsn, socket, lease=LEASE))
            async with reached(socket) as remote:
                load.take(load.asked, await remote.submit(load.asked))
                callers = asyncio.create_task(load.callers(remote, 2))
                # Then as long as the engine lives, it is left alone
                await asyncio.sleep(LEASE + 1)
                assert not callers.done()
                # When it is paused, those who wait are told, though it never hung up
                first.pause()
                await asyncio.wait_for(callers, PATIENCE)
                # Then the other takes over, and it can write no more when it wakes
                assert await second.says() == "ready"
                first.wake()
                taken = "another engine has taken this book (epoch 2, ours was 1)"
                assert taken in await first.says()
                assert await load.everything_again(remote) > 20
                # When the second is killed, a third need not wait for its lease
                processes.append(third := await standing_by(dsn, socket))
                second.kill()
                assert await third.says() == "ready"
                assert await load.everything_again(remote) > 20
            # Then nothing was lost, nothing doubled, and there were three engines
            await audited(dsn, load, folder / "log.key")
            assert (await ask(dsn, "select epoch from engine.book"))[0]["epoch"] == 3

    with tempfile.TemporaryDirectory() as folder:
        try:
            asyncio.run(story(Path(folder)))
        finally:
            for process in processes:
                process.kill()
