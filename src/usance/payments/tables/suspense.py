"""The queue of money whose owner is not known, or may not have it."""

from typing import Final

import sqlalchemy as sa

from usance.payments.model import SuspenseItem
from usance.runtime.checks import check
from usance.runtime.rows import hot_table, view

_SCHEMA: Final = "payments"

SUSPENSE: Final = hot_table(
    _SCHEMA,
    "suspense",
    SuspenseItem,
    sa.CheckConstraint("account in ('suspense_unmatched', 'suspense_blocked')"),
    sa.CheckConstraint("going_back >= 0 and (going_back > 0 or hold is null)"),
    sa.CheckConstraint("(open = 0 and going_back = 0) = (closed_at is not null)"),
    sa.Index("suspense_debits", "source", postgresql_where=sa.text("reason = 'bank_debit'")),
    sa.Index(
        "suspense_open",
        "opened_at",
        postgresql_where=sa.text("closed_at is null"),
    ),
    key="id",
    keep=lambda item: item.closed_at is None,
    keep_sql="closed_at is null",
)

# Every unit on an account of suspense is somebody's task: the queue and the ledger say the same.
check(
    "suspense",
    """
    with ledger as (
        select kind as account, currency, sum(credits_posted - debits_posted) as minor
        from ledger.v_account_balances
        where kind in ('suspense_unmatched', 'suspense_blocked') group by 1, 2
    ),
    queue as (
        select account, amount_currency as currency, sum(open + going_back) as minor
        from payments.suspense group by 1, 2
    )
    select account || ' ' || currency,
           'the ledger has ' || coalesce(ledger.minor, 0) || ' minor units, the queue '
               || coalesce(queue.minor, 0)
    from ledger full join queue using (account, currency)
    where coalesce(ledger.minor, 0) <> coalesce(queue.minor, 0)
    """,
)

view(
    _SCHEMA,
    "v_suspense",
    """
    select id, account, reason, amount_minor, amount_currency, open, going_back, seller_id,
           payment_id, receipt_id, assignee, opened_at, closed_at
    from payments.suspense
    """,
)
