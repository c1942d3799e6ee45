"""Serve a book: engine, worker, API; until somebody says stop.

Where the engine is a process of its own and ends, the API and the worker stay: callers are told
to try again, and all goes on with the engine that listens next. An engine in our own process
that has failed is the end of the process: whoever started it starts it again.
"""

import asyncio
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine
from datetime import date
from typing import Any, Final

import asyncpg
import structlog
import uvicorn

from usance.api import create_app
from usance.cli.errors import ENGINE_ELSEWHERE
from usance.cli.keys import demo_keys
from usance.cli.places import HOST
from usance.cli.refusing import UNREACHABLE, no
from usance.cli.voice import says
from usance.cli.working import worker_of
from usance.kernel.errors import Unavailable
from usance.runtime.engine import BookTaken, Engine
from usance.worker.loop import Worker
from usance.worker.session import Place, Session, opened

_BEAT: Final = 0.25
# Neither the engine nor the database answers: that passes.
_AWAY: Final = (
    Unavailable,
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InterfaceError,
)
_log = structlog.get_logger()


async def serve_book(place: Place, door: socket.socket) -> None:
    """Serve a book that was made by `usance migrate`."""
    async with opened(place, patient=True) as session:
        en = f"The book {place.book} is open at {_url(door)}; Ctrl-C ends it."
        zh = f"账簿 {place.book} 已在 {_url(door)} 提供服务;按 Ctrl-C 结束。"
        sys.stderr.write(f"{says(en, zh)}\n")
        await _serve(session, door)


async def serve_demo(session: Session, door: socket.socket) -> None:
    """Serve a book that was just played, and say how to talk to it."""
    out = sys.stderr
    out.write(f"\nThe book is open at {_url(door)}, described at /openapi.json.\n")
    keys = await demo_keys(session)
    for role, secret in keys:
        out.write(f"  {role:<12} {secret}\n")
    out.write(f"Try, as operations: curl -u {dict(keys)['operations']}: {_url(door)}/payments\n")
    out.write("Ctrl-C ends it; the database server stays until usance stop.\n")
    await _serve(session, door)


async def _serve(session: Session, door: socket.socket) -> None:
    worker = worker_of(session)
    await _until_stopped(
        _serve_api(session, worker, door), _work(session, worker), _tell(session, worker)
    )


def _url(door: socket.socket) -> str:
    return f"http://{HOST}:{door.getsockname()[1]}/v1"


async def be_engine(place: Place, *, standby: bool) -> None:
    """Hold a book as its engine; standby: as soon as no other does.

    Raises Unavailable when the engine has failed.
    """
    if standby:
        standing = says(f"Standing by for the engine of {place.book}.",
                        f"正在待命,准备接管 {place.book} 的引擎。")  # fmt: skip
        sys.stderr.write(f"{standing}\n")
    try:
        async with opened(place, engine=True, standby=standby) as session:
            listens = says(f"The engine of {place.book} listens on {place.socket}.",
                           f"{place.book} 的引擎正在 {place.socket} 监听。")  # fmt: skip
            sys.stderr.write(f"{listens}\n")
            await _until_stopped(_watch(session))
    except BookTaken as taken:
        ended = no(ENGINE_ELSEWHERE, "", place.book, allowed=place.book, ends=UNREACHABLE)
        raise ended from taken


async def be_worker(place: Place) -> None:
    """Work for a book whose engine runs elsewhere; where that ends, go on with the next one."""
    async with opened(place, engine=False, patient=True) as session:
        works = says(f"The worker of {place.book} works.", f"{place.book} 的工作进程已启动。")
        sys.stderr.write(f"{works}\n")
        worker = worker_of(session)
        await _until_stopped(_work(session, worker), _tell(session, worker))


async def _serve_api(session: Session, worker: Worker, door: socket.socket) -> None:
    config = uvicorn.Config(
        create_app(session, worker),
        log_level="warning",
        access_log=False,
        # Nobody asks where a request came from, and nothing starts or ends with the server.
        proxy_headers=False,
        lifespan="off",
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve([door]))
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = True
        await serving
        raise


async def _work(session: Session, worker: Worker) -> None:
    """Do rounds of work as the book's time goes by."""
    await _again_and_again(session, _Rounds(session, worker).one)


async def _tell(session: Session, worker: Worker) -> None:
    """Tell webhook endpoints what happens, beside the rounds: none of them waits for a stranger."""

    async def told() -> None:
        await worker.tell(await session.now())

    try:
        await _again_and_again(session, told)
    finally:
        await worker.stop()


async def _again_and_again(session: Session, work: Callable[[], Awaitable[None]]) -> None:
    """Do something four times a second; wait where the book does not answer.

    Raises Unavailable when the engine is our own and has failed.
    """
    missed = ""
    while True:
        try:
            await work()
            missed = ""
        except _AWAY as away:
            if session.engine is not None and session.engine.failure:
                raise Unavailable(session.engine.failure) from away
            # Said once: it is tried again every quarter of a second.
            if missed != (missed := str(away) or type(away).__name__):
                _log.warning("book_does_not_answer", book=session.place.book, why=missed)
        await asyncio.sleep(_BEAT)


class _Rounds:
    """Rounds of work, with the rates of each day, and the log kept extended."""

    def __init__(self, session: Session, worker: Worker) -> None:
        self._session = session
        self._worker = worker
        self._published: date | None = None

    async def one(self) -> None:
        """Do one round. Where it breaks off, the next one does what is left."""
        session, worker = self._session, self._worker
        now = await session.now()
        await worker.tick()
        if now.date() != self._published:
            await worker.publish_rates(now)
            self._published = now.date()
        await worker.round(now)
        await session.extend_log()


async def _watch(session: Session) -> None:
    """End when the engine has failed: somebody has to look."""
    engine = session.book
    assert isinstance(engine, Engine), "the book was opened as its engine"
    await engine.ended()
    raise Unavailable(engine.failure)


async def _until_stopped(*work: Coroutine[Any, Any, None]) -> None:
    """Run until a signal comes or one of the works ends."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop.set)
    tasks = [asyncio.create_task(each) for each in work]
    waiting = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([*tasks, waiting], return_when=asyncio.FIRST_COMPLETED)
    for task in [*tasks, waiting]:
        task.cancel()
    await asyncio.gather(*tasks, waiting, return_exceptions=True)
    for task in done - {waiting}:
        task.result()
