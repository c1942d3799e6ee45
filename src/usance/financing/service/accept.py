"""A seller – accepts – an offer: judged, drawn, and on its way to the seller in one go."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from usance.financing.errors import (
    NO_MANDATE,
    OFFER_HAS_EXPIRED,
    OFFER_NOT_OPEN,
    SALE_CHANGED,
    UNKNOWN_OFFER,
)
from usance.financing.events import AdvanceDrawn, OfferDeclined
from usance.financing.model import Advance, AdvanceStatus, Facility, Offer, OfferStatus
from usance.financing.ports import DrawdownGate, DrawdownQuestion
from usance.financing.rules.eligibility import NO_FUNDS
from usance.financing.rules.postings import DRAW
from usance.financing.rules.rooms import Room
from usance.financing.service.filing import (
    PROGRAMME,
    end_offer,
    exposure_of,
    facility_for,
    file_advance,
    headroom_of,
    remember_exposure,
    room_of,
    where_of,
)
from usance.financing.service.overdue import MarkOverdue
from usance.financing.tables import MANDATES, OFFERS
from usance.kernel.decisions import Reason, Verdict
from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import AdvanceId, DecisionId, OfferId, OrderId, PartyId
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.ledger.service import expand, post
from usance.parties.service import party_of
from usance.payments.errors import UNKNOWN_ORDER
from usance.payments.model import PaymentStatus
from usance.payments.service import initiate_payout, payment_of
from usance.policy.service import look_up
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
        self._gate = gate
        self._operator_id = operator_id

    async def prepare(self, loader: Loader, commands: Sequence[Command]) -> Orders:
        """Make visible the offers that are no longer open; return the orders behind all."""
        bodies = [command.body for command in commands]
        accepted = [b.offer_id for b in bodies if isinstance(b, AcceptOffer | AcceptUnderMandate)]
        await loader.rows(OFFERS, accepted)
        found = [loader.get(OFFERS, offer_id) for offer_id in accepted]
        return await orders_by_id(loader, {offer.order_id for offer in found if offer is not None})

    def apply(self, draft: Draft, body: AcceptOffer, orders: Orders) -> Refusal | None:
        """Draw the offer, or decline it where the draw is judged no.

        Refuses: unknown_offer, offer_not_open, offer_has_expired, sale_changed,
        facility_not_for_seller, unknown_order, and what refuses the payout: then nothing is
        drawn.
        """
        offer = _open_offer(draft, body.offer_id)
        return offer if isinstance(offer, Refusal) else self._draw(draft, offer, orders)

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
        return self._draw(draft, offer, orders)

    def _draw(self, draft: Draft, offer: Offer, orders: Orders) -> Refusal | None:
        facility = facility_for(draft, offer.facility_id, offer.seller_id, offer.principal.currency)
        if isinstance(facility, Refusal):
            return facility
        order = orders.get(offer.order_id)
        if order is None:
            return UNKNOWN_ORDER.refuse("order_id", offer.order_id)
        draft.thread(offer.order_id)
        room = room_of(draft, facility, self._operator_id)
        if room.funds < offer.principal.minor:
            _decline(draft, offer, (NO_FUNDS,), None)
            return None
        question = _question(draft, offer, order, room, draft.new_id(AdvanceId))
        ruling = self._gate.judge(draft, question)
        if ruling.judgement.verdict is not Verdict.ALLOW:
            _decline(draft, offer, ruling.judgement.reasons, ruling.decision_id)
            return None
        advance = _advance(offer, facility, question.advance_id, ruling.decision_id, draft.now)
        legs = expand(
            DRAW,
            {"principal": advance.principal, "fee": advance.fee},
            where_of(advance, self._operator_id),
        )
        posted = post(draft, legs, draft.now.date())
        # The ledger has the last word on the limit; the gate has judged by the same figures.
        return posted if isinstance(posted, Refusal) else self._drawn(draft, offer, advance)

    def _drawn(self, draft: Draft, offer: Offer, advance: Advance) -> Refusal | None:
        end_offer(draft, offer, OfferStatus.ACCEPTED)
        file_advance(draft, advance)
        remember_exposure(draft, advance)
        left = headroom_of(draft, advance, self._operator_id)
        draft.tell(
            AdvanceDrawn(
                advance_id=advance.id,
                offer_id=offer.id,
                payment_id=advance.payment_id,
                order_id=advance.order_id,
                facility_id=advance.facility_id,
                funder_id=advance.funder_id,
                seller_id=advance.seller_id,
                obligor_id=advance.obligor_id,
                principal=advance.principal,
                fee=advance.fee,
                due_date=advance.due_date,
                decision_id=advance.decision_id,
                headroom=left,
            )
        )
        programme = look_up(draft, PROGRAMME, advance.programme, draft.now.date())
        # The first moment after the last day of grace.
        late = advance.due_date + timedelta(days=programme.integer("grace_days") + 1)
        late_at = datetime.combine(late, time.min, UTC)
        draft.schedule(late_at, "mark_overdue", MarkOverdue(advance.id))
        return initiate_payout(
            draft, advance.seller_id, advance.principal, "advance", advance.payment_id
        )


def _question(
    draft: Draft, offer: Offer, order: Order, room: Room, advance_id: AdvanceId
) -> DrawdownQuestion:
    seller, obligor = party_of(draft, offer.seller_id), party_of(draft, offer.obligor_id)
    assert seller is not None, f"{offer.id} has a seller"
    assert obligor is not None, f"{offer.id} has an obligor"
    currency = offer.principal.currency
    return DrawdownQuestion(
        advance_id=advance_id,
        facility_id=offer.facility_id,
        funder_id=offer.funder_id,
        seller_id=seller.id,
        seller_name=seller.legal_name,
        obligor_id=obligor.id,
        obligor_name=obligor.legal_name,
        invoice_no=order.invoice_no,
        invoice_issued=order.placed_at.date(),
        invoice_amount=order.amount,
        amount=offer.principal,
        headroom=Money(room.headroom, currency),
        facility_limit=room.facility.limit,
        obligor_exposure=exposure_of(draft, offer.obligor_id, currency),
    )


def _open_offer(draft: Draft, offer_id: OfferId) -> Offer | Refusal:
    """Return an offer that can be accepted now, on a sale that is still as it was."""
    offer = draft.get(OFFERS, offer_id)
    if offer is None:
        return UNKNOWN_OFFER.refuse("offer_id", offer_id)
    if offer.status is not OfferStatus.MADE:
        return OFFER_NOT_OPEN.refuse("offer_id", offer.status)
    if draft.now >= offer.expires_at:
        return OFFER_HAS_EXPIRED.refuse("offer_id", offer.expires_at.isoformat())
    payment = payment_of(draft, offer.payment_id)
    if payment is None or payment.status is not PaymentStatus.CAPTURED:
        return SALE_CHANGED.refuse("offer_id", "settled" if payment is None else payment.status)
    if payment.remaining != payment.sold:
        return SALE_CHANGED.refuse("offer_id", payment.remaining)
    return offer


def _decline(
    draft: Draft, offer: Offer, reasons: tuple[Reason, ...], decision_id: DecisionId | None
) -> None:
    end_offer(draft, offer, OfferStatus.DECLINED)
    draft.tell(
        OfferDeclined(
            offer.id,
            offer.payment_id,
            offer.facility_id,
            offer.seller_id,
            offer.principal,
            reasons,
            decision_id,
        )
    )


def _advance(
    offer: Offer, facility: Facility, advance_id: AdvanceId, decision_id: DecisionId, now: datetime
) -> Advance:
    return Advance(
        id=advance_id,
        offer_id=offer.id,
        asset_id=offer.asset_id,
        asset_kind=offer.asset_kind,
        payment_id=offer.payment_id,
        order_id=offer.order_id,
        invoice_no=offer.invoice_no,
        facility_id=offer.facility_id,
        funder_id=offer.funder_id,
        seller_id=offer.seller_id,
        obligor_id=offer.obligor_id,
        programme=facility.programme,
        principal=offer.principal,
        principal_outstanding=offer.principal.minor,
        fee=offer.fee,
        fee_operator=offer.fee_operator,
        fee_outstanding=offer.fee.minor,
        charge_outstanding=0,
        drawn_at=now,
        due_date=offer.due_date,
        status=AdvanceStatus.DRAWN,
        decision_id=decision_id,
    )
