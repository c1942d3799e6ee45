"""Facts told by ordinary transactions: they wait here until the engine gives them a position."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import asyncpg

from usance.kernel.records import Record, encode
from usance.runtime.facts import part_name


async def tell_pending(
    connection: "asyncpg.Connection[Any] | asyncpg.pool.PoolConnectionProxy[Any]",
    verb: str,
    actor: UUID,
    facts: Iterable[tuple[UUID | None, Record]],
) -> None:
    """Tell facts of one part each, inside the caller's transaction: (thread, part)."""
    await connection.copy_records_to_table(
        "outbox_pending",
        schema_name="engine",
        columns=("verb", "actor", "thread", "parts"),
        records=[
            (verb, actor, thread, encode({part_name(type(part)): part})) for thread, part in facts
        ],
    )
