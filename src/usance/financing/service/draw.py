"""A seller – draws – an advance: one chain takes the money, and repays what it replaces."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from usance.financing.events import AdvanceDrawn, AdvanceRepaid, DrawnPart, OfferDeclined, Repayment
from usance.financing.model import Advance, AdvanceStatus, Facility, Offer, OfferPart, OfferStatus
from usance.financing.ports import DrawdownGate, DrawdownQuestion
from usance.financing.rules.eligibility import NO_FUNDS, REPLACES_MORE
from usance.financing.rules.postings import DRAW, REPLACED, REPLACED_ROOM
from usance.financing.rules.rooms import Room, with_returned
from usance.financing.rules.techniques import TECHNIQUES
from usance.financing.rules.waterfall import Paid, after, charged, serve
from usance.financing.service.filing import (
    PROGRAMME,
    advances_on,
    asset_of_sale,
    end_offer,
    exposure_of,
    facility_for,
    file_advance,
    headroom_of,
    remember_exposure,
    room_of,
    where_of,
)
from usance.financing.service.overdue import MarkOverdue, terms_of
from usance.financing.service.repaying import repayment_line, repayment_words
from usance.kernel.decisions import Reason, Verdict
from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import AdvanceId, DecisionId, PartyId
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.ledger.model import Leg
from usance.ledger.service import expand, post
from usance.parties.service import party_of
from usance.payments.service import initiate_payout
from usance.policy.service import look_up
from usance.trade.model import Order


class Replaced(Record, frozen=True):
    """An earlier advance that a draw repays whole, and what it is paid."""

    advance: Advance
    paid: Paid


class Draw:
    """Draws an offer that has been accepted. gate: judges it before the funder's money moves."""

    def __init__(self, gate: DrawdownGate, operator_id: PartyId) -> None:
        self._gate = gate
        self._operator_id = operator_id

    def __call__(self, draft: Draft, offer: Offer, order: Order) -> Refusal | None:
        """Draw, or decline the offer where the money is not there or the draw is judged no.

        Refuses: facility_not_for_seller, and what refuses the payout: then nothing is drawn.
        """
        currency = offer.principal.currency
        rooms: list[Room] = []
        replaced = _replaced(draft, offer)
        for share in offer.shares:
            facility = facility_for(draft, share.facility_id, offer.seller_id, currency)
            if isinstance(facility, Refusal):
                return facility
            room = room_of(draft, facility, self._operator_id)
            if replaced:
                room = with_returned(room, [each.advance for each in replaced])
            rooms.append(room)
        reason = _short(offer, rooms, replaced)
        if reason is not None:
            _decline(draft, offer, (reason,), None)
            return None
        advances = self._judged(draft, offer, order, rooms, replaced)
        if advances is None:
            return None
        posted = post(draft, self._legs(advances, replaced), draft.now.date())
        # The ledger has the last word on the limit; the gate has judged by the same figures.
        if isinstance(posted, Refusal):
            return posted
        return self._drawn(draft, offer, advances, replaced)

    def _judged(
        self,
        draft: Draft,
        offer: Offer,
        order: Order,
        rooms: Sequence[Room],
        replaced: Sequence[Replaced],
    ) -> list[Advance] | None:
        """Return an advance for each part, all judged; None where one was judged no.

        Then the offer is declined, and nothing stays of what was allowed of the others.
        """
        mark = draft.mark()
        asked: list[DrawdownQuestion] = []
        advances: list[Advance] = []
        for share, room in zip(offer.shares, rooms, strict=True):
            question = _question(draft, offer, share, order, room, replaced, asked)
            ruling = self._gate.judge(draft, question)
            if ruling.judgement.verdict is not Verdict.ALLOW:
                if asked:
                    draft.undo(mark)
                    ruling = self._gate.judge(draft, question)
                _decline(draft, offer, ruling.judgement.reasons, ruling.decision_id)
                return None
            asked.append(question)
            advance_id, decision_id = question.advance_id, ruling.decision_id
            advances.append(
                _advance(offer, share, room.facility, advance_id, decision_id, draft.now)
            )
        return advances

    def _legs(self, advances: Sequence[Advance], replaced: Sequence[Replaced]) -> list[Leg]:
        """Return the chain: room comes back, the draw, and from it what is replaced is repaid."""
        room: list[Leg] = []
        repaid: list[Leg] = []
        for each in replaced:
            where = where_of(each.advance, self._operator_id)
            words = repayment_words(each.advance, each.paid)
            room += expand(REPLACED_ROOM, {"principal": words["principal"]}, where)
            repaid += expand(REPLACED, words, where)
        drawn: list[Leg] = []
        for advance in advances:
            words = {"principal": advance.principal, "fee": advance.fee}
            drawn += expand(DRAW, words, where_of(advance, self._operator_id))
        return [*room, *drawn, *repaid]

    def _drawn(
        self,
        draft: Draft,
        offer: Offer,
        advances: Sequence[Advance],
        replaced: Sequence[Replaced],
    ) -> Refusal | None:
        end_offer(draft, offer, OfferStatus.ACCEPTED)
        for each in advances:
            file_advance(draft, each)
            remember_exposure(draft, each)
            self._watch(draft, each)
        lines = [_repay(draft, each) for each in replaced]
        owed = sum(each.paid.total for each in replaced)
        advance, to_seller = advances[0], Money(offer.principal.minor - owed, offer.fee.currency)
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
                to_seller=to_seller,
                replaces=tuple(each.advance.id for each in replaced),
                joined=tuple(self._part(draft, each) for each in advances[1:]),
            )
        )
        if lines:
            draft.tell(AdvanceRepaid(advance.payment_id, tuple(lines)))
        if not to_seller.minor:
            return None
        return initiate_payout(draft, advance.seller_id, to_seller, "advance", advance.payment_id)

    def _part(self, draft: Draft, advance: Advance) -> DrawnPart:
        return DrawnPart(
            advance.id,
            advance.facility_id,
            advance.funder_id,
            advance.principal,
            advance.fee,
            advance.decision_id,
            headroom_of(draft, advance, self._operator_id),
        )

    def _watch(self, draft: Draft, advance: Advance) -> None:
        """See to it that somebody hears of it should it not be repaid."""
        programme = look_up(draft, PROGRAMME, advance.programme, draft.now.date())
        # The first moment after the last day of grace.
        late = advance.due_date + timedelta(days=programme.integer("grace_days") + 1)
        late_at = datetime.combine(late, time.min, UTC)
        draft.schedule(late_at, "mark_overdue", MarkOverdue(advance.id))


