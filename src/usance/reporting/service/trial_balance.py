"""Somebody – asks for – the trial balance."""

from datetime import date, datetime

from usance.reporting import store
from usance.reporting.model import AsOf, TrialBalance
from usance.reporting.rules.balances import by_account, by_kind
from usance.runtime.database import Connection
from usance.runtime.reading import last_position, position_at, snapshot


async def trial_balance(
    connection: Connection,
    *,
    recorded_at: datetime | None = None,
    value_date: date | None = None,
    accounts: bool = False,
) -> TrialBalance:
    """Return what all accounts add up to, now or as of a moment, by kind or account by account.

    recorded_at: what the book knew at that moment. value_date: what had taken effect by that
    day. Both: what the book knew then of that day.
    """
    async with snapshot(connection):
        position = (
            await last_position(connection)
            if recorded_at is None
            else await position_at(connection, recorded_at)
        )
        as_of = AsOf(position, recorded_at, value_date)
        lines = await store.balances(connection, recorded_at, value_date)
    return TrialBalance(as_of, by_account(lines) if accounts else by_kind(lines))
