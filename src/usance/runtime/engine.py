"""The engine: the single writer of a book.

It takes all commands that wait as one batch, lets the stages of each verb prepare in bulk and
apply one command after the other to an overlay in memory, writes everything in ONE transaction
with a COPY per table, and answers only after the commit: nothing is acknowledged that is not
durable. One engine at a time holds the book (an advisory lock) and every batch carries the
engine's epoch, so an engine that lost the book writes nothing more.

A command that cannot be prepared, applied or written is set aside in `engine.quarantine` and
its neighbours go on. Whatever else goes wrong (the database is gone, its disk is full, the
outcome of a commit is not known, the epoch is lost) closes the engine: it acknowledges nothing
more, says why in `failure`, lets go of the book and has to be started again.
"""

import asyncio
import contextlib
import gc
import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec
import structlog

from usance.kernel.errors import MALFORMED_INPUT, Unavailable
from usance.kernel.records import decode, encode
from usance.runtime.batch import Batch, BrokenPromise, Keys, set_aside
from usance.runtime.clock import Clock, FrozenClock
from usance.runtime.commands import (
    BEAT,
    QUARANTINED,
    TICK,
    UNKNOWN_VERB,
    Beat,
    Command,
    Path,
    Tick,
)
from usance.runtime.draft import State
from usance.runtime.facts import Outcome
from usance.runtime.loading import load_book
from usance.runtime.reconciling import Photograph, Reconciliation, compared, photographed
from usance.runtime.roles import ENGINE
from usance.runtime.standby import LOCK_ID, SignsOfLife, why_lost
from usance.runtime.tables import DUE, DueRow

BATCH_MAX: Final = 8192
QUEUE_MAX: Final = 65_536
_TICK_MAX: Final = 4096
# Objects made before the collector looks at the youngest, the middle and all of them: what a
# batch or an import makes is let go by counting alone.
_GC_THRESHOLDS: Final = (400_000, 50, 100)
# Classes of SQLSTATE that blame what was written, not the server: data, constraints, statements.
_BLAMED: Final = {"21", "22", "23", "42"}
_ITS_OWN: Final = {TICK: Tick, BEAT: Beat}
_LONG_AGO: Final = datetime(1, 1, 1, tzinfo=UTC)
_NOBODY: Final = UUID(int=0)
_log = structlog.get_logger()


class BookTaken(Unavailable):
    """Another engine holds this book. Use its socket, or stop it first."""


class _Asked(msgspec.Struct):
    """What one caller waits for: answered when none of its outcomes is missing."""

    outcomes: list[Outcome | None]
    missing: int
    answer: asyncio.Future[list[Outcome]]


