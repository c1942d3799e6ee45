"""Whom parties pay: payees, what their banks say of their names, until when they cool down."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import Field

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.idempotency import Order, asks
from usance.api.pages import Cursor, Limit, PageOf, after_position, page
from usance.api.shapes import Asked, page_of, shape
from usance.kernel.errors import NotFound
from usance.kernel.ids import BeneficiaryId
from usance.kernel.records import Record
from usance.parties import service
from usance.parties.model import Beneficiary, BeneficiaryStatus, PostalAddress
from usance.parties.service import find_parties as find

router = APIRouter(tags=["beneficiaries"])


class AddressAsked(Asked):
    """Where a payee is, as far as it is known."""

    street: shapes.Word = ""
    building: shapes.Word = ""
    town: shapes.Word = ""
    postal_code: shapes.Word = ""
    subdivision: shapes.Word = ""

    def told(self) -> PostalAddress:
        """Return it as the book is asked."""
        return PostalAddress(
            self.street, self.building, self.town, self.postal_code, self.subdivision
        )


class PayeeAsked(Asked):
    """A payee as it is to stand: `iban`, or `number` where the country has no IBAN."""

    name: shapes.Text = Field(description="The holder's, as the bank is to know it.")
    country: shapes.Word = Field(description="The account's, ISO 3166-1 alpha-2.")
    currency: shapes.CurrencyCode
    iban: shapes.Word | None = None
    number: shapes.Word | None = None
    bank_code: shapes.Word | None = Field(None, description="National code, such as CNAPS.")
    bic: shapes.Word | None = None
    address: AddressAsked = Field(default_factory=AddressAsked)


class BeneficiaryAsked(PayeeAsked):
    """Name a payee of a party."""

    party_id: shapes.Party


class ClosingAsked(Asked):
    """Pay somebody no more."""

    reason: shapes.Reason


BENEFICIARY: Final = shape(Beneficiary, "beneficiary")
Reader = Annotated[Asker, Depends(reads("parties:read"))]


@router.post("/beneficiaries", status_code=201, response_model=BENEFICIARY)
async def create_beneficiary(
    asked: BeneficiaryAsked, order: Annotated[Order, Depends(asks("register_beneficiary"))]
) -> Record:
    """Name a payee.

    Its bank is asked whether the name is the account's; `name_check` says what came of it. For the
    policy's cooling period it is paid little or nothing.
    """
    order.require_own("party", asked.party_id, asked.party_id)
    body = service.RegisterBeneficiary(
        order.new_id(BeneficiaryId),
        asked.party_id,
        asked.name,
        asked.country,
        asked.currency,
        asked.iban,
        asked.number,
        asked.bank_code,
        asked.bic,
        asked.address.told(),
    )
    await order.do(body)
    return await _beneficiary(order, body.id)


@router.get("/beneficiaries", response_model=page_of(BENEFICIARY))
async def list_beneficiaries(
    asker: Reader,
    status: BeneficiaryStatus | None = None,
    party_id: shapes.Party | None = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> PageOf:
    """List payees in the order in which they were named; a seller sees its own."""
    after = after_position("beneficiaries", cursor)
    if party_id is not None and not asker.sees(party_id):
        raise NotFound("party", str(party_id))
    async with asker.reading() as connection:
        rows = await find.beneficiaries(
            connection, asker.bound_to or party_id, status, after, limit + 1
        )
    return page("beneficiaries", rows, limit, lambda row: row.position)


@router.get("/beneficiaries/{beneficiary_id}", response_model=BENEFICIARY)
async def get_beneficiary(beneficiary_id: shapes.Beneficiary, asker: Reader) -> Record:
    """Show a payee, and what its bank says of the name."""
    return await _beneficiary(asker, beneficiary_id)


@router.put("/beneficiaries/{beneficiary_id}", response_model=BENEFICIARY)
async def change_beneficiary(
    beneficiary_id: shapes.Beneficiary,
    asked: PayeeAsked,
    order: Annotated[Order, Depends(asks("change_beneficiary"))],
) -> Record:
    """Say all of a payee anew.

    Another name or account is checked anew and begins the cooling period; another address is not.
    """
    await _beneficiary(order, beneficiary_id)
    await order.do(
        service.ChangeBeneficiary(
            beneficiary_id,
            asked.name,
            asked.country,
            asked.currency,
            asked.iban,
            asked.number,
            asked.bank_code,
            asked.bic,
            asked.address.told(),
        )
    )
    return await _beneficiary(order, beneficiary_id)


@router.post("/beneficiaries/{beneficiary_id}/close", response_model=BENEFICIARY)
async def close_beneficiary(
    beneficiary_id: shapes.Beneficiary,
    asked: ClosingAsked,
    order: Annotated[Order, Depends(asks("close_beneficiary"))],
) -> Record:
    """Pay somebody no more. What is on its way goes on; the account may be named anew."""
    await _beneficiary(order, beneficiary_id)
    await order.do(service.CloseBeneficiary(beneficiary_id, asked.reason))
    return await _beneficiary(order, beneficiary_id)


async def _beneficiary(asker: Asker, beneficiary_id: BeneficiaryId) -> Beneficiary:
    async with asker.reading() as connection:
        found = await find.beneficiary(connection, beneficiary_id)
    if found is None or not asker.sees(found.party_id):
        raise NotFound("beneficiary", str(beneficiary_id))
    return found
