"""Payees as they stand."""

from collections.abc import Sequence

from usance.kernel.ids import BeneficiaryId, PartyId
from usance.parties.model import BankAccount, Beneficiary, BeneficiaryStatus
from usance.parties.store.parties import many, one
from usance.parties.tables import BANK_ACCOUNTS, BENEFICIARIES
from usance.runtime.database import Connection


async def beneficiary(connection: Connection, beneficiary_id: BeneficiaryId) -> Beneficiary | None:
    """Return a payee by its id."""
    return await one(connection, BENEFICIARIES, "where id = $1", beneficiary_id)


async def beneficiaries(
    connection: Connection,
    party_id: PartyId | None,
    status: BeneficiaryStatus | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[Beneficiary]:
    """Return payees in the order in which they were registered. party_id: None for everybody's."""
    rest = (
        "where position > $1 and ($2::uuid is null or party_id = $2)"
        " and ($3::text is null or status = $3) order by position limit $4"
    )
    return await many(connection, BENEFICIARIES, rest, after, party_id, status, limit)


async def beneficiaries_by_id(
    connection: Connection, ids: Sequence[BeneficiaryId]
) -> list[Beneficiary]:
    """Return the payees of these ids, as many as there are."""
    return await many(connection, BENEFICIARIES, "where id = any($1::uuid[])", list(ids))


async def unchecked_beneficiaries(connection: Connection, limit: int) -> list[Beneficiary]:
    """Return payees whose names nobody was asked about yet."""
    rest = "where name_check = 'pending' and status = 'active' order by id limit $1"
    return await many(connection, BENEFICIARIES, rest, limit)


async def sellers_accounts(connection: Connection, numbers: Sequence[str]) -> list[BankAccount]:
    """Return the bank accounts of active sellers that have one of these IBANs or numbers."""
    rest = (
        "where coalesce(iban, number) = any($1) and party_id in"
        " (select id from parties.parties where kind = 'seller' and status = 'active') order by id"
    )
    return await many(connection, BANK_ACCOUNTS, rest, list(numbers))
