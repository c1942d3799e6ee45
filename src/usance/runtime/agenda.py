"""The agenda: what falls due and when, the earliest first.

Every payment leaves something that falls due later, a reserve after months. Whether anything is
due is asked several times a second, while nothing else is decided: so nobody walks through it all.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from heapq import heapify, heappop, heappush

from usance.runtime.tables import DueRow


class Agenda:
    """The moments of rows that were not fired yet, with the numbers of their ids."""

    def __init__(self) -> None:
        self._entries: list[tuple[datetime, int]] = []

    def begin(self, rows: Iterable[DueRow]) -> None:
        """Begin anew with these rows."""
        self._entries = [(row.due_at, row.id.int) for row in rows]
        heapify(self._entries)

    def add(self, rows: Iterable[DueRow]) -> None:
        """Take up those of a batch's rows that it has not fired itself."""
        for row in rows:
            if row.fired_at is None:
                heappush(self._entries, (row.due_at, row.id.int))

    def take(self, rows: Mapping[int, DueRow], now: datetime, count: int) -> list[DueRow]:
        """Take out at most `count` of the rows that are due, in (due_at, id) order.

        rows: those that were not fired, by number.
        """
        due: list[DueRow] = []
        entries = self._entries
        while entries and entries[0][0] <= now and len(due) < count:
            row = rows.get(heappop(entries)[1])
            if row is not None:
                due.append(row)
        return due
