"""Settlements and reserves."""

from typing import Final

import sqlalchemy as sa

from usance.payments.model import Reserve, Settlement
from usance.runtime.rows import hot_table, never

_SCHEMA: Final = "payments"

SETTLEMENTS: Final = hot_table(
    _SCHEMA,
    "settlements",
    Settlement,
    sa.Index("settlements_payment", "payment_id"),
    key="id",
    keep=never,
)

RESERVES: Final = hot_table(
    _SCHEMA,
    "reserves",
    Reserve,
    key="payment_id",
    keep=lambda reserve: not reserve.released,
    keep_sql="not released",
)
