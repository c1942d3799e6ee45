"""A process that is the engine of a book until it is killed: dsn, socket, seed of its salts."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import asyncpg
from tests.runtime.books import small_path

from usance.risk.service import Screens, ready_screens
from usance.runtime.clock import FrozenClock
from usance.runtime.engine import BookTaken, Engine
from usance.runtime.wire import serve_engine


def started(dsn: str, socket: Path, salts: str = "") -> subprocess.Popen[str]:
    """Start such a process and wait until it listens."""
    process = subprocess.Popen(
        [sys.executable, __file__, dsn, str(socket), salts],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


async def serve(dsn: str, socket: Path, salts: str) -> None:
    screens = Screens()
    connection = await asyncpg.connect(dsn)
    await ready_screens(connection, screens)
    now = await connection.fetchval("select book_time from engine.book")
    await connection.close()
    entropy = Random(salts).randbytes if salts else os.urandom
    engine = Engine(dsn, small_path(screens), FrozenClock(now), entropy)
    while True:
        try:
            await engine.start()
            break
        except BookTaken:
            # The server has not noticed yet that the last engine is dead.
            await asyncio.sleep(0.05)
    server = await serve_engine(engine, engine.path, socket)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
