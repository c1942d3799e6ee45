"""The ledger's tables. Accounts and transfers are only ever added to."""

from typing import Final

import sqlalchemy as sa

from usance.ledger.model import (
    Account,
    Balance,
    Closure,
    Counter,
    FailedTransfer,
    Flags,
    Hold,
    HoldState,
    NamedAccount,
    Transfer,
)
from usance.runtime.rows import ROOM_TO_CHANGE, hot_table, never, view

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
    added_only=True,
)
ACCOUNT_BY_REF: Final = ACCOUNTS.lookup("kind", "currency", "owner", "obligor", "facility")
# Every batch updates balances. Vacuum comes early, as the table is small and changes all the time.
BALANCES: Final = hot_table(
    "ledger",
    "balances",
    Balance,
    key="number",
    storage={
        **ROOM_TO_CHANGE,
        "autovacuum_vacuum_scale_factor": 0.02,
        "autovacuum_vacuum_threshold": 1000,
        "autovacuum_analyze_scale_factor": 0.1,
    },
)
HOLDS: Final = hot_table(
    "ledger",
    "holds",
    Hold,
    key="id",
    keep=lambda hold: hold.state is HoldState.OPEN,
    keep_sql="state = 'open'",
    storage=ROOM_TO_CHANGE,
)
TRANSFERS: Final = hot_table(
    "ledger",
    "transfers",
    Transfer,
    # Positions follow the order in which rows are added: a block range index costs nothing.
    sa.Index("transfers_position", "position", postgresql_using="brin"),
    sa.CheckConstraint("amount > 0 or amount = 0 and flags <> 0"),
    sa.CheckConstraint("debit <> credit"),
    key="id",
    keep=never,
)
FAILED_TRANSFERS: Final = hot_table(
    "ledger", "failed_transfers", FailedTransfer, key="id", keep=never
)
CLOSURES: Final = hot_table("ledger", "closures", Closure, key="number")
NAMED_ACCOUNTS: Final = hot_table(
    "ledger", "named_accounts", NamedAccount, key="id", added_only=True
)
COUNTERS: Final = hot_table("ledger", "counters", Counter, key="id")

# Published. Amounts are minor units of `currency`; `held` is pending and neither posted nor voided.
view(
    "ledger",
    "v_account_balances",
    """
    select number, kind, currency, owner, obligor, facility,
           debits_posted, credits_posted,
           debits_pending as debits_held, credits_pending as credits_held
    from ledger.accounts join ledger.balances using (number)
    """,
)
# state: `posted` (at once, or a hold that was posted), `held` (a hold begins), `voided`.
# released: what a posted or voided hold had reserved, 0 for all else.
view(
    "ledger",
    "v_transfers",
    f"""
    select t.id, t.position, t.code, t.amount, d.currency, t.pending_id,
           case when t.flags & {Flags.PENDING} > 0 then 'held'
                when t.flags & {Flags.VOID_PENDING} > 0 then 'voided'
                else 'posted' end as state,
           case when t.pending_id is null then 0 else h.amount end as released,
           t.debit, d.kind as debit_kind, d.owner as debit_owner,
           t.credit, c.kind as credit_kind, c.owner as credit_owner,
           t.value_date, t.recorded_at
    from ledger.transfers t
    join ledger.accounts d on d.number = t.debit
    join ledger.accounts c on c.number = t.credit
    left join ledger.holds h on h.id = t.pending_id
    """,  # noqa: S608 - our own numbers
)
