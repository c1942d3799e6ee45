"""Payouts."""

from typing import Final

import sqlalchemy as sa

from usance.payments.model import (
    CoolingPaid,
    HeldPayout,
    PaidBesides,
    Payout,
    PayoutReturn,
    PayoutStatus,
)
from usance.runtime.rows import ROOM_TO_CHANGE, hot_table, never, view

_SCHEMA: Final = "payments"

PAYOUTS: Final = hot_table(
    _SCHEMA,
    "payouts",
    Payout,
    sa.CheckConstraint("returned between 0 and amount_minor"),
    sa.CheckConstraint("resent between 0 and amount_minor"),
    sa.Index("payouts_batch", "batch_id", postgresql_where=sa.text("batch_id is not null")),
    key="id",
    keep=lambda payout: payout.status is PayoutStatus.PENDING,
    keep_sql="status = 'pending'",
    storage=ROOM_TO_CHANGE,
)

PAYOUT_RETURNS: Final = hot_table(
    _SCHEMA,
    "payout_returns",
    PayoutReturn,
    sa.UniqueConstraint("payout_id", "reference"),
    key="id",
    keep=never,
)
PAID_BESIDES: Final = hot_table(
    _SCHEMA,
    "paid_besides",
    PaidBesides,
    key="instruction_id",
    # Looked up when something more comes back: few, and never again for most.
    keep=lambda _besides: False,
    keep_sql="false",
)
HELD_PAYOUTS: Final = hot_table(
    _SCHEMA,
    "held_payouts",
    HeldPayout,
    key="payout_id",
    keep=lambda held: held.ended_at is None,
    keep_sql="ended_at is null",
)
COOLING_PAID: Final = hot_table(_SCHEMA, "cooling_paid", CoolingPaid, key="beneficiary_id")

view(
    _SCHEMA,
    "v_payouts",
    """
    select id, seller_id, payment_id, amount_minor, amount_currency, purpose, status, created_at
    from payments.payouts
    """,
)
