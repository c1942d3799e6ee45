"""Who finances an asset: the cheapest funders first, each as far as its room and appetite go."""

from collections.abc import Iterable, Sequence

from usance.financing.model import Advance, Facility
from usance.financing.rules.pricing import Price, part_of
from usance.kernel.records import Record

_WHOLE_BPS = 10_000
# Costs are compared in parts of a million of the principal.
_MILLION = 1_000_000


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
    """What a facility would offer for the whole, and the room it has for it.

    share_bps: the most it wants of one advance.
    """

    room: Room
    price: Price
    share_bps: int = _WHOLE_BPS

    @property
    def most(self) -> int:
        """The most of the principal it would take, in minor units."""
        principal = self.price.principal.minor
        return min(self.room.free, principal * self.share_bps // _WHOLE_BPS)

    @property
    def cost(self) -> int:
        """What the seller pays for the whole, in millionths of the principal."""
        principal = self.price.principal.minor
        return self.price.fee.minor * _MILLION // principal if principal else 0


class Taken(Record, frozen=True):
    """What one facility takes of an offer, priced."""

    bid: Bid
    price: Price


def takers(bids: Sequence[Bid]) -> list[Taken]:
    """Return who finances an asset, the first of them leading; [] where all have too little room.

    Cheapest for the seller first, then the most room, then the lower id. Where the first takes
    less than the whole, the next of the same programme join.
    """
    if len(bids) == 1 and bids[0].most >= bids[0].price.principal.minor:
        return [Taken(bids[0], bids[0].price)]
    ranked = sorted(bids, key=lambda bid: (bid.cost, -bid.room.free, bid.room.facility.id))
    for programme in dict.fromkeys(bid.room.facility.programme for bid in ranked):
        own = [bid for bid in ranked if bid.room.facility.programme == programme]
        found = _filled(own)
        if found:
            return found
    return []


def _filled(bids: Sequence[Bid]) -> list[Taken]:
    left = bids[0].price.principal.minor
    taken: list[Taken] = []
    for bid in bids:
        amount = min(bid.most, left)
        if amount <= 0:
            continue
        left -= amount
        is_whole = amount == bid.price.principal.minor
        taken.append(Taken(bid, bid.price if is_whole else part_of(bid.price, amount)))
    return [] if left else taken
