"""What the database itself holds to, and what can be read back."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date

import asyncpg
import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable
from tests.databases import new_database
from tests.risk.samples import NOW, draft, entities, payment, screens

from usance.adapters.watchlists.un import UnConsolidatedList
from usance.kernel.errors import Invalid
from usance.kernel.records import replace
from usance.risk import store
from usance.risk.gates import Release
from usance.risk.model import CaseStatus, Disposition
from usance.risk.ports import Reading
from usance.risk.rules.replay import judge_again
from usance.risk.rules.screening import Screens
from usance.risk.service import (
    payout_thresholds,
    ready_screens,
    release_thresholds,
    stage_watchlist,
)
from usance.risk.tables import (
    ADOPTED_LISTS,
    CASES,
    CURRENT,
    DECISIONS,
    AdoptedList,
    AdoptedListsRow,
)
from usance.runtime.rows import METADATA, HotTable

UN = UnConsolidatedList()
PUBLISHED = date(2026, 2, 27)


@pytest.fixture
def book(server_address):
    """Run a story against a database that has the tables of risk."""

    async def told(dsn: str, story: Callable[[asyncpg.Connection], Awaitable[None]]) -> None:
        connection = await asyncpg.connect(dsn)
        try:
            await connection.execute("create schema risk")
            for table in METADATA.sorted_tables:
                if table.schema == "risk":
                    made = CreateTable(table).compile(dialect=postgresql.dialect())
                    await connection.execute(str(made))
            await story(connection)
        finally:
            await connection.close()

    with new_database(server_address, "risk_store") as dsn:
        yield lambda story: asyncio.run(told(dsn, story))


async def insert(connection, table: HotTable, row) -> None:
    places = ", ".join(f"${at}" for at in range(1, len(table.shape.columns) + 1))
    await connection.execute(
        f"insert into {table.name} ({', '.join(table.shape.columns)}) values ({places})",
        *table.shape.to_row(row),
    )


def stopped():
    """A stopped payment: its decision and the case it opened."""
    overlay = draft()
    gate = Release(screens(), release_thresholds, payout_thresholds)
    gate.judge(overlay, payment(payer_name="Умаров Доку Хаматович"))
    (decision,) = overlay.rows[DECISIONS.slot].values()
    (case,) = overlay.rows[CASES.slot].values()
    return decision, case


def test_decisions_and_cases_are_read_back_as_they_were_written(book):
    decision, case = stopped()

    async def story(connection):
        await insert(connection, DECISIONS, decision)
        await insert(connection, CASES, case)

        assert await store.decision(connection, decision.id) == decision
        assert await store.decisions_of(connection, decision.subject) == [decision]
        assert await store.case(connection, case.id) == case
        assert await store.cases(connection, CaseStatus.OPEN, None, 10) == [case]
        assert await store.cases(connection, None, case.id, 10) == []
        assert judge_again(decision.kind, decision.inputs) == decision.judgement

    book(story)


def test_the_database_itself_wants_two_people(book):
    decision, case = stopped()
    closed = replace(
        case,
        status=CaseStatus.CLOSED,
        disposition=Disposition.CLEARED,
        assessed_by=decision.subject,
        assessed_at=NOW,
        closed_by=decision.subject,
        closed_at=NOW,
    )

    async def story(connection):
        await insert(connection, DECISIONS, decision)
        with pytest.raises(asyncpg.CheckViolationError, match="cases_four_eyes"):
            await insert(connection, CASES, closed)
        with pytest.raises(asyncpg.CheckViolationError, match="cases_closed_by_two"):
            await insert(connection, CASES, replace(closed, assessed_by=None))
        await insert(connection, CASES, replace(closed, closed_by=case.id))

    book(story)


def test_a_staged_list_is_stored_once_and_ready_at_the_next_start(book):
    un = tuple(entity for entity in entities() if entity.list == "un")

    async def story(connection):
        version = await stage_watchlist(connection, UN, Reading(un, ()), PUBLISHED, NOW)
        again = await stage_watchlist(connection, UN, Reading(un[::-1], ()), PUBLISHED, NOW)
        adopted = AdoptedList("un", version, UN.source, PUBLISHED, len(un), NOW)
        await insert(connection, ADOPTED_LISTS, AdoptedListsRow(CURRENT, (adopted,)))
        ready = Screens()
        await ready_screens(connection, ready)

        assert again == version
        assert len(await store.entries(connection, version)) == len(un)
        assert ready.best((version,), "Doku Umarov", 850).entry_id == "QDi.290"

    book(story)


def test_an_empty_list_is_refused():
    with pytest.raises(Invalid, match="no entries"):
        asyncio.run(stage_watchlist(None, UN, Reading((), ()), PUBLISHED, NOW))
