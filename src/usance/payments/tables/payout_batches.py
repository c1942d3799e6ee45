"""Batches of payouts and their lines."""

from typing import Final

import sqlalchemy as sa

from usance.payments.model import PAYOUT_BATCH, PaidReference, PayoutBatch, PayoutLine
from usance.runtime.rows import ROOM_TO_CHANGE, hot_table, never, view

_SCHEMA: Final = "payments"
_OPEN: Final = frozenset(before for before, _ in PAYOUT_BATCH.steps)


def _is_open(batch: PayoutBatch) -> bool:
    return batch.status in _OPEN


def _on_demand(_line: PayoutLine) -> bool:
    # Lines change once or twice, all within a minute: nobody else asks for them.
    return False


PAYOUT_BATCHES: Final = hot_table(
    _SCHEMA,
    "payout_batches",
    PayoutBatch,
    sa.UniqueConstraint("seller_id", "reference"),
    sa.Index("payout_batches_seller", "seller_id", "position"),
    sa.Index(
        "payout_batches_open",
        "position",
        postgresql_where=sa.text("status in ('received', 'checking', 'running')"),
    ),
    sa.CheckConstraint("accepted_minor + refused_minor <= total_minor"),
    key="id",
    keep=_is_open,
    keep_sql=f"status in ({', '.join(sorted(repr(str(each)) for each in _OPEN))})",
    storage=ROOM_TO_CHANGE,
)

PAYOUT_LINES: Final = hot_table(
    _SCHEMA,
    "payout_lines",
    PayoutLine,
    sa.CheckConstraint("(status = 'accepted') = (payout_id is not null)"),
    sa.Index(
        "payout_lines_open",
        "batch_id",
        "number",
        postgresql_where=sa.text("status in ('waiting', 'ready')"),
    ),
    sa.UniqueConstraint("batch_id", "number"),
    key="id",
    keep=_on_demand,
    keep_sql="false",
    storage=ROOM_TO_CHANGE,
)

# The last line behind "no line is paid twice".
PAID_REFERENCES: Final = hot_table(
    _SCHEMA,
    "paid_references",
    PaidReference,
    sa.UniqueConstraint("seller_id", "reference"),
    key="id",
    keep=never,
)

view(
    _SCHEMA,
    "v_payout_lines",
    """
    select l.batch_id, l.number, l.reference, l.amount_minor, l.amount_currency, l.status,
           l.refusal, l.payout_id, p.status as payout_status, p.returned, p.return_reason
    from payments.payout_lines l left join payments.payouts p on p.id = l.payout_id
    """,
)
