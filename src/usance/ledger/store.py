"""What can be read of the ledger: accounts with their balances, transfers, and the past.

Two times: *recorded*, as a position of the facts, says what the book knew; the *value date* says
what had taken effect. No index leads from an account to its transfers, because every transfer
would pay for it. Whoever reads the past reads the table from where the last closed period before
it ends (`open_from`, which the positions' block index finds), in our trials .15 s for each
million rows; a book that closes its months reads one month. All accounts at once cost about 1 s.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from usance.kernel.records import Record, Whole
from usance.ledger.model import (
    Account,
    Balance,
    ClosingBalance,
    Correction,
    Flags,
    Hold,
    Movement,
    MovementKind,
    NamedAccount,
    Period,
    Transfer,
)
from usance.ledger.tables import (
    ACCOUNTS,
    BALANCES,
    CLOSING_BALANCES,
    CORRECTIONS,
    HOLDS,
    MOVEMENTS_OF_ACCOUNT,
    NAMED_ACCOUNTS,
    PERIODS,
    TRANSFERS,
)
from usance.runtime.database import Connection
from usance.runtime.reading import last_position
from usance.runtime.rows import HotTable

R = TypeVar("R", bound=Record)
_ACCOUNT: Final = ", ".join(f"a.{column}" for column in ACCOUNTS.shape.columns)
_BALANCE: Final = ", ".join(f"b.{column}" for column in BALANCES.shape.columns)
_NAMED: Final = ", ".join(f"n.{column}" for column in NAMED_ACCOUNTS.shape.columns)
_SELECT: Final = (
    f"select coalesce(c.closed, false), {_ACCOUNT}, {_BALANCE}, {_NAMED}"  # noqa: S608 - our columns
    " from ledger.accounts a join ledger.balances b on b.number = a.number"
    " left join ledger.closures c on c.number = a.number"
    " left join ledger.named_accounts n on n.number = a.number"
)
_SUMS: Final = ("debits_pending", "debits_posted", "credits_pending", "credits_posted")
# As numeric: see ClosingBalance.
_ADDED_UP: Final = ", ".join(f"sum({name}) as {name}" for name in _SUMS)
# The sums of an account as of a value date ($2) and a position ($3): what the last period closed
# by both had, and what came after it.
_BALANCE_AS_OF: Final = f"""
    with base as materialized (
        select day, open_from from ledger.periods
        where day <= $2 and position <= $3 order by day desc limit 1
    ), bounds as materialized (
        select coalesce(max(day), '-infinity'::date) as day,
               coalesce(max(open_from), 0) as open_from from base
    )
    select {_ADDED_UP} from (
        select {", ".join(_SUMS)} from ledger.closing_balances
        where account = $1 and day = (select day from bounds)
        union all
        select {", ".join(_SUMS)} from ({MOVEMENTS_OF_ACCOUNT}) m
        where position >= (select open_from from bounds) and position <= $3
          and value_date > (select day from bounds) and value_date <= $2
    ) parts
"""  # noqa: S608 - our own words
_MOVED: Final = f"""
    select case when exists (select from ledger.expired_holds x
                             where x.id = moved.transfer and x.position = moved.position)
                then '{MovementKind.HOLD_EXPIRED}'
                when t.flags & {Flags.PENDING} > 0 then '{MovementKind.HELD}'
                when t.flags & {Flags.POST_PENDING} > 0 then '{MovementKind.HOLD_POSTED}'
                when t.flags & {Flags.VOID_PENDING} > 0 then '{MovementKind.HOLD_VOIDED}'
                else '{MovementKind.POSTED}' end as kind,
           moved.*
    from (
        select value_date, position, recorded_at, transfer, code, other, {_ADDED_UP}
        from ({MOVEMENTS_OF_ACCOUNT}) m
        where position >= $4 and position <= $5
          and value_date between $2 and $3
        group by value_date, position, recorded_at, transfer, code, other
        limit $6
    ) moved
    join ledger.transfers t on t.id = moved.transfer
