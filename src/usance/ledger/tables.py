"""The ledger's tables. Accounts and transfers are only ever added to."""

from typing import Final

import sqlalchemy as sa

from usance.ledger.model import Account, Balance, Counter, Hold, HoldState, Transfer
from usance.runtime.rows import hot_table, never

ACCOUNTS: Final = hot_table(
    "ledger",
    "accounts",
    Account,
    sa.UniqueConstraint(
        "kind",
        "currency",
        "owner",
        "obligor",
        "facility",
        name="accounts_reference",
        postgresql_nulls_not_distinct=True,
    ),
    key="number",
)
ACCOUNT_BY_REF: Final = ACCOUNTS.lookup("kind", "currency", "owner", "obligor", "facility")
BALANCES: Final = hot_table("ledger", "balances", Balance, key="number")
HOLDS: Final = hot_table(
    "ledger",
    "holds",
    Hold,
    key="id",
    keep=lambda hold: hold.state is HoldState.OPEN,
    keep_sql="state = 'open'",
)
TRANSFERS: Final = hot_table(
    "ledger",
    "transfers",
    Transfer,
    # Positions follow the order in which rows are added: a block range index costs nothing.
    sa.Index("transfers_position", "position", postgresql_using="brin"),
    sa.CheckConstraint("amount > 0"),
    sa.CheckConstraint("debit <> credit"),
    key="id",
    keep=never,
)
COUNTERS: Final = hot_table("ledger", "counters", Counter, key="id")
