"""Histories of a small book: what people do to it, and a plain recount of what they did.

The recount shares nothing with the ledger: it is a list of what the book said it had taken, added
up anew for every question.
"""

import hashlib
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import asyncpg

from usance.bootstrap import money_path
from usance.kernel.ids import derive
from usance.kernel.money import Currency
from usance.kernel.records import Record
from usance.ledger.events import AccountsOpened, TransfersCreated
from usance.ledger.model import Flags, Leg, Ref
from usance.ledger.service import CreateTransfers, OpenAccounts, TransferRequest, post
from usance.parties.model import OPERATOR
from usance.risk.service import Screens
from usance.runtime.clock import FrozenClock
from usance.runtime.commands import TICK, Command, Stage, Tick, Verb
from usance.runtime.engine import Engine
from usance.runtime.facts import Outcome

START = datetime(2026, 9, 9, 8, tzinfo=UTC)
GBP = Currency("GBP")
KINDS = ("nostro", "suspense_unmatched", "fee_income", "fx_position")
REFS = tuple(Ref(kind, GBP, OPERATOR) for kind in KINDS)


class Happened(Record, frozen=True):
    """Something that the house books whatever day it happened on; accounts by their place."""

    debit: int
    credit: int
    amount: int
    value_date: date


def apply_happened(draft, body, _facts):
    leg = Leg("manual", REFS[body.debit], REFS[body.credit], body.amount)
    assert isinstance(post(draft, [leg], body.value_date), list)


@dataclass
class Recount:
    """Every change of an account: (position, day, account, {sum: change})."""

    changes: list[tuple[int, date, int, dict[str, int]]] = field(default_factory=list)
    closed_until: date = date.min

    def move(self, position: int, day: date, debit: int, credit: int, **amounts: int) -> None:
        for side, account in (("debits", debit), ("credits", credit)):
            told = {f"{side}_{when}": amount for when, amount in amounts.items()}
            self.changes.append((position, day, account, told))

    def sums(self, account: int, day: date, position: int) -> tuple[int, int, int, int]:
        """Pending and posted debits, pending and posted credits."""
        names = ("debits_pending", "debits_posted", "credits_pending", "credits_posted")
        totals = dict.fromkeys(names, 0)
        for recorded, effective, number, told in self.changes:
            if number == account and recorded <= position and effective <= day:
                for name, change in told.items():
                    totals[name] += change
        return tuple(totals[name] for name in names)

    def digest(self, day: date, position: int) -> str:
        text = f"usance-trial-balance/1 {day} {position}\n"
        for account in sorted({number for _, _, number, _ in self.changes}):
            sums = self.sums(account, day, position)
            if any(sums):
                text += " ".join(map(str, (account, *sums))) + "\n"
        return hashlib.sha256(text.encode()).hexdigest()


class Book:
    """An engine, a connection to read it with, and the recount."""

    def __init__(self, dsn: str) -> None:
        self.clock = FrozenClock(START)
        happened = {"happened": Verb(Happened, (Stage(apply_happened),))}
        self.engine = Engine(dsn, {**money_path(Screens()), **happened}, self.clock)
        self.recount = Recount()
        self.connection: asyncpg.Connection
        self.numbers: tuple[int, ...] = ()
        self._asked = 0

    @property
    def today(self) -> date:
        return self.clock.now().date()

    def day(self, back: int) -> date:
        return self.today - timedelta(days=back)

    async def ask(self, verb: str, body: Record) -> Outcome:
        [outcome] = await self.engine.submit([Command(self.new_id(), verb, OPERATOR, body)])
        return outcome

    async def done(self, verb: str, body: Record) -> Outcome:
        outcome = await self.ask(verb, body)
        assert outcome.refusal is None, outcome.refusal
        return outcome

    def new_id(self) -> UUID:
        self._asked += 1
        return derive(int(self.clock.now().timestamp() * 1000), "history", self._asked)

    async def open(self) -> None:
        outcome = await self.done("open_accounts", OpenAccounts(REFS))
        self.numbers = outcome.part(AccountsOpened).numbers

    async def create(self, request: TransferRequest, day: date) -> tuple[str, int]:
        outcome = await self.done("create_transfers", CreateTransfers((request,), day))
        [result] = outcome.part(TransfersCreated).results
        return result, outcome.fact.position

    async def transfer(self, debit: int, credit: int, amount: int, day: date) -> UUID:
        """Post at once and keep count; accounts by their place."""
        made = self.new_id()
        left, right = self.numbers[debit], self.numbers[credit]
        result, position = await self.create(TransferRequest(made, left, right, amount), day)
        open_ = day > self.recount.closed_until
        assert result == ("created" if open_ else "value_date_in_closed_period")
        if open_:
            self.recount.move(position, day, left, right, posted=amount)
        return made

    async def hold(
        self, debit: int, credit: int, amount: int, day: date, seconds: int = 0
    ) -> TransferRequest:
        left, right = self.numbers[debit], self.numbers[credit]
        asked = TransferRequest(
            self.new_id(), left, right, amount, flags=Flags.PENDING, timeout=seconds
        )
        result, position = await self.create(asked, day)
        assert result == "created"
        self.recount.move(position, day, left, right, pending=amount)
        return asked

    async def ends(self, hold: TransferRequest, begun: date, how: int, day: date) -> None:
        """Post a hold but for one unit, or void it."""
        amount = hold.amount - 1 if how == Flags.POST_PENDING else 0
        asked = TransferRequest(self.new_id(), 0, 0, amount, "", how, hold.id)
        result, position = await self.create(asked, day)
        if result != "created":
            return
        move, sides = self.recount.move, (hold.debit, hold.credit)
        move(position, max(begun, day), *sides, pending=-hold.amount)
        if how == Flags.POST_PENDING:
            move(position, day, *sides, posted=amount or hold.amount)

    async def ticks(self, days: int) -> None:
        to = self.clock.now() + timedelta(days=days)
        await self.engine.submit([Command(self.new_id(), TICK, OPERATOR, Tick(to.isoformat()))])


@asynccontextmanager
async def a_book(dsn: str):
    """A book with nothing in it but its accounts; whatever was in the database is gone."""
    connection = await asyncpg.connect(dsn)
    written = await connection.fetch(
        "select schemaname || '.' || tablename as name from pg_tables"
        " where schemaname = 'ledger' or schemaname = 'engine' and tablename not in"
        " ('book', 'revision')"
    )
    # Quicker than truncating where there is next to nothing.
    await connection.execute("".join(f"delete from {row['name']};" for row in written))
    await connection.execute("update engine.book set position = 0, book_time = $1", START)
    book = Book(dsn)
    await book.engine.start()
    book.connection = connection
    try:
        await book.open()
        yield book
        assert not book.engine.failure
        assert await connection.fetchval("select count(*) from engine.quarantine") == 0
    finally:
        await connection.close()
        await book.engine.stop()
