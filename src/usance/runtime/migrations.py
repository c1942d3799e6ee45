"""Migrations: from the tables a database has to those the chapters declare.

The revisions lie in `migrations/versions`, numbered in one line. What a database has is one row
of `engine.revision`; a database at the head is left alone without even loading alembic.
docs/reference/migrations.md says how a revision is written.
"""

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import asyncpg

from usance.kernel.errors import Unavailable
from usance.runtime.database import replace_views
from usance.runtime.roles import grant_roles, grants
from usance.runtime.rows import METADATA, VIEWS

if TYPE_CHECKING:
    from sqlalchemy import Connection

VIEWS_REVISION: Final = "views"
LOCK_TIMEOUT_S: Final = 4
STATEMENT_TIMEOUT_S: Final = 120
_WAIT_FOR_OTHERS_S: Final = 300
_LOCK_ID: Final = 0x6D696772  # "migr": whoever migrates holds it, others wait
_REVISION: Final = re.compile(r"(\d{4})_\w+\.py")


class NewerDatabase(Unavailable):
    """The database was migrated by a newer Usance than this one. Start the newer one."""


def folder() -> Path:
    """Return where the migrations lie: inside the installed package, or at the top of a checkout.

    Raises FileNotFoundError, which means a broken installation.
    """
    package = Path(__file__).resolve().parents[1]
    for place in (package / "migrations", package.parents[1] / "migrations"):
        if (place / "env.py").is_file():
            return place
    raise FileNotFoundError(f"Usance was installed without its migrations beside {package}.")


def revisions() -> list[str]:
    """Return all revisions by their numbers, in their order."""
    names = (path.name for path in (folder() / "versions").iterdir())
    return sorted(found[1] for name in names if (found := _REVISION.fullmatch(name)))


async def behind(dsn: str) -> list[str]:
    """Return what the database lacks, in order: revisions, and `views` where a view has changed.

    Raises NewerDatabase where it has a revision that this Usance does not know.
    """
    connection = await asyncpg.connect(dsn)
    try:
        return await _lacking(connection)
    finally:
        await connection.close()


async def migrate(dsn: str) -> str:
    """Bring the database to the head and return the head's revision.

    Safe to call at every start and from several processes at once: one works, the others wait.
    Waits four seconds at most for a lock that others hold on a table; a revision that does not get
    it is rolled back, and calling again goes on where it stopped. The views are those declared in
    this process: import the bootstrap first. Raises NewerDatabase.
    """
    connection = await asyncpg.connect(dsn)
    try:
        if await _lacking(connection):
            await connection.execute(f"set lock_timeout = '{_WAIT_FOR_OTHERS_S}s'")
            await connection.execute("select pg_advisory_lock($1)", _LOCK_ID)
            # The lock goes with the connection.
            await _catch_up(dsn, connection)
    finally:
        await connection.close()
    return revisions()[-1]


async def _lacking(connection: "asyncpg.Connection[Any]") -> list[str]:
    known = revisions()
    stamped = ""
    if await connection.fetchval("select to_regclass('engine.revision')") is not None:
        stamped = await connection.fetchval("select version_num from engine.revision") or ""
    if stamped > known[-1]:
        raise NewerDatabase(
            f"The database is at revision {stamped}; this Usance knows {known[-1]}. Update Usance."
        )
    lacking = [revision for revision in known if revision > stamped]
    if lacking or await _views_there(connection) != _views_wanted():
        lacking.append(VIEWS_REVISION)
    return lacking


async def _catch_up(dsn: str, connection: "asyncpg.Connection[Any]") -> None:
    lacking = await _lacking(connection)
    if lacking and lacking != [VIEWS_REVISION]:
        # Views must not hold on to a column that a revision changes.
        await _drop_views(connection)
        await connection.execute("create schema if not exists engine")
        await _upgrade(dsn)
    if lacking:
        await _make_views(connection)


async def _upgrade(dsn: str) -> None:
    # Half a second of imports, for whoever has something to migrate.
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415
    from sqlalchemy.pool import NullPool  # noqa: PLC0415

    timeouts = {
        "lock_timeout": f"{LOCK_TIMEOUT_S}s",
        "statement_timeout": f"{STATEMENT_TIMEOUT_S}s",
    }
    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=lambda: asyncpg.connect(dsn, server_settings=timeouts),
        poolclass=NullPool,
    )
    async with engine.connect() as connection:
        await connection.run_sync(_run)
    await engine.dispose()


def _run(connection: "Connection") -> None:
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(folder()).replace("%", "%%"))
    command.upgrade(config, "head")


# ---- views: they hold no data, so they are not migrated but made anew when their text changes ----


def _views_wanted() -> str:
    # Sorted, for the order in which chapters were imported says nothing.
    said = "\0".join(sorted([*(f"{each.name}\0{each.sql}" for each in VIEWS), *grants()]))
    return f"views {hashlib.sha256(said.encode()).hexdigest()}"


async def _views_there(connection: "asyncpg.Connection[Any]") -> str:
    return str(
        await connection.fetchval(
            "select obj_description(oid, 'pg_namespace') from pg_namespace where nspname = 'engine'"
        )
    )


async def _drop_views(connection: "asyncpg.Connection[Any]") -> None:
    # All there are: one that is no longer declared must not stay behind.
    rows = await connection.fetch(
        "select format('%I.%I', schemaname, viewname) as name from pg_views"
        " where schemaname = any($1)",
        sorted({table.schema for table in METADATA.tables.values() if table.schema}),
    )
    async with connection.transaction():
        await connection.execute(f"set local lock_timeout = '{LOCK_TIMEOUT_S}s'")
        for row in rows:
            await connection.execute(f"drop view if exists {row['name']} cascade")


async def _make_views(connection: "asyncpg.Connection[Any]") -> None:
    async with connection.transaction():
        await _drop_views(connection)
        await replace_views(connection)
        await grant_roles(connection)
        await connection.execute(f"comment on schema engine is '{_views_wanted()}'")
