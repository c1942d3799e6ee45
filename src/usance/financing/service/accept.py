"""A seller – accepts – an offer: judged, drawn, and on its way to the seller in one go."""

from collections.abc import Sequence
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
from usance.financing.rules.eligibility import NO_ROOM
from usance.financing.rules.postings import DRAW
from usance.financing.service.filing import (
    PROGRAMME,
    end_offer,
    exposure_of,
    facility_for,
    file_advance,
    remember_exposure,
    room_of,
    where_of,
)
from usance.financing.service.overdue import MarkOverdue
from usance.financing.tables import MANDATES, OFFERS
from usance.kernel.decisions import Reason, Verdict
from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import AdvanceId, DecisionId, OfferId, PartyId
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.ledger.service import expand, post
from usance.parties.service import party_of
from usance.payments.model import PaymentStatus
from usance.payments.service import initiate_payout, payment_of
from usance.policy.service import look_up
from usance.runtime.commands import Command, Loader


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

    async def prepare(self, loader: Loader, commands: Sequence[Command]) -> None:
        """Make visible the offers that are no longer open."""
        bodies = [command.body for command in commands]
        accepted = [b.offer_id for b in bodies if isinstance(b, AcceptOffer | AcceptUnderMandate)]
        await loader.rows(OFFERS, accepted)

    def apply(self, draft: Draft, body: AcceptOffer, _facts: object) -> Refusal | None:
        """Draw the offer, or decline it where the draw is judged no.

        Refuses: unknown_offer, offer_not_open, offer_has_expired, sale_changed,
        facility_not_for_seller, and what refuses the payout: then nothing is drawn.
        """
        offer = _open_offer(draft, body.offer_id)
        return offer if isinstance(offer, Refusal) else self._draw(draft, offer)

    def apply_under_mandate(
        self, draft: Draft, body: AcceptUnderMandate, _facts: object
    ) -> Refusal | None:
        """Refuses like `apply`, and no_mandate where none stands or the offer is above it."""
        offer = _open_offer(draft, body.offer_id)
        if isinstance(offer, Refusal):
            return offer
        mandate = draft.get(MANDATES, offer.seller_id)
        if mandate is None or not mandate.covers(offer.principal):
            return NO_MANDATE.refuse("offer_id", offer.principal)
        return self._draw(draft, offer)

    def _draw(self, draft: Draft, offer: Offer) -> Refusal | None:
        facility = facility_for(draft, offer.facility_id, offer.seller_id, offer.principal.currency)
        if isinstance(facility, Refusal):
            return facility
        draft.thread(offer.order_id)
        advance_id = draft.new_id(AdvanceId)
        # The gate remembers an invoice it allows as financed; that too must go if nothing is
        # drawn in the end.
        mark = draft.mark()
        ruling = self._gate.judge(draft, self._question(draft, offer, facility, advance_id))
        judgement = ruling.judgement
        if judgement.verdict is not Verdict.ALLOW:
            _decline(draft, offer, judgement.reasons)
            return None
        advance = _advance(offer, facility, advance_id, ruling.decision_id, draft.now)
        legs = expand(
            DRAW,
            {"principal": advance.principal, "fee": advance.fee},
            where_of(advance, self._operator_id),
        )
        if isinstance(post(draft, legs, draft.now.date()), Refusal):
            draft.undo(mark)
            _decline(draft, offer, (NO_ROOM,))
            return None
        return self._drawn(draft, offer, facility, advance)

    def _drawn(
        self, draft: Draft, offer: Offer, facility: Facility, advance: Advance
    ) -> Refusal | None:
        end_offer(draft, offer, OfferStatus.ACCEPTED)
        file_advance(draft, advance)
        remember_exposure(draft, advance)
        room = room_of(draft, facility, self._operator_id)
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
                headroom=Money(room.headroom, advance.currency),
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
        self, draft: Draft, offer: Offer, facility: Facility, advance_id: AdvanceId
    ) -> DrawdownQuestion:
        seller, obligor = party_of(draft, offer.seller_id), party_of(draft, offer.obligor_id)
        assert seller is not None, f"{offer.id} has a seller"
        assert obligor is not None, f"{offer.id} has an obligor"
        currency = offer.principal.currency
        return DrawdownQuestion(
            advance_id=advance_id,
            facility_id=facility.id,
            funder_id=facility.funder_id,
            seller_id=seller.id,
            seller_name=seller.legal_name,
            obligor_id=obligor.id,
            obligor_name=obligor.legal_name,
            invoice_no=offer.invoice_no,
            invoice_issued=offer.invoice_issued,
            invoice_amount=offer.invoice_amount,
            amount=offer.principal,
            headroom=Money(room_of(draft, facility, self._operator_id).headroom, currency),
            facility_limit=facility.limit,
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
    if payment.remaining != payment.gross:
        return SALE_CHANGED.refuse("offer_id", payment.remaining)
    return offer


def _decline(draft: Draft, offer: Offer, reasons: tuple[Reason, ...]) -> None:
    end_offer(draft, offer, OfferStatus.DECLINED)
    draft.tell(
        OfferDeclined(
            offer.id,
            offer.payment_id,
            offer.facility_id,
            offer.seller_id,
            offer.principal,
            reasons,
        )
    )


def _advance(
    offer: Offer, facility: Facility, advance_id: AdvanceId, decision_id: DecisionId, now: datetime
) -> Advance:
    return Advance(
        id=advance_id,
        offer_id=offer.id,
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
