"""A process that is the engine of a book until somebody kills it: dsn, socket."""

import asyncio
import sys
from pathlib import Path

from tests.runtime.books import START, small_path

from usance.runtime.clock import FrozenClock
from usance.runtime.engine import BookTaken, Engine
from usance.runtime.wire import serve_engine


async def serve(dsn: str, socket: Path) -> None:
    engine = Engine(dsn, small_path(), FrozenClock(START))
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
    asyncio.run(serve(sys.argv[1], Path(sys.argv[2])))
