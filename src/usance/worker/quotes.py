"""The worker asks market makers for their rates, each as often as policy says, and records them.

A source that policy gives no pairs is never asked. One that is silent or breaks is asked again at
its next turn: its last quotes grow old in the book, and a quote that is too old is not used.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg
import structlog

from usance.kernel.ids import derive, milliseconds_at
from usance.parties.model import HOUSE
from usance.payments.ports import QuoteSource
from usance.payments.service import RecordQuotes
from usance.policy.service import row_in_force
from usance.runtime.commands import Command
from usance.runtime.wire import Book

# How often it is looked whether a source is to be asked, where policy does not know of sources.
_UNTIL_POLICY_SAYS: Final = 60
_log = structlog.get_logger()


class QuoteRounds:
    """Asks the sources of quotes whose turn it is."""

    def __init__(
        self, pool: "asyncpg.Pool[Any]", book: Book, sources: Mapping[str, QuoteSource]
    ) -> None:
        self._pool = pool
        self._book = book
        self._sources = sources
        self._turns: dict[str, datetime] = {}

    async def one(self, now: datetime) -> None:
        """Ask each source whose turn has come, and record what it says."""
        due = [
            (name, source)
            for name, source in self._sources.items()
            if name not in self._turns or self._turns[name] <= now
        ]
        commands = []
        for name, source in due:
            body = await self._heard(name, source, now)
            if body is not None:
                command_id = derive(milliseconds_at(now), "quotes", name, now.isoformat())
                commands.append(Command(command_id, "record_quotes", HOUSE, body))
        if commands:
            await self._book.submit(commands)

    async def _heard(self, name: str, source: QuoteSource, now: datetime) -> RecordQuotes | None:
        """Return what a source quotes now, None where it is not asked or says nothing."""
        async with self._pool.acquire() as connection:
            row = await row_in_force(connection, "payments.fx_source", name, now.date())
        every = _UNTIL_POLICY_SAYS if row is None else row.integer("poll_seconds")
        self._turns[name] = now + timedelta(seconds=every)
        pairs = () if row is None else row.words("pairs")
        if not pairs:
            return None
        try:
            said = await source.quotes(pairs, now)
        except Exception as broken:  # noqa: BLE001 - whatever a plug-in raises
            _log.error("quote_source_broke", source=name, exc_info=broken)
            return None
        asked = set(pairs)
        heard = tuple(quote for quote in said if quote.pair in asked)
        return RecordQuotes(name, heard) if heard else None
