"""What has happened to facilities, and to the money that funders lend."""

from usance.financing.model import FacilityStatus
from usance.kernel.ids import FacilityId, PartyId
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
