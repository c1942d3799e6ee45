"""Find payments, refunds, payouts and disputes, for the other chapters and the mouths."""

from usance.payments.store import (
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
    "dispute",
    "disputes",
    "payment",
    "payments",
    "payments_by_id",
    "payout",
    "payouts",
    "refund",
    "refunds",
]
