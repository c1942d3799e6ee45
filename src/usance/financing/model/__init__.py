"""The nouns of financing and the lives they may lead, one noun a file."""

from usance.financing.model.advances import Advance, AdvanceStatus, RecalledAdvances
from usance.financing.model.appetites import Appetite
from usance.financing.model.assets import ASSET_MAY_BECOME, ENDS, Asset, AssetKind, AssetState
from usance.financing.model.facilities import (
    Facility,
    FacilityStatus,
    ObligorFacilities,
    SellerFacilities,
)
from usance.financing.model.mandates import Mandate
from usance.financing.model.offers import MAY_BECOME, Offer, OfferPart, OfferStatus
from usance.financing.model.programmes import Pricing, Technique

__all__ = [
    "ASSET_MAY_BECOME",
    "ENDS",
    "MAY_BECOME",
    "Advance",
    "AdvanceStatus",
    "Appetite",
    "Asset",
    "AssetKind",
    "AssetState",
    "Facility",
    "FacilityStatus",
    "Mandate",
    "ObligorFacilities",
    "Offer",
    "OfferPart",
    "OfferStatus",
    "Pricing",
    "RecalledAdvances",
    "SellerFacilities",
    "Technique",
]
