"""The engine: the single writer of a book.

It takes all commands that wait as one batch, lets the stages of each verb prepare in bulk and
apply one command after the other to an overlay in memory, writes everything in ONE transaction
with a COPY per table, and answers only after the commit: nothing is acknowledged that is not
durable. One engine at a time holds the book (an advisory lock) and every batch carries the
engine's epoch, so an engine that lost the book writes nothing more.

Fails closed: when the outcome of a commit is not known, or the epoch is lost, it stops
acknowledging, says why in `failure`, and has to be started again.
"""

import asyncio
import gc
import os
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec
import structlog

from usance.kernel.errors import Refusal, Unavailable
from usance.kernel.records import decode, encode
from usance.runtime.batch import Batch, BrokenPromise, Keys
from usance.runtime.clock import Clock, FrozenClock
from usance.runtime.commands import BEAT, TICK, Command, Path, Tick
from usance.runtime.copying import UnwritableRow
from usance.runtime.draft import State
from usance.runtime.facts import Outcome
from usance.runtime.rows import HOT_TABLES
from usance.runtime.tables import DUE

BATCH_MAX: Final = 8192
QUEUE_MAX: Final = 65_536
_LOCK_ID: Final = 0x7573616E  # "usan": the advisory lock that only one engine of a book holds
_TICK_MAX: Final = 4096
_GC_THRESHOLD: Final = 50_000
_log = structlog.get_logger()


class BookTaken(Unavailable):
    """Another engine holds this book. Use its socket, or stop it first."""


class _Waiting(msgspec.Struct):
    command: Command
    answer: asyncio.Future[Outcome]


