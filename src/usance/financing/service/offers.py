"""Financing – offers – money on a sale: at its capture, or when asked; and lets offers expire."""

from collections.abc import Sequence

import msgspec

from usance.financing.errors import NOT_ELIGIBLE, UNKNOWN_OFFER
from usance.financing.events import OfferExpired, OfferMade, OfferNotMade
from usance.financing.model import (
    AssetKind,
    AssetState,
    Facility,
    Offer,
    OfferStatus,
    SellerFacilities,
)
from usance.financing.rules.eligibility import (
    FINANCED_IN_PART,
    NO_ROOM,
    SALE_GREW,
    Candidate,
    why_not,
)
from usance.financing.rules.pricing import Price, net_receivable, price
from usance.financing.rules.rooms import Bid, with_most_room
from usance.financing.service.filing import (
    PROGRAMME,
    asset_of_sale,
    end_offer,
    facility_for,
    file_new_offer,
    room_of,
    serves,
    withdraw_offers,
)
from usance.financing.tables import ASSETS, FACILITIES, OFFERS, SELLER_FACILITIES
from usance.kernel.dates import Calendar
from usance.kernel.decisions import Reason
from usance.kernel.draft import Draft, Standing
from usance.kernel.errors import Refusal
from usance.kernel.ids import AssetId, FacilityId, OfferId, PartyId, PaymentId
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record
from usance.parties.service import party_of
from usance.payments.errors import NOTHING_DUE, UNKNOWN_PAYMENT
from usance.payments.events import PaymentCaptured
from usance.payments.model import Payment
from usance.payments.service import payment_of
from usance.policy.model import PolicyRow
from usance.policy.service import calendar, look_up
from usance.runtime.commands import Command, Loader


class RequestOffer(Record, frozen=True):
    """Ask one funder to finance a sale. Whether it may be drawn is judged when it is accepted."""

    payment_id: PaymentId
    facility_id: FacilityId


class ExpireOffer(Record, frozen=True):
    """The offer's time is over."""

    offer_id: OfferId


class OfferStage:
    """Makes offers: as a later stage of `record_answer`, and by hand as `request_offer`."""

    def __init__(self, operator_id: PartyId) -> None:
        self._operator_id = operator_id

    def apply_offer(self, draft: Draft, _body: Record, _facts: object) -> None:
        """Make an offer if this command captured a payment; say why not where there is none.

        A seller without a facility has not asked for finance: nothing is told.
        """
        captured = draft.told(PaymentCaptured)
        if captured is None:
            return
        payment = payment_of(draft, captured.payment_id)
        assert payment is not None, f"{captured.payment_id} was captured a moment ago"
        facilities = _facilities_of(draft, payment)
        if not facilities:
            return
        asset = asset_of_sale(draft, payment.order_id)
        if asset is not None and asset.advances:
            # A later part of a sale whose first was financed: its invoice is given away already.
            draft.tell(OfferNotMade(payment.id, payment.seller_id, (FINANCED_IN_PART,)))
            return
        if asset is not None:
            withdraw_offers(draft, asset, payment.id, SALE_GREW)
        bids: list[Bid] = []
        reasons: tuple[Reason, ...] = ()
        for facility in facilities:
            priced = _priced(draft, payment, facility)
            if isinstance(priced, Price):
                bids.append(Bid(room_of(draft, facility, self._operator_id), priced))
            else:
                reasons = priced
        best = with_most_room(bids)
        if best is None:
            told = (NO_ROOM,) if bids else reasons
            draft.tell(OfferNotMade(payment.id, payment.seller_id, told))
            return
        _make(draft, payment, best)

    async def prepare_request(self, loader: Loader, commands: Sequence[Command]) -> None:
        """Make visible what was once open on the sales asked about."""
        bodies = [command.body for command in commands if isinstance(command.body, RequestOffer)]
        found = [payment_of(loader, body.payment_id) for body in bodies]
        await loader.rows(ASSETS, [sale.order_id for sale in found if sale is not None])

    def apply_request(self, draft: Draft, body: RequestOffer, _facts: object) -> Refusal | None:
        """Refuses: unknown_payment, unknown_facility, facility_not_for_seller, not_eligible.

        Room is not asked for here: the limit is judged, and kept by the ledger, at the draw.
        """
        payment = payment_of(draft, body.payment_id)
        if payment is None:
            return UNKNOWN_PAYMENT.refuse("payment_id", body.payment_id)
        facility = facility_for(draft, body.facility_id, payment.seller_id, payment.quote.quote)
        if isinstance(facility, Refusal):
            return facility
        priced = _priced(draft, payment, facility)
        if not isinstance(priced, Price):
            codes = ", ".join(reason.code for reason in priced)
            return NOT_ELIGIBLE.refuse("payment_id", codes)
        _make(draft, payment, Bid(room_of(draft, facility, self._operator_id), priced))
        draft.thread(payment.order_id)
        return None


