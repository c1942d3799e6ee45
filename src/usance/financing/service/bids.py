"""A facility – bids – on an asset, by the terms of its programme; the best bid is offered."""

from collections.abc import Sequence
from datetime import date

import msgspec

from usance.financing.events import OfferMade
from usance.financing.model import (
    Appetite,
    AssetKind,
    AssetState,
    Facility,
    Offer,
    OfferPart,
    OfferStatus,
    SellerFacilities,
    Technique,
)
from usance.financing.rules.eligibility import NOT_WANTED, Candidate, why_not
from usance.financing.rules.pricing import Price, effective_annual_rate, price
from usance.financing.rules.rooms import Bid, Room, Taken
from usance.financing.rules.techniques import TECHNIQUES, technique_of
from usance.financing.service.filing import PROGRAMME, file_new_offer, serves
from usance.financing.service.offer_ends import ExpireOffer
from usance.financing.tables import APPETITES, FACILITIES, SELLER_FACILITIES
from usance.kernel.dates import Calendar
from usance.kernel.decisions import Reason
from usance.kernel.draft import Draft, Standing
from usance.kernel.ids import AssetId, FacilityId, OfferId, OrderId, PartyId, PaymentId
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record, replace
from usance.parties.model import Party
from usance.parties.service import party_of
from usance.policy.model import PolicyRow
from usance.policy.service import calendar, look_up


class Ground(Record, frozen=True):
    """What is to be financed, as it stands. receivable: what it will bring the seller, net.

    payment_id: None before there is a payment. invoiced_on: when the seller's invoice was
    written. is_whole: nothing of it goes back to the buyer.
    """

    asset_id: AssetId
    asset_kind: AssetKind
    state: AssetState
    is_whole: bool
    payment_id: PaymentId | None
    order_id: OrderId
    invoice_no: str
    invoiced_on: date
    seller_id: PartyId
    obligor_id: PartyId
    receivable: Money


class Terms(msgspec.Struct, frozen=True):
    """What a programme says before it has looked at an asset."""

    technique: Technique
    programme: PolicyRow
    eligibility: PolicyRow
    days: Calendar


def facilities_of(
    draft: Draft, seller_id: PartyId, currency: Currency, state: AssetState
) -> list[Facility]:
    """Return the facilities that may finance a seller's sale in a state."""
    known = draft.get(SELLER_FACILITIES, seller_id) or SellerFacilities(seller_id)
    found = (draft.get(FACILITIES, facility_id) for facility_id in known.facilities)
    return [
        facility
        for facility in found
        if facility is not None
        and serves(facility, seller_id, currency)
        and state in draft.recall(finances, facility.programme)
    ]


def terms_of(draft: Draft, facility: Facility) -> Terms:
    """Return the terms of the day under a facility."""
    return draft.recall(_terms_of, (facility.programme, facility.limit.currency))


def priced(
    draft: Draft, ground: Ground, terms: Terms, facility_id: FacilityId
) -> Price | tuple[Reason, ...]:
    """Return what a programme offers on an asset, or every reason why nothing."""
    seller, obligor = party_of(draft, ground.seller_id), party_of(draft, ground.obligor_id)
    assert seller is not None, f"{ground.asset_id} has a seller"
    assert obligor is not None, f"{ground.asset_id} has an obligor"
    candidate = Candidate(
        technique=terms.technique,
        state=ground.state,
        is_whole=ground.is_whole,
        seller=seller,
        obligor=obligor,
        receivable=ground.receivable,
        invoice_age_days=(draft.now.date() - ground.invoiced_on).days,
        tenor_days=terms.programme.integer("tenor_days"),
    )
    reasons = why_not(candidate, terms.eligibility)
    appetite = draft.get(APPETITES, facility_id)
    if appetite is not None and not wants(appetite, obligor):
        reasons = (*reasons, NOT_WANTED)
    own_bps = None if appetite is None else appetite.fee_bps_per_30_days
    return reasons or price(ground.receivable, terms.programme, draft.now, terms.days, own_bps)


def bid_of(draft: Draft, room: Room, offered: Price) -> Bid:
    """Return a facility's bid: as much of what is offered as its funder wants."""
    appetite = draft.get(APPETITES, room.facility.id)
    return Bid(room, offered) if appetite is None else Bid(room, offered, appetite.share_bps)


