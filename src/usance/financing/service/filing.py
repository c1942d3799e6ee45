"""Offers and advances are filed so that a settlement finds them without a query.

Every change of an offer or an advance goes through here: its row, what is open on its asset and
what the seller was recalled are changed together.
"""

from typing import Final, TypeVar
from uuid import UUID

from usance.financing.errors import FACILITY_NOT_FOR_SELLER, UNKNOWN_FACILITY
from usance.financing.events import OfferWithdrawn
from usance.financing.model import (
    ASSET_MAY_BECOME,
    ENDS,
    MAY_BECOME,
    Advance,
    AdvanceStatus,
    Asset,
    AssetState,
    Facility,
    FacilityStatus,
    ObligorFacilities,
    Offer,
    OfferStatus,
    RecalledAdvances,
)
from usance.financing.rules.rooms import Room
from usance.financing.tables import (
    ADVANCES,
    ASSETS,
    FACILITIES,
    OBLIGOR_FACILITIES,
    OFFERS,
    RECALLED,
)
from usance.kernel.decisions import Reason
from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import AdvanceId, FacilityId, OfferId, OrderId, PartyId, PaymentId
from usance.kernel.money import Currency, Money
from usance.kernel.records import replace
from usance.ledger.model import Where, where_among
from usance.ledger.service import balance_at, balance_of, net_debit, ref_of
from usance.parties.model import OPERATOR

PROGRAMME: Final = "financing.programme"
I = TypeVar("I", bound=UUID)  # noqa: E741 - an id


def file_new_offer(draft: Draft, offer: Offer, state: AssetState) -> None:
    """Write an offer that was just made on an asset in a state."""
    draft.put(OFFERS, offer)
    known = draft.get(ASSETS, offer.asset_id)
    if known is not None:
        offers = (*known.offers, offer.id)
        draft.put(ASSETS, replace(known, amount=offer.receivable, offers=offers, open=True))
        return
    asset = Asset(
        offer.asset_id,
        offer.asset_kind,
        offer.seller_id,
        offer.obligor_id,
        offer.receivable,
        state,
        (offer.id,),
    )
    draft.put(ASSETS, asset)


def end_offer(draft: Draft, offer: Offer, status: OfferStatus) -> None:
    """Give an offer the status in which it ends."""
    assert status in MAY_BECOME[offer.status], f"{offer.id}: {offer.status} -> {status}"
    draft.put(OFFERS, replace(offer, status=status))
    asset = _asset_of(draft, offer)
    _file_asset(draft, asset, offers=_listed(asset.offers, offer.id, wanted=False))


def file_advance(draft: Draft, advance: Advance) -> None:
    """Write an advance; open on its asset until repaid, on its seller while it is first claim."""
    draft.put(ADVANCES, advance)
    asset = _asset_of(draft, advance)
    unpaid = advance.status is not AdvanceStatus.REPAID
    advances = _listed(asset.advances, advance.id, wanted=unpaid)
    if advances != asset.advances:
        _file_asset(draft, asset, advances=advances)
    known = draft.get(RECALLED, advance.seller_id) or RecalledAdvances(advance.seller_id)
    listed = _listed(known.advances, advance.id, wanted=advance.is_first_claim)
    if listed != known.advances:
        draft.put(RECALLED, replace(known, advances=listed))


def move_asset(draft: Draft, asset: Asset, state: AssetState) -> Asset:
    """Give an asset the state it has come to, and return it."""
    assert state in ASSET_MAY_BECOME[asset.state], f"{asset.id}: {asset.state} -> {state}"
    return _file_asset(draft, asset, state=state)


def asset_of_sale(draft: Draft, order_id: OrderId) -> Asset | None:
    """Return a sale on which finance was ever asked and may still be open."""
    return draft.get(ASSETS, order_id)


def advances_on(draft: Draft, asset: Asset) -> list[Advance]:
    """Return the advances on an asset that are not repaid."""
    found = (draft.get(ADVANCES, known) for known in asset.advances)
    return [advance for advance in found if advance is not None]


def recalled_advances(draft: Draft, seller_id: PartyId) -> list[Advance]:
    """Return a seller's advances that are, in part or whole, first claim."""
    known = draft.get(RECALLED, seller_id) or RecalledAdvances(seller_id)
    found = (draft.get(ADVANCES, advance_id) for advance_id in known.advances)
    return [advance for advance in found if advance is not None]


def withdraw_offers(draft: Draft, asset: Asset, payment_id: PaymentId, reason: Reason) -> Asset:
    """Take back what was offered on a sale that is no longer the same, and say so.

    Returns the asset as it then stands.
    """
    if not asset.offers:
        return asset
    for offer_id in asset.offers:
        offer = draft.get(OFFERS, offer_id)
        assert offer is not None, f"{offer_id} is open and in memory"
        end_offer(draft, offer, OfferStatus.WITHDRAWN)
    draft.tell(OfferWithdrawn(payment_id, asset.offers, reason))
    return replace(asset, offers=())


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


def _asset_of(draft: Draft, finance: Offer | Advance) -> Asset:
    asset = draft.get(ASSETS, finance.asset_id)
    assert asset is not None, f"the asset of {finance.id} is open and in memory"
    return asset


def _file_asset(
    draft: Draft,
    asset: Asset,
    *,
    state: AssetState | None = None,
    offers: tuple[OfferId, ...] | None = None,
    advances: tuple[AdvanceId, ...] | None = None,
) -> Asset:
    """Write an asset with what has changed of it, and return it."""
    state = asset.state if state is None else state
    offers = asset.offers if offers is None else offers
    advances = asset.advances if advances is None else advances
    is_open = state not in ENDS or bool(offers or advances)
    filed = replace(asset, state=state, offers=offers, advances=advances, open=is_open)
    draft.put(ASSETS, filed)
    return filed


def _listed(ids: tuple[I, ...], one: I, *, wanted: bool) -> tuple[I, ...]:
    if wanted:
        return ids if one in ids else (*ids, one)
    return tuple(each for each in ids if each != one)
