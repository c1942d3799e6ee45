"""The engines of a book, one after the other: in this process, or in one that can be killed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import asyncpg
from tests.crash.engine_process import EngineProcess, started

from usance.bootstrap import money_path
from usance.kernel.errors import Unavailable
from usance.kernel.ids import derive
from usance.kernel.money import Currency
from usance.ledger.model import Ref
from usance.ledger.service import OpenAccounts
from usance.parties.model import HOUSE, OPERATOR
from usance.risk.service import Screens, ready_screens
from usance.runtime.clock import FrozenClock
from usance.runtime.commands import Command
from usance.runtime.engine import BookTaken, Engine
from usance.runtime.standby import LOCK_ID
from usance.runtime.wire import Book, RemoteBook

_TRIES = 1000
_PATIENCE_MS = 10_000


class Engines:
    """Whoever is the engine now, and who was before. Salts follow from the seed and the life."""

    def __init__(self, dsn: str, folder: Path, seed: int) -> None:
        self.engine: Engine | None = None
        self.process: EngineProcess | None = None
        self.lives = 0
        self._dsn = dsn
        self._socket = folder / "sim.sock"
        self._seed = seed
        self._remote: RemoteBook | None = None

    @property
    def book(self) -> Book:
        """Where the engine of the moment is reached."""
        book = self.engine or self._remote
        assert book is not None, "nobody is the engine"
        return book

    @asynccontextmanager
    async def beside(self) -> AsyncIterator[Any]:
        """A connection of somebody else's, closed without a word."""
        connection = await asyncpg.connect(self._dsn)
        try:
            yield connection
        finally:
            connection.terminate()

    async def backend(self) -> int:
        """Return which process of the server works for the engine: it holds the book's lock."""
        async with self.beside() as connection:
            pid = await connection.fetchval(
                "select pid from pg_locks where locktype = 'advisory' and granted and objid = $1"
                " and database = (select oid from pg_database where datname = current_database())",
                LOCK_ID,
            )
        assert isinstance(pid, int), "nobody holds the book"
        return pid

    # ---- lives ----

    async def begin(self) -> None:
        """Be the engine in this process, once the server has noticed that the last one is gone."""
        for _ in range(_TRIES):
            engine = await self._made()
            try:
                await engine.start()
            except BookTaken:
                await asyncio.sleep(0.01)
                continue
            self.engine, self.lives = engine, self.lives + 1
            return
        raise AssertionError("the book is never let go of")

    async def move_out(self) -> None:
        """Let a process of its own be the engine."""
        if self.process is not None:
            return
        await self.stop()
        salts = f"{self._seed}/{self.lives}"
        self.process = await started(self._dsn, self._socket, salts)
        self.lives += 1
        self._remote = RemoteBook(self._socket)
        await self._remote.connect()

    async def another(self, *, fenced: bool) -> None:
        """Replace an engine that was hit; if it still breathes, it must not write any more.

        fenced: it holds the lock and has lost the epoch, which it finds out when it next writes.
        """
        paused, self.engine = self.engine, None
        if fenced and paused is not None and not paused.failure:
            await self._wakes(paused)
        await self._bury()
        await self.begin()
        if paused is not None:
            await self._wakes(paused)

    async def stop(self) -> None:
        """End the engine of the moment in peace, or its process without."""
        if self.engine is not None:
            await self.engine.stop()
            self.engine = None
        await self._bury()

    def kill(self) -> None:
        """Kill the engine's process with -9."""
        assert self.process is not None, "the engine is in a process of its own"
        self.process.kill()

    async def cut(self) -> None:
        """Have the server end the engine's connection."""
        pid = await self.backend()
        async with self.beside() as connection:
            assert await connection.fetchval(
                "select pg_terminate_backend($1, $2)", pid, _PATIENCE_MS
            )

    async def refuse_a_second(self) -> None:
        """Start another engine while one lives: it is refused and writes nothing."""
        before = await self._head()
        second = await self._made()
        try:
            await second.start()
        except BookTaken:
            assert await self._head() == before, "an engine that was refused has written"
            return
        raise AssertionError("two engines hold the book")

    async def _wakes(self, paused: Engine) -> None:
        """Ask an engine that has lost the book: it must not answer, and must write nothing."""
        before = await self._head()
        body = OpenAccounts((Ref("suspense_blocked", Currency("GBP"), OPERATOR),))
        late = Command(derive(0, "woken", self.lives), "open_accounts", HOUSE, body)
        try:
            answer = await paused.submit([late])
        except Unavailable:
            assert await self._head() == before, "an engine that had lost the book has written"
            return
        raise AssertionError(f"an engine that had lost the book answered {answer}")

    async def _made(self) -> Engine:
        screens = Screens()
        async with self.beside() as connection:
            await ready_screens(connection, screens)
            now = await connection.fetchval("select book_time from engine.book")
        salts = Random(f"{self._seed}/{self.lives}").randbytes
        return Engine(self._dsn, money_path(screens), FrozenClock(now), salts)

    async def _head(self) -> Any:
        async with self.beside() as connection:
            return await connection.fetchrow("select epoch, position, book_time from engine.book")

    async def _bury(self) -> None:
        if self._remote is not None:
            await self._remote.close()
            self._remote = None
        if self.process is not None:
            self.kill()
            self.process = None
