"""A process that starts the engine of a book, says what that took, and ends: dsn."""

import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from usance.bootstrap import money_path
from usance.kernel.records import encode
from usance.risk.service import Screens
from usance.runtime.clock import FrozenClock
from usance.runtime.engine import Engine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def start(dsn: str) -> None:
    """Start and print the seconds it took and the memory it holds."""
    engine = Engine(dsn, money_path(Screens()), FrozenClock(_EPOCH))
    began, worked = time.perf_counter(), time.process_time()
    await engine.start()
    said = {
        "seconds": round(time.perf_counter() - began, 3),
        "cpu_seconds": round(time.process_time() - worked, 3),
        "memory_mb": _resident() // 1_000_000,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 // 1_000_000,
    }
    sys.stdout.write(encode(said).decode())
    await engine.stop()


def _resident() -> int:
    """Return the bytes of memory this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


if __name__ == "__main__":
    uvloop.run(start(sys.argv[1]))
