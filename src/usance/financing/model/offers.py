"""Offers: what a funder offers on one asset."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final

from usance.financing.model.assets import AssetKind
from usance.financing.model.programmes import Technique
from usance.kernel.ids import AssetId, FacilityId, OfferId, OrderId, PartyId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record


class OfferStatus(StrEnum):
    """Where an offer stands."""

    MADE = "made"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


_ENDS: Final[frozenset[OfferStatus]] = frozenset()
MAY_BECOME: Final[dict[OfferStatus, frozenset[OfferStatus]]] = {
    OfferStatus.MADE: frozenset(
        {OfferStatus.ACCEPTED, OfferStatus.DECLINED, OfferStatus.WITHDRAWN, OfferStatus.EXPIRED}
    ),
    OfferStatus.ACCEPTED: _ENDS,
    OfferStatus.DECLINED: _ENDS,
    OfferStatus.WITHDRAWN: _ENDS,
    OfferStatus.EXPIRED: _ENDS,
}


class OfferPart(Record, frozen=True):
    """What one of several funders advances on an offer, and what it costs."""

    facility_id: FacilityId
    funder_id: PartyId
    principal: Money
    fee: Money
    fee_operator: Money


class Offer(Record, frozen=True):
    """What a funder offers on one asset. Immutable but for its status.

    payment_id: None before there is a payment. receivable: what the asset will bring the seller,
    net. recourse: the seller owes what the asset does not bring. fee: on top of principal, taken
    at repayment; fee_operator: our servicing part of it. obligor_id: on whom it is counted.
    parts: where several funders share it, of whom `facility_id` leads. declined: the offer was
    accepted and not drawn.
    """

    id: OfferId
    asset_id: AssetId
    asset_kind: AssetKind
    technique: Technique
    recourse: bool
    payment_id: PaymentId | None
    order_id: OrderId
    invoice_no: str
    seller_id: PartyId
    obligor_id: PartyId
    facility_id: FacilityId
    funder_id: PartyId
    receivable: Money
    principal: Money
    fee: Money
    fee_operator: Money
    tenor_days: int
    due_date: date
    expires_at: datetime
    status: OfferStatus
    made_at: datetime
    parts: tuple[OfferPart, ...] = ()

    @property
    def shares(self) -> tuple[OfferPart, ...]:
        """Who advances how much: the parts, or the one funder all of it."""
        own = (self.facility_id, self.funder_id, self.principal, self.fee, self.fee_operator)
        return self.parts or (OfferPart(*own),)
