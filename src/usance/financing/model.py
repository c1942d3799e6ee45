"""The nouns of financing and the lives they may lead."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final

from usance.kernel.ids import (
    AdvanceId,
    DecisionId,
    FacilityId,
    OfferId,
    OrderId,
    PartyId,
    PaymentId,
)
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record


class FacilityStatus(StrEnum):
    """Whether a facility may be drawn on."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


class Facility(Record, frozen=True):
    """An agreement: a funder advances money on a seller's sales, up to a limit.

    limit: in the seller's settlement currency. programme: the scope of its terms in policy.
    What is still free of the limit is the ledger's `headroom`, never a figure here. position: of
    the fact that opened it.
    """

    id: FacilityId
    funder_id: PartyId
    seller_id: PartyId
    limit: Money
    programme: str
    opened_at: datetime
    status: FacilityStatus
    position: int


class Mandate(Record, frozen=True):
    """A seller's standing yes to offers whose principal is at most `per_offer_max`."""

    seller_id: PartyId
    per_offer_max: Money
    granted_at: datetime
    revoked_at: datetime | None = None

    def covers(self, principal: Money) -> bool:
        """Return whether an offer of this principal is accepted without asking."""
        return (
            self.revoked_at is None
            and self.per_offer_max.currency == principal.currency
            and self.per_offer_max.minor >= principal.minor
        )


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


class Offer(Record, frozen=True):
    """What a funder offers on one sale. Immutable but for its status.

    receivable: what the sale will bring the seller, net. fee: on top of principal, taken at
    repayment; fee_operator: our servicing part of it. obligor_id: the buyer. declined: the offer
    was accepted and not drawn.
    """

    id: OfferId
    payment_id: PaymentId
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


class AdvanceStatus(StrEnum):
    """Where an advance stands.

    recalled: the sale that was to repay it is gone or too small; what is outstanding is first
    claim on the seller's next settlement.
    """

    DRAWN = "drawn"
    RECALLED = "recalled"
    REPAID = "repaid"


class Advance(Record, frozen=True):
    """Money paid against a receivable. The outstanding figures are minor units of principal.

    charge_outstanding: charges for lateness; late_until: the day up to which they were reckoned,
    None while it is not late. claimed: what of the principal a shrunk sale no longer carries and
    could not be taken back at once; the rest waits for the sale's own settlement.
    """

    id: AdvanceId
    offer_id: OfferId
    payment_id: PaymentId
    order_id: OrderId
    invoice_no: str
    facility_id: FacilityId
    funder_id: PartyId
    seller_id: PartyId
    obligor_id: PartyId
    programme: str
    principal: Money
    principal_outstanding: int
    fee: Money
    fee_operator: Money
    fee_outstanding: int
    charge_outstanding: int
    drawn_at: datetime
    due_date: date
    status: AdvanceStatus
    decision_id: DecisionId
    late_until: date | None = None
    claimed: int = 0

    @property
    def is_first_claim(self) -> bool:
        """Whether the seller's next settlement owes it something, whichever sale that is of."""
        return self.status is AdvanceStatus.RECALLED or self.claimed > 0

    @property
    def currency(self) -> Currency:
        """The currency of all its amounts."""
        return self.principal.currency

    @property
    def outstanding(self) -> int:
        """All that is still to be repaid, in minor units."""
        return self.principal_outstanding + self.fee_outstanding + self.charge_outstanding


class SaleFinance(Record, frozen=True):
    """What is open on one payment: offers not yet answered, advances not yet repaid."""

    payment_id: PaymentId
    offers: tuple[OfferId, ...] = ()
    advances: tuple[AdvanceId, ...] = ()
    open: bool = False


class RecalledAdvances(Record, frozen=True):
    """A seller's recalled advances: the first claim on the next settlement."""

    seller_id: PartyId
    advances: tuple[AdvanceId, ...] = ()


class SellerFacilities(Record, frozen=True):
    """The facilities that serve a seller."""

    seller_id: PartyId
    facilities: tuple[FacilityId, ...] = ()


class ObligorFacilities(Record, frozen=True):
    """The facilities that have ever advanced money on an obligor: where its exposure stands."""

    obligor_id: PartyId
    facilities: tuple[FacilityId, ...] = ()
