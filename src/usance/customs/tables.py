"""The tables of customs. No command of the payment path reads one: none stays in memory."""

from typing import Final

import sqlalchemy as sa

from usance.customs.model import ClaimedDeclaration, TaxRefund
from usance.runtime.rows import ROOM_TO_CHANGE, hot_table, on_demand

_SCHEMA: Final = "customs"


TAX_REFUNDS: Final = hot_table(
    _SCHEMA,
    "tax_refunds",
    TaxRefund,
    sa.CheckConstraint("status in ('claimed', 'approved', 'paid', 'refused')"),
    sa.CheckConstraint("amount_minor > 0"),
    sa.CheckConstraint("approved_minor between 1 and amount_minor"),
    sa.CheckConstraint("(status = 'paid') = (paid_minor is not null)"),
    sa.Index("tax_refunds_seller", "seller_id", "id"),
    key="id",
    keep=on_demand,
    storage=ROOM_TO_CHANGE,
)
DECLARATIONS: Final = hot_table(
    _SCHEMA,
    "claimed_declarations",
    ClaimedDeclaration,
    key="declaration_no",
    keep=on_demand,
)
