"""All SQL of payments."""

from usance.payments.store.instructions import (
    collected_on,
    instructions_by_id,
    mark_sent,
    to_be_sent,
)
from usance.payments.store.payments import (
    R,
    dispute,
    disputes,
    payment,
    payments,
    payments_by_id,
    payout,
    payouts,
    refund,
    refunds,
)
from usance.payments.store.splits import escrow, escrows, split
from usance.payments.store.sweep import OWED_BY_SELLERS

__all__ = [
    "OWED_BY_SELLERS",
    "R",
    "collected_on",
    "dispute",
    "disputes",
    "escrow",
    "escrows",
    "instructions_by_id",
    "mark_sent",
    "payment",
    "payments",
    "payments_by_id",
    "payout",
    "payouts",
    "refund",
    "refunds",
    "split",
    "to_be_sent",
]
