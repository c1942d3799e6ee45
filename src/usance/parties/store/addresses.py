"""Where parties are."""

from collections.abc import Sequence

from usance.kernel.ids import PartyId
from usance.parties.model import PartyAddress
from usance.parties.tables import PARTY_ADDRESSES
from usance.runtime.database import Connection


async def addresses_of(connection: Connection, parties: Sequence[PartyId]) -> list[PartyAddress]:
    """Return the addresses of parties, of those whose is known."""
    columns = ", ".join(PARTY_ADDRESSES.shape.columns)
    rows = await connection.fetch(
        f"select {columns} from parties.party_addresses"  # noqa: S608 - our columns
        " where party_id = any($1::uuid[])",
        list(parties),
    )
    return PARTY_ADDRESSES.shape.from_rows(rows)
