"""Anybody – verifies – that the closed periods are what they were when they were closed."""

import hashlib

from usance.kernel.records import Record
from usance.ledger import store
from usance.ledger.events import PeriodClosed
from usance.ledger.model import Period
from usance.ledger.rules import trial_balance_bytes
from usance.runtime.database import Connection
from usance.runtime.reading import fact_at, snapshot


class Verdict(Record, frozen=True):
    """A closed period, and what does not agree; "" where everything does."""

    period: Period
    differs: str


async def verify_periods(connection: Connection) -> list[Verdict]:
    """Add every closed period up anew and compare, the latest first.

    Reads all transfers for each period.
    """
    async with snapshot(connection):
        return [
            Verdict(period, await _differs(connection, period))
            for period in await store.periods(connection, limit=10_000)
        ]


async def _differs(connection: Connection, period: Period) -> str:
    now = {line.account: line for line in await store.added_up(connection, period)}
    kept = {line.account: line for line in await store.closing_balances(connection, period.day)}
    for number in sorted(now.keys() | kept.keys()):
        if now.get(number) != kept.get(number):
            return f"account {number} does not add up to the balance it was closed with"
    digest = hashlib.sha256(trial_balance_bytes(period.day, period.position, now.values()))
    if digest.hexdigest() != period.digest:
        return "the trial balance has another digest than the one that is kept"
    fact = await fact_at(connection, period.position)
    told = None if fact is None else fact.part(PeriodClosed)
    if told is None or (told.day, told.position) != (period.day, period.position):
        return f"the fact {period.position} does not tell of it"
    if told.digest != period.digest:
        return f"the fact {period.position} tells another digest"
    late = await store.recorded_late(connection, period)
    if late:
        return f"{late} movements were added after it was closed"
    return ""
