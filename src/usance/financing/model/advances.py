"""Advances: money paid against an asset, and what of it is still out."""

from datetime import date, datetime
from enum import StrEnum

from usance.financing.model.assets import AssetKind
from usance.financing.model.programmes import Technique
from usance.kernel.ids import (
    AdvanceId,
    AssetId,
    DecisionId,
    FacilityId,
    OfferId,
    OrderId,
    PartyId,
    PaymentId,
)
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record


class AdvanceStatus(StrEnum):
    """Where an advance stands.

    recalled: the sale that was to repay it is gone or too small; what is outstanding is first
    claim on the seller's next settlement.
    """

    DRAWN = "drawn"
    RECALLED = "recalled"
    REPAID = "repaid"


class Advance(Record, frozen=True):
    """Money paid against an asset. The outstanding figures are minor units of principal.

    payment_id: None before there is a payment. recourse: the seller owes what the asset does not
    bring.
    charge_outstanding: charges for lateness; late_until: the day up to which they were reckoned,
    None while it is not late. claimed: what of the principal a shrunk sale no longer carries and
    could not be taken back at once; the rest waits for the sale's own settlement. accrued: what
    of the fee was earned by the end of `accrued_until`, paid or not.
    """

    id: AdvanceId
    offer_id: OfferId
    asset_id: AssetId
    asset_kind: AssetKind
    technique: Technique
    recourse: bool
    payment_id: PaymentId | None
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
    accrued: int = 0
    accrued_until: date | None = None

    @property
    def is_first_claim(self) -> bool:
        """Whether the seller's next settlement owes it something, whichever sale that is of."""
        return self.status is AdvanceStatus.RECALLED or self.claimed > 0

    @property
    def fee_paid(self) -> int:
        """What of the fee was paid, in minor units."""
        return self.fee.minor - self.fee_outstanding

    @property
    def currency(self) -> Currency:
        """The currency of all its amounts."""
        return self.principal.currency

    @property
    def outstanding(self) -> int:
        """All that is still to be repaid, in minor units."""
        return self.principal_outstanding + self.fee_outstanding + self.charge_outstanding


class RecalledAdvances(Record, frozen=True):
    """A seller's recalled advances: the first claim on the next settlement."""

    seller_id: PartyId
    advances: tuple[AdvanceId, ...] = ()
