"""Payouts."""

from typing import Final

from usance.payments.model import Payout, PayoutStatus
from usance.runtime.rows import ROOM_TO_CHANGE, hot_table, view

_SCHEMA: Final = "payments"

PAYOUTS: Final = hot_table(
    _SCHEMA,
    "payouts",
    Payout,
    key="id",
    keep=lambda payout: payout.status is PayoutStatus.PENDING,
    keep_sql="status = 'pending'",
    storage=ROOM_TO_CHANGE,
)

view(
    _SCHEMA,
    "v_payouts",
    """
    select id, seller_id, payment_id, amount_minor, amount_currency, purpose, status, created_at
    from payments.payouts
    """,
)