"""  # noqa: S608 - our own words
# All accounts, as of a day ($1) and a position ($4), from the balances of an earlier closed day
# ($2) and the first position with anything after it ($3); `-infinity` and 0 add everything up.
TRIAL_BALANCE: Final = f"""
    select account, {_ADDED_UP} from (
        select account, {", ".join(_SUMS)} from ledger.closing_balances where day = $2
        union all
        select account, {", ".join(_SUMS)} from ledger.v_movements
        where position >= $3 and position <= $4 and value_date > $2 and value_date <= $1
    ) parts
    group by account order by account
"""  # noqa: S608 - our own words
# Where the first movement stands that takes effect after a day ($1), from a position ($2) on.
OPEN_FROM: Final = """
    select least(
        (select min(position) from ledger.transfers where position >= $2 and value_date > $1),
        (select min(t.position) from ledger.transfers t
         join ledger.transfers begun on begun.id = t.pending_id
         where t.pending_id is not null and t.position >= $2 and begun.value_date > $1),
        (select min(x.position) from ledger.expired_holds x
         join ledger.transfers begun on begun.id = x.id
         where x.position >= $2 and greatest(x.value_date, begun.value_date) > $1)
    ) as position
"""
LAST_PERIOD: Final = "select day, open_from from ledger.periods order by day desc limit 1"
TRANSFERS_AT: Final = (
    "select position, id from ledger.transfers where position = any($1) order by position, id"
)
BEGINNING: Final = date.min
# Where a transfer stands among all: at a fact, and within it by its id.
Place = tuple[int, UUID]
_ID_MAX: Final = UUID(int=2**128 - 1)
# So many facts are looked through first for the transfers of an account, then so much more.
_FIRST_LOOK: Final = 1024
_WIDER: Final = 8


class AccountBalance(Record, frozen=True):
    """An account and what its transfers add up to.

    closed: whether it is closed now. named: what its program calls it, None for the house's.
    """

    account: Account
    balance: Balance
    closed: bool
    named: NamedAccount | None


async def account(connection: Connection, number: int) -> AccountBalance | None:
    """Return an account by its number."""
    row = await connection.fetchrow(f"{_SELECT} where a.number = $1", number)
    return None if row is None else _read(tuple(row))


async def account_named(
    connection: Connection, program: UUID, named: UUID
) -> AccountBalance | None:
    """Return an account by what its program calls it."""
    row = await connection.fetchrow(f"{_SELECT} where n.program = $1 and n.id = $2", program, named)
    return None if row is None else _read(tuple(row))


async def accounts(
    connection: Connection,
    owner: UUID | None = None,
    kind: str | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[AccountBalance]:
    """Return accounts in the order of their numbers, those of an owner or a kind where named."""
    rows = await connection.fetch(
        f"{_SELECT} where a.number > $1 and ($2::uuid is null or a.owner = $2)"
        " and ($3::text is null or a.kind = $3) order by a.number limit $4",
        after,
        owner,
        kind,
        limit,
    )
    return [_read(tuple(row)) for row in rows]


async def transfer(connection: Connection, transfer_id: UUID) -> Transfer | None:
    """Return a transfer by its id."""
    found = await _rows(connection, TRANSFERS, "where id = $1", transfer_id)
    return found[0] if found else None


async def transfers(
    connection: Connection, number: int, before: Place | None = None, limit: int = 100
) -> list[Transfer]:
    """Return the transfers of an account, the newest first: by position, then by id.

    Ids say nothing of it, because callers choose them. before: the place of the last one of the
    page before. Facts are looked through backwards, ever more of them while too few are found: a
    busy account costs its newest blocks, one that rests the whole table once.
    """
    rest = (
        "where (debit = $1 or credit = $1) and position > $2 and position <= $3"
        " and (position, id) < ($3, $4) order by position desc, id desc limit $5"
    )
    if before is None:
        before = (await last_position(connection) + 1, UUID(int=0))
    found: list[Transfer] = []
    (top, last), looked_at = before, _FIRST_LOOK
    while top > 0 and len(found) < limit:
        low = top - looked_at
        found += await _rows(
            connection, TRANSFERS, rest, number, low, top, last, limit - len(found)
        )
        top, last, looked_at = low, _ID_MAX, looked_at * _WIDER
    return found


async def holds(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, Hold]:
    """Return those of these transfers that are holds, open or not, with what became of them."""
    rows = await _rows(connection, HOLDS, "where id = any($1)", list(ids))
    return {row.id: row for row in rows}


async def balance_as_of(
    connection: Connection, number: int, value_date: date, position: int
) -> Balance:
    """Return what an account held by a value date, as the book knew it at a position.

    Reads what was recorded since the last period that was closed by then (see above).
    """
    row = await connection.fetchrow(_BALANCE_AS_OF, number, value_date, position)
    assert row is not None, "sums are one row"
    return Balance(number, *(int(row[name] or 0) for name in _SUMS))


async def balance_before(connection: Connection, number: int, day: date, position: int) -> Balance:
    """Return what an account held when a day of value began, as the book knew it at a position."""
    if day == date.min:
        return Balance(number)
    return await balance_as_of(connection, number, day - timedelta(days=1), position)


async def moved_between(
    connection: Connection, number: int, first: date, last: date, position: int, limit: int
) -> list[Movement]:
    """Return what moved an account on days of value, both included, in no order.

    Only what was recorded up to a position; reads what was recorded since the last period that
    ends before the first day.
    """
    start = await connection.fetchval(
        "select open_from from ledger.periods where day < $1 and position <= $2"
        " order by day desc limit 1",
        first,
        position,
    )
    rows = await connection.fetch(_MOVED, number, first, last, start or 0, position, limit)
    return [Movement(MovementKind(row["kind"]), *row[1:-4], *map(int, row[-4:])) for row in rows]


async def periods(
    connection: Connection, before: date = date.max, limit: int = 100
) -> list[Period]:
    """Return the closed periods, the latest first."""
    rest = "where day < $1 order by day desc limit $2"
    return await _rows(connection, PERIODS, rest, before, limit)


async def closing_balances(connection: Connection, day: date) -> list[ClosingBalance]:
    """Return the trial balance with which a period was closed, by account."""
    return await _rows(connection, CLOSING_BALANCES, "where day = $1 order by account", day)


async def added_up(connection: Connection, period: Period) -> list[ClosingBalance]:
    """Return the trial balance of a closed period added up anew, of all transfers there are."""
    rows = await connection.fetch(TRIAL_BALANCE, period.day, BEGINNING, 0, period.position)
    return lines_of(period.day, rows)


async def recorded_late(connection: Connection, period: Period) -> int:
    """Return how many movements of closed days were recorded after the close: none, ever."""
    return int(
        await connection.fetchval(
            "select count(*) from ledger.v_movements where position > $1 and value_date <= $2"
            " and (debits_pending, debits_posted, credits_pending, credits_posted) <> (0, 0, 0, 0)",
            period.position,
            period.day,
        )
    )


async def corrections(connection: Connection, transfer_id: UUID) -> list[Correction]:
    """Return how a transfer was reversed, and what it reverses itself: two at most."""
    rest = "where corrects = $1 or transfer_id = $1"
    return await _rows(connection, CORRECTIONS, rest, transfer_id)


def lines_of(day: date, rows: Sequence[Any]) -> list[ClosingBalance]:
    """Return the lines of a trial balance; accounts that hold nothing and never did are left out.

    An account on which all that was reserved was freed again is one of them.
    """
    return [
        ClosingBalance(
            day,
            row["account"],
            Whole(row["debits_pending"]),
            int(row["debits_posted"]),
            Whole(row["credits_pending"]),
            int(row["credits_posted"]),
        )
        for row in rows
        if any(row[name] for name in _SUMS)
    ]


async def _rows(
    connection: Connection, table: HotTable[Any, R], rest: str, *values: object
) -> list[R]:
    columns = ", ".join(table.shape.columns)
    rows = await connection.fetch(
        f"select {columns} from {table.name} {rest}",  # noqa: S608 - our own words
        *values,
    )
    return table.shape.from_rows(rows)


def _read(row: tuple[Any, ...]) -> AccountBalance:
    account_ends = 1 + len(ACCOUNTS.shape.columns)
    balance_ends = account_ends + len(BALANCES.shape.columns)
    named = row[balance_ends:]
    return AccountBalance(
        ACCOUNTS.shape.from_row(row[1:account_ends]),
        BALANCES.shape.from_row(row[account_ends:balance_ends]),
        row[0],
        None if named[0] is None else NAMED_ACCOUNTS.shape.from_row(named),
    )
