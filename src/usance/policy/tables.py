"""Where policy is kept."""

from typing import Final

from usance.policy.model import Series
from usance.runtime.rows import hot_table

SERIES: Final = hot_table("policy", "series", Series, key="id", standing=True)
