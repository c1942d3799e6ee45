"""Somebody – asks for – the proof that clients' money is whole."""

from datetime import date, datetime

from usance.reporting.model import Custody
from usance.reporting.rules import custody as rules
from usance.reporting.service.trial_balance import trial_balance
from usance.runtime.database import Connection


async def custody(
    connection: Connection,
    *,
    recorded_at: datetime | None = None,
    value_date: date | None = None,
) -> Custody:
    """Return whose the client money at our bank is, now or as of a moment. See trial_balance."""
    found = await trial_balance(connection, recorded_at=recorded_at, value_date=value_date)
    return rules.custody(found.as_of, found.lines)
