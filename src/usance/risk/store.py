"""All SQL of risk."""

from collections.abc import Sequence
from typing import Any, Final, Protocol
from uuid import UUID

from usance.kernel.ids import CaseId, DecisionId
from usance.risk.model import CaseStatus, ListedEntity
from usance.risk.tables import (
    ADOPTED_LISTS,
    CASES,
    CURRENT,
    DECISIONS,
    AdoptedListsRow,
    CaseRow,
    DecisionRow,
    ListEntryRow,
    ListVersionRow,
)
from usance.runtime.database import Connection
from usance.runtime.rows import RowShape

_VERSION: Final = RowShape(ListVersionRow)
_ENTRY: Final = RowShape(ListEntryRow)


class Reads(Protocol):
    """A connection, or the loader of a batch."""

    async def fetch(self, sql: str, *arguments: Any) -> list[Any]:  # noqa: ANN401 - any value
        """Run a query and return its rows."""


async def stage(
    connection: Connection, version: ListVersionRow, entities: Sequence[ListedEntity]
) -> None:
    """Store a version of a list with its entries; a version that is there already stays."""
    done = await connection.execute(
        f"insert into risk.list_versions ({', '.join(_VERSION.columns)})"  # noqa: S608 - ours
        f" values ({_places(_VERSION)}) on conflict do nothing",
        *_VERSION.to_row(version),
    )
    if done.endswith(" 0"):
        return
    rows = [
        ListEntryRow(
            version.version,
            one.entry_id,
            one.list,
            one.names,
            one.kind,
            one.birth_years,
            one.countries,
        )
        for one in entities
    ]
    await connection.executemany(
        f"insert into risk.list_entries ({', '.join(_ENTRY.columns)})"  # noqa: S608 - ours
        f" values ({_places(_ENTRY)})",
        [_ENTRY.to_row(row) for row in rows],
    )


def _places(shape: RowShape[Any]) -> str:
    return ", ".join(f"${at}" for at in range(1, len(shape.columns) + 1))


async def staged(connection: Reads, version: str) -> ListVersionRow | None:
    """Return what is known of a version of a list, None where nothing is."""
    rows = await connection.fetch(
        f"select {', '.join(_VERSION.columns)} from risk.list_versions"  # noqa: S608 - ours
        " where version = $1",
        version,
    )
    return _VERSION.from_row(rows[0]) if rows else None


async def entries(connection: Reads, version: str) -> list[ListedEntity]:
    """Return the entries of a version of a list in the order of their ids."""
    rows = await connection.fetch(
        f"select {', '.join(_ENTRY.columns)} from risk.list_entries"  # noqa: S608 - ours
        ' where version = $1 order by entry_id collate "C"',
        version,
    )
    return [entry.entity for entry in _ENTRY.from_rows(rows)]


async def adopted(connection: Reads) -> AdoptedListsRow | None:
    """Return which versions of the lists are adopted, None where none ever was."""
    shape = ADOPTED_LISTS.shape
    rows = await connection.fetch(
        f"select {', '.join(shape.columns)} from risk.adopted_lists where id = $1",  # noqa: S608
        CURRENT,
    )
    return shape.from_row(rows[0]) if rows else None


async def decision(connection: Reads, decision_id: DecisionId) -> DecisionRow | None:
    """Return a decision with all that it saw."""
    shape = DECISIONS.shape
    rows = await connection.fetch(
        f"select {', '.join(shape.columns)} from risk.decisions where id = $1",  # noqa: S608
        decision_id,
    )
    return shape.from_row(rows[0]) if rows else None


async def decisions_of(connection: Reads, subject: UUID) -> list[DecisionRow]:
    """Return the decisions about a payment or an advance, the earliest first."""
    shape = DECISIONS.shape
    rows = await connection.fetch(
        f"select {', '.join(shape.columns)} from risk.decisions"  # noqa: S608 - our columns
        " where subject = $1 order by id",
        subject,
    )
    return shape.from_rows(rows)


async def case(connection: Reads, case_id: CaseId) -> CaseRow | None:
    """Return a case."""
    shape = CASES.shape
    rows = await connection.fetch(
        f"select {', '.join(shape.columns)} from risk.cases where id = $1",  # noqa: S608
        case_id,
    )
    return shape.from_row(rows[0]) if rows else None


async def cases(
    connection: Reads, status: CaseStatus | None, after: CaseId | None, limit: int
) -> list[CaseRow]:
    """Return cases in the order in which they were opened, those behind `after`."""
    shape = CASES.shape
    rows = await connection.fetch(
        f"select {', '.join(shape.columns)} from risk.cases"  # noqa: S608 - our columns
        " where ($1::text is null or status = $1) and ($2::uuid is null or id > $2)"
        " order by id limit $3",
        status,
        after,
        limit,
    )
    return shape.from_rows(rows)
