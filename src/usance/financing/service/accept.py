"""A seller – accepts – an offer: judged, drawn, and on its way to the seller in one go."""

from collections.abc import Mapping, Sequence

from usance.financing.errors import (
    NO_MANDATE,
    OFFER_HAS_EXPIRED,
    OFFER_NOT_OPEN,
    SALE_CHANGED,
    UNKNOWN_OFFER,
)
from usance.financing.model import AssetKind, Offer, OfferStatus
from usance.financing.ports import DrawdownGate
from usance.financing.rules.techniques import TECHNIQUES, sale_state
from usance.financing.service.draw import Draw
from usance.financing.tables import MANDATES, OFFERS
from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import OfferId, OrderId, PartyId
from usance.kernel.records import Record
from usance.payments.errors import UNKNOWN_ORDER
from usance.payments.service import paid_by, payment_of, prepare_paid
from usance.runtime.commands import Command, Loader
from usance.trade.model import Order
from usance.trade.service.find_orders import orders_by_id

Orders = Mapping[OrderId, Order]


class AcceptOffer(Record, frozen=True):
    """Take the offer: the money is drawn and paid out."""

    offer_id: OfferId


class AcceptUnderMandate(Record, frozen=True):
    """Take the offer if the seller's standing mandate covers it. Asked by the house itself."""

    offer_id: OfferId


class AcceptStage:
    """Applies `accept_offer` and `accept_under_mandate`.

    gate: judges the draw. A draw judged no ends the offer as declined: that is an answer, told
    as a fact, not a refusal.
    """

    def __init__(self, gate: DrawdownGate, operator_id: PartyId) -> None:
        self._draw = Draw(gate, operator_id)

    async def prepare(self, loader: Loader, commands: Sequence[Command]) -> Orders:
        """Make visible the offers that are no longer open; return the orders behind all."""
        bodies = [command.body for command in commands]
        accepted = [b.offer_id for b in bodies if isinstance(b, AcceptOffer | AcceptUnderMandate)]
        await loader.rows(OFFERS, accepted)
        found = [loader.get(OFFERS, offer_id) for offer_id in accepted]
        offers = [offer for offer in found if offer is not None]
        unpaid = [offer.order_id for offer in offers if offer.payment_id is None]
        if unpaid:
            await prepare_paid(loader, unpaid)
        return await orders_by_id(loader, {offer.order_id for offer in offers})

    def apply(self, draft: Draft, body: AcceptOffer, orders: Orders) -> Refusal | None:
        """Draw the offer, or decline it where the draw is judged no.

        Refuses: unknown_offer, offer_not_open, offer_has_expired, sale_changed,
        facility_not_for_seller, unknown_order, and what refuses the payout: then nothing is
        drawn.
        """
        offer = _open_offer(draft, body.offer_id)
        return offer if isinstance(offer, Refusal) else self._take(draft, offer, orders)

    def apply_under_mandate(
        self, draft: Draft, body: AcceptUnderMandate, orders: Orders
    ) -> Refusal | None:
        """Refuses like `apply`, and no_mandate where none stands or the offer is above it."""
        offer = _open_offer(draft, body.offer_id)
        if isinstance(offer, Refusal):
            return offer
        mandate = draft.get(MANDATES, offer.seller_id)
        if mandate is None or not mandate.covers(offer.principal):
            return NO_MANDATE.refuse("offer_id", offer.principal)
        return self._take(draft, offer, orders)

    def _take(self, draft: Draft, offer: Offer, orders: Orders) -> Refusal | None:
        order = orders.get(offer.order_id)
        if order is None:
            return UNKNOWN_ORDER.refuse("order_id", offer.order_id)
        draft.thread(offer.order_id)
        return self._draw(draft, offer, order)


def _open_offer(draft: Draft, offer_id: OfferId) -> Offer | Refusal:
    """Return an offer that can be accepted now, on an asset that is still as it was."""
    offer = draft.get(OFFERS, offer_id)
    if offer is None:
        return UNKNOWN_OFFER.refuse("offer_id", offer_id)
    if offer.status is not OfferStatus.MADE:
        return OFFER_NOT_OPEN.refuse("offer_id", offer.status)
    if draft.now >= offer.expires_at:
        return OFFER_HAS_EXPIRED.refuse("offer_id", offer.expires_at.isoformat())
    return _changed(draft, offer) or offer


def _changed(draft: Draft, offer: Offer) -> Refusal | None:
    """Refuse an offer on a sale that has moved on, or of which a part goes back."""
    assert offer.asset_kind is AssetKind.SALE, offer.asset_kind
    known = offer.payment_id
    payment = paid_by(draft, offer.order_id) if known is None else payment_of(draft, known)
    if known is not None and payment is None:
        return SALE_CHANGED.refuse("offer_id", "settled")
    if sale_state(payment) not in TECHNIQUES[offer.technique].states:
        return SALE_CHANGED.refuse("offer_id", "unpaid" if payment is None else payment.status)
    if payment is not None and payment.remaining != payment.sold:
        return SALE_CHANGED.refuse("offer_id", payment.remaining)
    return None