def _replaced(draft: Draft, offer: Offer) -> list[Replaced]:
    """Return the advances on the same asset whose place a draw takes, with all they are owed."""
    earlier = TECHNIQUES[offer.technique].replaces
    asset = asset_of_sale(draft, offer.order_id) if earlier else None
    if asset is None or not asset.advances:
        return []
    known = [each for each in advances_on(draft, asset) if each.technique in earlier]
    today = draft.now.date()
    due = [charged(each, terms_of(draft, each), today) for each in known]
    return [Replaced(each, serve(each, each.outstanding)) for each in due]


def _short(offer: Offer, rooms: Sequence[Room], replaced: Sequence[Replaced]) -> Reason | None:
    for share, room in zip(offer.shares, rooms, strict=True):
        if room.funds < share.principal.minor:
            return NO_FUNDS
    owed = sum(each.paid.total for each in replaced)
    return REPLACES_MORE if owed > offer.principal.minor else None


def _repay(draft: Draft, replaced: Replaced) -> Repayment:
    rest = after(replaced.advance, replaced.paid)
    assert rest.status is AdvanceStatus.REPAID, f"{rest.id} is repaid whole"
    file_advance(draft, rest)
    return repayment_line(rest, replaced.paid)


def _question(
    draft: Draft,
    offer: Offer,
    share: OfferPart,
    order: Order,
    room: Room,
    replaced: Sequence[Replaced],
    before: Sequence[DrawdownQuestion],
) -> DrawdownQuestion:
    """Return what the gate is asked of one part. before: what it allowed of the same offer."""
    seller, obligor = party_of(draft, offer.seller_id), party_of(draft, offer.obligor_id)
    assert seller is not None, f"{offer.id} has a seller"
    assert obligor is not None, f"{offer.id} has an obligor"
    currency = offer.principal.currency
    exposure = exposure_of(draft, offer.obligor_id, currency)
    back = sum(
        each.paid.principal for each in replaced if each.advance.obligor_id == offer.obligor_id
    )
    beside = sum(each.amount.minor for each in before)
    shares_with = (*(e.advance.id for e in replaced), *(e.advance_id for e in before))
    return DrawdownQuestion(
        advance_id=draft.new_id(AdvanceId),
        facility_id=share.facility_id,
        funder_id=share.funder_id,
        seller_id=seller.id,
        seller_name=seller.legal_name,
        obligor_id=obligor.id,
        obligor_name=obligor.legal_name,
        invoice_no=order.invoice_no,
        invoice_issued=order.placed_at.date(),
        invoice_amount=order.amount,
        amount=share.principal,
        headroom=Money(room.headroom, currency),
        facility_limit=room.facility.limit,
        obligor_exposure=Money(exposure.minor - back + beside, currency),
        technique=offer.technique,
        shares_with=shares_with,
    )


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
    offer: Offer,
    share: OfferPart,
    facility: Facility,
    advance_id: AdvanceId,
    decision_id: DecisionId,
    now: datetime,
) -> Advance:
    return Advance(
        id=advance_id,
        offer_id=offer.id,
        asset_id=offer.asset_id,
        asset_kind=offer.asset_kind,
        technique=offer.technique,
        recourse=offer.recourse,
        payment_id=offer.payment_id,
        order_id=offer.order_id,
        invoice_no=offer.invoice_no,
        facility_id=share.facility_id,
        funder_id=share.funder_id,
        seller_id=offer.seller_id,
        obligor_id=offer.obligor_id,
        programme=facility.programme,
        principal=share.principal,
        principal_outstanding=share.principal.minor,
        fee=share.fee,
        fee_operator=share.fee_operator,
        fee_outstanding=share.fee.minor,
        charge_outstanding=0,
        drawn_at=now,
        due_date=offer.due_date,
        status=AdvanceStatus.DRAWN,
        decision_id=decision_id,
    )
