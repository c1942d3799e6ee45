"""Somebody – closes – a period: nothing is added any more to the days up to one.

The trial balance of those days is kept, account by account, and its digest is told as a fact, so
that whoever adds the transfers up later can see that none of them was changed.
"""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.records import Record
from usance.ledger.errors import PERIOD_CLOSED, PERIOD_NOT_OVER
from usance.ledger.events import PeriodClosed
from usance.ledger.model import Counter, Period
from usance.ledger.rules import trial_balance_bytes
from usance.ledger.service.calendar import CLOSED_UNTIL, is_closed_day
from usance.ledger.store import BEGINNING, LAST_PERIOD, OPEN_FROM, TRIAL_BALANCE, lines_of
from usance.ledger.tables import CLOSING_BALANCES, COUNTERS, PERIODS
from usance.runtime.commands import Command, Loader


class ClosePeriod(Record, frozen=True):
    """Close all value dates up to and with this day."""

    day: date


class Added(Record, frozen=True):
    """What was found for a close: the sums of every account, and where the next one may begin."""

    rows: Sequence[Any]
    open_from: int | None


class ClosePeriodStage:
    """Applies `close_period`, a batch of its own: all that was recorded before is in the tables.

    The engine waits while the table is read from where the last close ends (about a second for
    each million transfers) and while a row is written for each account that was ever moved.
    """

    async def prepare(self, loader: Loader, commands: Sequence[Command]) -> Added:
        """Add up what takes effect by the day, beginning with the last closed period."""
        [command] = commands
        assert isinstance(command.body, ClosePeriod)
        day = command.body.day
        last = await loader.fetch(LAST_PERIOD)
        after, start = (last[0]["day"], last[0]["open_from"]) if last else (BEGINNING, 0)
        rows = await loader.fetch(TRIAL_BALANCE, day, after, start, 2**63 - 1)
        [later] = await loader.fetch(OPEN_FROM, day, start)
        return Added(rows, later["position"])

    def apply(self, draft: Draft, body: ClosePeriod, added: Added) -> Refusal | None:
        """Refuses: period_not_over, period_closed."""
        refusal = try_close_period(draft, body, None)
        if refusal is not None:
            return refusal
        lines = lines_of(body.day, added.rows)
        digest = hashlib.sha256(trial_balance_bytes(body.day, draft.position, lines)).hexdigest()
        open_from = draft.position if added.open_from is None else added.open_from
        period = Period(body.day, draft.position, open_from, len(lines), digest, draft.now)
        draft.put(PERIODS, period)
        draft.add(CLOSING_BALANCES, lines)
        draft.put(COUNTERS, Counter(CLOSED_UNTIL, body.day.toordinal()))
        draft.tell(PeriodClosed(body.day, draft.position, digest, len(lines)))
        return None


def try_close_period(draft: Draft, body: ClosePeriod, _facts: object) -> Refusal | None:
    """Say whether a period could be closed, without adding it up. See ClosePeriodStage.apply."""
    if body.day >= draft.now.date():
        return PERIOD_NOT_OVER.refuse("day", body.day)
    if is_closed_day(draft, body.day):
        return PERIOD_CLOSED.refuse("day", body.day)
    return None
