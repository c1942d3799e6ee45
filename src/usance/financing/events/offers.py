"""What has happened to offers."""

from datetime import date, datetime

from usance.financing.model import OfferPart, Technique
from usance.kernel.decisions import Reason
from usance.kernel.ids import DecisionId, FacilityId, OfferId, OrderId, PartyId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record


class OfferMade(Record, frozen=True):
    """An order or a sale can be financed, priced line by line.

    payment_id: None before there is a payment. recourse: the seller owes what it does not bring.
    apr: effective annual rate of the fee on the principal, act/365, as a decimal: "0.1023" is
    10.23 %. total_cost: all the seller pays for it. room_before: what the funder could still
    advance, the lesser of the facility's headroom and the funder's money. parts: where several
    funders share it: facility_id is then the one that leads.
    """

    offer_id: OfferId
    technique: Technique
    recourse: bool
    payment_id: PaymentId | None
    order_id: OrderId
    seller_id: PartyId
    obligor_id: PartyId
    facility_id: FacilityId
    funder_id: PartyId
    receivable: Money
    advance_rate_bps: int
    principal: Money
    fee: Money
    fee_rule: str
    apr: str
    total_cost: Money
    tenor_days: int
    due_date: date
    expires_at: datetime
    room_before: Money
    parts: tuple[OfferPart, ...] = ()


class OfferNotMade(Record, frozen=True):
    """A sale of a seller who has a facility cannot be financed, and why."""

    payment_id: PaymentId
    seller_id: PartyId
    reasons: tuple[Reason, ...]


class OfferExpired(Record, frozen=True):
    """Nobody answered the offer in time."""

    offer_id: OfferId
    payment_id: PaymentId | None


class OfferWithdrawn(Record, frozen=True):
    """Offers were taken back because their sale has changed."""

    payment_id: PaymentId
    offers: tuple[OfferId, ...]
    reason: Reason


class OfferDeclined(Record, frozen=True):
    """An accepted offer was not drawn. Nothing was posted.

    decision_id: what risk decided; None where the funder's money did not suffice and nobody had
    to be asked.
    """

    offer_id: OfferId
    payment_id: PaymentId | None
    facility_id: FacilityId
    seller_id: PartyId
    principal: Money
    reasons: tuple[Reason, ...]
    decision_id: DecisionId | None
