"""What has happened in financing, one noun a file."""

from usance.financing.events.advances import (
    AdvanceDrawn,
    AdvanceOverdue,
    AdvanceRecalled,
    AdvanceRepaid,
    Recall,
    Repayment,
)
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
    "FacilityOpened",
    "FacilityStatusChanged",
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
