"""The tables of financing, one noun a file. The rows of what is closed stay in the database."""

from usance.financing.tables import checks as _checks  # noqa: F401 - declares its checks
from usance.financing.tables import references as _references  # noqa: F401 - declares its views
from usance.financing.tables.advances import ADVANCES, RECALLED
from usance.financing.tables.assets import ASSETS
from usance.financing.tables.facilities import (
    APPETITES,
    FACILITIES,
    OBLIGOR_FACILITIES,
    SELLER_FACILITIES,
)
from usance.financing.tables.offers import MANDATES, OFFERS

__all__ = [
    "ADVANCES",
    "APPETITES",
    "ASSETS",
    "FACILITIES",
    "MANDATES",
    "OBLIGOR_FACILITIES",
    "OFFERS",
    "RECALLED",
    "SELLER_FACILITIES",
]
