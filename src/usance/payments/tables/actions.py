"""What buyers have to do."""

from typing import Final

from usance.payments.model import BuyerAction
from usance.runtime.rows import hot_table

_SCHEMA: Final = "payments"

ACTIONS: Final = hot_table(
    _SCHEMA,
    "buyer_actions",
    BuyerAction,
    key="payment_id",
    keep=lambda action: not action.done,
    keep_sql="not done",
)
