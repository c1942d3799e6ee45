"""Find payments and what follows from them, for the other chapters and the mouths."""

from usance.payments.store import (
    authorisation,
    buyer_action,
    capture,
    captures,
    dispute,
    disputes,
    escrow,
    escrows,
    payment,
    payments,
    payments_by_id,
    payout,
    payouts,
    refund,
    refunds,
    split,
)

__all__ = [
    "authorisation",
    "buyer_action",
    "capture",
    "captures",
    "dispute",
    "disputes",
    "escrow",
    "escrows",
    "payment",
    "payments",
    "payments_by_id",
    "payout",
    "payouts",
    "refund",
    "refunds",
    "split",
]
