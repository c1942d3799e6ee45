"""Where parties are, as banks want it told."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from pydantic import Field

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.idempotency import Order, asks
from usance.api.shapes import Asked, shape
from usance.kernel.errors import NotFound
from usance.kernel.ids import PartyId
from usance.kernel.records import Record
from usance.parties import service
from usance.parties.model import PartyAddress, PostalAddress
from usance.parties.service import find_parties as find

router = APIRouter(tags=["parties"])


class PartyAddressAsked(Asked):
    """Where a party is; its country is its own. From 14 November 2026 banks need the town."""

    street: shapes.Word = ""
    building: shapes.Word = Field("", description="The number, apart from the street.")
    town: shapes.Word
    postal_code: shapes.Word = ""
    subdivision: shapes.Word = Field("", description="State, province or county.")


PARTY_ADDRESS: Final[Any] = shape(PartyAddress, "party_address")


@router.post("/parties/{party_id}/address", response_model=PARTY_ADDRESS)
async def set_party_address(
    party_id: shapes.Party,
    asked: PartyAddressAsked,
    order: Annotated[Order, Depends(asks("set_party_address"))],
) -> Record:
    """Say where a party is, all of it anew."""
    address = PostalAddress(
        asked.street, asked.building, asked.town, asked.postal_code, asked.subdivision
    )
    await order.do(service.SetPartyAddress(party_id, address))
    return await _address(order, party_id)


@router.get("/parties/{party_id}/address", response_model=PARTY_ADDRESS)
async def get_party_address(
    party_id: shapes.Party, asker: Annotated[Asker, Depends(reads("parties:read"))]
) -> Record:
    """Show where a party is."""
    return await _address(asker, party_id)


async def _address(asker: Asker, party_id: PartyId) -> Record:
    async with asker.reading() as connection:
        found = await find.addresses_of(connection, [party_id])
    if not found or not asker.sees(party_id):
        raise NotFound("party address", str(party_id))
    return found[0]
