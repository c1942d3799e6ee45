"""What financing does when asked: facilities, mandates, offers, draws, and the funders' claim."""

from usance.financing.service.accept import AcceptOffer, AcceptStage, AcceptUnderMandate
from usance.financing.service.accruals import AccrueAdvances, AccrueStage
from usance.financing.service.appetites import SetAppetite, apply_set_appetite
from usance.financing.service.claim import Waterfall
from usance.financing.service.facilities import (
    OpenFacility,
    OpenFacilityStage,
    ReceiveFunds,
    ReceiveFundsStage,
    SetFacilityStatus,
    apply_set_facility_status,
)
from usance.financing.service.mandates import (
    GrantMandate,
    RevokeMandate,
    apply_grant_mandate,
    apply_revoke_mandate,
)
from usance.financing.service.offer_ends import ExpireOffer, apply_expire_offer, prepare_expire
from usance.financing.service.offers import OfferStage, RequestOffer
from usance.financing.service.order_offers import OrderOfferStage, RequestOrderOffer
from usance.financing.service.overdue import MarkOverdue, apply_mark_overdue, prepare_overdue

__all__ = [
    "AcceptOffer",
    "AcceptStage",
    "AcceptUnderMandate",
    "AccrueAdvances",
    "AccrueStage",
    "ExpireOffer",
    "GrantMandate",
    "MarkOverdue",
    "OfferStage",
    "OpenFacility",
    "OpenFacilityStage",
    "OrderOfferStage",
    "ReceiveFunds",
    "ReceiveFundsStage",
    "RequestOffer",
    "RequestOrderOffer",
    "RevokeMandate",
    "SetAppetite",
    "SetFacilityStatus",
    "Waterfall",
    "apply_expire_offer",
    "apply_grant_mandate",
    "apply_mark_overdue",
    "apply_revoke_mandate",
    "apply_set_appetite",
    "apply_set_facility_status",
    "prepare_expire",
    "prepare_overdue",
]
