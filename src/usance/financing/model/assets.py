"""Assets: what stands behind an advance, and the states it moves through."""

from enum import StrEnum
from typing import Final

from usance.kernel.ids import AdvanceId, AssetId, OfferId, PartyId
from usance.kernel.money import Money
from usance.kernel.records import Record


class AssetKind(StrEnum):
    """What can stand behind an advance. sale: an order, and the money it brings."""

    SALE = "sale"


class AssetState(StrEnum):
    """How far an asset has come.

    order: ordered, not paid for. receivable: the buyer has paid, the rail has not settled.
    collected: the money is here. returned: all of it went back to the buyer.
    """

    ORDER = "order"
    RECEIVABLE = "receivable"
    COLLECTED = "collected"
    RETURNED = "returned"


ENDS: Final = frozenset({AssetState.COLLECTED, AssetState.RETURNED})
ASSET_MAY_BECOME: Final[dict[AssetState, frozenset[AssetState]]] = {
    # A rail may settle what it never said it had collected.
    AssetState.ORDER: frozenset({AssetState.RECEIVABLE}) | ENDS,
    AssetState.RECEIVABLE: ENDS,
    AssetState.COLLECTED: frozenset(),
    AssetState.RETURNED: frozenset(),
}


class Asset(Record, frozen=True):
    """What finance is asked on, from the first offer until nothing is open on it any more.

    id: the UUID of its source, of a sale that of its order. obligor_id: who owes what it will
    bring. amount: that, in the settlement currency, as the last offer reckoned it. offers: those
    nobody has answered; advances: those not repaid. open: it has not ended, or finance is open
    on it.
    """

    id: AssetId
    kind: AssetKind
    seller_id: PartyId
    obligor_id: PartyId
    amount: Money
    state: AssetState
    offers: tuple[OfferId, ...] = ()
    advances: tuple[AdvanceId, ...] = ()
    open: bool = True