class _Waiting(msgspec.Struct):
    command: Command
    asked: _Asked
    index: int


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
        self.position = 0
        self.epoch = 0
        self._dsn = dsn
        self._entropy = entropy
        self._state = State()
        self._keys = Keys()
        self._waiting: list[_Waiting] = []
        self._photographers: list[asyncio.Future[Photograph]] = []
        self._arrived = asyncio.Event()
        self._stopping = False
        self._time = _LONG_AGO
        self._written = _LONG_AGO
        self._loop: asyncio.Task[None] | None = None
        self._connection: asyncpg.Connection[Any] | None = None
        self._signs: SignsOfLife | None = None
        self._cause = ""
        self._finding_out: asyncio.Task[None] | None = None

    # ---- life ----

    async def start(self) -> None:
        """Take the book, load its state and begin to work.

        Raises BookTaken when another engine lives. The epoch rises only after the lock is held.
        """
        connection = await asyncpg.connect(self._dsn, server_settings={"role": ENGINE})
        signs = SignsOfLife(self._dsn, connection.get_server_pid())
        try:
            await self._take_book(connection, signs)
        except BaseException:
            signs.end()
            connection.terminate()
            raise
        self._connection, self._signs = connection, signs
        connection.add_termination_listener(self._disconnected)
        self._loop = asyncio.create_task(self._run(), name="engine")

    async def _take_book(self, connection: "asyncpg.Connection[Any]", signs: SignsOfLife) -> None:
        if not await connection.fetchval("select pg_try_advisory_lock($1)", LOCK_ID):
            raise BookTaken("Another engine holds this book.")
        signs.begin()
        await connection.execute("set plan_cache_mode = force_custom_plan")
        row = await connection.fetchrow(
            "update engine.book set epoch = epoch + 1 returning epoch, position, book_time"
        )
        assert row is not None, "the book has no row: it was not opened with `open_book`"
        self.epoch, self.position = row["epoch"], row["position"]
        self._time = self._written = row["book_time"]
        if isinstance(self.clock, FrozenClock):
            self.clock.advance(max(self.clock.now(), self._time))
        await load_book(self._dsn, connection, self._state, self._keys)
        # What was loaded stays: the collector need not walk through it at every batch. Records
        # hold no cycles, so it may also look less often at what a batch makes.
        gc.freeze()
        gc.set_threshold(*_GC_THRESHOLDS)

    async def stop(self) -> None:
        """Answer what waits, then let go of the book."""
        self._stopping = True
        self._arrived.set()
        if self._loop is not None:
            await self._loop
        if self._signs is not None:
            self._signs.end()
            await self._signs.ended()
        if self._finding_out is not None:
            await self._finding_out
        if self._connection is not None and not self._connection.is_closed():
            await self._connection.close()

    async def ended(self) -> None:
        """Return when the engine works no more: it was stopped, or it failed."""
        if self._loop is not None:
            await asyncio.wait([self._loop])

    def _disconnected(self, _connection: object) -> None:
        """The connection has ended: find out at once, not when the next command comes."""
        if not self._stopping and not self.failure:
            self._finding_out = asyncio.create_task(self._find_out())

    async def _find_out(self) -> None:
        """Fail, if that has not happened, and say in `failure` what became of the book."""
        reason = await why_lost(self._dsn, self.epoch)
        with contextlib.suppress(Unavailable):
            await self.submit([Command(_NOBODY, BEAT, _NOBODY, Beat())])
        if reason:
            self.failure = _stopped(f"{self._cause}; {reason}")

    # ---- asking ----

    async def submit(self, commands: Sequence[Command]) -> list[Outcome]:
        """Carry out commands in their order and return their outcomes, once durable.

        Raises Invalid when the form of a command is wrong: none of them is carried out. Raises
        Unavailable when the engine has failed, is stopping or has too much waiting: nothing is
        lost by asking again with the same ids.
        """
        for index, command in enumerate(commands):
            self._require_form(command, f"commands[{index}]")
        if self.failure or self._stopping:
            raise Unavailable(self.failure or "The engine is stopping.")
        if self._waiting and len(self._waiting) + len(commands) > QUEUE_MAX:
            raise Unavailable("Too much is waiting; try again in a moment.")
        if not commands:
            return []
        answer: asyncio.Future[list[Outcome]] = asyncio.get_running_loop().create_future()
        asked = _Asked([None] * len(commands), len(commands), answer)
        self._waiting.extend(_Waiting(each, asked, index) for index, each in enumerate(commands))
        self._arrived.set()
        return await answer

    def _require_form(self, command: Command, field: str) -> None:
        """Raise Invalid where a command is none that this book knows."""
        body = command.body
        verb = self.path.get(command.verb)
        known = verb.body if verb is not None else _ITS_OWN.get(command.verb)
        if known is None:
            raise UNKNOWN_VERB.invalid(f"{field}.verb", command.verb[:60])
        if not isinstance(body, known):
            said = f"a {known.__name__} was expected, not a {type(body).__name__}"
            raise MALFORMED_INPUT.invalid(f"{field}.body", said)
        if isinstance(body, Tick) and body.to:
            _moment(body.to, f"{field}.body.to")

    async def reconcile(self) -> Reconciliation:
        """Compare what is in memory with the tables; the engine works on meanwhile.

        Raises Unavailable as `submit` does.
        """
        wanted: asyncio.Future[Photograph] = asyncio.get_running_loop().create_future()
        self._photographers.append(wanted)
        # A beat is a batch of its own: whatever came before it is written, nothing is half done.
        await self.submit([Command(_NOBODY, BEAT, _NOBODY, Beat())])
        return await compared(await wanted)

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
            except BaseException as broken:  # Whatever it is, nobody may be left hanging.
                self._fail(taken, broken)
                if not isinstance(broken, Exception):
                    raise
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
            asked = entry.asked
            asked.outcomes[entry.index] = outcome
            asked.missing -= 1
            if not asked.missing and not asked.answer.done():
                asked.answer.set_result([each for each in asked.outcomes if each is not None])

    async def _tick(self, command: Command) -> list[Outcome]:
        """Set the book's time and fire what is due, in (due_at, id) order."""
        body = command.body
        assert isinstance(body, Tick), body
        if body.to and isinstance(self.clock, FrozenClock):
            self.clock.advance(max(self.clock.now(), _moment(body.to, "to")))
        while True:
            now = self._now()
            due = [row for row in self._state.rows[DUE.slot].values() if row.due_at <= now]
            if not due:
                break
            due.sort(key=lambda row: (row.due_at, row.id))
            await self._fire(due[:_TICK_MAX], command.actor)
        if isinstance(self.clock, FrozenClock) and self._time > self._written:
            await self._write([])
        return [Outcome()]

    async def _fire(self, due: Sequence[DueRow], actor: UUID) -> None:
        """Carry out what is due; what this version cannot read is set aside, not tried for ever."""
        commands, readable = [], []
        for row in due:
            try:
                body = decode(row.body, self.path[row.verb].body)
            except Exception as unreadable:  # noqa: BLE001 - whatever its body's types raise
                await self._set_aside(row.id, row.verb, row.body, unreadable, row)
                continue
            commands.append(Command(row.id, row.verb, actor, body))
            readable.append(row)
        if commands:
            await self._write(commands, readable)

    async def _beat(self) -> list[Outcome]:
        """Give waiting facts of ordinary transactions their positions, in the order told."""
        assert self._connection is not None
        while True:
            batch = Batch(self._connection, self._state, self._keys, self.path, self._now())
            async with self._connection.transaction():
                told = await batch.adopt(self.position, self._entropy)
                if not told:
                    break
                await batch.flush(self.epoch)
            self._committed(batch)
        await self._pose()
        return [Outcome()]

    async def _pose(self) -> None:
        """Stand still between two batches for those who compare memory with the tables."""
        posing, self._photographers = self._photographers, []
        for wanted in posing:
            try:
                photograph = await photographed(
                    self._dsn, self._state, self._keys, self.epoch, self.position
                )
            except Unavailable as refused:
                wanted.set_exception(refused)
            else:
                wanted.set_result(photograph)

    def _now(self) -> datetime:
        """Return the book's time, which never runs backwards, whatever the machine's clock does."""
        self._time = max(self._time, self.clock.now())
        return self._time

    def _committed(self, batch: Batch) -> None:
        batch.merge()
        self.position = batch.position
        self._written = batch.now

    async def _write(
        self, commands: Sequence[Command], due: Sequence[DueRow] = ()
    ) -> list[Outcome]:
        """Carry out one batch in one transaction; set aside what cannot be carried out."""
        assert self._connection is not None
        batch = Batch(self._connection, self._state, self._keys, self.path, self._now())
        transaction = self._connection.transaction()
        await transaction.start()
        try:
            outcomes = await batch.decide(commands, self.position, self._entropy, due)
            await batch.flush(self.epoch)
        except Exception as fault:
            if not commands or self._connection.is_closed() or not _blames_a_command(fault):
                raise
            await transaction.rollback()
            return await self._halved(commands, due, fault)
        # From here on an error means that nobody knows what became of the batch: it is not caught.
        await transaction.commit()
        self._committed(batch)
        return outcomes

    async def _halved(
        self, commands: Sequence[Command], due: Sequence[DueRow], fault: Exception
    ) -> list[Outcome]:
        """Find the command at fault by halves, set it aside, and let its neighbours go on."""
        if len(commands) == 1:
            command = commands[0]
            body = encode(command.body)
            return [await self._set_aside(command.id, command.verb, body, fault, *due)]
        half = len(commands) // 2
        first = await self._write(commands[:half], due[:half])
        return first + await self._write(commands[half:], due[half:])

    async def _set_aside(
        self, command_id: UUID, verb: str, body: bytes, fault: Exception, *due: DueRow
    ) -> Outcome:
        """Keep a command for people. A due row of its own must not be fired for ever."""
        assert self._connection is not None
        said = f"{type(fault).__name__}: {fault}"
        _log.error("quarantined", command=str(command_id), verb=verb, exc_info=fault)
        async with self._connection.transaction():
            fence = "select 1 from engine.book where epoch = $1 for update"
            if not await self._connection.fetchval(fence, self.epoch):
                raise BrokenPromise("Another engine has taken this book.")
            await set_aside(self._connection, [(command_id, verb, body, said, self._now())])
            await self._connection.execute(
                "update engine.due set fired_at = $2 where id = any($1)",
                [row.id for row in due],
                self._now(),
            )
        for row in due:
            self._state.forget(DUE, row)
        return Outcome(refusal=QUARANTINED.refuse(value=said[:200]))

    def _fail(self, taken: list[_Waiting], broken: BaseException) -> None:
        self._cause = f"{type(broken).__name__}: {broken}"
        self.failure = _stopped(self._cause)
        if self._finding_out is None:
            self._finding_out = asyncio.create_task(self._find_out())
        _log.error("engine_failed", error=self.failure, exc_info=broken)
        if self._connection is not None:
            # Whoever takes over must not wait for this process to end.
            self._connection.terminate()
        if self._signs is not None:
            self._signs.end()
        for entry in [*taken, *self._waiting]:
            if not entry.asked.answer.done():
                entry.asked.answer.set_exception(Unavailable(self.failure))
        self._waiting.clear()


def _stopped(reason: str) -> str:
    """Return what callers are told of an engine that has failed."""
    return (
        f"The engine stopped and acknowledges nothing more: {reason}."
        " Start it again, then send again, with the same ids, what was not answered."
    )


def _blames_a_command(fault: Exception) -> bool:
    """Return whether setting a command aside can mend it; everything else closes the engine."""
    if isinstance(fault, asyncpg.PostgresError):
        return (fault.sqlstate or "")[:2] in _BLAMED
    if isinstance(fault, asyncpg.InterfaceError):
        # The driver refuses a value that does not fit its column with an error of both kinds.
        return isinstance(fault, ValueError)
    return not isinstance(
        fault, BrokenPromise | OSError | MemoryError | asyncpg.InternalClientError
    )


def _moment(text: str, field: str) -> datetime:
    """Return the moment that `text` writes. Raises Invalid(malformed_input)."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise MALFORMED_INPUT.invalid(field, str(wrong)) from wrong
    if moment.tzinfo is None:
        raise MALFORMED_INPUT.invalid(field, f"{text[:60]} has no time zone")
    return moment
