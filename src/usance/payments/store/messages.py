"""Messages as they were taken in."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from usance.kernel.ids import BankStatementId, MessageId
from usance.kernel.records import Record
from usance.payments.model import (
    BankEntry,
    BankEntryDetail,
    BankStatement,
    EntryState,
    Message,
    OrderedTransfer,
    StatementCompletion,
    TakenOrder,
    TakenUpdate,
)
from usance.runtime.database import Connection
from usance.runtime.rows import RowShape

_SCHEMA: Final = "payments"
_MESSAGE: Final = RowShape(Message)
_SHAPES: Final[dict[type[Record], tuple[str, RowShape[Any]]]] = {
    Message: ("messages", _MESSAGE),
    BankStatement: ("statements", RowShape(BankStatement)),
    BankEntry: ("entries", RowShape(BankEntry)),
    BankEntryDetail: ("entry_details", RowShape(BankEntryDetail)),
    StatementCompletion: ("statement_completions", RowShape(StatementCompletion)),
    TakenOrder: ("transfer_orders", RowShape(TakenOrder)),
    OrderedTransfer: ("order_transfers", RowShape(OrderedTransfer)),
    TakenUpdate: ("status_updates", RowShape(TakenUpdate)),
}
# Column names come from our records; values are always parameters.
_SELECT: Final = f"select {', '.join(_MESSAGE.columns)} from payments.messages"  # noqa: S608


async def lock_message(connection: Connection, type_: str, sender: str, message_id: str) -> None:
    """Wait until nobody else takes in this message; held to the transaction's end."""
    await connection.execute(
        "select pg_advisory_xact_lock(hashtextextended('payments.messages ' || $1, 0))",
        f"{type_}\x1f{sender}\x1f{message_id}",
    )


async def lock_file(connection: Connection, digest: str) -> None:
    """Wait until nobody else takes in this file; held to the transaction's end."""
    await connection.execute(
        "select pg_advisory_xact_lock(hashtextextended('payments.files ' || $1, 0))", digest
    )


async def messages_of_file(connection: Connection, digest: str) -> list[Message]:
    """Return the messages that came in a file of this digest, in their order."""
    rows = await connection.fetch(_SELECT + " where file_digest = $1 order by id", digest)
    return _MESSAGE.from_rows(rows)


async def message_named(
    connection: Connection, type_: str, sender: str, message_id: str, digest: str
) -> Message | None:
    """Return the message of an id, None where it was never taken in.

    digest: of several with the same id, the one of this content is preferred.
    """
    row = await connection.fetchrow(
        _SELECT + " where type = $1 and sender = $2 and message_id = $3"
        " order by digest = $4 desc, id limit 1",
        type_,
        sender,
        message_id,
        digest,
    )
    return None if row is None else _MESSAGE.from_row(row)


async def message(connection: Connection, message_id: MessageId) -> Message | None:
    """Return a message that was taken in."""
    row = await connection.fetchrow(_SELECT + " where id = $1", message_id)
    return None if row is None else _MESSAGE.from_row(row)


async def messages(
    connection: Connection,
    before: MessageId | None = None,
    limit: int = 100,
    *,
    type_: str | None = None,
) -> list[Message]:
    """Return messages, the newest first."""
    rows = await connection.fetch(
        _SELECT + " where ($1::uuid is null or id < $1) and ($3::text is null or type = $3)"
        " order by id desc limit $2",
        before,
        limit,
        type_,
    )
    return _MESSAGE.from_rows(rows)


async def add_rows(connection: Connection, rows: Sequence[Record]) -> None:
    """Add rows of one kind: any of those that a message becomes."""
    if rows:
        table, shape = _SHAPES[type(rows[0])]
        await connection.copy_records_to_table(
            table, schema_name=_SCHEMA, columns=shape.columns, records=map(shape.to_row, rows)
        )


async def complete_message(connection: Connection, complete: Message) -> None:
    """Write into a message's row what is known only when all of it has been read."""
    values = dict(zip(_MESSAGE.columns, _MESSAGE.to_row(complete), strict=True))
    await connection.execute(
        "update payments.messages set entries = $2, remarks = $3 where id = $1",
        complete.id,
        complete.entries,
        values["remarks"],
    )


async def entry_states(
    connection: Connection,
    message_ids: Sequence[MessageId],
    statement_ids: Sequence[BankStatementId] = (),
) -> Mapping[EntryState, int]:
    """Return how many entries of these messages and statements are in which state."""
    rows = await connection.fetch(
        "select e.state, count(*) from payments.statements s"
        " join payments.entries e on e.statement = s.id"
        " where s.message = any($1::uuid[]) or s.id = any($2::uuid[]) or s.id in"
        " (select statement from payments.statement_completions where message = any($1::uuid[]))"
        " group by e.state",
        [UUID(int=each.int) for each in message_ids],
        [UUID(int=each.int) for each in statement_ids],
    )
    return {EntryState(row[0]): row[1] for row in rows}


async def states_by_message(
    connection: Connection, message_ids: Sequence[MessageId]
) -> Mapping[MessageId, Mapping[EntryState, int]]:
    """Return how many entries of each message are in which state; a message without any lacks."""
    rows = await connection.fetch(
        "select s.message, e.state, count(*) from ("
        " select message, id as statement from payments.statements where message = any($1::uuid[])"
        " union select message, statement from payments.statement_completions"
        " where message = any($1::uuid[])"
        ") s join payments.entries e on e.statement = s.statement group by s.message, e.state",
        [UUID(int=each.int) for each in message_ids],
    )
    found: dict[MessageId, dict[EntryState, int]] = {}
    for message_id, state, count in rows:
        found.setdefault(MessageId(message_id), {})[EntryState(state)] = count
    return found
