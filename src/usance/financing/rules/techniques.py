"""What each technique finances, who owes it, and what it may take the place of. One table."""

from enum import StrEnum
from typing import Final

from usance.financing.model import AssetKind, AssetState, Technique
from usance.kernel.decisions import Reason
from usance.kernel.ids import PartyId
from usance.kernel.records import Record
from usance.payments.model import Payment, PaymentStatus
from usance.policy.model import PolicyRow


class Obligor(StrEnum):
    """On whom the exposure of an advance is counted."""

    BUYER = "buyer"
    SELLER = "seller"


class TechniqueRule(Record, frozen=True):
    """One technique.

    states: of the asset, in which it may be offered and drawn. replaces: whose advances on the
    same asset are repaid from its draw. otherwise: why nothing is offered in another state.
    """

    asset_kind: AssetKind
    states: frozenset[AssetState]
    obligor: Obligor
    replaces: frozenset[Technique]
    otherwise: Reason

    def obligor_of(self, seller_id: PartyId, buyer_id: PartyId) -> PartyId:
        """Return the party on whom an advance is counted."""
        return buyer_id if self.obligor is Obligor.BUYER else seller_id


TECHNIQUES: Final[dict[Technique, TechniqueRule]] = {
    Technique.ORDER: TechniqueRule(
        AssetKind.SALE,
        frozenset({AssetState.ORDER}),
        # The buyer's money is to repay it, as it is to repay what takes its place.
        Obligor.BUYER,
        frozenset(),
        Reason("order_not_open", "The order is paid for already.", "订单已付款。"),
    ),
    Technique.RECEIVABLE_PURCHASE: TechniqueRule(
        AssetKind.SALE,
        frozenset({AssetState.RECEIVABLE}),
        Obligor.BUYER,
        frozenset({Technique.ORDER}),
        Reason(
            "sale_not_awaiting_settlement",
            "The payment is not captured, or settled already.",
            "付款未到账或已结算。",
        ),
    ),
}


def technique_of(programme: PolicyRow) -> Technique | None:
    """Return the technique of a programme's row, None where it names one that we do not know."""
    name = programme.text("technique")
    return Technique(name) if name in TECHNIQUES else None


_STATES: Final[dict[PaymentStatus, AssetState]] = {
    PaymentStatus.CAPTURED: AssetState.RECEIVABLE,
    PaymentStatus.SETTLED: AssetState.COLLECTED,
    PaymentStatus.REFUNDED: AssetState.RETURNED,
    PaymentStatus.CHARGED_BACK: AssetState.RETURNED,
}


def sale_state(payment: Payment | None) -> AssetState:
    """Return how far a sale has come, by its payment; an order while there is no money."""
    if payment is None:
        return AssetState.ORDER
    return _STATES.get(payment.status, AssetState.ORDER)
