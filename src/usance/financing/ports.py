"""What financing asks of others."""

from datetime import date
from typing import Protocol

from usance.kernel.decisions import Judgement
from usance.kernel.draft import Draft
from usance.kernel.ids import AdvanceId, FacilityId, PartyId
from usance.kernel.money import Money
from usance.kernel.records import Record


class DrawdownQuestion(Record, frozen=True):
    """May this advance be drawn?

    headroom, obligor_exposure: as they stand before this draw.
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


class DrawdownGate(Protocol):
    """Judges an advance before the funder's money is drawn."""

    def judge(self, draft: Draft, question: DrawdownQuestion) -> Judgement:
        """Return the verdict; an allowed invoice is remembered as financed."""