async def prepare_expire(loader: Loader, commands: Sequence[Command]) -> None:
    """Make visible the offers that are no longer open."""
    bodies = [command.body for command in commands]
    await loader.rows(OFFERS, [body.offer_id for body in bodies if isinstance(body, ExpireOffer)])


def apply_expire_offer(draft: Draft, body: ExpireOffer, _facts: object) -> Refusal | None:
    """Refuses: unknown_offer, nothing_due (answered already, or its time is not over)."""
    offer = draft.get(OFFERS, body.offer_id)
    if offer is None:
        return UNKNOWN_OFFER.refuse("offer_id", body.offer_id)
    if offer.status is not OfferStatus.MADE or draft.now < offer.expires_at:
        return NOTHING_DUE.refuse("offer_id", offer.status)
    end_offer(draft, offer, OfferStatus.EXPIRED)
    draft.tell(OfferExpired(offer.id, offer.payment_id))
    draft.thread(offer.order_id)
    return None


class _Terms(msgspec.Struct, frozen=True):
    """What a programme says of a sale before it has looked at the parties."""

    programme: PolicyRow
    eligibility: PolicyRow
    rail_fee: PolicyRow
    days: Calendar


def _facilities_of(draft: Draft, payment: Payment) -> list[Facility]:
    known = draft.get(SELLER_FACILITIES, payment.seller_id) or SellerFacilities(payment.seller_id)
    found = (draft.get(FACILITIES, facility_id) for facility_id in known.facilities)
    return [
        facility
        for facility in found
        if facility is not None and serves(facility, payment.seller_id, payment.quote.quote)
    ]


def _priced(draft: Draft, payment: Payment, facility: Facility) -> Price | tuple[Reason, ...]:
    """Return what a facility's programme offers on a sale, or every reason why nothing."""
    terms = draft.recall(_terms_of, (facility.programme, payment.rail, payment.quote.quote))
    programme = terms.programme
    seller, obligor = party_of(draft, payment.seller_id), party_of(draft, payment.buyer_id)
    assert seller is not None, f"{payment.id} has a seller"
    assert obligor is not None, f"{payment.id} has a buyer"
    receivable = net_receivable(payment, terms.rail_fee)
    candidate = Candidate(
        payment=payment,
        seller=seller,
        obligor=obligor,
        receivable=receivable,
        # The shop's invoice is written when the buyer pays for the order.
        invoice_age_days=(draft.now.date() - payment.created_at.date()).days,
        tenor_days=programme.integer("tenor_days"),
    )
    reasons = why_not(candidate, terms.eligibility)
    return reasons or price(receivable, programme, draft.now, terms.days)


def _terms_of(book: Standing, of: tuple[str, str, Currency]) -> _Terms:
    """Return what a programme says today of sales by a rail, settled in a currency."""
    name, rail, currency = of
    on = book.now.date()
    place = look_up(book, "payments.calendar", currency, on).text("calendar")
    return _Terms(
        look_up(book, PROGRAMME, name, on),
        look_up(book, "financing.eligibility", name, on),
        look_up(book, "payments.rail_fee", rail, on),
        calendar(book, place),
    )


def _make(draft: Draft, payment: Payment, bid: Bid) -> None:
    facility, priced = bid.room.facility, bid.price
    offer = Offer(
        id=draft.new_id(OfferId),
        asset_id=AssetId(payment.order_id),
        asset_kind=AssetKind.SALE,
        payment_id=payment.id,
        order_id=payment.order_id,
        invoice_no=payment.invoice_no,
        seller_id=payment.seller_id,
        obligor_id=payment.buyer_id,
        facility_id=facility.id,
        funder_id=facility.funder_id,
        receivable=priced.receivable,
        principal=priced.principal,
        fee=priced.fee,
        fee_operator=priced.fee_operator,
        tenor_days=priced.tenor_days,
        due_date=priced.due_date,
        expires_at=priced.expires_at,
        status=OfferStatus.MADE,
        made_at=draft.now,
    )
    file_new_offer(draft, offer, AssetState.RECEIVABLE)
    draft.schedule(offer.expires_at, "expire_offer", ExpireOffer(offer.id))
    draft.tell(
        OfferMade(
            offer_id=offer.id,
            payment_id=offer.payment_id,
            order_id=offer.order_id,
            seller_id=offer.seller_id,
            obligor_id=offer.obligor_id,
            facility_id=offer.facility_id,
            funder_id=offer.funder_id,
            receivable=offer.receivable,
            advance_rate_bps=priced.advance_rate_bps,
            principal=offer.principal,
            fee=offer.fee,
            fee_rule=priced.fee_rule,
            apr=priced.apr,
            total_cost=offer.fee,
            tenor_days=offer.tenor_days,
            due_date=offer.due_date,
            expires_at=offer.expires_at,
            room_before=Money(bid.room.free, offer.principal.currency),
        )
    )
