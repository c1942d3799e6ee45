"""Facilities: what a funder has agreed to advance to a seller."""

from datetime import datetime
from enum import StrEnum

from usance.kernel.ids import FacilityId, PartyId
from usance.kernel.money import Money
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


class SellerFacilities(Record, frozen=True):
    """The facilities that serve a seller."""

    seller_id: PartyId
    facilities: tuple[FacilityId, ...] = ()


class ObligorFacilities(Record, frozen=True):
    """The facilities that have ever advanced money on an obligor: where its exposure stands."""

    obligor_id: PartyId
    facilities: tuple[FacilityId, ...] = ()
