"""Serve a book: engine, worker, API; until somebody says stop."""

import asyncio
import signal
import socket
import sys
from collections.abc import Coroutine
from datetime import datetime
from typing import Any, Final

import uvicorn

from usance.api import create_app
from usance.cli.keys import demo_keys
from usance.cli.places import HOST
from usance.kernel.errors import Unavailable
from usance.runtime.engine import Engine
from usance.worker.loop import Worker
from usance.worker.session import Place, Session, opened

_BEAT: Final = 0.25


async def serve_book(place: Place, door: socket.socket) -> None:
    """Serve a book that was made by `usance migrate`."""
    async with opened(place) as session:
        sys.stderr.write(f"The book {place.book} is open at {_url(door)}; Ctrl-C ends it.\n")
        await _serve(session, door)


async def serve_demo(session: Session, door: socket.socket) -> None:
    """Serve a book that was just played, and say how to talk to it."""
    out = sys.stderr
    out.write(f"\nThe book is open at {_url(door)}, described at /openapi.json.\n")
    for role, secret in await demo_keys(session):
        out.write(f"  {role:<12} {secret}\n")
    out.write(f"Try: curl -u KEY: {_url(door)}/payments   ·   Ctrl-C ends it.\n")
    await _serve(session, door)


async def _serve(session: Session, door: socket.socket) -> None:
    worker = session.worker()
    await _until_stopped(_serve_api(session, worker, door), _work(session, worker))


def _url(door: socket.socket) -> str:
    return f"http://{HOST}:{door.getsockname()[1]}/v1"


async def be_engine(place: Place, *, standby: bool) -> None:
    """Hold a book as its engine; standby: as soon as no other does.

    Raises Unavailable when the engine has failed.
    """
    if standby:
        sys.stderr.write(f"Standing by for the engine of {place.book}.\n")
    async with opened(place, engine=True, standby=standby) as session:
        sys.stderr.write(f"The engine of {place.book} listens on {place.socket}.\n")
        await _until_stopped(_watch(session))


async def be_worker(place: Place) -> None:
    """Work for a book whose engine runs elsewhere."""
    async with opened(place, engine=False) as session:
        sys.stderr.write(f"The worker of {place.book} works.\n")
        await _until_stopped(_work(session, session.worker()))


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
    """Do rounds of work as the book's time goes by, and keep the log extended."""
    published: datetime | None = None
    while True:
        now = await session.now()
        await worker.tick()
        if published is None or now.date() != published.date():
            await worker.publish_rates(now)
            published = now
        await worker.round(now)
        await session.extend_log()
        await asyncio.sleep(_BEAT)


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
