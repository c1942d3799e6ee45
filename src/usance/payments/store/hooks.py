"""What was posted to us, what waits to be worked, and what was said last of an instruction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from usance.kernel.ids import HookId, InstructionId
from usance.payments.model import Hook, HookState
from usance.runtime.database import Connection
from usance.runtime.rows import RowShape

_HOOK: Final = RowShape(Hook)
_COLUMNS: Final = ", ".join(_HOOK.columns)


async def add_hook(connection: Connection, hook: Hook, waiting_max: int) -> bool:
    """Keep a hook, unless more wait than somebody will ever work; return whether it was kept."""
    count = len(_HOOK.columns)
    done = await connection.execute(
        f"insert into payments.hooks ({_COLUMNS}) select {_typed()}"  # noqa: S608 - our columns
        " where (select count(*) from (select 1 from payments.hooks where state = 'waiting'"
        f" limit ${count + 1}) as w) < ${count + 1}",
        *_HOOK.to_row(hook),
        waiting_max,
    )
    return str(done).endswith(" 1")


def _typed() -> str:
    types = {"headers": "json", "body": "bytea", "size": "bigint", "id": "uuid"}
    moments = {"received_at", "occurred_at", "worked_at"}
    return ", ".join(
        f"${number}::{'timestamptz' if name in moments else types.get(name, 'text')}"
        for number, name in enumerate(_HOOK.columns, 1)
    )


async def waiting_hooks(connection: Connection, limit: int) -> list[Hook]:
    """Return hooks that nobody has worked, in the order in which they came."""
    rows = await connection.fetch(
        f"select {_COLUMNS} from payments.hooks where state = 'waiting'"  # noqa: S608 - ours
        " order by id limit $1",
        limit,
    )
    return _HOOK.from_rows([tuple(row) for row in rows])


async def taken_events(connection: Connection, events: Sequence[str]) -> set[tuple[str, str]]:
    """Return (rail, event) of those of these events that are in the book."""
    rows = await connection.fetch(
        "select rail, event from payments.hooks where state = 'taken' and event = any($1)",
        list(events),
    )
    return {(row["rail"], row["event"]) for row in rows}


async def finish_hook(connection: Connection, hook: Hook) -> None:
    """Write what became of a hook."""
    await connection.execute(
        "update payments.hooks set body = $2, state = $3, code = $4, event = $5,"
        " occurred_at = $6, worked_at = $7 where id = $1",
        hook.id,
        hook.body,
        hook.state,
        hook.code,
        hook.event,
        hook.occurred_at,
        hook.worked_at,
    )


async def hook_marks(
    connection: Connection, instructions: Sequence[InstructionId]
) -> dict[InstructionId, datetime]:
    """Return the provider's time of the last answer taken for each of these instructions."""
    rows = await connection.fetch(
        "select instruction, occurred_at from payments.hook_marks where instruction = any($1)",
        list(instructions),
    )
    return {InstructionId(row["instruction"]): row["occurred_at"] for row in rows}


async def mark_hooks(
    connection: Connection, instructions: Sequence[InstructionId], at: datetime
) -> None:
    """Note that answers of a provider's time were taken for instructions."""
    await connection.executemany(
        "insert into payments.hook_marks (instruction, occurred_at) values ($1, $2)"
        " on conflict (instruction) do update set"
        " occurred_at = greatest(payments.hook_marks.occurred_at, excluded.occurred_at)",
        [(each, at) for each in instructions],
    )


async def hook(connection: Connection, hook_id: HookId) -> Hook | None:
    """Return a hook with its body."""
    row = await connection.fetchrow(
        f"select {_COLUMNS} from payments.hooks where id = $1",  # noqa: S608 - our columns
        hook_id,
    )
    return None if row is None else _HOOK.from_row(tuple(row))


async def hooks(
    connection: Connection,
    *,
    rail: str | None = None,
    code: str | None = None,
    state: HookState | None = None,
    before: HookId | None = None,
    limit: int = 100,
) -> list[Hook]:
    """Return hooks, the newest first, as far as they fit all that is given."""
    rows = await connection.fetch(
        f"select {_COLUMNS} from payments.hooks where ($1::text is null or rail = $1)"  # noqa: S608
        " and ($2::text is null or code = $2) and ($3::text is null or state = $3)"
        " and ($4::uuid is null or id < $4) order by id desc limit $5",
        rail,
        code,
        state,
        before,
        limit,
    )
    return _HOOK.from_rows([tuple(row) for row in rows])


async def work_again(connection: Connection, hook_id: HookId) -> bool:
    """Have a hook that was refused worked once more; return whether there was one."""
    done = await connection.execute(
        "update payments.hooks set state = 'waiting', code = '', worked_at = null"
        " where id = $1 and state = 'refused'",
        hook_id,
    )
    return str(done).endswith(" 1")
