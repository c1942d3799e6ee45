"""The engine's socket: how workers, the API and the command line reach the one engine of a book.

Frames on a Unix socket: four bytes of length, then JSON. A request carries commands, the answer
their outcomes in the same order. Many requests may be under way on one connection. A frame that
is no request ends the connection; a request with a malformed command is answered as invalid.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from pathlib import Path as FilePath
from typing import Any, Final, Protocol
from uuid import UUID

import msgspec
import structlog

from usance.kernel.errors import MALFORMED_INPUT, Code, Invalid, Unavailable
from usance.kernel.records import Record, decode, encode
from usance.runtime.commands import UNKNOWN_VERB, Command, Path
from usance.runtime.facts import Outcome
from usance.runtime.reconciling import Reconciliation

FRAME_MAX: Final = 64 * 1024 * 1024
# So much of one connection is under way at once; the next request is read after an answer.
REQUESTS_MAX: Final = 4096
BYTES_MAX: Final = 64 * 1024 * 1024
_LOOK_EVERY: Final = 1.0
_LOST: Final = "The engine's socket closed before it answered."
_log = structlog.get_logger()


class Book(Protocol):
    """Where commands go: the engine itself, or its socket."""

    async def submit(self, commands: Sequence[Command]) -> list[Outcome]:
        """Carry out commands and return their outcomes once durable. Raises Unavailable."""

    async def reconcile(self) -> Reconciliation:
        """Compare what the engine holds in memory with the tables. Raises Unavailable."""


class _Asked(Record, frozen=True):
    id: UUID
    verb: str
    actor: UUID
    body: msgspec.Raw


class _Request(Record, frozen=True):
    number: int
    commands: tuple[_Asked, ...] = ()
    reconcile: bool = False


class _Answer(Record, frozen=True):
    number: int
    outcomes: tuple[Outcome, ...] = ()
    reconciliation: Reconciliation | None = None
    unavailable: str = ""
    invalid: Code | None = None
    field: str = ""
    value: str = ""


async def serve_engine(book: Book, path: Path, socket: FilePath) -> asyncio.AbstractServer:
    """Serve a book on a Unix socket that only this user can open."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        under_way = _UnderWay()
        try:
            while (frame := await _read(reader)) is not None:
                request = decode(frame, _Request)
                under_way.begin(_answer(book, path, request, writer), len(frame))
                await under_way.room()
        except (
            ConnectionError,
            asyncio.IncompleteReadError,
            msgspec.DecodeError,
            ValueError,
            RecursionError,
        ) as ended:
            _log.info("socket_ended", why=str(ended))
        except asyncio.CancelledError:
            pass  # The engine ends. Python 3.11 would print the trace of a talk that is cancelled.
        finally:
            await under_way.done()
            writer.close()

    _make_way(socket)
    server = await asyncio.start_unix_server(talk, path=str(socket), limit=FRAME_MAX)
    _keep_to_ourselves(socket)
    return server


class _UnderWay:
    """The requests of one connection that are not answered yet.

    A caller who asks faster than is answered is not read any further: its own writing waits.
    """

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._bytes = 0
        self._answered = asyncio.Event()

    def begin(self, answering: Coroutine[Any, Any, None], size: int) -> None:
        """Begin to answer a request of so many bytes."""
        task = asyncio.create_task(answering)
        self._tasks.add(task)
        self._bytes += size

        def end(ended: asyncio.Task[None]) -> None:
            self._tasks.discard(ended)
            self._bytes -= size
            self._answered.set()

        task.add_done_callback(end)

    async def room(self) -> None:
        """Return when another request may be read."""
        while len(self._tasks) >= REQUESTS_MAX or self._bytes >= BYTES_MAX:
            self._answered.clear()
            await self._answered.wait()

    async def done(self) -> None:
        """Return when all are answered."""
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _make_way(socket: FilePath) -> None:
    # Whoever gets here holds the book's lock: a socket that is left over has no engine behind it.
    socket.unlink(missing_ok=True)


def _keep_to_ourselves(socket: FilePath) -> None:
    socket.chmod(0o600)


async def _answer(book: Book, path: Path, request: _Request, writer: asyncio.StreamWriter) -> None:
    number = request.number
    try:
        if request.reconcile:
            answer = _Answer(number, reconciliation=await book.reconcile())
        else:
            commands = [_command(path, asked, at) for at, asked in enumerate(request.commands)]
            answer = _Answer(number, tuple(await book.submit(commands)))
    except Unavailable as why:
        answer = _Answer(number, unavailable=str(why))
    except Invalid as wrong:
        answer = _Answer(number, invalid=wrong.code, field=wrong.field, value=wrong.value)
    except Exception as bug:  # noqa: BLE001 - a caller without an answer would wait for ever
        _log.error("request_raised", exc_info=bug)
        answer = _Answer(number, unavailable=f"The engine could not answer: {bug!r}")
    try:
        _write(writer, _frame(answer))
        await writer.drain()
    except ConnectionError:
        _log.info("caller_left", request=number)


