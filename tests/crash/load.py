"""Callers who keep asking and write down what they were told, and the audit afterwards."""

import asyncio
import hashlib
from pathlib import Path
from random import Random

import asyncpg
from tests.runtime.books import START, accounts, noted, same_answer, transfer, transfer_id

from usance.evidence.service import audit, extend, open_log
from usance.kernel.errors import Unavailable
from usance.kernel.records import decode
from usance.ledger.model import Flags
from usance.ledger.service import CreateTransfers
from usance.runtime.commands import Command
from usance.runtime.facts import Fact, Outcome
from usance.runtime.wire import Book


class Load:
    """All that was ever asked of a book, and all that it acknowledged."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.asked: list[Command] = [accounts(1, "fx_position", "nostro", "seller_available")]
        self.told: dict[object, Outcome] = {}
        self._number = 1
        self._holds: list[int] = []

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

    def take(self, commands: list[Command], outcomes: list[Outcome]) -> None:
        """Write down what was told; told twice, it must be the same."""
        for command, outcome in zip(commands, outcomes, strict=True):
            before = self.told.setdefault(command.id, outcome)
            assert same_answer(before, outcome), (before, outcome)

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
        await _facts(connection, load)
        await _balances(connection)
        log = open_log("example.test/crash", key_file)
        checkpoint = await extend(connection, log, START)
        assert checkpoint is not None
        count = await connection.fetchval("select count(*) from engine.outbox")
        assert await audit(connection) == count
        assert not await connection.fetch("select 1 from engine.quarantine")
    finally:
        await connection.close()


async def _facts(connection: asyncpg.Connection, load: Load) -> None:
    rows = await connection.fetch("select position, payload from engine.outbox order by position")
    assert [row["position"] for row in rows] == list(range(1, len(rows) + 1))
    assert await connection.fetchval("select position from engine.book") == len(rows)
    facts = {fact.command: fact for fact in (decode(row["payload"], Fact) for row in rows)}
    assert len(facts) == len(rows), "a command has two facts"
    told = {key: outcome.fact for key, outcome in load.told.items()}
    assert told == facts
    stored = await connection.fetch("select id, position from engine.commands")
    assert {row["id"]: row["position"] for row in stored} == {
        key: fact.position for key, fact in facts.items()
    }
    transfers = {
        row["position"]: row for row in await connection.fetch("select * from ledger.transfers")
    }
    for fact in facts.values():
        row = transfers.pop(fact.position, None)
        assert fact.transfers == ("" if row is None else _digest(row))
    assert not transfers, "transfers without a fact"
    asked = {each.id: each for each in load.asked}
    assert all(
        isinstance(asked[fact.command].body, CreateTransfers)
        for fact in facts.values()
        if fact.transfers
    )


def _digest(row: asyncpg.Record) -> str:
    text = row["id"].bytes
    text += b"".join(row[name].to_bytes(8, "big") for name in ("debit", "credit", "amount"))
    text += row["flags"].to_bytes(2, "big")
    text += row["pending_id"].bytes if row["pending_id"] else b""
    return hashlib.sha256(text).hexdigest()


async def _balances(connection: asyncpg.Connection) -> None:
    different = await connection.fetch(
        "with ended as (select pending_id from ledger.transfers where pending_id is not null),"
        " counted as (select debit, credit, amount, flags & 2 = 2 as pending from ledger.transfers"
        "   where flags & 8 = 0 and not (flags & 2 = 2 and id in (select pending_id from ended))),"
        " sides as (select debit as number, amount, pending, true as debited from counted"
        "   union all select credit, amount, pending, false from counted),"
        " sums as (select number,"
        "   coalesce(sum(amount) filter (where debited and pending), 0) as debits_pending,"
        "   coalesce(sum(amount) filter (where debited and not pending), 0) as debits_posted,"
        "   coalesce(sum(amount) filter (where not debited and pending), 0) as credits_pending,"
        "   coalesce(sum(amount) filter (where not debited and not pending), 0) as credits_posted"
        "   from sides group by number)"
        " select * from ledger.balances b full join sums s using (number)"
        " where (b.debits_pending, b.debits_posted, b.credits_pending, b.credits_posted)"
        " is distinct from (coalesce(s.debits_pending, 0), coalesce(s.debits_posted, 0),"
        " coalesce(s.credits_pending, 0), coalesce(s.credits_posted, 0))"
    )
    assert not different
    [total] = await connection.fetch(
        "select sum(debits_posted) - sum(credits_posted) as posted,"
        " sum(debits_pending) - sum(credits_pending) as pending,"
        " min(least(debits_pending, debits_posted, credits_pending, credits_posted)) as least,"
        " sum(debits_pending) - (select coalesce(sum(amount), 0) from ledger.holds"
        "   where state = 'open') as beside_holds from ledger.balances"
    )
    assert (total["posted"], total["pending"], total["beside_holds"]) == (0, 0, 0)
    assert total["least"] >= 0
    assert not await connection.fetch(
        "select 1 from ledger.accounts join ledger.balances using (number)"
        " where balance_limit = 'debits_must_not_exceed_credits'"
        " and debits_posted + debits_pending > credits_posted"
    )
