"""The tables of facilities, and of where a party's facilities and exposures stand."""

from typing import Final

import sqlalchemy as sa

from usance.financing.model import Appetite, Facility, ObligorFacilities, SellerFacilities
from usance.runtime.rows import hot_table

FACILITIES: Final = hot_table(
    "financing",
    "facilities",
    Facility,
    sa.CheckConstraint("limit_minor > 0"),
    sa.Index("facilities_seller", "seller_id"),
    sa.Index("facilities_position", "position"),
    key="id",
)
APPETITES: Final = hot_table("financing", "appetites", Appetite, key="facility_id")
SELLER_FACILITIES: Final = hot_table(
    "financing", "seller_facilities", SellerFacilities, key="seller_id"
)
OBLIGOR_FACILITIES: Final = hot_table(
    "financing", "obligor_facilities", ObligorFacilities, key="obligor_id"
)
