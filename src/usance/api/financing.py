"""Facilities, mandates, offers and advances."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import create_model

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.idempotency import Order, asks, proposes
from usance.api.pages import Cursor, Limit, PageOf, after_id, after_position, page, whole
from usance.api.proposals import PROPOSAL, propose
from usance.api.shapes import Asked, Shown, page_of, shape
from usance.financing import service
from usance.financing.events import AdvanceDrawn, OfferMade
from usance.financing.model import Advance, Facility, FacilityStatus, Mandate, Offer
from usance.financing.service import find_financing as find
from usance.kernel.errors import NotFound
from usance.kernel.ids import AdvanceId, FacilityId, OfferId, PartyId
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments.service import find_payments

router = APIRouter(tags=["financing"])


class FacilityAsked(Asked):
    """Propose to grant a limit on a seller's sales, in the seller's settlement currency."""

    funder_id: shapes.Party
    seller_id: shapes.Party
    limit: shapes.Amount
    programme: shapes.Word
    reason: shapes.Reason


class FacilityStatusAsked(Asked):
    """Suspend a facility, or make it active again."""

    status: FacilityStatus
    reason: shapes.Reason


class MandateAsked(Asked):
    """Accept from now on every offer whose principal is at most this."""

    seller_id: shapes.Party
    per_offer_max: shapes.Amount


class OfferAsked(Asked):
    """Ask one funder to finance a sale."""

    payment_id: shapes.Payment
    facility_id: shapes.Facility


FACILITY: Final = shape(Facility, "facility")
EXPOSURE: Final = shape(find.Exposure)
MANDATE: Final = shape(Mandate, "mandate")
OFFER: Final = shape(Offer, "offer")
ADVANCE: Final = shape(
    Advance,
    "advance",
    more={
        "principal_outstanding": (Money, lambda a: Money(a.principal_outstanding, a.currency)),
        "fee_outstanding": (Money, lambda a: Money(a.fee_outstanding, a.currency)),
        "charge_outstanding": (Money, lambda a: Money(a.charge_outstanding, a.currency)),
        "outstanding": (Money, lambda a: Money(a.outstanding, a.currency)),
    },
)
ACCEPTED: Final = create_model(
    "AcceptedOffer",
    __base__=OFFER,
    __doc__="An offer that was accepted. advance_id: null where the draw was declined.",
    advance_id=(shapes.Advance | None, None),
)
Reader = Annotated[Asker, Depends(reads("financing:read"))]


@router.post("/facilities", status_code=201, response_model=PROPOSAL)
async def propose_facility(
    asked: FacilityAsked, order: Annotated[Order, Depends(proposes("open_facility"))]
) -> Record | None:
    """Propose a facility; another person of the same party approves it.

    The answer is the proposal. The facility's id stands in its body.
    """
    order.require_own("party", asked.funder_id, asked.funder_id)
    body = service.OpenFacility(
        order.new_id(FacilityId), asked.funder_id, asked.seller_id, asked.limit, asked.programme
    )
    return await propose(order, "open_facility", body, asked.reason)


@router.get("/facilities", response_model=page_of(FACILITY))
async def list_facilities(asker: Reader, limit: Limit = 20, cursor: Cursor = None) -> PageOf:
    """List facilities, the earliest first."""
    after = after_position("facilities", cursor)
    async with asker.reading() as connection:
        rows = await find.facilities(connection, asker.bound_to, after, limit + 1)
    return page("facilities", rows, limit, lambda row: row.position)


@router.get("/facilities/{facility_id}", response_model=FACILITY)
async def get_facility(facility_id: shapes.Facility, asker: Reader) -> Record | None:
    """Show a facility."""
    return await _facility(asker, facility_id)


@router.get("/facilities/{facility_id}/exposures", response_model=page_of(EXPOSURE))
async def list_exposures(facility_id: shapes.Facility, asker: Reader) -> PageOf:
    """List what is outstanding under a facility by obligor, the largest first."""
    await _facility(asker, facility_id)
    async with asker.reading() as connection:
        return whole(await find.exposures(connection, facility_id))


@router.post("/facilities/{facility_id}/status", response_model=FACILITY)
async def set_facility_status(
    facility_id: shapes.Facility,
    asked: FacilityStatusAsked,
    order: Annotated[Order, Depends(asks("set_facility_status"))],
) -> Record | None:
    """Suspend a facility, or make it active again.

    What is drawn runs on.
    """
    found = await _facility(order, facility_id)
    order.require_own("facility", facility_id, found.funder_id)
    await order.do(service.SetFacilityStatus(facility_id, asked.status, asked.reason))
    return await _facility(order, facility_id)


@router.post("/mandates", status_code=201, response_model=MANDATE)
async def grant_mandate(
    asked: MandateAsked, order: Annotated[Order, Depends(asks("grant_mandate"))]
) -> Record | None:
    """Accept from now on every offer up to a principal.

    It replaces an earlier mandate of the seller.
    """
    order.require_own("party", asked.seller_id, asked.seller_id)
    await order.do(service.GrantMandate(asked.seller_id, asked.per_offer_max))
    return await _mandate(order, asked.seller_id)


@router.get("/mandates/{seller_id}", response_model=MANDATE)
async def get_mandate(seller_id: shapes.Party, asker: Reader) -> Record | None:
    """Show the mandate of a seller, revoked or not."""
    return await _mandate(asker, seller_id)


@router.post("/mandates/{seller_id}/revoke", response_model=MANDATE)
async def revoke_mandate(
    seller_id: shapes.Party,
    asked: shapes.Nothing,  # noqa: ARG001 - an empty object, so that unknown fields are refused
    order: Annotated[Order, Depends(asks("revoke_mandate"))],
) -> Record | None:
    """Be asked again for every offer."""
    order.require_own("mandate of", seller_id, seller_id)
    await order.do(service.RevokeMandate(seller_id))
    return await _mandate(order, seller_id)


@router.post("/offers", status_code=201, response_model=OFFER)
async def request_offer(
    asked: OfferAsked, order: Annotated[Order, Depends(asks("request_offer"))]
) -> Record | None:
    """Ask one funder to finance a sale.

    Whether it may be drawn is judged when it is accepted.
    """
    async with order.reading() as connection:
        payment = await find_payments.payment(connection, asked.payment_id)
    if payment is not None:
        order.require_own("payment", asked.payment_id, payment.seller_id)
    outcome = await order.do(service.RequestOffer(asked.payment_id, asked.facility_id))
    return await _offer(order, outcome.part(OfferMade).offer_id)


@router.get("/offers", response_model=page_of(OFFER))
async def list_offers(asker: Reader, limit: Limit = 20, cursor: Cursor = None) -> PageOf:
    """List offers, the earliest first."""
    after = after_id("offers", cursor, OfferId)
    async with asker.reading() as connection:
        rows = await find.offers(connection, asker.bound_to, after, limit + 1)
    return page("offers", rows, limit, lambda row: row.id)


@router.get("/offers/{offer_id}", response_model=OFFER)
async def get_offer(offer_id: shapes.Offer, asker: Reader) -> Record | None:
    """Show an offer."""
    return await _offer(asker, offer_id)


@router.post("/offers/{offer_id}/accept", response_model=ACCEPTED)
async def accept_offer(
    offer_id: shapes.Offer,
    asked: shapes.Nothing,  # noqa: ARG001 - an empty object, so that unknown fields are refused
    order: Annotated[Order, Depends(asks("accept_offer"))],
) -> Shown:
    """Take an offer: the money is drawn and paid out.

    A draw that is judged no ends the offer as `declined`; no money has moved then.
    """
    found = await _offer(order, offer_id)
    order.require_own("offer", offer_id, found.seller_id)
    outcome = await order.do(service.AcceptOffer(offer_id))
    drawn = outcome.fact and outcome.fact.part(AdvanceDrawn)
    accepted = ACCEPTED.model_validate(await _offer(order, offer_id))
    return accepted.model_copy(update={"advance_id": drawn.advance_id if drawn else None})


@router.get("/advances", response_model=page_of(ADVANCE))
async def list_advances(asker: Reader, limit: Limit = 20, cursor: Cursor = None) -> PageOf:
    """List advances, the earliest first."""
    after = after_id("advances", cursor, AdvanceId)
    async with asker.reading() as connection:
        rows = await find.advances(connection, asker.bound_to, after, limit + 1)
    return page("advances", rows, limit, lambda row: row.id)


@router.get("/advances/{advance_id}", response_model=ADVANCE)
async def get_advance(advance_id: shapes.Advance, asker: Reader) -> Record | None:
    """Show an advance."""
    async with asker.reading() as connection:
        found = await find.advance(connection, advance_id)
    if found is None or not asker.sees(found.seller_id, found.funder_id):
        raise NotFound("advance", str(advance_id))
    return found


async def _facility(asker: Asker, facility_id: FacilityId) -> Facility:
    async with asker.reading() as connection:
        found = await find.facility(connection, facility_id)
    if found is None or not asker.sees(found.funder_id, found.seller_id):
        raise NotFound("facility", str(facility_id))
    return found


async def _mandate(asker: Asker, seller_id: PartyId) -> Mandate:
    async with asker.reading() as connection:
        found = await find.mandate(connection, seller_id)
    if found is None or not asker.sees(seller_id):
        raise NotFound("mandate of", str(seller_id))
    return found


async def _offer(asker: Asker, offer_id: OfferId) -> Offer:
    async with asker.reading() as connection:
        found = await find.offer(connection, offer_id)
    if found is None or not asker.sees(found.seller_id, found.funder_id):
        raise NotFound("offer", str(offer_id))
    return found
