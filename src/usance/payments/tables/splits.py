"""Splits and escrows."""

from typing import Final

import sqlalchemy as sa

from usance.payments.model.splits import Escrow, EscrowStatus, Split
from usance.runtime.rows import hot_table, view

_SCHEMA: Final = "payments"

SPLITS: Final = hot_table(
    _SCHEMA,
    "splits",
    Split,
    key="payment_id",
    keep=lambda split: not split.is_over,
    keep_sql="not is_over",
)
ESCROWS: Final = hot_table(
    _SCHEMA,
    "escrows",
    Escrow,
    sa.Index("escrows_payment", "payment_id"),
    sa.Index("escrows_payee", "payee_id"),
    key="id",
    keep=lambda escrow: escrow.status is not EscrowStatus.CLOSED,
    keep_sql="status <> 'closed'",
)

view(
    _SCHEMA,
    "v_escrows",
    """
    select id, payment_id, order_id, seller_id, buyer_id, payee_id, purpose, currency, amount,
           released, returned, status, opened_at, release_on
    from payments.escrows
    """,
)
