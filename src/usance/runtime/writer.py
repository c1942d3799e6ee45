"""The writer: what holds a book, decides and writes its batches, and finds what is wrong with one.

It does one thing after the other; the engine puts them in order and lets one batch be decided
while another is written.
"""

import gc
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import structlog

from usance.kernel.errors import MALFORMED_INPUT, Unavailable
from usance.kernel.records import decode, encode
from usance.runtime.agenda import Agenda
from usance.runtime.batch import ADOPTED_AT_ONCE, Batch, Keys, set_aside
from usance.runtime.clock import Clock, FrozenClock
from usance.runtime.commands import QUARANTINED, Command, Path, Tick
from usance.runtime.draft import State
from usance.runtime.facts import Outcome
from usance.runtime.loading import load_book
from usance.runtime.roles import ENGINE
from usance.runtime.standby import LOCK_ID, SignsOfLife
from usance.runtime.tables import DUE, DueRow
from usance.runtime.writing import (
    BrokenPromise,
    Changes,
    are_few,
    taken,
    write_few,
    write_many,
)

_TICK_MAX: Final = 4096
# Objects made before the collector looks at the youngest, the middle and all of them: what a
# batch or an import makes is let go by counting alone.
_GC_THRESHOLDS: Final = (400_000, 50, 100)
# Classes of SQLSTATE that blame what was written, not the server: data, constraints, statements.
_BLAMED: Final = {"21", "22", "23", "42"}
# What is written is found by its key, however large a table was when a statement was first
# planned: then the plan can be kept.
_BY_KEY: Final = """
    set plan_cache_mode = force_generic_plan; set enable_seqscan = off;
    set enable_hashjoin = off; set enable_mergejoin = off
"""
# One for each set of tables and columns that a small batch may write.
_STATEMENTS: Final = 500
_LONG_AGO: Final = datetime(1, 1, 1, tzinfo=UTC)
_log = structlog.get_logger()


class BookTaken(Unavailable):
    """Another engine holds this book. Use its socket, or stop it first."""


class UnknownCommit(Exception):
    """The commit of a batch failed: nobody knows what became of it."""


