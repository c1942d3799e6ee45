"""Who finances a sale: the funder with the most room."""

from collections.abc import Iterable

from usance.financing.model import Advance, Facility
from usance.financing.rules.pricing import Price
from usance.kernel.records import Record


class Room(Record, frozen=True):
    """What a facility could advance now, in minor units of its currency."""

    facility: Facility
    headroom: int
    funds: int

    @property
    def free(self) -> int:
        """The lesser of the facility's headroom and its funder's money."""
        return max(0, min(self.headroom, self.funds))


def with_returned(room: Room, replaced: Iterable[Advance]) -> Room:
    """Return the room a facility has once the principal of these advances is repaid."""
    headroom, funds = room.headroom, room.funds
    for advance in replaced:
        if advance.facility_id == room.facility.id:
            headroom += advance.principal_outstanding
        if advance.funder_id == room.facility.funder_id:
            funds += advance.principal_outstanding
    return Room(room.facility, headroom, funds)


class Bid(Record, frozen=True):
    """What a facility would offer, and the room it has for it."""

    room: Room
    price: Price


def with_most_room(bids: Iterable[Bid]) -> Bid | None:
    """Return the bid with the largest room of those that fit; the lower id where two are."""
    fitting = [bid for bid in bids if bid.room.free >= bid.price.principal.minor]
    return min(fitting, key=lambda bid: (-bid.room.free, bid.room.facility.id), default=None)