def make_offer(draft: Draft, ground: Ground, terms: Terms, taken: Sequence[Taken]) -> None:
    """Offer what was bid, until its time is over. taken: by whom, the one that leads first."""
    facility, offered = taken[0].bid.room.facility, _together([each.price for each in taken])
    offer = Offer(
        id=draft.new_id(OfferId),
        asset_id=ground.asset_id,
        asset_kind=ground.asset_kind,
        technique=terms.technique,
        recourse=terms.programme.text("recourse") == "yes",
        payment_id=ground.payment_id,
        order_id=ground.order_id,
        invoice_no=ground.invoice_no,
        seller_id=ground.seller_id,
        obligor_id=ground.obligor_id,
        facility_id=facility.id,
        funder_id=facility.funder_id,
        receivable=offered.receivable,
        principal=offered.principal,
        fee=offered.fee,
        fee_operator=offered.fee_operator,
        tenor_days=offered.tenor_days,
        due_date=offered.due_date,
        expires_at=offered.expires_at,
        status=OfferStatus.MADE,
        made_at=draft.now,
        parts=() if len(taken) == 1 else tuple(map(_part, taken)),
    )
    file_new_offer(draft, offer, ground.state)
    draft.schedule(offer.expires_at, "expire_offer", ExpireOffer(offer.id))
    draft.tell(_told(offer, offered, sum(each.bid.room.free for each in taken)))


def _together(prices: Sequence[Price]) -> Price:
    """Return what the seller is offered by all who share it."""
    first = prices[0]
    if len(prices) == 1:
        return first
    principal, fee, ours = (
        Money(sum(minors), first.principal.currency)
        for minors in (
            (each.principal.minor for each in prices),
            (each.fee.minor for each in prices),
            (each.fee_operator.minor for each in prices),
        )
    )
    return replace(
        first,
        principal=principal,
        fee=fee,
        fee_operator=ours,
        fee_rule="; ".join(dict.fromkeys(each.fee_rule for each in prices)),
        apr=effective_annual_rate(principal, fee, first.tenor_days),
    )


def _part(taken: Taken) -> OfferPart:
    facility, offered = taken.bid.room.facility, taken.price
    return OfferPart(
        facility.id, facility.funder_id, offered.principal, offered.fee, offered.fee_operator
    )


def _told(offer: Offer, offered: Price, free: int) -> OfferMade:
    return OfferMade(
        offer_id=offer.id,
        technique=offer.technique,
        recourse=offer.recourse,
        payment_id=offer.payment_id,
        order_id=offer.order_id,
        seller_id=offer.seller_id,
        obligor_id=offer.obligor_id,
        facility_id=offer.facility_id,
        funder_id=offer.funder_id,
        receivable=offer.receivable,
        advance_rate_bps=offered.advance_rate_bps,
        principal=offer.principal,
        fee=offer.fee,
        fee_rule=offered.fee_rule,
        apr=offered.apr,
        total_cost=offer.fee,
        tenor_days=offer.tenor_days,
        due_date=offer.due_date,
        expires_at=offer.expires_at,
        room_before=Money(free, offer.principal.currency),
        parts=offer.parts,
    )


def wants(appetite: Appetite, obligor: Party) -> bool:
    """Return whether a funder wants to finance what this obligor owes."""
    return (not appetite.countries or obligor.country in appetite.countries) and (
        not appetite.grades or obligor.risk_grade in appetite.grades
    )


def finances(book: Standing, programme: str) -> frozenset[AssetState]:
    """Return the states of a sale that a programme finances today."""
    technique = technique_of(look_up(book, PROGRAMME, programme, book.now.date()))
    return frozenset() if technique is None else TECHNIQUES[technique].states


def _terms_of(book: Standing, of: tuple[str, Currency]) -> Terms:
    name, currency = of
    on = book.now.date()
    place = look_up(book, "payments.calendar", currency, on).text("calendar")
    programme = look_up(book, PROGRAMME, name, on)
    technique = technique_of(programme)
    assert technique is not None, f"{name}: its facility was opened by this technique"
    return Terms(
        technique,
        programme,
        look_up(book, "financing.eligibility", name, on),
        calendar(book, place),
    )
