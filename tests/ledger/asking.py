"""The stage of `create_transfers` as the engine drives it, with dictionaries for the tables."""

from collections.abc import Coroutine, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from usance.kernel.ids import fresh
from usance.ledger.events import TransfersCreated
from usance.ledger.service import CreateTransfers, TransferRequest, TransferStage
from usance.ledger.tables import FAILED_TRANSFERS, HOLDS, TRANSFERS
from usance.runtime.commands import Command
from usance.runtime.draft import Overlay, State
from usance.runtime.rows import HOT_TABLES


class Tables:
    """What memory lets go of: rows by table and key. A loader for one overlay at a time."""

    def __init__(self) -> None:
        self.rows_of: dict[Any, dict[Any, Any]] = {TRANSFERS: {}, HOLDS: {}, FAILED_TRANSFERS: {}}
        self.overlay = Overlay(State(), None)

    async def rows(self, table, keys) -> None:
        stored = self.rows_of[table]
        self.overlay.loaded.keep(table, [stored[key] for key in keys if key in stored])

    async def unused(self, table) -> tuple[UUID, UUID]:
        return max(self.rows_of[table], default=UUID(int=0)), UUID(int=2**128 - 1)

    def write(self) -> None:
        """Take over what the overlay would flush."""
        for table, stored in self.rows_of.items():
            stored.update(written(self.overlay, table))


def written(overlay: Overlay, table) -> dict[Any, Any]:
    """The rows of a table that a batch has written so far, by key."""
    changes = overlay.written(table)
    parts = (changes.new, *changes.blocks, changes.changed)
    return {table.name_of(row): row for rows in parts for row in rows}


def everything(overlay: Overlay) -> dict[str, dict[Any, Any]]:
    return {table.name: written(overlay, table) for table in HOT_TABLES}


def create(number: int, requests: Sequence[TransferRequest]) -> Command:
    body = CreateTransfers(tuple(requests), date(2026, 9, 9))
    return Command(fresh(number, 0), "create_transfers", UUID(int=1), body)


def prepare(stage: TransferStage, tables: Tables, commands: Sequence[Command]) -> Any:
    """What the stage found for all commands of a batch."""
    return finished(stage.prepare(tables, commands))


def apply(stage: TransferStage, tables: Tables, command: Command, facts: Any) -> list[str]:
    """Carry out one command on the overlay; its results."""
    overlay = tables.overlay
    overlay.begin(command.id, command.actor, 1)
    assert stage.apply(overlay, command.body, facts) is None
    told = overlay.told(TransfersCreated)
    assert told is not None
    assert told.created == list(told.results).count("created")
    return list(told.results)


def finished(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine that never waits."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waits for something")
