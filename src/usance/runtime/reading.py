"""What anybody may read of the engine's own tables: the book, its facts, what still waits."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from usance.kernel.records import Record, decode
from usance.runtime.database import Connection
from usance.runtime.facts import Fact


class Backlog(Record, frozen=True):
    """How far those who follow the facts are behind.

    facts: in the book. unseen: those that the slowest subscriber has not taken. pending: told
    by ordinary transactions and without a position yet. oldest: when the first unseen was told.
    """

    facts: int
    unseen: int
    pending: int
    oldest: datetime | None


@asynccontextmanager
async def snapshot(connection: Connection) -> AsyncIterator[None]:
    """Let all that is read within see one state of the book, unless the caller has seen to that."""
    if connection.is_in_transaction():
        yield
        return
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        yield


async def is_test_book(connection: Connection) -> bool:
    """Whether the book's time is set by hand."""
    return bool(await connection.fetchval("select test_clock from engine.book"))


async def facts_after(
    connection: Connection, position: int, limit: int, thread: UUID | None = None
) -> list[Fact]:
    """Return the facts after a position, in order; those of one thread where it is named."""
    rows = await connection.fetch(
        "select payload from engine.outbox where position > $1"
        " and ($3::uuid is null or thread = $3) order by position limit $2",
        position,
        limit,
        thread,
    )
    return [decode(row["payload"], Fact) for row in rows]


async def facts_between(
    connection: Connection, position: int, upto: int, limit: int, parts: Sequence[str] = ()
) -> list[Fact]:
    """Return the facts after a position up to another one, in order.

    parts: only those with one of these; none for all.
    """
    # A part stands in the fact's JSON under its name. What only looks like it does no harm.
    names = [f'"{part}":'.encode() for part in parts]
    rows = await connection.fetch(
        "select payload from engine.outbox where position > $1 and position <= $2"
        " and ($4::bytea[] = '{}' or exists ("
        "select from unnest($4::bytea[]) name where position(name in payload) > 0))"
        " order by position limit $3",
        position,
        upto,
        limit,
        names,
    )
    return [decode(row["payload"], Fact) for row in rows]


async def fact_at(connection: Connection, position: int) -> Fact | None:
    """Return the fact at a position."""
    payload = await connection.fetchval(
        "select payload from engine.outbox where position = $1", position
    )
    return None if payload is None else decode(payload, Fact)


async def facts_at(connection: Connection, positions: Sequence[int]) -> dict[int, Fact]:
    """Return the facts at some positions, by their positions."""
    rows = await connection.fetch(
        "select position, payload from engine.outbox where position = any($1)", list(positions)
    )
    return {row["position"]: decode(row["payload"], Fact) for row in rows}


async def position_at(connection: Connection, moment: datetime) -> int:
    """Return the last position that was recorded by a moment, 0 where there was none.

    Walks back from the newest fact.
    """
    found = await connection.fetchval(
        "select position from engine.outbox where recorded_at <= $1 order by position desc limit 1",
        moment,
    )
    return int(found or 0)


async def last_position(connection: Connection) -> int:
    """Return the position of the book's newest fact."""
    return int(await connection.fetchval("select position from engine.book"))


async def answered(connection: Connection, commands: Sequence[UUID]) -> bool:
    """Whether any of these commands was answered before."""
    return bool(
        await connection.fetchval(
            "select exists (select from engine.commands where id = any($1))", list(commands)
        )
    )


async def answered_among(connection: Connection, commands: Sequence[UUID]) -> set[int]:
    """Return which of these commands were answered before, as the numbers of their ids."""
    rows = await connection.fetch(
        "select id from engine.commands where id = any($1)", list(commands)
    )
    return {row["id"].int for row in rows}


async def backlog(connection: Connection) -> Backlog:
    """Return how far those who follow the facts are behind."""
    row = await connection.fetchrow(
        """
        with seen as (select coalesce(min(position), 0) as position from engine.inbox)
        select book.position as facts, book.position - seen.position as unseen,
               (select count(*) from engine.outbox_pending) as pending,
               (select recorded_at from engine.outbox
                where position = seen.position + 1) as oldest
        from engine.book, seen
        """
    )
    assert row is not None, "an open book has its row"
    return Backlog(row["facts"], row["unseen"], row["pending"], row["oldest"])
