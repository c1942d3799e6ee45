"""What has happened to mandates."""

from usance.kernel.ids import PartyId
from usance.kernel.money import Money
from usance.kernel.records import Record


class MandateGranted(Record, frozen=True):
    """A seller says yes in advance to offers up to this principal."""

    seller_id: PartyId
    per_offer_max: Money


class MandateRevoked(Record, frozen=True):
    """The seller wants to be asked again."""

    seller_id: PartyId
