"""What can be read of financing: facilities, offers, advances, and who owes how much to whom."""

from typing import Any, Final, TypeVar
from uuid import UUID

from usance.financing.model import Advance, Facility, Mandate, Offer
from usance.financing.tables import ADVANCES, FACILITIES, MANDATES, OFFERS
from usance.kernel.ids import AdvanceId, FacilityId, OfferId, PartyId
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record
from usance.runtime.database import Connection
from usance.runtime.rows import HotTable

R = TypeVar("R", bound=Record)
_BEFORE_ALL: Final = UUID(int=0)


class Exposure(Record, frozen=True):
    """What is outstanding on one obligor under one facility."""

    facility_id: FacilityId
    obligor_id: PartyId
    advances: int
    principal: Money
    fees_and_charges: Money


async def facility(connection: Connection, facility_id: FacilityId) -> Facility | None:
    """Return one facility."""
    return await _one(connection, FACILITIES, "id = $1", facility_id)


async def facilities(
    connection: Connection,
    party_id: PartyId | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[Facility]:
    """Return facilities as they were opened, those of one seller or funder where named.

    after: the position of the last one of the page before.
    """
    rows = await connection.fetch(
        f"select {', '.join(FACILITIES.shape.columns)} from {FACILITIES.name}"  # noqa: S608 - ours
        " where position > $1 and ($3::uuid is null or seller_id = $3 or funder_id = $3)"
        " order by position limit $2",
        after,
        limit,
        party_id,
    )
    return FACILITIES.shape.from_rows(rows)


async def mandate(connection: Connection, seller_id: PartyId) -> Mandate | None:
    """Return a seller's mandate, revoked or not."""
    return await _one(connection, MANDATES, "seller_id = $1", seller_id)


async def offer(connection: Connection, offer_id: OfferId) -> Offer | None:
    """Return one offer."""
    return await _one(connection, OFFERS, "id = $1", offer_id)


async def offers(
    connection: Connection,
    party_id: PartyId | None = None,
    after: UUID | None = None,
    limit: int = 100,
) -> list[Offer]:
    """Return offers in order of their ids, those of one seller or funder where named."""
    return await _page(
        connection,
        OFFERS,
        "$3::uuid is null or seller_id = $3 or funder_id = $3",
        after,
        limit,
        party_id,
    )


async def advance(connection: Connection, advance_id: AdvanceId) -> Advance | None:
    """Return one advance."""
    return await _one(connection, ADVANCES, "id = $1", advance_id)


async def advances(
    connection: Connection,
    party_id: PartyId | None = None,
    after: UUID | None = None,
    limit: int = 100,
) -> list[Advance]:
    """Return advances in order of their ids, those of one seller or funder where named."""
    return await _page(
        connection,
        ADVANCES,
        "$3::uuid is null or seller_id = $3 or funder_id = $3",
        after,
        limit,
        party_id,
    )


async def exposures(connection: Connection, facility_id: FacilityId) -> list[Exposure]:
    """Return what is outstanding under a facility by obligor, the largest principal first.

    The ledger's `advance_principal` and `advance_fee` say the same; charges are on no account
    until they are paid.
    """
    rows = await connection.fetch(
        """
        select obligor_id, principal_currency, count(*) as advances,
               sum(principal_outstanding)::bigint as principal,
               sum(fee_outstanding + charge_outstanding)::bigint as costs
        from financing.advances
        where facility_id = $1 and status <> 'repaid'
        group by obligor_id, principal_currency
        order by principal desc, obligor_id
        """,
        facility_id,
    )
    return [
        Exposure(
            facility_id,
            PartyId(row["obligor_id"]),
            row["advances"],
            Money(row["principal"], Currency(row["principal_currency"])),
            Money(row["costs"], Currency(row["principal_currency"])),
        )
        for row in rows
    ]


async def _one(
    connection: Connection, table: HotTable[Any, R], where: str, value: UUID
) -> R | None:
    row = await connection.fetchrow(
        f"select {', '.join(table.shape.columns)} from {table.name}"  # noqa: S608 - our own names
        f" where {where}",
        value,
    )
    return None if row is None else table.shape.from_row(row)


async def _page(
    connection: Connection,
    table: HotTable[Any, R],
    where: str,
    after: UUID | None,
    limit: int,
    value: UUID | None,
) -> list[R]:
    rows = await connection.fetch(
        f"select {', '.join(table.shape.columns)} from {table.name}"  # noqa: S608 - our own names
        f" where id > $1 and ({where}) order by id limit $2",
        after or _BEFORE_ALL,
        limit,
        value,
    )
    return table.shape.from_rows(rows)
