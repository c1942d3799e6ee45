"""A database put back as it was: much cheaper than another copy of its eight hundred files."""

from typing import Any

import asyncpg

# What was there when a test began to write; `filled` says whether a table is worth a copy.
_REMEMBER = """
    create schema kept;
    create table kept.tables as
    select c.oid::regclass as name, format('kept.%I', c.oid) as copy, false as filled,
        (select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
         where attrelid = c.oid and attnum > 0 and not attisdropped
            and attgenerated = '') as columns
    from pg_class c
    where relkind = 'r' and relpersistence = 'p' and relnamespace::regnamespace::text
        not in ('kept', 'pg_catalog', 'information_schema');
    create table kept.sequences as
    select format('%I.%I', schemaname, sequencename)::regclass as name, start_value, last_value
    from pg_sequences;
    do $$
    declare
        part record;
        is_filled boolean;
    begin
        for part in select * from kept.tables loop
            execute format('select exists (select from %s)', part.name) into is_filled;
            continue when not is_filled;
            execute format('create table %s as select %s from %s',
                part.copy, part.columns, part.name);
            update kept.tables set filled = true where name = part.name;
        end loop;
    end $$
"""

# As a replica, since nothing here is checked again; what has no page was never written to.
_RESTORE = """
    set session_replication_role = replica;
    do $$
    declare part record;
    begin
        for part in select * from kept.tables where filled or pg_relation_size(name) > 0 loop
            execute format('delete from %s', part.name);
            continue when not part.filled;
            execute format('insert into %s (%s) overriding system value select * from %s',
                part.name, part.columns, part.copy);
        end loop;
        perform setval(name, coalesce(last_value, start_value), last_value is not null)
        from kept.sequences;
    end $$
"""
_ALONE = """
    select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
"""


async def _run(dsn: str, *statements: str) -> None:
    connection: asyncpg.Connection[Any] = await asyncpg.connect(dsn)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def remember(dsn: str) -> None:
    """Keep what is in every table of a database, once."""
    await _run(dsn, _REMEMBER)


async def restore(dsn: str) -> None:
    """End whoever still uses the database and put every row and counter back as kept.

    Tables that a test has made, changed or dropped are its own affair.
    """
    await _run(dsn, _ALONE, _RESTORE)
