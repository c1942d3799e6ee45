"""Reconciling: is what the engine holds in memory what the tables say, and are they sound?

Between two batches the engine is photographed: a snapshot of the database is opened, and what is
in memory at that moment is listed; rows never change in place, so the list is all that has to be
copied. The engine goes on at once, and the two are compared afterwards, a chunk at a time.
"""

from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from usance.kernel.errors import Unavailable
from usance.kernel.records import Record
from usance.runtime.batch import Keys
from usance.runtime.checks import CHECKS, NAMED_MAX, Difference, failed
from usance.runtime.draft import State
from usance.runtime.loading import kept_rows, newest_keys
from usance.runtime.roles import ENGINE
from usance.runtime.rows import HOT_TABLES, HotTable
from usance.runtime.tables import COMMANDS, CommandRow

# Between two chunks the engine works on: a few milliseconds each.
_CHUNK: Final = 2_000


class Reconciliation(Record, frozen=True):
    """What came of comparing. position: of the last fact at that moment. rows: that were compared.

    differences: those that are named; more: how many are not.
    """

    position: int
    rows: int
    differences: tuple[Difference, ...]
    more: int


class Photograph(msgspec.Struct):
    """Memory and tables at one moment between two batches."""

    connection: "asyncpg.Connection[Any]"
    rows: list[dict[Any, Any]]
    answered: dict[int, CommandRow]
    knows_all_keys: bool
    epoch: int
    position: int


async def photographed(dsn: str, state: State, keys: Keys, epoch: int, position: int) -> Photograph:
    """Photograph an engine that does nothing until this returns. Raises Unavailable."""
    try:
        connection = await asyncpg.connect(dsn, server_settings={"role": ENGINE})
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as refused:
        raise Unavailable(f"No connection to compare with: {refused}") from refused
    try:
        await connection.transaction(isolation="repeatable_read", readonly=True).start()
        # The snapshot is taken by the first query, not when the transaction begins.
        await connection.execute("select 1")
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as lost:
        connection.terminate()
        raise Unavailable(f"The connection to compare with was lost: {lost}") from lost
    except BaseException:
        connection.terminate()
        raise
    return Photograph(
        connection,
        [rows.copy() for rows in state.rows],
        keys.answered.copy(),
        keys.complete,
        epoch,
        position,
    )


async def compared(photograph: Photograph) -> Reconciliation:
    """Compare memory with the tables, then the tables with each other; ends the snapshot."""
    findings = _Findings()
    try:
        await _compare_book(photograph, findings)
        for table in HOT_TABLES:
            await _compare_table(photograph, table, findings)
        await _compare_keys(photograph, findings)
        named, more = await failed(photograph.connection, CHECKS)
    finally:
        photograph.connection.terminate()
    return Reconciliation(
        photograph.position, findings.rows, (*findings.named, *named), findings.more + more
    )


async def reconciled_alone(connection: "asyncpg.Connection[Any]") -> Reconciliation:
    """Compare the tables with each other, where no engine lives whose memory could differ."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        position = await connection.fetchval("select position from engine.book")
        named, more = await failed(connection, CHECKS)
    return Reconciliation(position, 0, tuple(named), more)


class _Findings:
    """What has been compared so far, and what was found."""

    def __init__(self) -> None:
        self.rows = 0
        self.named: list[Difference] = []
        self.more = 0
        self._of: dict[str, int] = {}

    def add(self, what: str, key: object, said: str) -> None:
        """Name a difference, or count it where enough of its kind are named."""
        count = self._of[what] = self._of.get(what, 0) + 1
        if count <= NAMED_MAX:
            self.named.append(Difference(what, _printed(key), said))
        else:
            self.more += 1


async def _compare_book(photograph: Photograph, findings: _Findings) -> None:
    row = await photograph.connection.fetchrow("select epoch, position from engine.book")
    assert row is not None, "an open book has its row"
    if (row["epoch"], row["position"]) != (photograph.epoch, photograph.position):
        findings.add(
            "engine.book",
            1,
            f"the engine is of epoch {photograph.epoch} and at position {photograph.position},"
            f" the table says epoch {row['epoch']} and position {row['position']}",
        )


async def _compare_table(
    photograph: Photograph, table: HotTable[Any, Any], findings: _Findings
) -> None:
    held = photograph.rows[table.slot]
    async for records in kept_rows(photograph.connection, table, _CHUNK):
        findings.rows += len(records)
        for record in records:
            key = table.key(record)
            mine = held.pop(key, None)
            if mine is None:
                named = table.name_of(record)
                findings.add(table.name, named, "the table has a row that memory has not")
            elif mine != record:
                findings.add(table.name, table.name_of(record), _unlike(mine, record))
    for row in held.values():
        named = table.name_of(row)
        findings.add(
            table.name, named, "memory has a row that the table has not, or keeps too long"
        )


async def _compare_keys(photograph: Photograph, findings: _Findings) -> None:
    """Compare the answers that are remembered; memory may hold fewer than there are."""
    held = photograph.answered
    async for records in newest_keys(photograph.connection, len(held) + 1, _CHUNK):
        findings.rows += len(records)
        for record in records:
            mine = held.pop(record.id.int, None)
            if mine is None and photograph.knows_all_keys:
                findings.add(COMMANDS.name, record.id, "the table has a key that memory has not")
            elif mine is not None and mine != record:
                findings.add(COMMANDS.name, record.id, _unlike(mine, record))
    # Memory lets go of keys in the order in which they came, not in the order of their ids.
    rest = await photograph.connection.fetch(
        f"select {', '.join(COMMANDS.shape.columns)} from {COMMANDS.name} where id = any($1)",  # noqa: S608
        [UUID(int=number) for number in held],
    )
    for record in COMMANDS.shape.from_rows(rest):
        mine = held.pop(record.id.int)
        if mine != record:
            findings.add(COMMANDS.name, record.id, _unlike(mine, record))
    for number in held:
        findings.add(COMMANDS.name, UUID(int=number), "memory has a key that the table has not")


def _unlike(mine: Record, record: Record) -> str:
    """Say in which fields two rows differ."""
    fields = [(name, getattr(mine, name), getattr(record, name)) for name in mine.__struct_fields__]
    unlike = [
        f"{name} is {_printed(ours)} in memory and {_printed(theirs)} in the table"
        for name, ours, theirs in fields
        if ours != theirs
    ]
    return "; ".join(unlike) or "the rows are of different kinds"


def _printed(value: object) -> str:
    parts = map(str, value) if isinstance(value, tuple) else (str(value),)
    return " ".join(parts)[:200]
