"""A seller – asks for – a statement."""

from datetime import UTC, date, datetime, time, timedelta

from usance.kernel.errors import NotFound
from usance.kernel.ids import PartyId
from usance.ledger.errors import PERIOD_BACKWARDS
from usance.reporting import store
from usance.reporting.model import Statement
from usance.reporting.rules.chart import kinds_owned_by
from usance.reporting.rules.statement import account_statement, accounts_in_order, in_story_order
from usance.runtime.database import Connection
from usance.runtime.reading import snapshot


async def seller_statement(
    connection: Connection, seller_id: PartyId, first_day: date, last_day: date
) -> Statement:
    """Return a seller's accounts over days of UTC, both included.

    It goes by when we booked, not by value date, so that a statement once given stays true.
    Raises Invalid(period_backwards), NotFound.
    """
    if last_day < first_day:
        raise PERIOD_BACKWARDS.invalid("last_day", last_day.isoformat())
    begin = datetime.combine(first_day, time(), UTC)
    end = datetime.combine(last_day + timedelta(days=1), time(), UTC)
    async with snapshot(connection):
        name = await store.party_name(connection, seller_id)
        if name is None:
            raise NotFound("seller", str(seller_id))
        kinds = kinds_owned_by("seller")
        openings = await store.openings(connection, seller_id, kinds, begin, end)
        moved = in_story_order(await store.moved_between(connection, seller_id, begin, end))
    accounts = accounts_in_order(account_statement(each, moved) for each in openings)
    return Statement(seller_id, name, first_day, last_day, accounts)
