"""The engine's socket: how workers, the API and the command line reach the one engine of a book.

Frames on a Unix socket: four bytes of length, then JSON. A request carries commands, the answer
their outcomes in the same order. Many requests may be under way on one connection. A frame that
is no request ends the connection; a request with a malformed command is answered as invalid.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path as FilePath
from typing import Final, Protocol
from uuid import UUID

import msgspec
import structlog

from usance.kernel.errors import MALFORMED_INPUT, Code, Invalid, Unavailable
from usance.kernel.records import Record, decode, encode
from usance.runtime.commands import UNKNOWN_VERB, Command, Path
from usance.runtime.facts import Outcome
from usance.runtime.reconciling import Reconciliation

FRAME_MAX: Final = 64 * 1024 * 1024
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
        under_way: set[asyncio.Task[None]] = set()
        try:
            while (frame := await _read(reader)) is not None:
                request = decode(frame, _Request)
                task = asyncio.create_task(_answer(book, path, request, writer))
                under_way.add(task)
                task.add_done_callback(under_way.discard)
        except (ConnectionError, asyncio.IncompleteReadError, msgspec.DecodeError) as ended:
            _log.info("socket_ended", why=str(ended))
        except asyncio.CancelledError:
            pass  # The engine ends. Python 3.11 would print the trace of a talk that is cancelled.
        finally:
            await asyncio.gather(*under_way, return_exceptions=True)
            writer.close()

    _make_way(socket)
    server = await asyncio.start_unix_server(talk, path=str(socket), limit=FRAME_MAX)
    _keep_to_ourselves(socket)
    return server


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
        _write(writer, encode(answer))
        await writer.drain()
    except ConnectionError:
        _log.info("caller_left", request=number)


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
    """A book reached over its engine's socket. `connect` first, `close` at the end."""

    def __init__(self, socket: FilePath) -> None:
        self._socket = socket
        self._waiting: dict[int, asyncio.Future[_Answer]] = {}
        self._number = 0
        self._writer: asyncio.StreamWriter | None = None
        self._listening: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        """Reach the engine. Raises Unavailable where none listens."""
        try:
            reader, self._writer = await asyncio.open_unix_connection(
                str(self._socket), limit=FRAME_MAX
            )
        except OSError as nobody:
            raise Unavailable(f"No engine listens on {self._socket}.") from nobody
        self._listening = asyncio.create_task(self._listen(reader))

    async def close(self) -> None:
        """Let go of the connection."""
        if self._writer is not None:
            self._writer.close()
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)

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
            frame = encode({"number": self._number + 1, **request})
        except (OverflowError, TypeError, ValueError) as unfit:
            raise MALFORMED_INPUT.invalid("commands", str(unfit)) from unfit
        if len(frame) > FRAME_MAX:
            raise MALFORMED_INPUT.invalid("commands", f"{len(frame)} bytes are too many at once")
        if self._writer is None or self._listening is None or self._listening.done():
            raise Unavailable("The engine's socket is closed.")
        self._number += 1
        number = self._number
        answer: asyncio.Future[_Answer] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            _write(self._writer, frame)
            await self._writer.drain()
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
