"""A process that is the engine of a book until somebody kills it.

It waits until the book is free, or until its engine has given no sign of life for the lease.
All that an engine imports is loaded once, in a process of which each engine is a fork.
"""

import asyncio
import multiprocessing
import os
import signal
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

import asyncpg
from tests.runtime.books import small_path

from usance.risk.service import Screens, ready_screens
from usance.runtime.clock import FrozenClock
from usance.runtime.engine import BookTaken, Engine
from usance.runtime.standby import wait_for_book
from usance.runtime.telemetry import speak
from usance.runtime.wire import serve_engine

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([__name__])
_PATIENCE = 60


class EngineProcess:
    """An engine, or one that stands by, seen from outside. It says: standing by, ready, its end."""

    def __init__(self, dsn: str, socket: Path, lease: float = 60, salts: str = "") -> None:
        self._heard, said = _FORKS.Pipe(duplex=False)
        self._process = _FORKS.Process(
            target=_live, args=(said, dsn, socket, lease, salts), daemon=True
        )
        self._process.start()
        said.close()

    async def says(self) -> str:
        """Return its next word; waits for it."""
        async with asyncio.timeout(_PATIENCE):
            while not await asyncio.to_thread(self._heard.poll, 0.1):
                pass
            return self._heard.recv()

    def pause(self) -> None:
        """Stop it as a machine that hangs would: it keeps its connections and says nothing."""
        os.kill(self._process.pid, signal.SIGSTOP)

    def wake(self) -> None:
        """Let it go on where it was paused."""
        os.kill(self._process.pid, signal.SIGCONT)

    def kill(self) -> None:
        """Kill it with -9, and return when it is dead."""
        self._process.kill()
        self._process.join()
        self._heard.close()


async def standing_by(dsn: str, socket: Path, lease: float = 60, salts: str = "") -> EngineProcess:
    """Start a process that becomes the book's engine as soon as it may."""
    process = await asyncio.to_thread(EngineProcess, dsn, socket, lease, salts)
    assert await process.says() == "standing by"
    return process


async def started(dsn: str, socket: Path, salts: str = "") -> EngineProcess:
    """Start a process that is the book's engine and wait until it listens."""
    process = await standing_by(dsn, socket, salts=salts)
    assert await process.says() == "ready"
    return process


def _live(words: Connection, dsn: str, socket: Path, lease: float, salts: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the test, which ends us.
    speak(os.environ)
    asyncio.run(_serve(words, dsn, socket, lease, salts))


async def _serve(words: Connection, dsn: str, socket: Path, lease: float, salts: str) -> None:
    words.send("standing by")
    await wait_for_book(dsn, lease)
    screens = Screens()
    connection = await asyncpg.connect(dsn)
    await ready_screens(connection, screens)
    now = await connection.fetchval("select book_time from engine.book")
    await connection.close()
    entropy = Random(salts).randbytes if salts else os.urandom
    engine = Engine(dsn, small_path(screens), FrozenClock(now), entropy)
    while True:
        try:
            await engine.start()
            break
        except BookTaken:
            await wait_for_book(dsn, lease)
    server = await serve_engine(engine, engine.path, socket)
    words.send("ready")
    await engine.ended()
    await asyncio.sleep(0.5)  # It goes on to answer, for whoever holds its socket.
    words.send(engine.failure)
    server.close()
