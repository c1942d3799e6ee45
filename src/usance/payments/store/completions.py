"""Statements of which not all could be read, and the readings that complete them."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from usance.kernel.ids import BankEntryId, BankStatementId
from usance.kernel.records import Record, replace
from usance.payments.model import BankEntry, BankEntryDetail, BankStatement
from usance.runtime.database import Connection
from usance.runtime.rows import RowShape

_STATEMENT: Final = RowShape(BankStatement)
_ENTRY: Final = RowShape(BankEntry)
_DETAIL: Final = RowShape(BankEntryDetail)
# How many readings of one family are looked at: an account's statements may bear no names.
_NEWEST: Final = 50
# Column names come from our records; values are always parameters.
_SELECT: Final = f"select {', '.join(_STATEMENT.columns)} from payments.statements"  # noqa: S608

# What an entry says, as `rules.messages.Substance` sees it: paired by place first, so that of two
# alike the one is added that stood where nothing could be read. Only full joins, which are hashed:
# the rows were written just now, and anything else would be planned blindly.
_DIFFERENCE: Final = """
with lines as (
    select e.id, e.statement = $2 as is_new, e.number,
           row(e.amount_minor, e.amount_currency, e.is_credit, e.status, e.booked_on, e.value_date,
               e.servicer_reference, e.end_to_end_id, case when e.details > 1 then (
                   select array_agg(d.end_to_end_id order by d.number)
                   from payments.entry_details d where d.entry = e.id) end)::text as said
    from payments.entries e where e.statement = any(array[$1::uuid, $2::uuid])
),
numbered as (
    select *, row_number() over (partition by is_new, said, number order by id) as turn from lines
),
in_place as (
    select old.id as old, new.id as new, said, number
    from (select * from numbered where not is_new) old
    full join (select * from numbered where is_new) new using (said, number, turn)
),
rest as (
    select *, row_number() over (partition by old is null, said order by number) as turn
    from in_place where old is null or new is null
),
apart as (
    select old.old, new.new
    from (select * from rest where old is not null) old
    full join (select * from rest where new is not null) new using (said, turn)
)
select count(*) filter (where new is null) as missing,
       coalesce(array_agg(new) filter (where old is null), '{}') as more,
       (select count(*) from lines where is_new) as read
from apart
"""


class Difference(Record, frozen=True):
    """How a reading differs from what is there.

    missing: how many entries it lacks; more: those that are in it alone; read: how many it has.
    """

    missing: int
    more: tuple[BankEntryId, ...]
    read: int


async def statement_relatives(
    connection: Connection, identity: str, family: str, *, is_whole: bool
) -> list[BankStatement]:
    """Return the statement of an identity, then those of its family that may be the same.

    Held for us to the transaction's end: nobody else takes in any of the family before we have
    ended. is_whole: all of the reading was read, so that only statements that lack something count.
    """
    await connection.execute(
        "select pg_advisory_xact_lock(hashtextextended('payments.statements ' || $1, 0))", family
    )
    rows = await connection.fetch(
        _SELECT + " where identity = $1 or (family = $2 and"
        " (left_out > 0 or digest = '' or not $3)) order by identity = $1 desc, id desc limit $4",
        identity,
        family,
        is_whole,
        _NEWEST,
    )
    return _STATEMENT.from_rows(rows)


async def entries_apart(
    connection: Connection, known: BankStatementId, reading: BankStatementId
) -> Difference:
    """Compare the entries of a statement with those of another reading of it."""
    row = await connection.fetchrow(_DIFFERENCE, known, reading)
    assert row is not None, "counts are always one row"
    return Difference(
        row["missing"], tuple(BankEntryId(UUID(int=each.int)) for each in row["more"]), row["read"]
    )


async def entries_moved(
    connection: Connection, entries: Sequence[BankEntryId], statement: BankStatementId
) -> tuple[list[BankEntry], list[BankEntryDetail]]:
    """Return entries with their transactions, as they are when they stand in another statement."""
    ids = [UUID(int=each.int) for each in entries]
    rows = await connection.fetch(
        f"select {', '.join(_ENTRY.columns)} from payments.entries"  # noqa: S608 - ours
        " where id = any($1::uuid[]) order by number",
        ids,
    )
    details = await connection.fetch(
        f"select {', '.join(_DETAIL.columns)} from payments.entry_details"  # noqa: S608 - ours
        " where entry = any($1::uuid[]) order by entry, number",
        ids,
    )
    moved = [replace(each, statement=statement) for each in _ENTRY.from_rows(rows)]
    return moved, _DETAIL.from_rows(details)


async def put_statement(connection: Connection, statement: BankStatement) -> None:
    """Write what is known of a statement since it was completed."""
    values = dict(zip(_STATEMENT.columns, _STATEMENT.to_row(statement), strict=True))
    names = ("currency", "balances", "entries", "identity", "digest", "left_out")
    await connection.execute(
        "update payments.statements set "  # noqa: S608 - our columns
        + ", ".join(f"{name} = ${place}" for place, name in enumerate(names, 2))
        + " where id = $1",
        statement.id,
        *(values[name] for name in names),
    )
