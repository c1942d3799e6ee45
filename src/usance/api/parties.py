"""Parties, their bank accounts, and the people and machines that act for them."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import Field

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.idempotency import Order, asks
from usance.api.pages import Cursor, Limit, PageOf, after_position, page, whole
from usance.api.shapes import Asked, page_of, shape
from usance.kernel.errors import NotFound
from usance.kernel.ids import BankAccountId, PartyId, UserId
from usance.kernel.records import Record
from usance.parties import service
from usance.parties.model import (
    BankAccount,
    Identifier,
    Party,
    PartyKind,
    PartyStatus,
    Role,
    Scheme,
    User,
)
from usance.parties.service import find_parties as find

router = APIRouter(tags=["parties"])


class IdentifierAsked(Asked):
    """A number that somebody gave a party; its check digits are checked."""

    scheme: Scheme
    value: shapes.Word


class PartyAsked(Asked):
    """Take a party on."""

    kind: PartyKind
    legal_name: shapes.Text
    country: shapes.Word = Field(description="ISO 3166-1 alpha-2.")
    local_name: shapes.Text | None = None
    risk_grade: shapes.Word = Field("C", description="A (best) to E.")
    identifiers: list[IdentifierAsked] = Field(default=[], max_length=20)
    reference: shapes.Word | None = Field(None, description="What you call it; unique.")


class BankAccountAsked(Asked):
    """Note a bank account: `iban`, or `number` where the country has no IBAN."""

    holder: shapes.Text
    country: shapes.Word
    currency: shapes.CurrencyCode
    iban: shapes.Word | None = None
    number: shapes.Word | None = None
    bank_code: shapes.Word | None = None
    bic: shapes.Word | None = None


class UserAsked(Asked):
    """Let somebody act for a party."""

    name: shapes.Text
    roles: list[Role] = Field(min_length=1, max_length=10)


class StatusAsked(Asked):
    """Freeze a party, make it active again, or close it for good."""

    status: PartyStatus
    reason: shapes.Reason


class GradeAsked(Asked):
    """Give a party another risk grade, A (best) to E."""

    risk_grade: shapes.Word
    reason: shapes.Reason


PARTY: Final = shape(Party, "party")
BANK_ACCOUNT: Final = shape(BankAccount, "bank_account")
USER: Final = shape(User, "user")
Reader = Annotated[Asker, Depends(reads("parties:read"))]


@router.post("/parties", status_code=201, response_model=PARTY)
async def create_party(
    asked: PartyAsked, order: Annotated[Order, Depends(asks("register_party"))]
) -> Record | None:
    """Take a party on."""
    body = service.RegisterParty(
        order.new_id(PartyId),
        asked.kind,
        asked.legal_name,
        asked.country,
        asked.local_name,
        asked.risk_grade,
        tuple(Identifier(each.scheme, each.value) for each in asked.identifiers),
        asked.reference,
    )
    await order.do(body)
    return await _party(order, body.id)


@router.get("/parties", response_model=page_of(PARTY))
async def list_parties(
    asker: Reader, kind: PartyKind | None = None, limit: Limit = 20, cursor: Cursor = None
) -> PageOf:
    """List parties in the order in which they came; a seller or a funder sees itself."""
    after = after_position("parties", cursor)
    async with asker.reading() as connection:
        if asker.bound_to is not None:
            own = await find.party(connection, asker.bound_to)
            fits = own is not None and own.position > after and kind in {None, own.kind}
            return page("parties", [own] if own and fits else [], limit, lambda row: row.position)
        rows = await find.parties(connection, kind, after, limit + 1)
    return page("parties", rows, limit, lambda row: row.position)


@router.get("/parties/{party_id}", response_model=PARTY)
async def get_party(party_id: shapes.Party, asker: Reader) -> Record | None:
    """Show a party."""
    return await _party(asker, party_id)


@router.post("/parties/{party_id}/status", response_model=PARTY)
async def set_party_status(
    party_id: shapes.Party,
    asked: StatusAsked,
    order: Annotated[Order, Depends(asks("set_party_status"))],
) -> Record | None:
    """Freeze a party, make it active again, or close it for good."""
    await order.do(service.SetPartyStatus(party_id, asked.status, asked.reason))
    return await _party(order, party_id)


@router.post("/parties/{party_id}/grade", response_model=PARTY)
async def grade_party(
    party_id: shapes.Party,
    asked: GradeAsked,
    order: Annotated[Order, Depends(asks("grade_party"))],
) -> Record | None:
    """Give a party another risk grade."""
    await order.do(service.GradeParty(party_id, asked.risk_grade, asked.reason))
    return await _party(order, party_id)


@router.post("/parties/{party_id}/bank_accounts", status_code=201, response_model=BANK_ACCOUNT)
async def create_bank_account(
    party_id: shapes.Party,
    asked: BankAccountAsked,
    order: Annotated[Order, Depends(asks("register_bank_account"))],
) -> Record | None:
    """Note a bank account of a party.

    The first one is the party's main account: it is paid to and pays from it.
    """
    body = service.RegisterBankAccount(
        order.new_id(BankAccountId),
        party_id,
        asked.holder,
        asked.country,
        asked.currency,
        asked.iban,
        asked.number,
        asked.bank_code,
        asked.bic,
    )
    await order.do(body)
    async with order.reading() as connection:
        return await find.bank_account(connection, body.id)


@router.get("/parties/{party_id}/bank_accounts", response_model=page_of(BANK_ACCOUNT))
async def list_bank_accounts(party_id: shapes.Party, asker: Reader) -> PageOf:
    """List the bank accounts of a party, the main one first."""
    await _party(asker, party_id)
    async with asker.reading() as connection:
        return whole(await find.bank_accounts_of(connection, party_id))


@router.post("/parties/{party_id}/users", status_code=201, response_model=USER)
async def create_user(
    party_id: shapes.Party,
    asked: UserAsked,
    order: Annotated[Order, Depends(asks("register_user"))],
) -> Record | None:
    """Let somebody act for a party."""
    body = service.RegisterUser(order.new_id(UserId), party_id, asked.name, tuple(asked.roles))
    await order.do(body)
    async with order.reading() as connection:
        return await find.user(connection, body.id)


@router.get("/parties/{party_id}/users", response_model=page_of(USER))
async def list_users(party_id: shapes.Party, asker: Reader) -> PageOf:
    """List the users who act for a party."""
    await _party(asker, party_id)
    async with asker.reading() as connection:
        return whole(await find.users_of(connection, party_id))


async def _party(asker: Asker, party_id: PartyId) -> Party:
    async with asker.reading() as connection:
        found = await find.party(connection, party_id)
    if found is None or not asker.sees(found.id):
        raise NotFound("party", str(party_id))
    return found
