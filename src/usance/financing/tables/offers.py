"""The tables of mandates and offers. An offer that is answered leaves memory."""

from typing import Final

import sqlalchemy as sa

from usance.financing.model import Mandate, Offer, OfferStatus
from usance.runtime.rows import ROOM_TO_CHANGE, hot_table

MANDATES: Final = hot_table("financing", "mandates", Mandate, key="seller_id")
OFFERS: Final = hot_table(
    "financing",
    "offers",
    Offer,
    sa.Index("offers_asset", "asset_id"),
    key="id",
    keep=lambda offer: offer.status is OfferStatus.MADE,
    keep_sql="status = 'made'",
    storage=ROOM_TO_CHANGE,
)
