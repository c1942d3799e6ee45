"""The ledger's tables. Accounts and transfers are only ever added to."""

from typing import Final

import sqlalchemy as sa

from usance.ledger.model import (
    Account,
    Balance,
    ClosingBalance,
    Closure,
    Correction,
    Counter,
    ExpiredHold,
    FailedTransfer,
    Flags,
    Hold,
    HoldState,
    NamedAccount,
    Period,
    Transfer,
)
from usance.runtime.checks import check
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
    sa.Index(
        "transfers_position",
        "position",
        postgresql_using="brin",
        postgresql_with={"autosummarize": "on"},
    ),
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
    "ledger",
    "named_accounts",
    NamedAccount,
    sa.UniqueConstraint("number", name="named_accounts_number"),
    key=("program", "id"),
    added_only=True,
)
COUNTERS: Final = hot_table("ledger", "counters", Counter, key="id")
EXPIRED_HOLDS: Final = hot_table("ledger", "expired_holds", ExpiredHold, key="id", keep=never)
PERIODS: Final = hot_table("ledger", "periods", Period, key="day", added_only=True)
CLOSING_BALANCES: Final = hot_table(
    "ledger", "closing_balances", ClosingBalance, key=("day", "account"), keep=never
)
# A table of its own, and no column of every transfer: few transfers are ever reversed.
CORRECTIONS: Final = hot_table(
    "ledger",
    "corrections",
    Correction,
    sa.UniqueConstraint("transfer_id", name="corrections_transfer_id"),
    key="corrects",
    keep=never,
)


# What a transfer does to the accounts that it names: posts, or reserves.
_POSTED: Final = (
    f"case when t.flags & {Flags.PENDING | Flags.VOID_PENDING} = 0 then t.amount else 0 end"
)
_HELD: Final = f"case when t.flags & {Flags.PENDING} > 0 then t.amount else 0 end"
# What the end of a hold does takes effect on the later of the two value dates: nothing is free
# before it was reserved.
_FREED_ON: Final = "greatest(t.value_date, begun.value_date)"
_EXPIRED: Final = """
    select side.account, side.other, x.position, x.recorded_at,
           greatest(t.value_date, x.value_date) as value_date, t.id as transfer, t.code,
           - side.debit * t.amount as debits_pending, 0::bigint as debits_posted,
           - side.credit * t.amount as credits_pending, 0::bigint as credits_posted
    from ledger.expired_holds x
    join ledger.transfers t on t.id = x.id
    cross join lateral (values
        (t.debit, t.credit, 1, 0), (t.credit, t.debit, 0, 1)
    ) side (account, other, debit, credit)
    where t.amount > 0
"""
# The same twice, because each reading of the table counts: of one account ($1) in one reading,
# and of all accounts (the view) in readings that need no more than an addition for each row.
MOVEMENTS_OF_ACCOUNT: Final = f"""
    select $1::bigint as account, side.other, t.position, t.recorded_at, moved.value_date,
           t.id as transfer, t.code,
           side.debit * moved.held as debits_pending,
           side.debit * moved.posted as debits_posted,
           side.credit * moved.held as credits_pending,
           side.credit * moved.posted as credits_posted
    from ledger.transfers t
    left join ledger.transfers begun on begun.id = t.pending_id
    cross join lateral (values
        (t.value_date, {_POSTED}, {_HELD}), ({_FREED_ON}, 0, - begun.amount)
    ) moved (value_date, posted, held)
    cross join lateral (
        select case when t.debit = $1 then t.credit else t.debit end,
               case when t.debit = $1 then 1 else 0 end, case when t.credit = $1 then 1 else 0 end
    ) side (other, debit, credit)
    where (t.debit = $1 or t.credit = $1) and (moved.posted <> 0 or moved.held <> 0)
    union all
    select * from ({_EXPIRED}) expired where account = $1
"""  # noqa: S608 - our own numbers


def _side(account: str, other: str, held: str, posted: str, day: str, more: str) -> str:
    """Return what one side of every transfer is moved by."""
    sums = (held, posted, "0::bigint", "0::bigint")
    if account == "credit":
        sums = (*sums[2:], *sums[:2])
    return f"""
        select t.{account} as account, t.{other} as other, t.position, t.recorded_at,
               {day} as value_date, t.id as transfer, t.code, {sums[0]} as debits_pending,
               {sums[1]} as debits_posted, {sums[2]} as credits_pending, {sums[3]} as credits_posted
        from ledger.transfers t {more}
    """  # noqa: S608 - our own words


# Conditions that the planner can estimate: with others it sorts where it could add up. So a void
# itself is there too, with sums of 0.
_MOVES: Final = "where t.amount > 0"
_FREES: Final = (
    "join ledger.transfers begun on begun.id = t.pending_id"
    " where t.pending_id is not null and begun.amount > 0"
)
# Published: one row for each change of an account, with both times. Pending is *held* elsewhere.
view(
    "ledger",
    "v_movements",
    " union all ".join(
        [
            _side("debit", "credit", _HELD, _POSTED, "t.value_date", _MOVES),
            _side("credit", "debit", _HELD, _POSTED, "t.value_date", _MOVES),
            _side("debit", "credit", "- begun.amount", "0::bigint", _FREED_ON, _FREES),
            _side("credit", "debit", "- begun.amount", "0::bigint", _FREED_ON, _FREES),
            _EXPIRED,
        ]
    ),
)

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
