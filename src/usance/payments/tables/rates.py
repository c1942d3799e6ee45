"""Reference rates."""

from typing import Final

from usance.payments.model import FixingDay
from usance.runtime.rows import hot_table

_SCHEMA: Final = "payments"

FIXINGS: Final = hot_table(_SCHEMA, "fixings", FixingDay, key="value_date", standing=True)
