"""Mandates: a seller's standing yes."""

from datetime import datetime

from usance.kernel.ids import PartyId
from usance.kernel.money import Money
from usance.kernel.records import Record


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
