"""What a bank has booked of payments before their rails told of it."""

from typing import Final

import sqlalchemy as sa

from usance.payments.model import Banked
from usance.runtime.rows import hot_table

BANKED: Final = hot_table(
    "payments",
    "banked",
    Banked,
    # A rail tells of what the bank has booked once.
    sa.CheckConstraint("told between 0 and amount"),
    key="payment_id",
    # Looked up when something more comes of a payment: few, and never again for most.
    keep=lambda _banked: False,
    keep_sql="false",
)
