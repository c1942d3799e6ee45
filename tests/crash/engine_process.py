"""A process that is the engine of a book until somebody kills it: dsn, socket, lease, salts' seed.

It waits until the book is free or its engine has given no sign of life for the lease.
"""

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
from usance.runtime.standby import wait_for_book
from usance.runtime.telemetry import speak
from usance.runtime.wire import serve_engine


def standing_by(
    dsn: str, socket: Path, lease: float = 60, salts: str = ""
) -> subprocess.Popen[str]:
    """Start a process that becomes the book's engine as soon as it may."""
    process = subprocess.Popen(
        [sys.executable, __file__, dsn, str(socket), str(lease), salts],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert said_by(process) == "standing by"
    return process


def started(dsn: str, socket: Path, salts: str = "") -> subprocess.Popen[str]:
    """Start a process that is the book's engine and wait until it listens."""
    process = standing_by(dsn, socket, salts=salts)
    assert said_by(process) == "ready"
    return process


def said_by(process: subprocess.Popen[str]) -> str:
    """The next line a process says; waits for it."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


async def serve(dsn: str, socket: Path, lease: float, salts: str) -> None:
    print("standing by", flush=True)
    await wait_for_book(dsn, lease)
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
            await wait_for_book(dsn, lease)
    server = await serve_engine(engine, engine.path, socket)
    print("ready", flush=True)
    await engine.ended()
    await asyncio.sleep(0.5)  # It goes on to answer, for whoever holds its socket.
    print(engine.failure, flush=True)
    server.close()


if __name__ == "__main__":
    speak(os.environ)  # On standard error: standard output is for the test.
    asyncio.run(serve(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]), sys.argv[4]))
