"""What can be read of parties, their users and keys, and of proposals."""

from collections.abc import Sequence
from typing import Any, TypeVar

from usance.kernel.ids import (
    BankAccountId,
    KeyId,
    PartyId,
    ProposalId,
    UserId,
)
from usance.kernel.records import Record
from usance.parties.model import (
    ApiKey,
    BankAccount,
    Party,
    PartyKind,
    Proposal,
    ProposalState,
    User,
)
from usance.parties.tables import (
    BANK_ACCOUNTS,
    KEYS,
    PARTIES,
    PROPOSALS,
    USERS,
)
from usance.runtime.database import Connection
from usance.runtime.rows import HotTable

R = TypeVar("R", bound=Record)


def _select(table: HotTable[Any, Any], rest: str) -> str:
    return f"select {', '.join(table.shape.columns)} from {table.name} {rest}"  # noqa: S608 - ours


async def one(
    connection: Connection, table: HotTable[Any, R], rest: str, *values: object
) -> R | None:
    """Return the row of a table that the rest of a query finds."""
    row = await connection.fetchrow(_select(table, rest), *values)
    return None if row is None else table.shape.from_row(row)


async def many(
    connection: Connection, table: HotTable[Any, R], rest: str, *values: object
) -> list[R]:
    """Return the rows of a table that the rest of a query finds."""
    rows: Sequence[Any] = await connection.fetch(_select(table, rest), *values)
    return table.shape.from_rows(rows)


async def party(connection: Connection, party_id: PartyId) -> Party | None:
    """Return a party by its id."""
    return await one(connection, PARTIES, "where id = $1", party_id)


async def parties(
    connection: Connection,
    kind: PartyKind | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[Party]:
    """Return parties in the order in which they came.

    after: the position of the last one of the page before.
    """
    rest = "where position > $1 and ($2::text is null or kind = $2) order by position limit $3"
    return await many(connection, PARTIES, rest, after, kind, limit)


async def parties_named(
    connection: Connection, kind: PartyKind, named: str, limit: int | None = None
) -> list[Party]:
    """Return the parties of a kind that an id or a reference names, all of them for "".

    Raises Invalid(malformed_id) for an id with a party's prefix that is none.
    """
    by_id = PartyId(named) if named.startswith(f"{PartyId.prefix}_") else None
    rest = "where kind = $1 and ($2 = '' or reference = $2 or id = $3) order by position limit $4"
    return await many(connection, PARTIES, rest, kind, named, by_id, limit)


async def bank_account(connection: Connection, account: BankAccountId) -> BankAccount | None:
    """Return a bank account by its id."""
    return await one(connection, BANK_ACCOUNTS, "where id = $1", account)


async def bank_accounts_by_id(
    connection: Connection, accounts: Sequence[BankAccountId]
) -> list[BankAccount]:
    """Return the bank accounts of these ids, as many as there are, in no order."""
    return await many(connection, BANK_ACCOUNTS, "where id = any($1::uuid[])", list(accounts))


async def parties_by_id(connection: Connection, ids: Sequence[PartyId]) -> list[Party]:
    """Return the parties of these ids, as many as there are, in no order."""
    return await many(connection, PARTIES, "where id = any($1::uuid[])", list(ids))


async def bank_accounts_of(connection: Connection, party_id: PartyId) -> list[BankAccount]:
    """Return the bank accounts of a party: the main one, then the others, the oldest first."""
    rest = (
        "where party_id = $1 order by id not in (select bank_account_id"
        " from parties.main_accounts where party_id = $1), created_at, id"
    )
    return await many(connection, BANK_ACCOUNTS, rest, party_id)


async def user(connection: Connection, user_id: UserId) -> User | None:
    """Return a user by their id."""
    return await one(connection, USERS, "where id = $1", user_id)


async def users_of(connection: Connection, party_id: PartyId) -> list[User]:
    """Return the users who act for a party, the oldest first."""
    return await many(connection, USERS, "where party_id = $1 order by created_at, id", party_id)


async def key(connection: Connection, key_id: KeyId) -> ApiKey | None:
    """Return a key by its id."""
    return await one(connection, KEYS, "where id = $1", key_id)


async def holders(
    connection: Connection, prefixes: Sequence[str]
) -> list[tuple[ApiKey, User, Party]]:
    """Return the keys whose secrets begin so, each with its user and that user's party."""
    columns = [f"k.{column}" for column in KEYS.shape.columns]
    columns += [f"u.{column}" for column in USERS.shape.columns]
    columns += [f"p.{column}" for column in PARTIES.shape.columns]
    rows: Sequence[Any] = await connection.fetch(
        f"select {', '.join(columns)} from parties.api_keys k"  # noqa: S608 - our columns
        " join parties.users u on u.id = k.user_id join parties.parties p on p.id = u.party_id"
        " where k.prefix = any($1)",
        prefixes,
    )
    first, second = len(KEYS.shape.columns), len(KEYS.shape.columns) + len(USERS.shape.columns)
    return [
        (
            KEYS.shape.from_row(row[:first]),
            USERS.shape.from_row(row[first:second]),
            PARTIES.shape.from_row(row[second:]),
        )
        for row in map(tuple, rows)
    ]


async def keys_of(connection: Connection, user_id: UserId) -> list[ApiKey]:
    """Return the keys of a user, revoked ones too, the oldest first."""
    return await many(connection, KEYS, "where user_id = $1 order by issued_at, id", user_id)


async def proposal(connection: Connection, proposal_id: ProposalId) -> Proposal | None:
    """Return a proposal by its id."""
    return await one(connection, PROPOSALS, "where id = $1", proposal_id)


async def proposals(
    connection: Connection,
    state: ProposalState | None = None,
    after: int = 0,
    limit: int = 100,
    maker_party: PartyId | None = None,
) -> list[Proposal]:
    """Return proposals in the order in which they were made.

    after: the position of the last one of the page before. maker_party: only those that its
    users made.
    """
    rest = (
        "where position > $1 and ($2::text is null or state = $2) and ($4::uuid is null"
        " or maker in (select id from parties.users where party_id = $4))"
        " order by position limit $3"
    )
    return await many(connection, PROPOSALS, rest, after, state, limit, maker_party)
