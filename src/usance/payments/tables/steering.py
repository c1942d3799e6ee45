"""What test books tell their simulated rails; read by the worker alone."""

from typing import Final

import sqlalchemy as sa

from usance.payments.model import Steering
from usance.runtime.rows import cold_table

STEERINGS: Final = cold_table(
    "payments", "steerings", Steering, sa.CheckConstraint("starts_at < ends_at"), key="id"
)
