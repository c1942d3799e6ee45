"""Other processes of a measurement, none of which outlives it, and what they cost."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

# A command of our own follows.
USANCE: Final = (sys.executable, "-c", "from usance.cli import main; main()")


@asynccontextmanager
async def child(
    *arguments: str | Path, stdin: int = DEVNULL, stdout: int = DEVNULL, stderr: int | None = None
) -> AsyncIterator[Process]:
    """A process, killed where it still runs at the end. Standard output is for the report alone."""
    process = await asyncio.create_subprocess_exec(
        *arguments, stdin=stdin, stdout=stdout, stderr=stderr, limit=2**26
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@asynccontextmanager
async def running(*arguments: str) -> AsyncIterator[int]:
    """Run a command of `usance` and yield its process; end it as Ctrl-C would."""
    async with child(*USANCE, *arguments) as process:
        try:
            yield process.pid
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGINT)
            await process.wait()


def cpu_seconds(processes: Sequence[int]) -> float:
    """Return the processor time that processes have had, 0 where the system does not tell."""
    ticks = 0
    for process in processes:
        stat = Path(f"/proc/{process}/stat")
        if stat.exists():
            # User and system time stand behind the name, which may hold blanks.
            fields = stat.read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
