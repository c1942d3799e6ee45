"""The engine: the single writer of a book.

It takes the commands that wait as one batch, lets the stages of each verb prepare in bulk and
apply one command after the other to an overlay in memory, writes everything in ONE transaction
(`runtime/writing.py`), and answers only after the commit: nothing is acknowledged that is not
durable. While one batch is being written the next is decided on top of it. One engine at a time
holds the book (an advisory lock) and every batch carries the engine's epoch, so an engine that
lost the book writes nothing more.

A command that cannot be prepared, applied or written is set aside in `engine.quarantine` and
its neighbours go on. Whatever else goes wrong (the database is gone, its disk is full, the
outcome of a commit is not known, the epoch is lost) closes the engine: it acknowledges nothing
more, says why in `failure`, lets go of the book and has to be started again.
"""

import asyncio
import contextlib
import os
from collections.abc import Callable, Hashable, Sequence
from time import thread_time
from typing import Final, TypeVar
from uuid import UUID

import msgspec
import structlog

from usance.kernel.draft import Lookup, Rows
from usance.kernel.errors import MALFORMED_INPUT, Unavailable
from usance.kernel.records import Record
from usance.runtime.batch import Batch, NotYet
from usance.runtime.clock import Clock
from usance.runtime.commands import BEAT, TICK, UNKNOWN_VERB, Beat, Command, Path, Tick
from usance.runtime.facts import Outcome
from usance.runtime.reconciling import Photograph, Reconciliation, compared, photographed
from usance.runtime.standby import why_lost
from usance.runtime.writer import BookTaken, Writer, moment

__all__ = ["BATCH_MAX", "QUEUE_MAX", "BookTaken", "Engine"]

K = TypeVar("K", bound=Hashable)
V = TypeVar("V", bound=Hashable)
R = TypeVar("R", bound=Record)
BATCH_MAX: Final = 8192
QUEUE_MAX: Final = 65_536
# Of many commands that wait, so many seconds' worth are decided and sent to the database before
# the next are looked at: then both processors have work. Seconds are this thread's own: who counts
# the waiting for a slow disk, a slow look-up or a busy processor makes batches of one of it.
_HEAD_START: Final = 0.03
_AT_LEAST: Final = 1e-6
_ITS_OWN: Final = {TICK: Tick, BEAT: Beat}
_NOBODY: Final = UUID(int=0)
_log = structlog.get_logger()


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
    """A batch, and who waits for it. closed: what waits needs it to be written first."""

    batch: Batch
    taken: list[_Waiting]
    outcomes: list[Outcome]
    closed: bool = False

    @property
    def commands(self) -> list[Command]:
        """The commands of the batch."""
        return [entry.command for entry in self.taken]


