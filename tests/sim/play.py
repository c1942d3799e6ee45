"""One history from beginning to end: a book of its own, the plan, the quiet end, the audit."""

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
from tests.conftest import nobody_pulls_the_plug
from tests.sim.auditor.tables import Tables, Witness
from tests.sim.door import Door
from tests.sim.driver import Driver
from tests.sim.engines import Engines
from tests.sim.plan import Plan, Step
from tests.sim.world import people_the_world
from tests.story.stage import MONDAY, Stage, furnish

from usance.bootstrap import money_path
from usance.evidence.service import open_log
from usance.risk.service import Screens
from usance.runtime.postgres import Server, drop_database
from usance.runtime.roles import SERVICE
from usance.worker.session import Place, Session, make_book, place_of

_BEGINS = "sim_begins"
AUDIT_EVERY = 10


@dataclass(frozen=True)
class Played:
    """What came of a history. digest: over all facts, salts and balances."""

    steps: int
    facts: int
    transfers: int
    payments: int
    faults: tuple[str, ...]
    lives: int
    audits: int
    digest: str
    tables: Tables = field(compare=False, repr=False)
    witness: Witness = field(compare=False, repr=False)


class Failed(Exception):
    """A history broke at a step, or at its end: the message says how to play it again."""


async def furnished(server: Server, home: Path) -> Place:
    """Make the book that every history begins with: rules, people, limits, no sale."""
    await nobody_pulls_the_plug(server)
    place = place_of(server.address, home, _BEGINS)
    await make_book(place, MONDAY, test_clock=True, anew=True)
    async with _opened(place, 0) as (pool, engines):
        assert engines.engine is not None
        log = open_log("example.test/sim", place.folder / "log.key")
        stage = Stage(Session(place, money_path(Screens()), engines.engine, pool, log))
        await furnish(stage)
        await people_the_world(stage)
    return place


async def play(
    server: Server,
    begins: Place,
    plan: Plan,
    seen: Callable[[Step | None, Door], None] = lambda _step, _door: None,
    *,
    stop_after: int = 0,
    audit_every: int = AUDIT_EVERY,
) -> Played:
    """Play a plan. stop_after: leave off there, without the quiet end. Raises Failed."""
    number = 0
    async with _stage(server, begins, plan) as (driver, door, engines):
        try:
            for step in plan.steps[: stop_after or None]:
                number = step.number
                seen(step, door)
                await driver.take(step)
                if number % audit_every == 0 and engines.engine is not None:
                    await driver.audit()
            if not stop_after:
                seen(None, door)
                await driver.end()
            tables = await driver.audit()
        except Exception as broken:
            raise Failed(_how_to_see_it(plan, number, door)) from broken
        return Played(
            number,
            len(tables.outbox),
            len(tables.transfers),
            len(tables.payments),
            tuple(door.faults),
            engines.lives,
            driver.audits,
            digest(tables),
            tables,
            door.witness,
        )


def digest(tables: Tables) -> str:
    """Return SHA-256 over every fact with its salt, and every balance, in their order."""
    seen = hashlib.sha256()
    for row in tables.outbox:
        seen.update(row["payload"] + row["salt"])
    for row in tables.balances:
        seen.update(repr([*row.values()]).encode())
    return seen.hexdigest()


def _how_to_see_it(plan: Plan, number: int, door: Door) -> str:
    step = plan.steps[number - 1]
    return (
        f"seed {plan.seed} broke at step {number} of {len(plan.steps)}: {step}\n"
        f"faults so far: {'; '.join(door.faults) or 'none'}\n"
        f"again: make sim SEED={plan.seed} STEPS={number}"
    )


@asynccontextmanager
async def _stage(
    server: Server, begins: Place, plan: Plan
) -> AsyncIterator[tuple[Driver, Door, Engines]]:
    home = Path(begins.home)
    place = place_of(server.address, home, f"sim_{plan.seed}")
    await _copied(server, begins, place)
    try:
        async with _opened(place, plan.seed) as (pool, engines):
            door = Door(engines, server)
            door.witness.since = await pool.fetchval("select position from engine.book")
            log = open_log("example.test/sim", place.folder / "log.key")
            yield Driver(plan, pool, door, engines, log), door, engines
    finally:
        server.start()
        await drop_database(server.address, place.database)


@asynccontextmanager
async def _opened(place: Place, seed: int) -> AsyncIterator[tuple[Any, Engines]]:
    place.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    engines = Engines(place.dsn, place.folder, seed)
    pool = await asyncpg.create_pool(
        place.dsn, min_size=0, max_size=8, server_settings={"role": SERVICE}
    )
    try:
        await engines.begin()
        yield pool, engines
    finally:
        await engines.stop()
        pool.terminate()


async def _copied(server: Server, begins: Place, place: Place) -> None:
    await drop_database(server.address, place.database)
    connection = await asyncpg.connect(server.address.url)
    try:
        await connection.execute(f"create database {place.database} template {begins.database}")
    finally:
        await connection.close()
