"""Who may write what, said to the database itself.

The engine writes the hot tables; those that are only ever added to it cannot change or delete,
so that not even a bug of ours edits the past. Ordinary transactions read everything and write
the cold tables. Both are roles without a login that a connection takes on when it opens; the
owner of the database, who migrates it, is neither.
"""

from typing import Any, Final

import asyncpg

from usance.runtime.postgres import ServerUnavailable
from usance.runtime.rows import HOT_TABLES, METADATA

ENGINE: Final = "usance_engine"
SERVICE: Final = "usance_service"
_BOTH: Final = f"{ENGINE}, {SERVICE}"
# The engine's own cold tables; all others belong to ordinary transactions.
_ITS_OWN: Final = {
    "engine.book": (f"update on engine.book to {ENGINE}",),
    "engine.quarantine": (f"insert on engine.quarantine to {ENGINE}",),
    "engine.outbox_pending": (
        f"delete on engine.outbox_pending to {ENGINE}",
        f"insert on engine.outbox_pending to {SERVICE}",
    ),
}


def grants() -> list[str]:
    """Return the statements that say who may write what, whatever was granted before."""
    said = []
    for schema in sorted({table.schema for table in METADATA.tables.values() if table.schema}):
        said += [
            f"grant usage on schema {schema} to {_BOTH}",
            f"revoke all on all tables in schema {schema} from {_BOTH}",
            f"grant select on all tables in schema {schema} to {_BOTH}",
        ]
    hot = {table.name: table for table in HOT_TABLES}
    for name in sorted(METADATA.tables):
        if name in hot:
            writes = "insert" if hot[name].added_only else "insert, update"
            said.append(f"grant {writes} on {name} to {ENGINE}")
        elif name in _ITS_OWN:
            said += [f"grant {each}" for each in _ITS_OWN[name]]
        else:
            said.append(f"grant insert, update, delete on {name} to {SERVICE}")
    return said


async def grant_roles(connection: "asyncpg.Connection[Any]") -> None:
    """Make the two roles where there are none, and grant them what they may do here.

    Raises ServerUnavailable where the database's user may not make roles.
    """
    try:
        for role in (ENGINE, SERVICE):
            await connection.execute(
                f"do $$ begin create role {role} nologin; exception"
                " when duplicate_object or unique_violation then null; end $$"
            )
        user = await connection.fetchval("select quote_ident(current_user)")
        for role in (ENGINE, SERVICE):
            member = "select pg_has_role(current_user, $1, 'member')"
            if not await connection.fetchval(member, role):
                await connection.execute(f"grant {role} to {user}")
        for statement in grants():
            await connection.execute(statement)
    except asyncpg.InsufficientPrivilegeError as refused:
        raise ServerUnavailable(
            f"The roles {_BOTH} cannot be made or used: {refused}. Grant the user CREATEROLE, or"
            " make both roles yourself and grant them to the user."
        ) from refused