class _Flight(msgspec.Struct):
    """A batch on its way to the database."""

    work: _Work
    task: asyncio.Task[None]


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
        self.failure = ""
        self._writer = Writer(dsn, path, clock, entropy)
        self._alone = {TICK, BEAT} | {name for name, verb in path.items() if verb.alone}
        self._waiting: list[_Waiting] = []
        self._photographers: list[asyncio.Future[Photograph]] = []
        self._stirred = asyncio.Event()
        self._flight: _Flight | None = None
        self._next: _Work | None = None
        self._at_a_time = BATCH_MAX
        self._stopping = False
        self._loop: asyncio.Task[None] | None = None
        self._cause = ""
        self._broken: BaseException | None = None
        self._finding_out: asyncio.Task[None] | None = None

    @property
    def path(self) -> Path:
        """The verbs that this book can be asked."""
        return self._writer.path

    @path.setter
    def path(self, path: Path) -> None:
        self._writer.path = path

    @property
    def clock(self) -> Clock:
        """The clock of the book."""
        return self._writer.clock

    @property
    def position(self) -> int:
        """The position of the last fact that is in the database."""
        return self._writer.position

    @property
    def epoch(self) -> int:
        """How many engines have held this book, this one counted."""
        return self._writer.epoch

    # ---- life ----

    async def start(self) -> None:
        """Take the book, load its state and begin to work.

        Raises BookTaken when another engine lives.
        """
        await self._writer.take(self._disconnected)
        self._loop = asyncio.create_task(self._run(), name="engine")

    async def stop(self) -> None:
        """Answer what waits, then let go of the book."""
        self._stopping = True
        self._stirred.set()
        if self._loop is not None:
            await self._loop
        if self._finding_out is not None:
            await self._finding_out
        await self._writer.let_go()

    async def ended(self) -> None:
        """Return when the engine works no more: it was stopped, or it failed."""
        if self._loop is not None:
            await asyncio.wait([self._loop])

    def _disconnected(self, _connection: object) -> None:
        """The connection has ended: find out at once, not when the next command comes."""
        if not self._stopping and not self.failure:
            self._finding_out = asyncio.create_task(self._find_out())

    async def _find_out(self) -> None:
        """Fail, if that has not happened, and say what became of the book, also in the log."""
        reason = await why_lost(self._writer.dsn, self.epoch)
        with contextlib.suppress(Unavailable):
            await self.submit([Command(_NOBODY, BEAT, _NOBODY, Beat())])
        if reason:
            self.failure = _stopped(f"{self._cause}; {reason}")
        # That the book or its database was lost is nobody's bug: there is nothing to trace.
        trace = {} if reason else {"exc_info": self._broken}
        # Last: the disk that is full may be the one that the log is on.
        with contextlib.suppress(OSError):
            _log.error("engine_failed", error=self.failure, **trace)

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
            moment(body.to, f"commands[{index}].body.to")

    def get(self, rows: Rows[K, R], key: K) -> R | None:
        """See kernel.draft.Sight."""
        return self._writer.state.get(rows, key)

    def find(self, lookup: Lookup[V, R], value: V) -> R | None:
        """See kernel.draft.Sight."""
        return self._writer.state.find(lookup, value)

    async def reconcile(self) -> Reconciliation:
        """Compare what is in memory with the tables; the engine works on meanwhile.

        Raises Unavailable as `submit` does.
        """
        wanted: asyncio.Future[Photograph] = asyncio.get_running_loop().create_future()
        self._photographers.append(wanted)
        # A beat is a batch of its own: whatever came before it is written, nothing is half done.
        await self.submit([Command(_NOBODY, BEAT, _NOBODY, Beat())])
        return await compared(await wanted)

    # ---- working ----

    async def _run(self) -> None:
        try:
            while not (self._stopping and self._is_idle()):
                self._stirred.clear()
                if not await self._step():
                    await self._stirred.wait()
        except BaseException as broken:  # Whatever it is, nobody may be left hanging.
            self._fail(broken)
            if not isinstance(broken, Exception):
                raise

    def _is_idle(self) -> bool:
        return not self._waiting and self._next is None and self._flight is None

    async def _step(self) -> bool:
        """Do what can be done now; return whether there was anything.

        While one batch is on its way to the database, the next is decided on top of it.
        """
        flight = self._flight
        if flight is not None and flight.task.done():
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
            self._next = _Work(self._writer.batch(below, self._settled), [], [])
        work = self._next
        taken = self._take(min(BATCH_MAX - len(work.taken), self._at_a_time))
        if not taken or work.closed:
            self._waiting[:0] = taken
            return False
        work.taken.extend(taken)
        began = thread_time()
        try:
            commands = [entry.command for entry in taken]
            work.outcomes.extend(await work.batch.decide(commands, self._writer.entropy))
            worked = max(thread_time() - began, _AT_LEAST)
            self._at_a_time = max(1, min(BATCH_MAX, int(_HEAD_START * len(taken) / worked)))
        except _DecideAgain:
            pass
        except NotYet:
            del work.taken[-len(taken) :]
            self._waiting[:0] = taken
            work.closed = True
        except Exception as fault:  # noqa: BLE001 - it is raised again unless it can be mended
            await self._undecided(work, fault)
        return True

    async def _undecided(self, work: _Work, fault: Exception) -> None:
        """Find the command that cannot be decided, unless another end of the batch before helps."""
        if not self._writer.blames_a_command(fault):
            raise fault
        try:
            await self._settled()
        except _DecideAgain:
            return
        outcomes = await self._writer.write(work.commands)
        self._next = None
        _answer(work.taken, outcomes)

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
        task = asyncio.create_task(self._writer.put_down(work.batch), name="put_down")
        task.add_done_callback(lambda _: self._stirred.set())
        self._flight = _Flight(work, task)

    async def _land(self, flight: _Flight) -> None:
        """Answer who waits for a batch that was written; find what is wrong with one that was not.

        What was decided on top of a batch that came to another end is decided again.
        """
        work, fault = flight.work, flight.task.exception()
        if fault is None:
            self._writer.committed(work.batch)
            self._flight = None
            _answer(work.taken, work.outcomes)
            return
        if not isinstance(fault, Exception) or not self._writer.blames_a_command(fault):
            raise fault
        if self._next is not None:
            self._waiting[:0] = self._next.taken
            self._next = None
        outcomes = await self._writer.write(work.commands)
        self._flight = None
        _answer(work.taken, outcomes)

    async def _settled(self) -> None:
        """Wait until the batch on its way is in the database. Raises _DecideAgain if it is not."""
        flight = self._flight
        if flight is None:
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
            outcomes = await self._writer.tick(entry.command)
        elif entry.command.verb == BEAT:
            outcomes = await self._writer.beat()
            await self._pose()
        else:
            outcomes = await self._writer.write([entry.command])
        self._waiting.pop(0)
        _answer([entry], outcomes)

    async def _pose(self) -> None:
        """Stand still between two batches for those who compare memory with the tables."""
        writer = self._writer
        posing, self._photographers = self._photographers, []
        for wanted in posing:
            try:
                photograph = await photographed(
                    writer.dsn, writer.state, writer.keys, writer.epoch, writer.position
                )
            except Unavailable as refused:
                wanted.set_exception(refused)
            else:
                wanted.set_result(photograph)

    def _fail(self, broken: BaseException) -> None:
        self._broken, self._cause = broken, f"{type(broken).__name__}: {broken}"
        self.failure = _stopped(self._cause)
        if self._finding_out is None:
            self._finding_out = asyncio.create_task(self._find_out())
        self._writer.drop()
        flown = []
        if self._flight is not None:
            flown = self._flight.work.taken
            self._flight.task.cancel()
        decided = self._next.taken if self._next is not None else []
        self._flight = self._next = None
        for entry in [*flown, *decided, *self._waiting]:
            if not entry.asked.answer.done():
                entry.asked.answer.set_exception(Unavailable(self.failure))
        self._waiting.clear()


def _answer(taken: Sequence[_Waiting], outcomes: Sequence[Outcome]) -> None:
    """Give everybody who waits for a batch the outcomes asked for."""
    for entry, outcome in zip(taken, outcomes, strict=True):
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
