"""Payments."""

from typing import Final

import sqlalchemy as sa

from usance.payments.model import Payment, PaymentStatus
from usance.runtime.rows import ROOM_TO_CHANGE, hot_table, view

_SCHEMA: Final = "payments"

# The order of such a payment may be paid again.
OVER: Final = frozenset({PaymentStatus.FAILED, PaymentStatus.BLOCKED, PaymentStatus.VOIDED})

_LIVE: Final = frozenset(
    {
        PaymentStatus.PENDING,
        PaymentStatus.REQUIRES_ACTION,
        PaymentStatus.AUTHORISED,
        PaymentStatus.CAPTURED,
        PaymentStatus.IN_REVIEW,
    }
)

# An order has one of these at most: after a payment that failed it may be paid again. A column of
# its own, as the index must not look at the status: it changes with every step of a payment.
_UNDER_WAY: Final = "under_way"

PAYMENTS: Final = hot_table(
    _SCHEMA,
    "payments",
    Payment,
    sa.Column(
        _UNDER_WAY,
        sa.Boolean,
        sa.Computed("status not in ('failed', 'blocked', 'voided')", persisted=True),
        nullable=False,
    ),
    sa.Index(
        "payments_order",
        "order_id",
        unique=True,
        postgresql_where=sa.text(_UNDER_WAY),
    ),
    key="id",
    keep=lambda payment: payment.status in _LIVE,
    keep_sql="status in ('pending', 'requires_action', 'authorised', 'captured', 'in_review')",
    storage=ROOM_TO_CHANGE,
)

PAYMENT_BY_ORDER: Final = PAYMENTS.lookup(
    "order_id", is_over=lambda payment: payment.status in OVER, among=_UNDER_WAY
)

# Published. `v_references` leads from an id to the next one nearer to the order.
view(
    _SCHEMA,
    "v_payments",
    """
    select id, order_id, invoice_no, seller_id, buyer_id, rail, gross_minor, gross_currency,
           fee_minor, fee_currency, book_minor, book_currency, status, created_at, captured_at,
           settlement_due, settled_at, least(returned, captured) as returned, decision_id,
           captured
    from payments.payments
    """,
)
