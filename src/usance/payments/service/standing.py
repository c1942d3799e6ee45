"""Rules and rates as they stand in the tables, for those who ask outside the engine.

The same readings that price a payment answer a preview from here, so the two cannot differ.
"""

from datetime import datetime
from typing import Any

from usance.kernel.draft import K, R, Rows
from usance.payments import store
from usance.payments.tables import FIXINGS, SOURCE_QUOTES
from usance.policy.service import SERIES, all_series
from usance.runtime.database import Connection

_ALL = 100_000


class Standings:
    """Implements kernel.draft.Standing over rows that were read at one moment."""

    def __init__(self, now: datetime, tables: dict[int, dict[Any, Any]]) -> None:
        self._now = now
        self._tables = tables

    @property
    def now(self) -> datetime:
        """The book's time when it was asked."""
        return self._now

    def get(self, rows: Rows[K, R], key: K) -> R | None:
        """Return the row of this key, None where it was not there."""
        found: R | None = self._tables[rows.slot].get(key)
        return found


async def standing_of(connection: Connection, now: datetime) -> Standings:
    """Return rules, reference rates and makers' quotes as the tables have them."""
    series = await all_series(connection, limit=_ALL)
    fixings = await store.fixings_since(connection, now.date())
    quotes = await store.source_quotes(connection)
    return Standings(
        now,
        {
            SERIES.slot: {each.id: each for each in series},
            FIXINGS.slot: {each.value_date: each for each in fixings},
            SOURCE_QUOTES.slot: {each.source: each for each in quotes},
        },
    )
