"""What has happened in financing, one noun a file."""

from usance.financing.events.accruals import Earned, FeesAccrued
from usance.financing.events.advances import (
    AdvanceDrawn,
    AdvanceOverdue,
    AdvanceRecalled,
    AdvanceRepaid,
    DrawnPart,
    Recall,
    Repayment,
)
from usance.financing.events.appetites import AppetiteSet
from usance.financing.events.facilities import (
    FacilityOpened,
    FacilityStatusChanged,
    FundsReceived,
)
from usance.financing.events.mandates import (
    MandateGranted,
    MandateRevoked,
)
from usance.financing.events.offers import (
    OfferDeclined,
    OfferExpired,
    OfferMade,
    OfferNotMade,
    OfferWithdrawn,
)

__all__ = [
    "AdvanceDrawn",
    "AdvanceOverdue",
    "AdvanceRecalled",
    "AdvanceRepaid",
    "AppetiteSet",
    "DrawnPart",
    "Earned",
    "FacilityOpened",
    "FacilityStatusChanged",
    "FeesAccrued",
    "FundsReceived",
    "MandateGranted",
    "MandateRevoked",
    "OfferDeclined",
    "OfferExpired",
    "OfferMade",
    "OfferNotMade",
    "OfferWithdrawn",
    "Recall",
    "Repayment",
]
