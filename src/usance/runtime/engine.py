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
from collections.abc import Callable, Hashable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar
from uuid import UUID

import asyncpg
import msgspec
import structlog

from usance.kernel.draft import Lookup, Rows
from usance.kernel.errors import MALFORMED_INPUT, Unavailable
from usance.kernel.records import Record, decode, encode
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
from usance.runtime.rows import HOT_LOOKUPS
from usance.runtime.standby import LOCK_ID, SignsOfLife, why_lost
from usance.runtime.tables import DUE, DueRow

K = TypeVar("K", bound=Hashable)
V = TypeVar("V", bound=Hashable)
R = TypeVar("R", bound=Record)
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


class _Work(msgspec.Struct):
    """A batch, and who waits for it."""

    batch: Batch
    taken: list[_Waiting]
    outcomes: list[Outcome]

    @property
    def commands(self) -> list[Command]:
        """The commands of the batch."""
        return [entry.command for entry in self.taken]


class _Flight(msgspec.Struct):
    """A batch on its way to the database. committing: it can no longer be called back."""

    work: _Work
    task: asyncio.Task[None] | None = None
    committing: bool = False


class _DecideAgain(Exception):
    """The batch before came to another end than this one was decided on."""


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
        self._alone = {TICK, BEAT} | {name for name, verb in path.items() if verb.alone}
        self._state = State()
        self._keys = Keys()
        self._waiting: list[_Waiting] = []
        self._photographers: list[asyncio.Future[Photograph]] = []
        self._stirred = asyncio.Event()
        self._flight: _Flight | None = None
        self._next: _Work | None = None
        self._stopping = False
        self._time = _LONG_AGO
        self._written = _LONG_AGO
        self._loop: asyncio.Task[None] | None = None
        self._connection: asyncpg.Connection[Any] | None = None
        self._reader: asyncpg.Connection[Any] | None = None
        self._signs: SignsOfLife | None = None
        self._cause = ""
        self._finding_out: asyncio.Task[None] | None = None

    # ---- life ----

    async def start(self) -> None:
        """Take the book, load its state and begin to work.

        Raises BookTaken when another engine lives. The epoch rises only after the lock is held.
        """
        connection = await self._connect()
        signs = SignsOfLife(self._dsn, connection.get_server_pid())
        try:
            await self._take_book(connection, signs)
            self._reader = await self._connect()
        except BaseException:
            signs.end()
            connection.terminate()
            raise
        self._connection, self._signs = connection, signs
        connection.add_termination_listener(self._disconnected)
        self._loop = asyncio.create_task(self._run(), name="engine")

    async def _connect(self) -> "asyncpg.Connection[Any]":
        connection = await asyncpg.connect(self._dsn, server_settings={"role": ENGINE})
        # Plans that were made while a table was empty would be kept when it is full.
        await connection.execute("set plan_cache_mode = force_custom_plan")
        return connection

    async def _take_book(self, connection: "asyncpg.Connection[Any]", signs: SignsOfLife) -> None:
        if not await connection.fetchval("select pg_try_advisory_lock($1)", LOCK_ID):
            raise BookTaken("Another engine holds this book.")
        signs.begin()
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
        self._stirred.set()
        if self._loop is not None:
            await self._loop
        if self._signs is not None:
            self._signs.end()
            await self._signs.ended()
        if self._finding_out is not None:
            await self._finding_out
        for connection in (self._reader, self._connection):
            if connection is not None and not connection.is_closed():
                await connection.close()

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
        """Carry out commands in their order and return their outcomes, once durable. See `ask`."""
        return await self.ask(commands)

    def ask(self, commands: Sequence[Command]) -> "asyncio.Future[list[Outcome]]":
        """Have commands carried out in their order; their outcomes are there once durable.

        Raises Invalid when the form of a command is wrong: none of them is carried out. Raises
        Unavailable when the engine has failed, is stopping or has too much waiting: nothing is
        lost by asking again with the same ids.
        """
        for index, command in enumerate(commands):
            self._require_form(command, index)
        if self.failure or self._stopping:
            raise Unavailable(self.failure or "The engine is stopping.")
        if self._waiting and len(self._waiting) + len(commands) > QUEUE_MAX:
            raise Unavailable("Too much is waiting; try again in a moment.")
        answer: asyncio.Future[list[Outcome]] = asyncio.get_running_loop().create_future()
        if not commands:
            answer.set_result([])
            return answer
        asked = _Asked([None] * len(commands), len(commands), answer)
        self._waiting.extend(_Waiting(each, asked, index) for index, each in enumerate(commands))
        self._stirred.set()
        return answer

    def _require_form(self, command: Command, index: int) -> None:
        """Raise Invalid where a command is none that this book knows."""
        body = command.body
        verb = self.path.get(command.verb)
        known = verb.body if verb is not None else _ITS_OWN.get(command.verb)
        if known is None:
            raise UNKNOWN_VERB.invalid(f"commands[{index}].verb", command.verb[:60])
        if not isinstance(body, known):
            said = f"a {known.__name__} was expected, not a {type(body).__name__}"
            raise MALFORMED_INPUT.invalid(f"commands[{index}].body", said)
        if isinstance(body, Tick) and body.to:
            _moment(body.to, f"commands[{index}].body.to")

    def get(self, rows: Rows[K, R], key: K) -> R | None:
        """See kernel.draft.Sight."""
        row: R | None = self._state.rows[rows.slot].get(key)
        return row

    def find(self, lookup: Lookup[V, R], value: V) -> R | None:
        """See kernel.draft.Sight."""
        key = self._state.lookups[lookup.slot].get(value)
        return None if key is None else self.get(HOT_LOOKUPS[lookup.slot].table, key)

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
        try:
            while not (self._stopping and self._is_idle()):
                self._stirred.clear()
                if not await self._step():
                    await self._stirred.wait()
        except BaseException as broken:  # Whatever it is, nobody may be left hanging.
            self._fail([], broken)
            if not isinstance(broken, Exception):
                raise

    def _is_idle(self) -> bool:
        return not self._waiting and self._next is None and self._flight is None

    async def _step(self) -> bool:
        """Do what can be done now; return whether there was anything.

        While one batch is on its way to the database, the next is decided on top of it.
        """
        flight = self._flight
        if flight is not None and flight.task is not None and flight.task.done():
            await self._land(flight)
        elif flight is None and self._next is not None:
            self._take_off(self._next)
        elif not self._waiting:
            return False
        elif self._waiting[0].command.verb in self._alone:
            if flight is not None or self._next is not None:
                return False
            await self._do_alone()
        else:
            return await self._decide()
        return True

    async def _decide(self) -> bool:
        """Decide what waits as far as the next batch has room; return whether it had any."""
        if self._next is None:
            below = self._flight.work.batch if self._flight is not None else None
            self._next = _Work(self._batch(below), [], [])
        work = self._next
        taken = self._take(BATCH_MAX - len(work.taken))
        if not taken:
            return False
        work.taken.extend(taken)
        try:
            commands = [entry.command for entry in taken]
            work.outcomes.extend(await work.batch.decide(commands, self._entropy))
        except _DecideAgain:
            pass
        except Exception as fault:  # noqa: BLE001 - it is raised again unless it can be mended
            await self._undecided(work, fault)
        return True

    async def _undecided(self, work: _Work, fault: Exception) -> None:
        """Find the command that cannot be decided, unless another end of the batch before helps."""
        if not self._blames_a_command(fault):
            raise fault
        try:
            await self._settled()
        except _DecideAgain:
            return
        work.outcomes = await self._halved(work.commands, (), fault)
        self._next = None
        _answer(work)

    def _take(self, room: int) -> list[_Waiting]:
        """Take what waits, up to what has to be a batch of its own."""
        waiting = self._waiting
        count = min(len(waiting), room)
        for index in range(count):
            if waiting[index].command.verb in self._alone:
                count = index
                break
        taken, self._waiting = waiting[:count], waiting[count:]
        return taken

    def _take_off(self, work: _Work) -> None:
        self._next = None
        self._flight = flight = _Flight(work)
        flight.task = asyncio.create_task(self._put_down(flight), name="flush")
        flight.task.add_done_callback(lambda _: self._stirred.set())

    async def _put_down(self, flight: _Flight) -> None:
        """Write a batch in one transaction."""
        assert self._connection is not None
        transaction = self._connection.transaction()
        await transaction.start()
        try:
            await flight.work.batch.flush(self._connection, self.epoch)
        except Exception as fault:
            if self._blames_a_command(fault):
                await transaction.rollback()
            raise
        # From here on an error means that nobody knows what became of the batch.
        flight.committing = True
        await transaction.commit()

    async def _land(self, flight: _Flight) -> None:
        """Answer who waits for a batch that was written; find what is wrong with one that was not.

        What was decided on top of a batch that came to another end is decided again.
        """
        work, task = flight.work, flight.task
        assert task is not None
        fault = task.exception()
        if fault is None:
            self._committed(work.batch)
            self._flight = None
            _answer(work)
            return
        if (
            flight.committing
            or not isinstance(fault, Exception)
            or not self._blames_a_command(fault)
        ):
            raise fault
        if self._next is not None:
            self._waiting[:0] = self._next.taken
            self._next = None
        work.outcomes = await self._halved(work.commands, (), fault)
        self._flight = None
        _answer(work)

    async def _settled(self) -> None:
        """Wait until the batch on its way is in the database. Raises _DecideAgain if it is not."""
        flight = self._flight
        if flight is None or flight.task is None:
            return
        await asyncio.wait([flight.task])
        decided = self._next
        await self._land(flight)
        if decided is not self._next:
            raise _DecideAgain

    async def _do_alone(self) -> None:
        """Carry out what is a batch of its own."""
        entry = self._waiting[0]
        if entry.command.verb == TICK:
            outcomes = await self._tick(entry.command)
        elif entry.command.verb == BEAT:
            outcomes = await self._beat()
        else:
            outcomes = await self._write([entry.command])
        _answer(_Work(self._batch(), [self._waiting.pop(0)], outcomes))

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
            batch = self._batch()
            async with self._connection.transaction():
                told = await batch.adopt(self._connection, self._entropy)
                if not told:
                    break
                await batch.flush(self._connection, self.epoch)
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

    def _batch(self, below: Batch | None = None) -> Batch:
        """Return a new batch on the state, or on a batch that is being written."""
        assert self._reader is not None
        position = self.position if below is None else below.position
        return Batch(
            self._reader,
            self._state,
            self._keys,
            self.path,
            self._now(),
            position,
            below,
            self._settled,
        )

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
        """Carry out one batch while nothing else is under way; set aside what cannot be."""
        assert self._connection is not None
        batch = self._batch()
        flight = _Flight(_Work(batch, [], []))
        try:
            outcomes = await batch.decide(commands, self._entropy, due)
            await self._put_down(flight)
        except Exception as fault:
            if not commands or flight.committing or not self._blames_a_command(fault):
                raise
            return await self._halved(commands, due, fault)
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

    def _blames_a_command(self, fault: Exception) -> bool:
        """Return whether setting a command aside can mend it; everything else closes the engine."""
        if self._connection is None or self._connection.is_closed():
            return False
        if isinstance(fault, asyncpg.PostgresError):
            return (fault.sqlstate or "")[:2] in _BLAMED
        if isinstance(fault, asyncpg.InterfaceError):
            # The driver refuses a value that does not fit its column with an error of both kinds.
            return isinstance(fault, ValueError)
        return not isinstance(
            fault, BrokenPromise | OSError | MemoryError | asyncpg.InternalClientError
        )

    def _fail(self, taken: list[_Waiting], broken: BaseException) -> None:
        self._cause = f"{type(broken).__name__}: {broken}"
        self.failure = _stopped(self._cause)
        if self._finding_out is None:
            self._finding_out = asyncio.create_task(self._find_out())
        _log.error("engine_failed", error=self.failure, exc_info=broken)
        for connection in (self._reader, self._connection):
            if connection is not None:
                # Whoever takes over must not wait for this process to end.
                connection.terminate()
        if self._signs is not None:
            self._signs.end()
        flown = []
        if self._flight is not None:
            flown = self._flight.work.taken
            if self._flight.task is not None:
                self._flight.task.cancel()
        decided = self._next.taken if self._next is not None else []
        self._flight = self._next = None
        for entry in [*taken, *flown, *decided, *self._waiting]:
            if not entry.asked.answer.done():
                entry.asked.answer.set_exception(Unavailable(self.failure))
        self._waiting.clear()


def _answer(work: _Work) -> None:
    """Give everybody who waits for a batch the outcomes asked for."""
    for entry, outcome in zip(work.taken, work.outcomes, strict=True):
        asked = entry.asked
        asked.outcomes[entry.index] = outcome
        asked.missing -= 1
        if not asked.missing and not asked.answer.done():
            asked.answer.set_result([each for each in asked.outcomes if each is not None])


def _stopped(reason: str) -> str:
    """Return what callers are told of an engine that has failed."""
    return (
        f"The engine stopped and acknowledges nothing more: {reason}."
        " Start it again, then send again, with the same ids, what was not answered."
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
