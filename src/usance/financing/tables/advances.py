"""The tables of advances. One that is repaid leaves memory."""

from typing import Final

import sqlalchemy as sa

from usance.financing.model import Advance, AdvanceStatus, RecalledAdvances
from usance.runtime.rows import ROOM_TO_CHANGE, hot_table

ADVANCES: Final = hot_table(
    "financing",
    "advances",
    Advance,
    # An offer is drawn once under a facility; the last line behind the life of offers.
    sa.UniqueConstraint("offer_id", "facility_id"),
    sa.CheckConstraint("principal_outstanding >= 0"),
    sa.CheckConstraint("fee_outstanding >= 0"),
    sa.CheckConstraint("charge_outstanding >= 0"),
    sa.Index("advances_asset", "asset_id"),
    key="id",
    keep=lambda advance: advance.status is not AdvanceStatus.REPAID,
    keep_sql="status <> 'repaid'",
    storage=ROOM_TO_CHANGE,
)
RECALLED: Final = hot_table("financing", "recalled_advances", RecalledAdvances, key="seller_id")
