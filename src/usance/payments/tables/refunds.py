"""Refunds."""

from typing import Final

import sqlalchemy as sa

from usance.payments.model import Refund, RefundStatus
from usance.runtime.rows import hot_table, view

_SCHEMA: Final = "payments"

REFUNDS: Final = hot_table(
    _SCHEMA,
    "refunds",
    Refund,
    sa.Index("refunds_payment", "payment_id"),
    sa.Index("refunds_return", "goods_return_id", unique=True),
    key="id",
    keep=lambda refund: refund.status is RefundStatus.PENDING,
    keep_sql="status = 'pending'",
)

REFUND_BY_RETURN: Final = REFUNDS.lookup("goods_return_id")

view(
    _SCHEMA,
    "v_refunds",
    """
    select id, payment_id, amount_minor, amount_currency, reason, status, created_at
    from payments.refunds
    """,
)
