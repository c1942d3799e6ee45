"""A process that is the engine of a book until somebody kills it: dsn, socket, lease of others.

It waits until the book is free or its engine has given no sign of life for the lease.
"""

import asyncio
import os
import sys
from pathlib import Path

from tests.runtime.books import START, small_path

from usance.runtime.clock import FrozenClock
from usance.runtime.engine import BookTaken, Engine
from usance.runtime.standby import wait_for_book
from usance.runtime.telemetry import speak
from usance.runtime.wire import serve_engine


async def serve(dsn: str, socket: Path, lease: float) -> None:
    engine = Engine(dsn, small_path(), FrozenClock(START))
    print("standing by", flush=True)
    while True:
        await wait_for_book(dsn, lease)
        try:
            await engine.start()
            break
        except BookTaken:
            continue
    server = await serve_engine(engine, engine.path, socket)
    print("ready", flush=True)
    await engine.ended()
    await asyncio.sleep(0.5)  # It goes on to answer, for whoever holds its socket.
    print(engine.failure, flush=True)
    server.close()


if __name__ == "__main__":
    speak(os.environ)  # On standard error: standard output is for the test.
    asyncio.run(serve(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])))
