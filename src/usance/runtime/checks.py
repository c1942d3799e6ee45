"""Checks: what must be true of a chapter's tables, said as queries that find what is not.

A chapter declares them beside its tables. An engine asks the cheap ones before it takes a book,
and all of them when it reconciles its memory with the tables.
"""

from collections.abc import Sequence
from typing import Any, Final

import asyncpg
import msgspec

from usance.kernel.errors import Unavailable
from usance.kernel.records import Record
from usance.runtime.roles import ENGINE

CHECKS: Final[list["Check"]] = []
# So many differences of a kind are named; the rest is counted.
NAMED_MAX: Final = 100
_WORK_MEMORY: Final = "256MB"


class Check(msgspec.Struct, frozen=True):
    """A query with one row (key, said) for each difference: which row, and what is wrong with it.

    at_start: cheap enough to be asked at every start of an engine.
    """

    what: str
    sql: str
    at_start: bool


class Difference(Record, frozen=True):
    """Something that is not as it must be. what: the table or the check. key: which row."""

    what: str
    key: str
    said: str

    def __str__(self) -> str:
        """Return the sentence for people."""
        return f"{self.what} {self.key}: {self.said}."


class Unsound(Unavailable):
    """The tables of a book contradict each other. Nothing is written to it until they agree."""


def check(what: str, sql: str, *, at_start: bool = False) -> Check:
    """Declare what must be true of tables; see Check."""
    declared = Check(what, sql, at_start)
    CHECKS.append(declared)
    return declared


async def failed(
    connection: "asyncpg.Connection[Any]", checks: Sequence[Check]
) -> tuple[list[Difference], int]:
    """Ask checks; return the differences, at most NAMED_MAX of a kind, and how many more are."""
    named: list[Difference] = []
    more = 0
    async with connection.transaction():
        # The checks add up whole tables: room to do that without files.
        await connection.execute(f"set local work_mem = '{_WORK_MEMORY}'")
        for each in checks:
            rows = await connection.fetch(each.sql)
            named += [Difference(each.what, str(row[0]), row[1]) for row in rows[:NAMED_MAX]]
            more += max(0, len(rows) - NAMED_MAX)
    return named, more


async def require_sound(dsn: str) -> None:
    """Ask the cheap checks. Raises Unsound, naming what they find."""
    connection = await asyncpg.connect(dsn, server_settings={"role": ENGINE})
    try:
        named, more = await failed(connection, [each for each in CHECKS if each.at_start])
    finally:
        connection.terminate()
    if named:
        others = f" And {more} more." if more else ""
        raise Unsound(
            "The book is not sound, so no engine takes it: "
            + " ".join(map(str, named[:5]))
            + others
            + " `usance ledger reconcile` names the rows."
        )
