"""`usance ledger reconcile`: is what the engine holds what the tables say, and do they agree?"""

import sys

import asyncpg

from usance.bootstrap import money_path
from usance.cli.refusing import REFUSED
from usance.kernel.errors import NotFound, Unavailable
from usance.kernel.records import encode
from usance.risk.service import Screens
from usance.runtime.reconciling import Reconciliation, reconciled_alone
from usance.runtime.roles import SERVICE
from usance.runtime.wire import RemoteBook
from usance.worker.session import Place


async def reconcile(place: Place, *, as_json: bool) -> int:
    """Print every difference as a sentence, or all as JSON; return the exit code."""
    # The chapters say what must be true of their tables when they are loaded.
    money_path(Screens())
    found, by_whom = await _found(place)
    if as_json:
        sys.stdout.write(encode(found).decode() + "\n")
    else:
        sys.stdout.write(_printed(found, by_whom))
    return REFUSED if found.differences else 0


async def _found(place: Place) -> tuple[Reconciliation, str]:
    remote = RemoteBook(place.socket)
    try:
        await remote.connect()
    except Unavailable:
        return await _alone(place), "no engine runs, the tables were compared with each other"
    try:
        return await remote.reconcile(), "the engine's memory and the tables were compared"
    finally:
        await remote.close()


async def _alone(place: Place) -> Reconciliation:
    try:
        connection = await asyncpg.connect(place.dsn, server_settings={"role": SERVICE})
    except asyncpg.InvalidCatalogNameError as nothing:
        raise NotFound("book", place.book) from nothing
    try:
        return await reconciled_alone(connection)
    finally:
        await connection.close()


def _printed(found: Reconciliation, by_whom: str) -> str:
    lines = [str(each) for each in found.differences]
    if found.more:
        lines.append(f"And {found.more} more.")
    rows = f", {found.rows} rows" if found.rows else ""
    verdict = "Differences were found" if lines else "All agrees"
    lines.append(f"{verdict} at position {found.position}: {by_whom}{rows}.")
    return "\n".join(lines) + "\n"
