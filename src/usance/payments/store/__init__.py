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

__all__ = [
    "R",
    "collected_on",
    "dispute",
    "disputes",
    "instructions_by_id",
    "mark_sent",
    "payment",
    "payments",
    "payments_by_id",
    "payout",
    "payouts",
    "refund",
    "refunds",
    "to_be_sent",
]
