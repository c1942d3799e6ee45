"""Offers and advances are filed so that a settlement finds them without a query.

Every change of an offer or an advance goes through here: its row, what is open on its sale and
what the seller was recalled are changed together.
"""

from typing import Final, TypeVar
from uuid import UUID

from usance.financing.errors import FACILITY_NOT_FOR_SELLER, UNKNOWN_FACILITY
from usance.financing.events import OfferWithdrawn
from usance.financing.model import (
    MAY_BECOME,
    Advance,
    AdvanceStatus,
    Facility,
    FacilityStatus,
    ObligorFacilities,
    Offer,
    OfferStatus,
    RecalledAdvances,
    SaleFinance,
)
from usance.financing.rules.rooms import Room
from usance.financing.tables import (
    ADVANCES,
    FACILITIES,
    OBLIGOR_FACILITIES,
    OFFERS,
    RECALLED,
    SALES,
)
from usance.kernel.decisions import Reason
from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import FacilityId, PartyId, PaymentId
from usance.kernel.money import Currency, Money
from usance.kernel.records import replace
from usance.ledger.model import Where, where_among
from usance.ledger.service import balance_at, balance_of, net_debit, ref_of
from usance.parties.model import OPERATOR

PROGRAMME: Final = "financing.programme"
I = TypeVar("I", bound=UUID)  # noqa: E741 - an id


def file_offer(draft: Draft, offer: Offer) -> None:
    """Write an offer; open on its sale while it is `made`."""
    draft.put(OFFERS, offer)
    sale = sale_of(draft, offer.payment_id)
    is_open = offer.status is OfferStatus.MADE
    _file_sale(draft, replace(sale, offers=_listed(sale.offers, offer.id, wanted=is_open)))


def end_offer(draft: Draft, offer: Offer, status: OfferStatus) -> None:
    """Give an offer the status in which it ends."""
    assert status in MAY_BECOME[offer.status], f"{offer.id}: {offer.status} -> {status}"
    file_offer(draft, replace(offer, status=status))


def file_advance(draft: Draft, advance: Advance) -> None:
    """Write an advance; open on its sale until repaid, on its seller while it is first claim."""
    draft.put(ADVANCES, advance)
    sale = sale_of(draft, advance.payment_id)
    unpaid = advance.status is not AdvanceStatus.REPAID
    _file_sale(draft, replace(sale, advances=_listed(sale.advances, advance.id, wanted=unpaid)))
    known = draft.get(RECALLED, advance.seller_id) or RecalledAdvances(advance.seller_id)
    listed = _listed(known.advances, advance.id, wanted=advance.is_first_claim)
    if listed != known.advances:
        draft.put(RECALLED, replace(known, advances=listed))


def sale_of(draft: Draft, payment_id: PaymentId) -> SaleFinance:
    """Return what is open on a payment: nothing where nothing ever was."""
    return draft.get(SALES, payment_id) or SaleFinance(payment_id)


def own_advances(draft: Draft, payment_id: PaymentId) -> list[Advance]:
    """Return the advances on a payment that are not repaid."""
    found = (draft.get(ADVANCES, known) for known in sale_of(draft, payment_id).advances)
    return [advance for advance in found if advance is not None]


def recalled_advances(draft: Draft, seller_id: PartyId) -> list[Advance]:
    """Return a seller's advances that are, in part or whole, first claim."""
    known = draft.get(RECALLED, seller_id) or RecalledAdvances(seller_id)
    found = (draft.get(ADVANCES, advance_id) for advance_id in known.advances)
    return [advance for advance in found if advance is not None]


def withdraw_offers(draft: Draft, payment_id: PaymentId, reason: Reason) -> None:
    """Take back what was offered on a sale that is no longer the same, and say so."""
    open_offers = sale_of(draft, payment_id).offers
    for offer_id in open_offers:
        offer = draft.get(OFFERS, offer_id)
        assert offer is not None, f"{offer_id} is open and in memory"
        end_offer(draft, offer, OfferStatus.WITHDRAWN)
    if open_offers:
        draft.tell(OfferWithdrawn(payment_id, open_offers, reason))


def facility_for(
    draft: Draft, facility_id: FacilityId, seller_id: PartyId, currency: Currency
) -> Facility | Refusal:
    """Return an active facility that serves a seller's sale in a settlement currency.

    Refuses: unknown_facility, facility_not_for_seller.
    """
    facility = draft.get(FACILITIES, facility_id)
    if facility is None:
        return UNKNOWN_FACILITY.refuse("facility_id", facility_id)
    if not serves(facility, seller_id, currency):
        return FACILITY_NOT_FOR_SELLER.refuse("facility_id", facility_id)
    return facility


def serves(facility: Facility, seller_id: PartyId, currency: Currency) -> bool:
    """Return whether a facility may advance to a seller in a currency now."""
    return (
        facility.status is FacilityStatus.ACTIVE
        and facility.seller_id == seller_id
        and facility.limit.currency == currency
    )


def room_of(draft: Draft, facility: Facility, operator_id: PartyId) -> Room:
    """Return what a facility could advance now, as the ledger has it."""
    where = where_among(operator_id, None, facility.funder_id, None, None, facility.id)
    headroom, funds = (
        balance_at(draft, ref_of(kind, where, facility.limit))
        for kind in ("headroom", "funder_available")
    )
    return Room(facility, headroom, funds)


def headroom_of(draft: Draft, advance: Advance, operator_id: PartyId) -> Money:
    """Return what the facility of an advance may still advance."""
    ref = ref_of("headroom", where_of(advance, operator_id), advance.principal)
    return Money(balance_at(draft, ref), advance.currency)


def exposure_of(draft: Draft, obligor_id: PartyId, currency: Currency) -> Money:
    """Return the principal outstanding on an obligor over all facilities of a currency."""
    known = draft.get(OBLIGOR_FACILITIES, obligor_id) or ObligorFacilities(obligor_id)
    nothing, total = Money(0, currency), 0
    for facility_id in known.facilities:
        facility = draft.get(FACILITIES, facility_id)
        assert facility is not None, f"{facility_id} has advanced money"
        where = where_among(OPERATOR, None, facility.funder_id, None, obligor_id, facility_id)
        total += net_debit(balance_of(draft, ref_of("advance_principal", where, nothing)))
    return Money(total, currency)


def remember_exposure(draft: Draft, advance: Advance) -> None:
    """Note that a facility has money out on an obligor."""
    known = draft.get(OBLIGOR_FACILITIES, advance.obligor_id) or ObligorFacilities(
        advance.obligor_id
    )
    if advance.facility_id not in known.facilities:
        facilities = (*known.facilities, advance.facility_id)
        draft.put(OBLIGOR_FACILITIES, replace(known, facilities=facilities))


def where_of(advance: Advance, operator_id: PartyId) -> Where:
    """Return whose accounts the entries of an advance move."""
    return where_among(
        operator_id,
        advance.seller_id,
        advance.funder_id,
        None,
        advance.obligor_id,
        advance.facility_id,
    )


def _file_sale(draft: Draft, sale: SaleFinance) -> None:
    draft.put(SALES, replace(sale, open=bool(sale.offers or sale.advances)))


def _listed(ids: tuple[I, ...], one: I, *, wanted: bool) -> tuple[I, ...]:
    if wanted:
        return ids if one in ids else (*ids, one)
    return tuple(each for each in ids if each != one)
