"""Migrations: what they add up to is what the chapters declare."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from tests.databases import new_database

import usance.bootstrap
import usance.runtime.tables  # noqa: F401 - between them they declare every table
from usance.runtime import database, migrations
from usance.runtime.database import create_tables
from usance.runtime.migrations import NewerDatabase, behind, folder, migrate, revisions
from usance.runtime.postgres import ServerAddress, create_database, drop_database
from usance.runtime.rows import METADATA, View

Story = Callable[[str], Awaitable[None]]

# Everything about a database that a migration can bring about, as text. PostgreSQL numbers checks
# that have no name of their own in the order in which it meets them, which says nothing.
EVERYTHING = r"""
select 'column ' || a.attrelid::regclass || '.' || a.attname || ' '
       || format_type(a.atttypid, a.atttypmod)
       || case when a.attnotnull then ' not null' else '' end || a.attidentity::text as said
from pg_attribute a join pg_class c on c.oid = a.attrelid
where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'v')
      and c.relnamespace::regnamespace::text = any($1)
union all
select 'constraint ' || conrelid::regclass || ' ' || regexp_replace(conname, '_check\d+$', '_check')
       || ' ' || pg_get_constraintdef(oid)
from pg_constraint where connamespace::regnamespace::text = any($1)
union all
select indexdef from pg_indexes where schemaname = any($1)
union all
select 'storage ' || oid::regclass || ' ' || reloptions::text
from pg_class where relnamespace::regnamespace::text = any($1) and reloptions is not null
union all
select 'view ' || schemaname || '.' || viewname || definition
from pg_views where schemaname = any($1)
order by said
"""
SCHEMAS = sorted({table.schema for table in METADATA.tables.values()})


@pytest.fixture
def in_empty_database(server_address: ServerAddress) -> Iterator[Callable[[Story], None]]:
    """Runs a story in a database that has nothing yet."""

    with new_database(server_address, "migrations") as dsn:
        yield lambda story: asyncio.run(story(dsn))


async def fetch(dsn: str, sql: str, *arguments: object) -> list[Any]:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetch(sql, *arguments)
    finally:
        await connection.close()


async def everything(dsn: str) -> list[str]:
    rows = [row["said"] for row in await fetch(dsn, EVERYTHING, SCHEMAS)]
    return [row for row in rows if "engine.revision" not in row]


def test_migrated_is_what_the_chapters_declare(in_empty_database, server_address):
    async def story(dsn):
        await migrate(dsn)
        migrated = await everything(dsn)
        await create_database(server_address, "migrations_declared")
        await create_tables(server_address.dsn("migrations_declared"))
        declared = await everything(server_address.dsn("migrations_declared"))
        await drop_database(server_address, "migrations_declared")

        assert len(declared) > 300
        assert migrated == declared

    in_empty_database(story)


def test_alembic_sees_no_difference(in_empty_database):
    def compared(connection):
        options = {
            "include_schemas": True,
            "include_name": lambda name, kind, _of: kind != "schema" or name in SCHEMAS,
            "compare_type": True,
            "version_table": "revision",
            "version_table_schema": "engine",
        }
        return compare_metadata(MigrationContext.configure(connection, opts=options), METADATA)

    async def story(dsn):
        await migrate(dsn)
        engine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=lambda: asyncpg.connect(dsn),
            poolclass=NullPool,
        )
        async with engine.connect() as connection:
            differences = await connection.run_sync(compared)

        assert differences == []

    in_empty_database(story)


def test_a_database_catches_up_once(in_empty_database):
    async def story(dsn):
        assert await behind(dsn) == [*revisions(), "views"]

        assert await migrate(dsn) == revisions()[-1]
        assert await behind(dsn) == []
        assert await migrate(dsn) == revisions()[-1]

    in_empty_database(story)


def test_several_may_migrate_at_once(in_empty_database):
    async def story(dsn):
        heads = await asyncio.gather(*(migrate(dsn) for _ in range(3)))

        assert heads == [revisions()[-1]] * 3
        assert len(await fetch(dsn, "select * from engine.revision")) == 1

    in_empty_database(story)


def test_a_book_of_a_newer_house_is_left_alone(in_empty_database):
    async def story(dsn):
        await migrate(dsn)
        await fetch(dsn, "update engine.revision set version_num = '9999'")
        before = await everything(dsn)

        with pytest.raises(NewerDatabase, match=r"9999.*Update Usance"):
            await migrate(dsn)
        assert await everything(dsn) == before

    in_empty_database(story)


def test_a_changed_view_is_made_anew_and_a_dropped_one_goes(in_empty_database, monkeypatch):
    async def story(dsn):
        for views, expected in (
            ([View("engine.v_tried", "select 1 as one")], ["one"]),
            ([View("engine.v_tried", "select 2 as two, 3 as three")], ["three", "two"]),
            ([], []),
        ):
            monkeypatch.setattr(database, "VIEWS", views)
            monkeypatch.setattr(migrations, "VIEWS", views)
            assert "views" in await behind(dsn)
            await migrate(dsn)
            rows = await fetch(
                dsn,
                "select attname from pg_attribute where attrelid = to_regclass('engine.v_tried')"
                " order by attname",
            )

            assert [row["attname"] for row in rows] == expected
            assert await behind(dsn) == []

    in_empty_database(story)


def test_a_revision_that_fails_leaves_nothing_behind(in_empty_database):
    async def story(dsn):
        await fetch(dsn, "create schema trade")
        await fetch(dsn, "create table trade.orders (mine text)")

        with pytest.raises(Exception, match="already exists"):
            await migrate(dsn)
        assert await everything(dsn) == ["column trade.orders.mine text"]
        await fetch(dsn, "drop table trade.orders")
        assert await migrate(dsn) == revisions()[-1]

    in_empty_database(story)


def test_revisions_stand_in_one_line_and_are_named_by_their_number():
    config = Config()
    config.set_main_option("script_location", str(folder()))
    script = ScriptDirectory.from_config(config)

    assert [each.revision for each in script.walk_revisions()] == list(reversed(revisions()))
    assert script.get_heads() == [revisions()[-1]]
    for each in script.walk_revisions():
        assert re.fullmatch(rf"{each.revision}_[a-z0-9_]+\.py", each.path.rsplit("/", 1)[-1])
