"""`usance doctor`: what is there, what is not, and the remedy for each red line."""

import asyncio
import os
import platform
import shutil
import sys
from collections.abc import Callable
from importlib.metadata import version

import asyncpg

from usance.bootstrap import plugged
from usance.kernel.errors import UsanceError
from usance.kernel.records import Record, encode
from usance.runtime.postgres import ensure_server, home_folder, unreachable, wheel_binaries
from usance.worker.live_rails import ALLOWED, allowed_in, is_simulated


class Finding(Record, frozen=True):
    """One thing looked at: whether it is well, what was seen, what to do where it is not."""

    name: str
    well: bool
    seen: str
    remedy: str = ""


def examine(*, as_json: bool) -> int:
    """Look at everything; return 0 when all is well, 1 otherwise."""
    findings = [_looked(name, look) for name, look in _LOOKS]
    if as_json:
        sys.stdout.write(encode(findings).decode() + "\n")
    else:
        for finding in findings:
            mark = "ok " if finding.well else "BAD"
            sys.stdout.write(f"{mark}  {finding.name:<12} {finding.seen}\n")
            if not finding.well:
                sys.stdout.write(f"     → {finding.remedy}\n")
    return 0 if all(finding.well for finding in findings) else 1


def _looked(name: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except UsanceError as broken:
        return Finding(name, well=False, seen=type(broken).__name__, remedy=str(broken))
    except Exception as broken:  # noqa: BLE001 - whatever is broken is what we are here to say
        seen = f"{type(broken).__name__}: {broken}"
        return Finding(name, well=False, seen=seen, remedy="Mend that, then look again.")


def _python() -> Finding:
    seen = f"{platform.python_version()} at {sys.executable}"
    return Finding("python", sys.version_info >= (3, 11), seen, "Install Python 3.11 or newer.")


def _packages() -> Finding:
    names = ("usance", "asyncpg", "msgspec", "fastapi", "cryptography", "sqlalchemy")
    seen = ", ".join(f"{name} {version(name)}" for name in names)
    return Finding("packages", well=True, seen=seen)


def _binaries() -> Finding:
    return Finding("binaries", well=True, seen=str(wheel_binaries()))


def _home() -> Finding:
    home = home_folder(os.environ)
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    ours = os.access(there, os.W_OK | os.X_OK)
    seen = f"{home}, {free / 1e9:.0f} GB free{'' if ours else ', not writable'}"
    remedy = "Free a gigabyte, or set USANCE_HOME to a folder of yours that has one."
    return Finding("home", ours and free > 1e9, seen, remedy)


def _database() -> Finding:
    address = ensure_server(os.environ)

    async def ask() -> str:
        try:
            connection = await asyncpg.connect(address.url)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise unreachable(address, error) from error
        try:
            return str(await connection.fetchval("select version()"))
        finally:
            await connection.close()

    seen = " ".join(asyncio.run(ask()).split()[:2])
    return Finding("database", well=True, seen=f"{seen} at {address.shown}")


def _rails() -> Finding:
    """Which rails would move money. Well all the same: a test book needs none that does."""
    rails = {name: make() for name, make in plugged("rails")}
    allowed = allowed_in(os.environ)
    said = []
    for name, rail in rails.items():
        if not is_simulated(rail):
            said.append(f"{name} reaches a server")
        elif name in allowed:
            said.append(f"{name} simulated, in live books too ({ALLOWED})")
        else:
            said.append(f"{name} simulated, not in live books")
    strange = sorted(allowed - set(rails))
    remedy = f"Correct {ALLOWED}: there is no rail {', '.join(strange)}."
    return Finding("rails", well=not strange, seen="; ".join(said), remedy=remedy)


_LOOKS: tuple[tuple[str, Callable[[], Finding]], ...] = (
    ("python", _python),
    ("packages", _packages),
    ("binaries", _binaries),
    ("home", _home),
    ("database", _database),
    ("rails", _rails),
)
