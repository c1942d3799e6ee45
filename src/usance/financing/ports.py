"""What financing asks of others."""

from datetime import date
from typing import Protocol

from usance.financing.model import Technique
from usance.kernel.draft import Draft
from usance.kernel.ids import AdvanceId, FacilityId, PartyId
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments.ports import Ruling


class DrawdownQuestion(Record, frozen=True):
    """May this advance be drawn?

    headroom, obligor_exposure: as they stand before this draw, in the currency of `amount`;
    exposure is the principal outstanding on the obligor over all facilities. What the draw
    repays counts as repaid in both. invoice_amount: in the buyer's currency. shares_with: advances
    that may have the same invoice: what it repays, and the other parts of the same offer.
    """

    advance_id: AdvanceId
    facility_id: FacilityId
    funder_id: PartyId
    seller_id: PartyId
    seller_name: str
    obligor_id: PartyId
    obligor_name: str
    invoice_no: str
    invoice_issued: date
    invoice_amount: Money
    amount: Money
    headroom: Money
    facility_limit: Money
    obligor_exposure: Money
    technique: Technique = Technique.RECEIVABLE_PURCHASE
    shares_with: tuple[AdvanceId, ...] = ()


class DrawdownGate(Protocol):
    """Judges an advance before the funder's money is drawn. Implemented by risk."""

    def judge(self, draft: Draft, question: DrawdownQuestion) -> Ruling:
        """Return the verdict and where it is kept; an allowed invoice counts as financed."""
