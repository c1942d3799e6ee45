"""What has happened in financing."""

from datetime import date, datetime

from usance.financing.model import FacilityStatus
from usance.kernel.decisions import Reason
from usance.kernel.ids import (
    AdvanceId,
    DecisionId,
    FacilityId,
    OfferId,
    OrderId,
    PartyId,
    PaymentId,
)
from usance.kernel.money import Money
from usance.kernel.records import Record


class FacilityOpened(Record, frozen=True):
    """A funder has granted a limit on a seller's sales."""

    facility_id: FacilityId
    funder_id: PartyId
    seller_id: PartyId
    limit: Money
    programme: str


class FacilityStatusChanged(Record, frozen=True):
    """A facility was suspended or made active again. What is drawn runs on."""

    facility_id: FacilityId
    status: FacilityStatus
    reason: str


class FundsReceived(Record, frozen=True):
    """A funder has paid in money to lend. reference: the bank's own."""

    funder_id: PartyId
    amount: Money
    reference: str


class MandateGranted(Record, frozen=True):
    """A seller says yes in advance to offers up to this principal."""

    seller_id: PartyId
    per_offer_max: Money


class MandateRevoked(Record, frozen=True):
    """The seller wants to be asked again."""

    seller_id: PartyId


class OfferMade(Record, frozen=True):
    """A sale can be financed, priced line by line.

    apr: effective annual rate of the fee on the principal, act/365, as a decimal: "0.1023" is
    10.23 %. total_cost: all the seller pays for it. room_before: what the funder could still
    advance, the lesser of the facility's headroom and the funder's money.
    """

    offer_id: OfferId
    payment_id: PaymentId
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


class OfferNotMade(Record, frozen=True):
    """A sale of a seller who has a facility cannot be financed, and why."""

    payment_id: PaymentId
    seller_id: PartyId
    reasons: tuple[Reason, ...]


class OfferExpired(Record, frozen=True):
    """Nobody answered the offer in time."""

    offer_id: OfferId
    payment_id: PaymentId


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
    payment_id: PaymentId
    facility_id: FacilityId
    seller_id: PartyId
    principal: Money
    reasons: tuple[Reason, ...]
    decision_id: DecisionId | None


class AdvanceDrawn(Record, frozen=True):
    """The seller has the money. headroom: what the facility may still advance after it."""

    advance_id: AdvanceId
    offer_id: OfferId
    payment_id: PaymentId
    order_id: OrderId
    facility_id: FacilityId
    funder_id: PartyId
    seller_id: PartyId
    obligor_id: PartyId
    principal: Money
    fee: Money
    due_date: date
    decision_id: DecisionId
    headroom: Money


class Repayment(Record, frozen=True):
    """What one advance got from a settlement, by tier, and what it still lacks."""

    advance_id: AdvanceId
    payment_id: PaymentId
    facility_id: FacilityId
    funder_id: PartyId
    fee: Money
    charge: Money
    principal: Money
    outstanding: Money


class AdvanceRepaid(Record, frozen=True):
    """A settlement has repaid advances, in whole or in part, in the order of `lines`."""

    payment_id: PaymentId
    lines: tuple[Repayment, ...]


class Recall(Record, frozen=True):
    """What was asked back of one advance, from where it was taken, and what remains."""

    advance_id: AdvanceId
    payment_id: PaymentId
    facility_id: FacilityId
    funder_id: PartyId
    from_available: Money
    from_reserve: Money
    outstanding: Money
    first_claim: bool


class AdvanceRecalled(Record, frozen=True):
    """The sale behind advances has shrunk or brought too little.

    first_claim of a line: what is outstanding is repaid first by the seller's next settlement.
    """

    payment_id: PaymentId
    lines: tuple[Recall, ...]


class AdvanceOverdue(Record, frozen=True):
    """An advance was not repaid when it was due. charge: what lateness has cost so far."""

    advance_id: AdvanceId
    order_id: OrderId
    facility_id: FacilityId
    due_date: date
    outstanding: Money
    charge: Money
