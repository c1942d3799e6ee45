"""Sellers' volumes by month."""

from typing import Final

from usance.payments.model import Volume
from usance.runtime.rows import hot_table

_SCHEMA: Final = "payments"

VOLUMES: Final = hot_table(_SCHEMA, "volumes", Volume, key=("seller_id", "month", "currency"))
