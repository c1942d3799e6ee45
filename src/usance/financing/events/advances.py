"""What has happened to advances."""

from datetime import date

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


class DrawnPart(Record, frozen=True):
    """What another of several funders advances in the same draw. See AdvanceDrawn."""

    advance_id: AdvanceId
    facility_id: FacilityId
    funder_id: PartyId
    principal: Money
    fee: Money
    decision_id: DecisionId
    headroom: Money


class AdvanceDrawn(Record, frozen=True):
    """The seller has the money. headroom: what the facility may still advance after it.

    replaces: earlier advances on the same asset, repaid from this draw in the same chain; the
    seller is paid out the rest, `to_seller`. joined: the parts of the other funders, where
    several share the offer: principal, fee and all else is that of the one that leads.
    """

    advance_id: AdvanceId
    offer_id: OfferId
    payment_id: PaymentId | None
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
    to_seller: Money
    replaces: tuple[AdvanceId, ...] = ()
    joined: tuple[DrawnPart, ...] = ()


class Repayment(Record, frozen=True):
    """What one advance got from a settlement or a later draw, by tier, and what it still lacks."""

    advance_id: AdvanceId
    payment_id: PaymentId | None
    facility_id: FacilityId
    funder_id: PartyId
    fee: Money
    charge: Money
    principal: Money
    outstanding: Money


class AdvanceRepaid(Record, frozen=True):
    """Advances were repaid, in whole or in part, in the order of `lines`.

    By the settlement of a payment, or by the draw of an advance that takes their place.
    """

    payment_id: PaymentId | None
    lines: tuple[Repayment, ...]


class Recall(Record, frozen=True):
    """What was asked back of one advance, from where it was taken, and what remains."""

    advance_id: AdvanceId
    payment_id: PaymentId | None
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
