"""The tables of payments."""

from typing import Final

import sqlalchemy as sa

from usance.payments.model import (
    Dispute,
    FixingDay,
    Instruction,
    InstructionState,
    Payment,
    PaymentStatus,
    Payout,
    PayoutStatus,
    Refund,
    RefundStatus,
    Reserve,
    Settlement,
)
from usance.runtime.rows import ROOM_TO_CHANGE, hot_table, never, view

_SCHEMA: Final = "payments"
# The order of such a payment may be paid again.
OVER: Final = frozenset({PaymentStatus.FAILED, PaymentStatus.BLOCKED})
_LIVE: Final = frozenset({PaymentStatus.PENDING, PaymentStatus.CAPTURED, PaymentStatus.IN_REVIEW})
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
        sa.Computed("status not in ('failed', 'blocked')", persisted=True),
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
    keep_sql="status in ('pending', 'captured', 'in_review')",
    storage=ROOM_TO_CHANGE,
)
PAYMENT_BY_ORDER: Final = PAYMENTS.lookup(
    "order_id", is_over=lambda payment: payment.status in OVER, among=_UNDER_WAY
)
INSTRUCTIONS: Final = hot_table(
    _SCHEMA,
    "instructions",
    Instruction,
    sa.Index("instructions_open", "rail", postgresql_where=sa.text("state = 'open'")),
    key="id",
    keep=lambda instruction: instruction.state is InstructionState.OPEN,
    keep_sql="state = 'open'",
    storage=ROOM_TO_CHANGE,
)
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
PAYOUTS: Final = hot_table(
    _SCHEMA,
    "payouts",
    Payout,
    key="id",
    keep=lambda payout: payout.status is PayoutStatus.PENDING,
    keep_sql="status = 'pending'",
    storage=ROOM_TO_CHANGE,
)
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
SETTLEMENTS: Final = hot_table(_SCHEMA, "settlements", Settlement, key="notice", keep=never)
RESERVES: Final = hot_table(
    _SCHEMA,
    "reserves",
    Reserve,
    key="payment_id",
    keep=lambda reserve: not reserve.released,
    keep_sql="not released",
)
FIXINGS: Final = hot_table(_SCHEMA, "fixings", FixingDay, key="value_date", standing=True)
DISPATCHES: Final = sa.Table(
    "dispatches",
    PAYMENTS.table.metadata,
    sa.Column("instruction", sa.Uuid, primary_key=True),
    sa.Column("asks", sa.BigInteger, nullable=False),
    sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
    schema=_SCHEMA,
)

# Published. `v_references` leads from an id to the next one nearer to the order.
view(
    _SCHEMA,
    "v_payments",
    """
    select id, order_id, invoice_no, seller_id, buyer_id, rail, gross_minor, gross_currency,
           fee_minor, fee_currency, book_minor, book_currency, status, created_at, captured_at,
           settlement_due, settled_at, returned, decision_id
    from payments.payments
    """,
)
view(
    _SCHEMA,
    "v_refunds",
    """
    select id, payment_id, amount_minor, amount_currency, reason, status, created_at
    from payments.refunds
    """,
)
view(
    _SCHEMA,
    "v_payouts",
    """
    select id, seller_id, payment_id, amount_minor, amount_currency, purpose, status, created_at
    from payments.payouts
    """,
)
view(
    _SCHEMA,
    "v_disputes",
    """
    select id, notice, payment_id, amount_minor, amount_currency, fee_minor, fee_currency,
           owed_minor, owed_currency, created_at
    from payments.disputes
    """,
)
view(
    _SCHEMA,
    "v_references",
    """
    select id, order_id as refers_to from payments.payments
    union all select id, payment_id from payments.refunds
    union all select id, payment_id from payments.payouts
    union all select id, payment_id from payments.disputes
    union all select id, coalesce(payment_id, subject) from payments.instructions
    """,
)
