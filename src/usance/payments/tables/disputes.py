"""Disputes, and what was shown in them."""

from typing import Final

import sqlalchemy as sa

from usance.payments.model import Dispute, DisputeEvidence, DisputeStage
from usance.runtime.rows import hot_table, never, view

_SCHEMA: Final = "payments"
_ENDED: Final = frozenset(
    {DisputeStage.WON, DisputeStage.LOST, DisputeStage.ACCEPTED, DisputeStage.EXPIRED}
)

DISPUTES: Final = hot_table(
    _SCHEMA,
    "disputes",
    Dispute,
    sa.UniqueConstraint("known_as"),
    sa.Index("disputes_payment", "payment_id"),
    sa.Index("disputes_due", "due_at"),
    key="id",
    keep=lambda dispute: dispute.stage not in _ENDED,
    keep_sql="stage not in ('won', 'lost', 'accepted', 'expired')",
)

DISPUTE_BY_NOTICE: Final = DISPUTES.lookup("known_as")

DISPUTE_EVIDENCE: Final = hot_table(
    _SCHEMA,
    "dispute_evidence",
    DisputeEvidence,
    sa.Index("dispute_evidence_dispute", "dispute_id"),
    key="id",
    keep=never,
)

view(
    _SCHEMA,
    "v_disputes",
    """
    select id, notice, payment_id, amount_minor, amount_currency, fee_minor, fee_currency,
           owed_minor, owed_currency, created_at, stage, due_at, taken
    from payments.disputes
    """,
)
