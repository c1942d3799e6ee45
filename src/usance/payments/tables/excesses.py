"""What rails collected and should not have. There is little of it, so all stays in memory."""

from typing import Final

import sqlalchemy as sa

from usance.payments.model import Excess
from usance.runtime.rows import hot_table, view

_SCHEMA: Final = "payments"

EXCESSES: Final = hot_table(
    _SCHEMA,
    "excesses",
    Excess,
    sa.Index("excesses_payment", "payment_id"),
    key="instruction_id",
)

view(
    _SCHEMA,
    "v_excesses",
    """
    select instruction_id, payment_id, rail, amount_minor, amount_currency, receivable, returned,
           kept, created_at
    from payments.excesses
    """,
)
