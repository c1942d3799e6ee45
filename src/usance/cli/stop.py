"""`usance stop`: end the embedded database server. The next command that needs it starts it."""

import os
import sys

import asyncpg
import uvloop

from usance.cli.places import REFUSED
from usance.kernel.errors import Unavailable
from usance.runtime.postgres import Server, ServerAddress, home_folder, unreachable

_OTHERS = (
    "select count(*) from pg_stat_activity"
    " where backend_type = 'client backend' and pid <> pg_backend_pid()"
)


def stop_server() -> int:
    """End the server unless somebody works with it; return the exit code."""
    if "USANCE_DATABASE_URL" in os.environ:
        return _no("USANCE_DATABASE_URL names a server that is not ours to stop.")
    server = Server(home_folder(os.environ))
    if not server.ready():
        sys.stdout.write(f"No database server runs in {server.home}.\n")
        return 0
    try:
        if others := uvloop.run(_others(server.address)):
            return _no(
                f"{others} connections are open. End usance serve, engine, worker and demo first."
            )
        server.stop()
    except Unavailable as why:
        return _no(str(why))
    sys.stdout.write(f"The database server in {server.home} has ended; its books stay.\n")
    return 0


async def _others(address: ServerAddress) -> int:
    try:
        connection = await asyncpg.connect(address.url)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise unreachable(address, error) from error
    try:
        return int(await connection.fetchval(_OTHERS))
    finally:
        await connection.close()


def _no(why: str) -> int:
    sys.stderr.write(f"usance: {why}\n")
    return REFUSED
