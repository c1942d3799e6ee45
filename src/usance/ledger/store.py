"""What can be read of the ledger: accounts with their balances, and transfers."""

from typing import Any, Final
from uuid import UUID

from usance.kernel.records import Record
from usance.ledger.model import Account, Balance, Transfer
from usance.ledger.tables import ACCOUNTS, BALANCES, TRANSFERS
from usance.runtime.database import Connection

_ACCOUNT: Final = ", ".join(f"a.{column}" for column in ACCOUNTS.shape.columns)
_BALANCE: Final = ", ".join(f"b.{column}" for column in BALANCES.shape.columns)
_SELECT: Final = (
    f"select {_ACCOUNT}, {_BALANCE} from ledger.accounts a"  # noqa: S608 - our columns
    " join ledger.balances b on b.number = a.number"
)


class AccountBalance(Record, frozen=True):
    """An account and what its transfers add up to."""

    account: Account
    balance: Balance


async def account(connection: Connection, number: int) -> AccountBalance | None:
    """Return an account by its number."""
    row = await connection.fetchrow(f"{_SELECT} where a.number = $1", number)
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
    columns = ", ".join(TRANSFERS.shape.columns)
    row = await connection.fetchrow(
        f"select {columns} from ledger.transfers where id = $1",  # noqa: S608 - our columns
        transfer_id,
    )
    return None if row is None else TRANSFERS.shape.from_row(row)


async def transfers(
    connection: Connection, number: int, before: UUID | None = None, limit: int = 100
) -> list[Transfer]:
    """Return the transfers of an account, the newest first."""
    columns = ", ".join(TRANSFERS.shape.columns)
    rows = await connection.fetch(
        f"select {columns} from ledger.transfers"  # noqa: S608 - our columns
        " where (debit = $1 or credit = $1) and ($2::uuid is null or id < $2)"
        " order by id desc limit $3",
        number,
        before,
        limit,
    )
    return [TRANSFERS.shape.from_row(row) for row in rows]


def _read(row: tuple[Any, ...]) -> AccountBalance:
    cut = len(ACCOUNTS.shape.columns)
    return AccountBalance(ACCOUNTS.shape.from_row(row[:cut]), BALANCES.shape.from_row(row[cut:]))