def _frame(answer: _Answer) -> bytes:
    """Return an answer as it travels; where it cannot, the caller is told that it came to one."""
    try:
        frame = encode(answer)
        if len(frame) <= FRAME_MAX:
            return frame
        said = f"{len(frame)} bytes are too many at once"
    except (TypeError, ValueError) as unfit:
        said = ascii(str(unfit))
    _log.error("answer_does_not_travel", why=said)
    lost = f"The engine has answered, and the answer cannot be sent: {said}."
    return encode(_Answer(answer.number, unavailable=lost))


def _command(path: Path, asked: _Asked, at: int) -> Command:
    """Return the command asked for. Raises Invalid."""
    verb = path.get(asked.verb)
    if verb is None:
        raise UNKNOWN_VERB.invalid(f"commands[{at}].verb", asked.verb[:60])
    try:
        body = decode(bytes(asked.body), verb.body)
    except msgspec.DecodeError as malformed:
        raise MALFORMED_INPUT.invalid(f"commands[{at}].body", str(malformed)) from malformed
    return Command(asked.id, asked.verb, asked.actor, body)


class RemoteBook:
    """A book reached over its engine's socket. `connect` first, `close` at the end.

    When the engine is gone, the next request looks for the one that has taken over.
    """

    def __init__(self, socket: FilePath) -> None:
        self._socket = socket
        self._waiting: dict[int, asyncio.Future[_Answer]] = {}
        self._number = 0
        self._closed = False
        self._connecting = asyncio.Lock()
        self._place: tuple[int, int] | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._tasks: tuple[asyncio.Task[None], ...] = ()

    async def connect(self) -> None:
        """Reach the engine. Raises Unavailable where none listens."""
        self._let_go()
        self._place = _place_of(self._socket)
        try:
            reader, self._writer = await asyncio.open_unix_connection(
                str(self._socket), limit=FRAME_MAX
            )
        except OSError as nobody:
            raise Unavailable(f"No engine listens on {self._socket}.") from nobody
        listening = asyncio.create_task(self._listen(reader))
        self._tasks = (listening, asyncio.create_task(self._look_out(listening)))

    async def close(self) -> None:
        """Let go of the connection."""
        self._closed = True
        self._let_go()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _let_go(self) -> None:
        if self._writer is not None:
            self._writer.close()
        for task in self._tasks:
            task.cancel()

    async def _reach(self) -> asyncio.StreamWriter:
        """Return the way to the engine, another one where the connection has ended."""
        if self._closed:
            raise Unavailable("The engine's socket is closed.")
        if not self._tasks or self._tasks[0].done():
            async with self._connecting:
                if not self._tasks or self._tasks[0].done():
                    await self.connect()
        assert self._writer is not None, "connected"
        return self._writer

    async def _look_out(self, listening: "asyncio.Task[None]") -> None:
        """Leave an engine whose place another one has taken, though it keeps its connection.

        A paused engine does not hang up. What waits for it is told that its outcome is unknown.
        """
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            if _place_of(self._socket) not in {None, self._place}:
                listening.cancel()
                return

    async def submit(self, commands: Sequence[Command]) -> list[Outcome]:
        """See Book. When the connection breaks the outcome is unknown: ask again, same ids."""
        answer = await self._ask({"commands": list(commands)})
        return list(answer.outcomes)

    async def reconcile(self) -> Reconciliation:
        """See Book."""
        answer = await self._ask({"reconcile": True})
        assert answer.reconciliation is not None, "the engine answered another question"
        return answer.reconciliation

    async def _ask(self, request: dict[str, object]) -> _Answer:
        try:
            number = self._number = self._number + 1
            frame = encode({"number": number, **request})
        except (OverflowError, TypeError, ValueError) as unfit:
            raise MALFORMED_INPUT.invalid("commands", str(unfit)) from unfit
        if len(frame) > FRAME_MAX:
            raise MALFORMED_INPUT.invalid("commands", f"{len(frame)} bytes are too many at once")
        writer = await self._reach()
        answer: asyncio.Future[_Answer] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            _write(writer, frame)
            await writer.drain()
        except ConnectionError as lost:
            self._waiting.pop(number, None)
            answer.cancel()
            raise Unavailable(_LOST) from lost
        return await answer

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        try:
            while (frame := await _read(reader)) is not None:
                answer = decode(frame, _Answer)
                waiting = self._waiting.pop(answer.number)
                if waiting.done():
                    continue
                if answer.invalid is not None:
                    waiting.set_exception(Invalid(answer.invalid, answer.field, answer.value))
                elif answer.unavailable:
                    waiting.set_exception(Unavailable(answer.unavailable))
                else:
                    waiting.set_result(answer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            lost = Unavailable(_LOST)
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(lost)
            self._waiting.clear()


def _place_of(socket: FilePath) -> tuple[int, int] | None:
    """Return what tells a socket from another one under the same name."""
    try:
        found = socket.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns


async def _read(reader: asyncio.StreamReader) -> bytes | None:
    """Return the next frame, None at the end of the stream."""
    head = await reader.read(4)
    if not head:
        return None
    head += await reader.readexactly(4 - len(head))
    size = int.from_bytes(head, "big")
    if size > FRAME_MAX:
        raise ConnectionError("a frame is too large")
    return await reader.readexactly(size)


def _write(writer: asyncio.StreamWriter, body: bytes) -> None:
    writer.write(len(body).to_bytes(4, "big") + body)
