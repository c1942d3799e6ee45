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
from usance.runtime.checks import check
from usance.runtime.rows import hot_table, never, view

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
# Every batch updates balances. With no index on the figures and half of each page free, a new
# version of a row stays on its page and no index is touched; vacuum comes early, as the table is
# small and changes all the time.
BALANCES: Final = hot_table(
    "ledger",
    "balances",
    Balance,
    key="number",
    storage={
        "fillfactor": 50,
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

# What must be true of these tables, whoever wrote them.
# A filter, not a condition on the rows: nearly all count, and the planner would expect few.
_COUNTS: Final = f"where flags & {Flags.PENDING | Flags.VOID_PENDING} = 0"
check(
    "ledger currency",
    """
    select currency, format('debits of %s, %s of them pending, stand against credits of %s, %s of'
        ' them pending', dp + dh, dh, cp + ch, ch)
    from (select currency, sum(debits_posted) as dp, sum(credits_posted) as cp,
                 sum(debits_pending) as dh, sum(credits_pending) as ch
          from ledger.balances join ledger.accounts using (number) group by currency) sums
    where dp <> cp or dh <> ch
    """,
    at_start=True,
)
check(
    "ledger holds",
    """
    select 'in all', format('open holds reserve %s, and %s is pending', reserved, pending)
    from (select coalesce(sum(amount), 0) as reserved from ledger.holds where state = 'open') h,
         (select coalesce(sum(debits_pending), 0) as pending from ledger.balances) b
    where reserved <> pending
    """,
    at_start=True,
)
check(
    "ledger account",
    """
    select number, case when b.number is null then 'it has no balance' else 'it does not exist, but'
        ' has a balance' end
    from ledger.accounts a full join ledger.balances b using (number)
    where a.number is null or b.number is null order by number
    """,
)
check(
    "ledger balance of account",
    f"""
    select number, concat_ws('; ',
        case when debits_posted <> dp then format('debits posted are %s, its transfers add up to'
            ' %s', debits_posted, dp) end,
        case when credits_posted <> cp then format('credits posted are %s, its transfers add up to'
            ' %s', credits_posted, cp) end,
        case when debits_pending <> dh then format('debits pending are %s, its open holds add up to'
            ' %s', debits_pending, dh) end,
        case when credits_pending <> ch then format('credits pending are %s, its open holds add up'
            ' to %s', credits_pending, ch) end)
    from (select number, b.debits_posted, b.credits_posted, b.debits_pending, b.credits_pending,
                 coalesce(dp, 0) as dp, coalesce(cp, 0) as cp,
                 coalesce(dh, 0) as dh, coalesce(ch, 0) as ch
          from ledger.balances b
          full join (select debit as number, sum(amount) filter ({_COUNTS}) as dp
                     from ledger.transfers group by debit) d using (number)
          full join (select credit as number, sum(amount) filter ({_COUNTS}) as cp
                     from ledger.transfers group by credit) c using (number)
          full join (select debit as number, sum(amount) as dh from ledger.holds
                     where state = 'open' group by debit) dd using (number)
          full join (select credit as number, sum(amount) as ch from ledger.holds
                     where state = 'open' group by credit) cc using (number)) beside
    where (debits_posted, credits_posted, debits_pending, credits_pending)
        is distinct from (dp, cp, dh, ch)
    order by number
    """,  # noqa: S608 - our own numbers
)
check(
    "ledger limit of account",
    """
    select number, format('debits of %s exceed credits of %s',
        debits_posted + debits_pending, credits_posted)
    from ledger.accounts join ledger.balances using (number)
    where balance_limit = 'debits_must_not_exceed_credits'
      and debits_posted + debits_pending > credits_posted
    union all
    select number, format('credits of %s exceed debits of %s',
        credits_posted + credits_pending, debits_posted)
    from ledger.accounts join ledger.balances using (number)
    where balance_limit = 'credits_must_not_exceed_debits'
      and credits_posted + credits_pending > debits_posted
    """,
)
check(
    "ledger hold",
    f"""
    select h.id, case when made.id is null then 'no pending transfer made it'
        else 'it is open, and a transfer has resolved it' end
    from ledger.holds h
    left join ledger.transfers made on made.id = h.id and made.flags & {Flags.PENDING} > 0
    left join ledger.transfers resolved on resolved.pending_id = h.id
    where h.state = 'open' and (made.id is null or resolved.id is not null)
    """,  # noqa: S608 - our own numbers
)
