"""Disputes."""

from typing import Final

import sqlalchemy as sa

from usance.payments.model import Dispute
from usance.runtime.rows import hot_table, never, view

_SCHEMA: Final = "payments"

DISPUTES: Final = hot_table(
    _SCHEMA,
    "disputes",
    Dispute,
    sa.UniqueConstraint("notice"),
    sa.Index("disputes_payment", "payment_id"),
    key="id",
    keep=never,
)

DISPUTE_BY_NOTICE: Final = DISPUTES.lookup("notice")

view(
    _SCHEMA,
    "v_disputes",
    """
    select id, notice, payment_id, amount_minor, amount_currency, fee_minor, fee_currency,
           owed_minor, owed_currency, created_at
    from payments.disputes
    """,
)
