"""Callers who keep asking and write down what they were told, and the audit afterwards."""

import asyncio
import json
from pathlib import Path
from random import Random
from uuid import UUID

import asyncpg
from tests.runtime.books import START, accounts, noted, same_answer, transfer, transfer_id
from tests.sim.auditor import facts
from tests.sim.auditor.ledger import (
    debits_are_credits,
    holds_are_what_is_pending,
    transfers_make_the_balances,
)
from tests.sim.auditor.tables import Told, Witness, read

from usance.evidence.service import audit, extend, open_log
from usance.kernel.errors import Unavailable
from usance.kernel.records import encode
from usance.ledger.model import Flags
from usance.ledger.service import CreateTransfers
from usance.runtime.commands import Command
from usance.runtime.facts import Outcome
from usance.runtime.wire import Book

_OF_THE_LEDGER = (
    transfers_make_the_balances,
    debits_are_credits,
    holds_are_what_is_pending,
)


class Load:
    """All that was ever asked of a book, and all that it acknowledged."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.asked: list[Command] = [accounts(1, "fx_position", "nostro", "seller_available")]
        self.told: dict[object, Outcome] = {}
        self._number = 1
        self._holds: list[int] = []
        self._wanted = 0
        self._reached = asyncio.Event()

    def commands(self) -> list[Command]:
        """A few commands: notes, transfers, holds, what becomes of them, and repetitions."""
        made = [self._one() for _ in range(self.random.randint(1, 12))]
        self.asked += made
        return made

    def _one(self) -> Command:
        self._number += 1
        number = self._number
        roll = self.random.randint(1, 10)
        if roll == 1:
            return self.random.choice(self.asked)
        if roll <= 3:
            return noted(number)
        if roll <= 6 or not self._holds:
            return transfer(number, *self.random.sample((1, 2, 3), 2), self.random.randint(1, 9))
        if roll <= 8:
            self._holds.append(number)
            return transfer(number, 1, 3, self.random.randint(1, 9), Flags.PENDING)
        hold = self.random.choice(self._holds)
        how = self.random.choice((Flags.POST_PENDING, Flags.VOID_PENDING))
        return transfer(number, 0, 0, 0, how, transfer_id(hold))

    async def callers(self, book: Book, count: int = 8) -> None:
        """Ask until the book is gone."""

        async def caller() -> None:
            while True:
                commands = self.commands()
                try:
                    self.take(commands, await book.submit(commands))
                except Unavailable:
                    return

        await asyncio.gather(*(caller() for _ in range(count)))

    async def acknowledged(self, more: int) -> None:
        """Return when callers were told of so many more commands."""
        self._wanted = len(self.told) + more
        self._reached.clear()
        await asyncio.wait_for(self._reached.wait(), 60)

    def take(self, commands: list[Command], outcomes: list[Outcome]) -> None:
        """Write down what was told; told twice, it must be the same."""
        for command, outcome in zip(commands, outcomes, strict=True):
            before = self.told.setdefault(command.id, outcome)
            assert same_answer(before, outcome), (before, outcome)
        if len(self.told) >= self._wanted:
            self._reached.set()

    def witness(self) -> Witness:
        """Return all that was asked and told, as the auditor hears it."""
        asked = {each.id: (each.verb, encode(each.body)) for each in self.asked}
        told = {
            key: Told(
                json.loads(encode(outcome.fact)) if outcome.fact else None,
                outcome.refusal.code if outcome.refusal else None,
            )
            for key, outcome in self.told.items()
        }
        return Witness(asked, set(asked), told, since=0)

    async def everything_again(self, book: Book) -> int:
        """Send all of it once more; return how many acknowledgements there were before."""
        acknowledged = dict(self.told)
        for at in range(0, len(self.asked), 500):
            commands = self.asked[at : at + 500]
            outcomes = await book.submit(commands)
            self.take(commands, outcomes)
            for command, outcome in zip(commands, outcomes, strict=True):
                assert outcome.replayed or command.id not in acknowledged, "acknowledged and lost"
        return len(acknowledged)


async def audited(dsn: str, load: Load, key_file: Path) -> None:
    """Nothing lost, nothing doubled, no gap, the books balance, the evidence log verifies."""
    connection = await asyncpg.connect(dsn)
    try:
        log = open_log("example.test/crash", key_file)
        checkpoint = await extend(connection, log, START)
        assert checkpoint is not None
        count = await connection.fetchval("select count(*) from engine.outbox")
        assert await audit(connection) == count
        tables = await read(connection)
    finally:
        await connection.close()
    witness = load.witness()
    assert {UUID(fact["command"]) for fact in tables.facts} == {
        key for key, told in witness.told.items() if told.fact
    }
    found = [each for check in _OF_THE_LEDGER for each in check(tables)]
    found += [each for check in facts.CHECKS for each in check(tables, witness)]
    assert found == []
    asked = {str(each.id): each for each in load.asked}
    assert all(
        isinstance(asked[fact["command"]].body, CreateTransfers)
        for fact in tables.facts
        if fact["transfers"]
    )
