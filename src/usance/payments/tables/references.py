"""The way from any id of payments towards the order."""

from typing import Final

from usance.runtime.rows import view

_SCHEMA: Final = "payments"

view(
    _SCHEMA,
    "v_references",
    """
    select id, order_id as refers_to from payments.payments
    union all select id, payment_id from payments.refunds
    union all select id, payment_id from payments.captures
    union all select id, payment_id from payments.payouts
    union all select id, payment_id from payments.disputes
    union all select id, coalesce(payment_id, subject) from payments.instructions
    union all select id, payment_id from payments.receipts where payment_id is not null
    union all select id, coalesce(payment_id, receipt_id) from payments.suspense
      where payment_id is not null or receipt_id is not null
    """,
)
