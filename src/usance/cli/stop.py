"""`usance stop`: end the embedded database server. The next command that needs it starts it."""

import os
import sys

import asyncpg
import uvloop

from usance.cli.errors import AWAY, NOT_OUR_SERVER, SERVER_IN_USE
from usance.cli.refusing import no
from usance.cli.voice import says
from usance.kernel.errors import Unavailable
from usance.runtime.postgres import Server, ServerAddress, home_folder, unreachable

_OTHERS = (
    "select count(*) from pg_stat_activity"
    " where backend_type = 'client backend' and pid <> pg_backend_pid()"
)


def stop_server() -> int:
    """End the server unless somebody works with it; return the exit code."""
    if "USANCE_DATABASE_URL" in os.environ:
        return no(NOT_OUR_SERVER, "USANCE_DATABASE_URL").exit_code
    server = Server(home_folder(os.environ))
    if not server.ready():
        runs = says(f"No database server runs in {server.home}.",
                    f"{server.home} 中没有运行中的数据库服务。")  # fmt: skip
        sys.stdout.write(f"{runs}\n")
        return 0
    try:
        if others := uvloop.run(_others(server.address)):
            return no(SERVER_IN_USE, "", others).exit_code
        server.stop()
    except Unavailable as why:
        return no(AWAY, "", why).exit_code
    ended = says(f"The database server in {server.home} has ended; its books stay.",
                 f"{server.home} 中的数据库服务已停止,账簿保留。")  # fmt: skip
    sys.stdout.write(f"{ended}\n")
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
