"""Other processes of a measurement: our own commands, and what they cost."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

_MAIN = "from usance.cli import main; main()"


@asynccontextmanager
async def running(*arguments: str) -> AsyncIterator[int]:
    """Run a command of `usance` and yield its process; end it as Ctrl-C would."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _MAIN, *arguments, stdin=asyncio.subprocess.DEVNULL
    )
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
