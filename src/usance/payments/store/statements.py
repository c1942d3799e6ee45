"""Statements as wholes: which follow which, what they come to, what is wrong with them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from usance.kernel.ids import BankStatementId, MessageId
from usance.payments.model import BankStatement, BreakKind
from usance.runtime.database import Connection
from usance.runtime.rows import RowShape

_STATEMENT: Final = RowShape(BankStatement)
# Column names come from our records; values are always parameters.
_S: Final = ", ".join(f"s.{column}" for column in _STATEMENT.columns)


async def statements_of(
    connection: Connection, messages: Sequence[MessageId]
) -> list[BankStatement]:
    """Return the statements of messages that are of a bank's books, in their order."""
    rows = await connection.fetch(
        f"select {_S} from payments.statements s"  # noqa: S608 - our columns
        " where s.message = any($1::uuid[]) and s.kind = 'statement' order by s.id",
        list(messages),
    )
    return _STATEMENT.from_rows(rows)


async def statement_before(
    connection: Connection, statement: BankStatement
) -> BankStatement | None:
    """Return the statement of an account that was taken in before another."""
    row = await connection.fetchrow(
        f"select {_S} from payments.statements s"  # noqa: S608 - our columns
        " where s.account = $1 and s.kind = 'statement' and s.id < $2"
        " and s.currency = $3 order by s.id desc limit 1",
        statement.account,
        statement.id,
        statement.currency,
    )
    return None if row is None else _STATEMENT.from_row(row)


async def sum_of(connection: Connection, statement: BankStatement) -> int | None:
    """Return what a statement's booked entries come to, in minor units of its currency.

    None where some are in another currency: then nothing can be added up.
    """
    row = await connection.fetchrow(
        "select coalesce(sum(case when e.is_credit then e.amount_minor"
        "   else - e.amount_minor end), 0) as total,"
        " coalesce(bool_and(e.amount_currency = $2), true) as is_one"
        " from payments.entries e"
        " where e.statement = $1 and e.kind = 'statement' and e.status = 'BOOK'",
        statement.id,
        statement.currency,
    )
    assert row is not None, "a sum is always one row"
    return int(row["total"]) if row["is_one"] else None


async def close_breaks_of_statement(
    connection: Connection, statement: BankStatementId, still: Sequence[BreakKind], now: datetime
) -> None:
    """Close what is open about a statement as a whole and holds no more, since it was completed.

    still: what does hold.
    """
    await connection.execute(
        "update payments.breaks set state = 'matched', closed_at = $3 where statement = $1"
        " and entry is null and movement is null and state = 'open' and kind <> all($2::text[])",
        statement,
        [str(each) for each in still],
        now,
    )
