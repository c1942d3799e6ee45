"""How financing says no, one noun a file."""

from typing import Final

from usance.financing.errors import advances, facilities, offers, schedules
from usance.financing.errors.advances import (
    UNKNOWN_ADVANCE,
)
from usance.financing.errors.facilities import (
    APPETITE_OUTSIDE,
    FACILITY_ALREADY_OPEN,
    FACILITY_NOT_FOR_SELLER,
    ILLEGAL_STATUS,
    NOT_POSITIVE,
    UNKNOWN_FACILITY,
    UNKNOWN_PROGRAMME,
    UNKNOWN_TECHNIQUE,
    WRONG_PARTY_KIND,
)
from usance.financing.errors.offers import (
    NO_MANDATE,
    NOT_ELIGIBLE,
    OFFER_HAS_EXPIRED,
    OFFER_NOT_OPEN,
    SALE_CHANGED,
    UNKNOWN_OFFER,
)
from usance.financing.errors.schedules import (
    DAYS_IN_YEAR_OUT_OF_RANGE,
    DISCOUNT_TAKES_ALL,
    DUE_ALREADY,
    EARLY_DAYS_OUT_OF_RANGE,
    MALFORMED_INTERVAL,
    NEGATIVE_FEE,
    PERIODS_OUT_OF_RANGE,
    RATE_OUT_OF_RANGE,
    ROUNDING_OUTWEIGHS,
    SCHEDULE_TOO_LATE,
    SCHEDULE_TOO_LONG,
    SHARE_OUT_OF_RANGE,
    UNKNOWN_DAY_COUNT,
)

CODES: Final = (*facilities.CODES, *offers.CODES, *advances.CODES, *schedules.CODES)

__all__ = [
    "APPETITE_OUTSIDE",
    "CODES",
    "DAYS_IN_YEAR_OUT_OF_RANGE",
    "DISCOUNT_TAKES_ALL",
    "DUE_ALREADY",
    "EARLY_DAYS_OUT_OF_RANGE",
    "FACILITY_ALREADY_OPEN",
    "FACILITY_NOT_FOR_SELLER",
    "ILLEGAL_STATUS",
    "MALFORMED_INTERVAL",
    "NEGATIVE_FEE",
    "NOT_ELIGIBLE",
    "NOT_POSITIVE",
    "NO_MANDATE",
    "OFFER_HAS_EXPIRED",
    "OFFER_NOT_OPEN",
    "PERIODS_OUT_OF_RANGE",
    "RATE_OUT_OF_RANGE",
    "ROUNDING_OUTWEIGHS",
    "SALE_CHANGED",
    "SCHEDULE_TOO_LATE",
    "SCHEDULE_TOO_LONG",
    "SHARE_OUT_OF_RANGE",
    "UNKNOWN_ADVANCE",
    "UNKNOWN_DAY_COUNT",
    "UNKNOWN_FACILITY",
    "UNKNOWN_OFFER",
    "UNKNOWN_PROGRAMME",
    "UNKNOWN_TECHNIQUE",
    "WRONG_PARTY_KIND",
]