class Engine:
    """The single writer of one book. `start`, then `submit`; `stop` drains."""

    def __init__(
        self,
        dsn: str,
        path: Path,
        clock: Clock,
        entropy: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self.path = path
        self.clock = clock
        self.failure = ""
        self.committed = asyncio.Event()
        self.position = 0
        self.epoch = 0
        self._dsn = dsn
        self._entropy = entropy
        self._state = State()
        self._keys = Keys()
        self._waiting: list[_Waiting] = []
        self._arrived = asyncio.Event()
        self._stopping = False
        self._loop: asyncio.Task[None] | None = None
        self._connection: asyncpg.Connection[Any] | None = None

    # ---- life ----

    async def start(self) -> None:
        """Take the book, load its state and begin to work.

        Raises BookTaken when another engine lives. The epoch rises only after the lock is held.
        """
        connection = await asyncpg.connect(self._dsn)
        if not await connection.fetchval("select pg_try_advisory_lock($1)", _LOCK_ID):
            await connection.close()
            raise BookTaken("Another engine holds this book.")
        self._connection = connection
        await connection.execute("set plan_cache_mode = force_custom_plan")
        row = await connection.fetchrow(
            "update engine.book set epoch = epoch + 1 returning epoch, position, book_time"
        )
        assert row is not None, "the book has no row: it was not opened with `open_book`"
        self.epoch, self.position = row["epoch"], row["position"]
        if isinstance(self.clock, FrozenClock):
            self.clock.advance(max(self.clock.now(), row["book_time"]))
        for table in HOT_TABLES:
            await self._load(connection, table)
        await self._keys.load(connection)
        # What was loaded stays: the collector need not walk through it at every batch. Records
        # hold no cycles, so it may also look less often at what a batch makes.
        gc.freeze()
        gc.set_threshold(_GC_THRESHOLD)
        self._loop = asyncio.create_task(self._run(), name="engine")

    async def _load(self, connection: "asyncpg.Connection[Any]", table: Any) -> None:  # noqa: ANN401
        if table.keep_sql == "false":
            return
        columns = ", ".join(table.shape.columns)
        query = f"select {columns} from {table.name} where {table.keep_sql}"  # noqa: S608
        async with connection.transaction():
            async for row in connection.cursor(query, prefetch=5000):
                self._state.keep(table, (table.shape.from_row(row),))

    async def stop(self) -> None:
        """Answer what waits, then let go of the book."""
        self._stopping = True
        self._arrived.set()
        if self._loop is not None:
            await self._loop
        if self._connection is not None:
            await self._connection.close()

    async def ended(self) -> None:
        """Return when the engine works no more: it was stopped, or it failed."""
        if self._loop is not None:
            await asyncio.wait([self._loop])

    # ---- asking ----

    async def submit(self, commands: Sequence[Command]) -> list[Outcome]:
        """Carry out commands in their order and return their outcomes, once durable.

        Raises Unavailable when the engine has failed, is stopping or has too much waiting:
        nothing is lost by asking again with the same ids.
        """
        if self.failure or self._stopping:
            raise Unavailable(self.failure or "The engine is stopping.")
        if len(self._waiting) + len(commands) > QUEUE_MAX:
            raise Unavailable("Too much is waiting; try again in a moment.")
        loop = asyncio.get_running_loop()
        entries = [_Waiting(command, loop.create_future()) for command in commands]
        self._waiting.extend(entries)
        self._arrived.set()
        return [await entry.answer for entry in entries]

    def next_due(self) -> datetime | None:
        """Return the earliest moment at which something falls due, None if nothing does."""
        due = self._state.rows[DUE.slot].values()
        return min((row.due_at for row in due), default=None)

    # ---- working ----

    async def _run(self) -> None:
        while True:
            await self._arrived.wait()
            if not self._waiting:
                if self._stopping:
                    return
                self._arrived.clear()
                continue
            taken = self._take()
            try:
                await self._work(taken)
            except Exception as broken:  # noqa: BLE001 - whatever it is, nobody may be left hanging
                self._fail(taken, broken)
                return

    def _take(self) -> list[_Waiting]:
        """Take what waits, at most one batch; a tick or a beat is a batch of its own."""
        waiting = self._waiting
        count = min(len(waiting), BATCH_MAX)
        for index in range(count):
            if waiting[index].command.verb in {TICK, BEAT}:
                count = index or 1
                break
        taken, self._waiting = waiting[:count], waiting[count:]
        return taken

    async def _work(self, taken: list[_Waiting]) -> None:
        first = taken[0].command
        if first.verb == TICK:
            outcomes = await self._tick(first)
        elif first.verb == BEAT:
            outcomes = await self._beat()
        else:
            outcomes = await self._write([entry.command for entry in taken])
        for entry, outcome in zip(taken, outcomes, strict=True):
            if not entry.answer.done():
                entry.answer.set_result(outcome)

    async def _tick(self, command: Command) -> list[Outcome]:
        """Set the book's time and fire what is due, in (due_at, id) order."""
        body = command.body
        assert isinstance(body, Tick), body
        if body.to and isinstance(self.clock, FrozenClock):
            self.clock.advance(max(self.clock.now(), datetime.fromisoformat(body.to)))
        while True:
            due = [r for r in self._state.rows[DUE.slot].values() if r.due_at <= self.clock.now()]
            due.sort(key=lambda row: (row.due_at, row.id))
            if not due:
                return [Outcome()]
            commands = [
                Command(row.id, row.verb, command.actor, decode(row.body, self.path[row.verb].body))
                for row in due[:_TICK_MAX]
            ]
            await self._write(commands, due[:_TICK_MAX])

    async def _beat(self) -> list[Outcome]:
        """Give waiting facts of ordinary transactions their positions, in the order told."""
        assert self._connection is not None
        while True:
            batch = Batch(self._connection, self._state, self._keys, self.path, self.clock.now())
            async with self._connection.transaction():
                told = await batch.adopt(self.position, self._entropy)
                if not told:
                    return [Outcome()]
                await batch.flush(self.epoch)
            self._committed(batch)

    def _committed(self, batch: Batch) -> None:
        batch.merge()
        self.position = batch.position
        self.committed.set()

    async def _write(self, commands: list[Command], due: Sequence[Any] = ()) -> list[Outcome]:
        """Carry out one batch in one transaction; set aside what cannot be written."""
        assert self._connection is not None
        batch = Batch(self._connection, self._state, self._keys, self.path, self.clock.now())
        transaction = self._connection.transaction()
        await transaction.start()
        try:
            outcomes = await batch.decide(commands, self.position, self._entropy, due)
            await batch.flush(self.epoch)
        except asyncpg.PostgresConnectionError:
            raise
        except (asyncpg.PostgresError, UnwritableRow, BrokenPromise) as violation:
            await transaction.rollback()
            return await self._one_by_one(commands, due, violation)
        await transaction.commit()
        self._committed(batch)
        return outcomes

    async def _one_by_one(
        self, commands: list[Command], due: Sequence[Any], violation: Exception
    ) -> list[Outcome]:
        """Find the command whose writing fails, set it aside, and let its neighbours go on."""
        if isinstance(violation, BrokenPromise):
            raise violation
        if len(commands) == 1:
            return [await self._set_aside(commands[0], violation)]
        outcomes = []
        for index, command in enumerate(commands):
            outcomes += await self._write([command], due[index : index + 1])
        return outcomes

    async def _set_aside(self, command: Command, violation: Exception) -> Outcome:
        assert self._connection is not None
        _log.error("quarantined", command=str(command.id), verb=command.verb, error=str(violation))
        await self._connection.execute(
            "insert into engine.quarantine (id, verb, body, error, recorded_at)"
            " values ($1, $2, $3, $4, $5) on conflict do nothing",
            command.id,
            command.verb,
            encode(command.body),
            str(violation),
            self.clock.now(),
        )
        # A due row whose command cannot be written must not be fired for ever.
        await self._connection.execute(
            "update engine.due set fired_at = $2 where id = $1", command.id, self.clock.now()
        )
        self._state.rows[DUE.slot].pop(command.id, None)
        return Outcome(refusal=Refusal("quarantined", value=str(violation)[:200]))

    def _fail(self, taken: list[_Waiting], broken: Exception) -> None:
        self.failure = f"The engine stopped: {type(broken).__name__}: {broken}"
        _log.error("engine_failed", error=self.failure, exc_info=broken)
        for entry in [*taken, *self._waiting]:
            if not entry.answer.done():
                entry.answer.set_exception(Unavailable(self.failure))
        self._waiting.clear()
