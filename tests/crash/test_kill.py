"""kill -9, of the engine and of the database, in the middle of the work."""

import asyncio
import os
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest
from tests.crash.engine_process import said_by, standing_by, started
from tests.crash.load import Load, audited
from tests.runtime.books import ask, book, noted, running, unavailable

from usance.runtime.postgres import Server
from usance.runtime.wire import RemoteBook


async def one_life(dsn: str, socket: Path, load: Load) -> None:
    """An engine lives, works for several callers, and is killed while they wait."""
    process = started(dsn, socket)
    remote = RemoteBook(socket)
    await remote.connect()
    callers = asyncio.create_task(load.callers(remote))
    await asyncio.sleep(load.random.uniform(0.2, 0.8))
    process.send_signal(signal.SIGKILL)
    await callers
    process.wait()
    process.stdout.close()
    await remote.close()


def rounds_of_killing(server_address, seed: int, rounds: int) -> None:
    print(f"seed {seed}")
    load = Load(seed)

    async def story(folder: Path) -> None:
        async with book(server_address) as dsn:
            async with running(dsn) as engine:
                load.take(load.asked, await engine.submit(load.asked))
            for _ in range(rounds):
                await one_life(dsn, folder / "engine.sock", load)
            process = started(dsn, folder / "engine.sock")
            remote = RemoteBook(folder / "engine.sock")
            await remote.connect()
            acknowledged = await load.everything_again(remote)
            assert 50 < acknowledged <= len(load.told)
            await remote.close()
            process.kill()
            process.wait()
            process.stdout.close()
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
            await asyncio.sleep(0.5)
            os.kill(server.process_id, signal.SIGKILL)
            await asyncio.wait_for(callers, 60)
            assert "acknowledges nothing more" in engine.failure
            assert await unavailable(engine, noted(10**6)) == engine.failure

    async def again(dsn: str) -> None:
        async with running(dsn) as engine:
            assert await load.everything_again(engine) > 20
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

    async def story(folder: Path, processes: list[subprocess.Popen[str]]) -> None:
        socket = folder / "engine.sock"
        async with book(server_address) as dsn:
            first = await asyncio.to_thread(started, dsn, socket)
            processes.append(first)
            second = await asyncio.to_thread(standing_by, dsn, socket, lease=2)
            processes.append(second)
            remote = RemoteBook(socket)
            await remote.connect()
            load.take(load.asked, await remote.submit(load.asked))
            callers = asyncio.create_task(load.callers(remote))
            await asyncio.sleep(3)
            assert not callers.done(), "a living engine is left alone"
            await paused_and_woken(first, second, callers)
            assert await load.everything_again(remote) > 20
            third = await asyncio.to_thread(standing_by, dsn, socket, lease=60)
            processes.append(third)
            second.kill()
            assert await next_word(third) == "ready"
            assert await load.everything_again(remote) > 20
            await remote.close()
            await audited(dsn, load, folder / "log.key")
            assert (await ask(dsn, "select epoch from engine.book"))[0]["epoch"] == 3

    async def paused_and_woken(first, second, callers) -> None:
        first.send_signal(signal.SIGSTOP)
        # Those who wait for it are told, though it never hung up.
        await asyncio.wait_for(callers, 60)
        assert await next_word(second) == "ready"
        first.send_signal(signal.SIGCONT)
        assert "another engine has taken this book (epoch 2, ours was 1)" in await next_word(first)

    async def next_word(process) -> str:
        return await asyncio.wait_for(asyncio.to_thread(said_by, process), 60)

    async def cleaned_up(folder: Path) -> None:
        processes: list[subprocess.Popen[str]] = []
        try:
            await story(folder, processes)
        finally:
            for process in processes:
                process.kill()
                process.wait()
                process.stdout.close()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(cleaned_up(Path(folder)))