class Writer:
    """Holds a book from `take` to `let_go` and writes its batches."""

    def __init__(self, dsn: str, path: Path, clock: Clock, entropy: Callable[[int], bytes]) -> None:
        self.dsn = dsn
        self.path = path
        self.clock = clock
        self.entropy = entropy
        self.state = State()
        self.keys = Keys()
        self._agenda = Agenda()
        self.epoch = 0
        self.position = 0
        self._time = self._written = _LONG_AGO
        self._connection: asyncpg.Connection[Any] | None = None
        self._reader: asyncpg.Connection[Any] | None = None
        self._signs: SignsOfLife | None = None

    # ---- holding the book ----

    async def take(self, lost: Callable[[object], None]) -> None:
        """Take the book and load it. lost: called when the connection that holds it ends.

        Raises BookTaken when another engine lives. The epoch rises only after the lock is held.
        """
        connection = await self._connect()
        signs = SignsOfLife(self.dsn, connection.get_server_pid())
        try:
            await self._take_book(connection, signs)
            self._reader = await self._connect()
        except BaseException:
            signs.end()
            connection.terminate()
            raise
        self._connection, self._signs = connection, signs
        connection.add_termination_listener(lost)

    async def _connect(self) -> "asyncpg.Connection[Any]":
        connection = await asyncpg.connect(
            self.dsn,
            server_settings={"role": ENGINE},
            statement_cache_size=_STATEMENTS,
            max_cached_statement_lifetime=0,
            max_cacheable_statement_size=0,
        )
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
        await load_book(self.dsn, connection, self.state, self.keys)
        await connection.execute(_BY_KEY)
        self._agenda.begin(self.state.rows[DUE.slot].values())
        # What was loaded stays: the collector need not walk through it at every batch. Records
        # hold no cycles, so it may also look less often at what a batch makes.
        gc.freeze()
        gc.set_threshold(*_GC_THRESHOLDS)

    async def let_go(self) -> None:
        """End in peace: nothing is under way any more."""
        if self._signs is not None:
            self._signs.end()
            await self._signs.ended()
        for connection in (self._reader, self._connection):
            if connection is not None and not connection.is_closed():
                await connection.close()

    def drop(self) -> None:
        """End at once. Whoever takes over must not wait for this process to end."""
        for connection in (self._reader, self._connection):
            if connection is not None:
                connection.terminate()
        if self._signs is not None:
            self._signs.end()

    # ---- batches ----

    def batch(
        self, below: Batch | None = None, settled: Callable[[], Awaitable[None]] | None = None
    ) -> Batch:
        """Return a new batch on the state, or on a batch that is being written."""
        assert self._reader is not None
        position = self.position if below is None else below.position
        return Batch(
            self._reader,
            self.state,
            self.keys,
            self.path,
            self._now(),
            position,
            below,
            settled,
        )

    async def put_down(self, batch: Batch) -> None:
        """Write a batch in one transaction. Raises UnknownCommit where its end is not known."""
        assert self._connection is not None
        changes = batch.changes()
        if are_few(changes) and not batch.aside:
            try:
                await write_few(self._connection, batch.fence(self.epoch), changes)
            except (OSError, asyncpg.PostgresConnectionError) as fault:
                raise UnknownCommit(f"{type(fault).__name__}: {fault}") from fault
            return
        transaction = self._connection.transaction()
        await transaction.start()
        try:
            await self._write(batch, changes)
        except Exception as fault:
            if self.blames_a_command(fault):
                await transaction.rollback()
            raise
        try:
            await transaction.commit()
        except Exception as fault:
            raise UnknownCommit(f"{type(fault).__name__}: {fault}") from fault

    async def _write(self, batch: Batch, changes: Sequence[Changes]) -> None:
        """Write a batch within a transaction, with what it sets aside."""
        assert self._connection is not None
        await write_many(self._connection, batch.fence(self.epoch), changes)
        if batch.aside:
            await set_aside(self._connection, batch.aside)

    def _now(self) -> datetime:
        """Return the book's time, which never runs backwards, whatever the machine's clock does."""
        self._time = max(self._time, self.clock.now())
        return self._time

    def committed(self, batch: Batch) -> None:
        """Take over into memory what is now in the database."""
        batch.merge()
        self._agenda.add(batch.overlay.rows[DUE.slot].values())
        self.position = batch.position
        self._written = batch.now

    async def write(self, commands: Sequence[Command], due: Sequence[DueRow] = ()) -> list[Outcome]:
        """Carry out one batch while nothing else is under way; set aside what cannot be."""
        batch = self.batch()
        try:
            outcomes = await batch.decide(commands, self.entropy, due)
            await self.put_down(batch)
        except Exception as fault:
            if not commands or not self.blames_a_command(fault):
                raise
            return await self._halved(commands, due, fault)
        self.committed(batch)
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
        first = await self.write(commands[:half], due[:half])
        return first + await self.write(commands[half:], due[half:])

    async def _set_aside(
        self, command_id: UUID, verb: str, body: bytes, fault: Exception, *due: DueRow
    ) -> Outcome:
        """Keep a command for people. A due row of its own must not be fired for ever."""
        assert self._connection is not None
        said = f"{type(fault).__name__}: {fault}"
        _log.error("quarantined", command=str(command_id), verb=verb, exc_info=fault)
        async with self._connection.transaction():
            await self._require_book()
            await set_aside(self._connection, [(command_id, verb, body, said, self._now())])
            await self._connection.execute(
                "update engine.due set fired_at = $2 where id = any($1)",
                [row.id for row in due],
                self._now(),
            )
        for row in due:
            self.state.forget(DUE, row)
        return Outcome(refusal=QUARANTINED.refuse(value=said[:200]))

    def blames_a_command(self, fault: Exception) -> bool:
        """Return whether setting a command aside can mend it; everything else closes the engine."""
        if self._connection is None or self._connection.is_closed():
            return False
        if isinstance(fault, asyncpg.PostgresError):
            return (fault.sqlstate or "")[:2] in _BLAMED
        if isinstance(fault, asyncpg.InterfaceError):
            # The driver refuses a value that does not fit its column with an error of both kinds.
            return isinstance(fault, ValueError)
        return not isinstance(
            fault,
            BrokenPromise | UnknownCommit | OSError | MemoryError | asyncpg.InternalClientError,
        )

    # ---- what falls due, and what others have told ----

    async def tick(self, command: Command) -> list[Outcome]:
        """Set the book's time and fire what is due, in (due_at, id) order."""
        body = command.body
        assert isinstance(body, Tick), body
        if body.to and isinstance(self.clock, FrozenClock):
            self.clock.advance(max(self.clock.now(), moment(body.to, "to")))
        while True:
            now = self._now()
            due = self._agenda.take(self.state.rows[DUE.slot], now, _TICK_MAX)
            if not due:
                break
            await self._fire(due, command.actor)
        if isinstance(self.clock, FrozenClock) and self._time > self._written:
            await self.write([])
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
            await self.write(commands, readable)

    async def beat(self) -> list[Outcome]:
        """Give waiting facts of ordinary transactions their positions, in the order told.

        One that cannot be written is found by halves and set aside: the others go on.
        """
        assert self._connection is not None
        at_once = ADOPTED_AT_ONCE
        while True:
            batch = self.batch()
            try:
                async with self._connection.transaction():
                    told = await batch.adopt(self._connection, self.entropy, at_once)
                    if not told:
                        break
                    await self._write(batch, batch.changes())
            except Exception as fault:
                if not batch.adopted or not self.blames_a_command(fault):
                    raise
                if len(batch.adopted) == 1:
                    await self._set_aside_told(batch.adopted[0], fault)
                at_once = max(1, len(batch.adopted) // 2)
                continue
            self.committed(batch)
            at_once = min(ADOPTED_AT_ONCE, 2 * at_once)
        return [Outcome()]

    async def _set_aside_told(self, row: Any, fault: Exception) -> None:  # noqa: ANN401 - a row
        """Keep a fact for people that somebody told and that cannot be written."""
        assert self._connection is not None
        _log.error("fact_set_aside", verb=row["verb"], id=row["id"], exc_info=fault)
        said = f"{type(fault).__name__}: {fault}"
        aside = (UUID(int=row["id"]), row["verb"], row["parts"], said, self._now())
        async with self._connection.transaction():
            await self._require_book()
            await self._connection.execute(
                "delete from engine.outbox_pending where id = $1", row["id"]
            )
            await set_aside(self._connection, [aside])

    async def _require_book(self) -> None:
        """Raise BrokenPromise unless the book is still ours; it is until the transaction ends."""
        assert self._connection is not None
        fence = "select 1 from engine.book where epoch = $1 for update"
        if not await self._connection.fetchval(fence, self.epoch):
            raise taken()


def moment(text: str, field: str) -> datetime:
    """Return the moment that `text` writes. Raises Invalid(malformed_input)."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise MALFORMED_INPUT.invalid(field, str(wrong)) from wrong
    if moment.tzinfo is None:
        raise MALFORMED_INPUT.invalid(field, f"{text[:60]} has no time zone")
    return moment
