"""A funder – asks for – the tape: every advance, a line each."""

from datetime import date

from usance.kernel.errors import NotFound
from usance.kernel.ids import PartyId
from usance.reporting import store
from usance.reporting.model import FunderTape
from usance.runtime.database import Connection
from usance.runtime.reading import snapshot


async def funder_tape(connection: Connection, funder_id: PartyId, on: date) -> FunderTape:
    """Return a funder's advances as they stand now; days past due are counted up to `on`.

    Raises NotFound.
    """
    async with snapshot(connection):
        name = await store.party_name(connection, funder_id)
        if name is None:
            raise NotFound("funder", str(funder_id))
        lines = await store.advances_of(connection, funder_id, on)
    return FunderTape(funder_id, name, on, tuple(lines))
