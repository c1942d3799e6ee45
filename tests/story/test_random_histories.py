"""Histories nobody would write: a seed chooses who does what next, and the audit follows.

Rails say yes, no, nothing, and change their minds; notices come late, twice, for too much or
too little; people refund, draw, freeze each other and let time pass. Whatever the order, what
has happened outside is booked, no command is set aside, the sums of the audit hold, and what
the engine remembers is what a new engine would load.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.story.audit import audit
from tests.story.stage import BUYERS, FACILITIES, FUNDERS, SELLER, Stage, buyer

from usance.financing import service as financing
from usance.financing.model import FacilityStatus
from usance.kernel.ids import FacilityId, InstructionId, OfferId, OrderId, PaymentId, derive
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record
from usance.parties import service as parties
from usance.parties.model import HOUSE, PartyStatus
from usance.payments.model import InstructionKind
from usance.payments.ports import AnswerKind, RailAnswer
from usance.payments.service import (
    Pay,
    PayOut,
    RecordAnswer,
    RecordChargeback,
    RecordSettlement,
    RefundPayment,
)
from usance.runtime.clock import FrozenClock
from usance.runtime.commands import Command
from usance.runtime.engine import BookTaken, Engine
from usance.runtime.rows import HOT_TABLES

SHORT = range(1, 4)
LONG = range(100, 160)
STEPS = 40
PAYERS = [name for name in BUYERS if name != "viktor"]
ANSWERS = [AnswerKind.CONFIRMED] * 5 + [AnswerKind.REFUSED, AnswerKind.UNKNOWN, AnswerKind.UNKNOWN]
NO_SALE = {"failed", "blocked", "in_review"}
# What a rail reports may be known already; nothing else may keep it out of the book.
KNOWN_ALREADY = {"nothing_due"}


class History:
    """One seed's story."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.stage = stage
        self.dice = random.Random(seed)
        self.told: list[str] = []
        self.count = 0
        self.batch: list[Command] | None = None
        self.acts: list[tuple[int, Callable[[], Awaitable[None]]]] = [
            (9, self.sells),
            (2, self.pays_again),
            (6, self.settles),
            (4, self.charges_back),
            (5, self.refunds),
            (4, self.answers_late),
            (3, self.draws),
            (3, self.accepts),
            (3, self.requests),
            (6, self.waits),
            (2, self.rates_move),
            (1, self.freezes),
            (1, self.suspends),
            (1, self.funds_come),
            (3, self.all_at_once),
            (1, self.engine_restarts),
        ]

    async def play(self) -> None:
        await self.stage.advances_money("30,000.00 CNY", "20,000.00 CNY")
        weights = [weight for weight, _ in self.acts]
        for _ in range(STEPS):
            [(_, act)] = self.dice.choices(self.acts, weights)
            self.rails_wobble()
            await act()
            if self.dice.random() < 0.7:
                await self.stage.works()
        await self.stage.works()

    # ---- what happens ----

    def rails_wobble(self) -> None:
        for rail in (self.stage.rail, self.stage.card):
            for kind in InstructionKind:
                rail.answers[kind] = self.dice.choices(ANSWERS, k=3)

    async def sells(self) -> None:
        self.count += 1
        who = self.dice.choice(PAYERS)
        amount = f"{self.dice.choice([1, 37, 333, 1000, 2499])}.{self.dice.randrange(100):02} GBP"
        order = await self.stage.order(f"INV-{self.count}", amount, who)
        await self.does("pay", Pay(order, "", f"tok_{order.hex[-8:]}"))

    async def pays_again(self) -> None:
        order = await self.some("trade.orders")
        if order is not None:
            await self.does("pay", Pay(OrderId(order["id"]), "", f"tok_{order['id'].hex[-8:]}"))

    async def settles(self) -> None:
        payment = await self.some("payments.payments")
        if payment is None:
            return
        owed, gross = max(payment["receivable"], 0), payment["gross_minor"]
        amount = self.dice.choice([owed, owed, owed, gross, owed // 2, owed + 77, 0])
        fee = self.dice.choice([amount // 200, amount // 200, 0, amount, amount + 5])
        body = RecordSettlement(
            PaymentId(payment["id"]), self.notice("set"), of(payment, amount), of(payment, fee)
        )
        await self.reports("record_settlement", body)

    async def charges_back(self) -> None:
        payment = await self.some("payments.payments")
        if payment is None or (payment["status"] in NO_SALE and not payment["receivable"]):
            return
        gross = payment["gross_minor"]
        amount = self.dice.choice([gross, gross // 3 + 1, gross + 1])
        fee = self.dice.choice([0, 1500])
        body = RecordChargeback(
            PaymentId(payment["id"]), self.notice("cbk"), of(payment, amount), of(payment, fee)
        )
        await self.reports("record_chargeback", body)

    async def refunds(self) -> None:
        payment = await self.some("payments.payments")
        if payment is None:
            return
        left = payment["gross_minor"] - payment["returned"] - payment["holding"]
        amount = self.dice.choice([left, left // 3, 1, left + 1])
        await self.does("refund", RefundPayment(PaymentId(payment["id"]), of(payment, amount)))

    async def answers_late(self) -> None:
        asked = await self.some("payments.instructions")
        if asked is None:
            return
        answer = RailAnswer(self.dice.choice(list(AnswerKind)), "late", "late")
        await self.reports("record_answer", RecordAnswer(InstructionId(asked["id"]), answer))

    async def draws(self) -> None:
        amount = self.dice.choice([1, 50_000, 400_000])
        await self.does("pay_out", PayOut(SELLER, Money(amount, Currency("CNY"))))

    async def accepts(self) -> None:
        offer = await self.some("financing.offers")
        if offer is not None:
            await self.does("accept_offer", financing.AcceptOffer(OfferId(offer["id"])))

    async def requests(self) -> None:
        payment = await self.some("payments.payments")
        if payment is not None:
            facility = self.dice.choice(list(FACILITIES.values()))
            body = financing.RequestOffer(PaymentId(payment["id"]), facility)
            await self.does("request_offer", body)

    async def waits(self) -> None:
        hours = self.dice.choice([1, 7, 30, 30, 100, 300, 1100])
        target = self.stage.now + timedelta(hours=hours)
        self.told.append(f"until {target:%Y-%m-%d %H:%M}")
        await self.stage.until(target.strftime("%Y-%m-%d %H:%M"))

    async def rates_move(self) -> None:
        self.stage.rates.rates = dict(
            self.stage.rates.rates,
            GBP=self.dice.choice(["0.8", "0.7231", "0.9519"]),
            CNY=self.dice.choice(["7.2", "6.6667", "8.0303"]),
        )

    async def freezes(self) -> None:
        party = self.dice.choice([SELLER, *(buyer(name) for name in PAYERS)])
        status = self.dice.choice([PartyStatus.FROZEN, PartyStatus.ACTIVE, PartyStatus.ACTIVE])
        await self.does("set_party_status", parties.SetPartyStatus(party, status, "a seed says so"))

    async def suspends(self) -> None:
        facility = FacilityId(self.dice.choice(list(FACILITIES.values())))
        status = self.dice.choice(list(FacilityStatus))
        body = financing.SetFacilityStatus(facility, status, "a seed says so")
        await self.does("set_facility_status", body)

    async def funds_come(self) -> None:
        funder = self.dice.choice(list(FUNDERS.values()))
        body = financing.ReceiveFunds(funder, Money(123_456, Currency("CNY")), self.notice("in"))
        await self.does("receive_funds", body)

    async def all_at_once(self) -> None:
        """Several things are asked of one batch, about the same payment."""
        self.batch = []
        for _ in range(self.dice.randrange(2, 6)):
            act = self.dice.choice(
                [self.settles, self.charges_back, self.refunds, self.answers_late, self.draws,
                 self.accepts, self.pays_again]
            )  # fmt: skip
            await act()
        waiting, self.batch = self.batch, None
        outcomes = await self.stage.session.book.submit(waiting)
        self.told += [f"  {o.refusal.code if o.refusal else 'done'}" for o in outcomes]

    async def engine_restarts(self) -> None:
        """The engine goes without a word; another one takes the book as the tables have it."""
        session = self.stage.session
        session.engine._connection.terminate()
        session.engine._fail([], ConnectionError("the seed pulls the plug"))
        now = await session.now()
        engine = Engine(session.place.dsn, session.path, FrozenClock(now))
        for _ in range(50):
            try:
                await engine.start()
                break
            except BookTaken:
                await asyncio.sleep(0.02)
        session.engine = session.book = self.stage.worker._book = engine
        self.told.append("another engine")

    # ---- how it is asked ----

    async def does(self, verb: str, body: Record) -> str:
        if self.batch is not None:
            self.count += 1
            at = int(self.stage.now.timestamp() * 1000)
            self.batch.append(Command(derive(at, "batch", self.count), verb, HOUSE, body))
            self.told.append(f"in one batch: {verb} {body}")
            return ""
        outcome = await self.stage.do(verb, body)
        code = "" if outcome.refusal is None else outcome.refusal.code
        self.told.append(f"{verb} {body} -> {code or 'done'}")
        return code

    async def reports(self, verb: str, body: Record) -> None:
        """Tell the book what a rail has done: it is never refused for what it says."""
        code = await self.does(verb, body)
        if isinstance(body, RecordAnswer) and code == "wrong_state":
            return  # The same answer again.
        assert not code or code in KNOWN_ALREADY, code

    def notice(self, kind: str) -> str:
        self.count += 1
        return f"{kind}-{self.count}"

    async def some(self, table: str) -> Any:
        rows = await self.stage.session.pool.fetch(f"select * from {table} order by id")
        return self.dice.choice(rows) if rows else None


def of(payment: Any, minor: int) -> Money:
    return Money(minor, Currency(payment["gross_currency"]))


async def memory_is_what_would_be_loaded(session: Any) -> None:
    """What the engine holds is, row by row, what a new one would read from the tables."""
    for table in HOT_TABLES:
        if table.keep_sql == "false":
            continue
        columns = ", ".join(table.shape.columns)
        rows = await session.pool.fetch(
            f"select {columns} from {table.name} where {table.keep_sql}"
        )
        held = session.engine._state.rows[table.slot].values()
        assert as_written(table, held) == sorted(repr(tuple(row)) for row in rows), table.name


async def no_order_is_paid_twice(session: Any) -> None:
    twice = await session.pool.fetch(
        "select order_id from payments.payments where status not in"
        " ('failed', 'blocked', 'in_review') group by 1 having count(*) > 1"
    )
    assert twice == []


def as_written(table: Any, rows: Any) -> list[str]:
    """Return rows as the database would give them back, in one order."""
    return sorted(repr(tuple(map(plain, table.shape.to_row(row)))) for row in rows)


def plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return UUID(int=value.int)
    return str(value) if isinstance(value, str) else value


def played(play: Any, seed: int) -> None:
    history: list[History] = []

    async def journey(stage: Stage) -> None:
        history.append(History(stage, seed))
        await history[0].play()
        await memory_is_what_would_be_loaded(stage.session)
        await no_order_is_paid_twice(stage.session)
        await audit(stage.session)
        await stage.session.engine.stop()

    try:
        play(journey)
    except BaseException:
        print(f"seed {seed}:", *(history[0].told if history else ()), sep="\n  ")
        raise


@pytest.mark.parametrize("seed", SHORT)
def test_no_history_breaks_the_sums(play, seed):
    played(play, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", LONG)
def test_no_long_history_breaks_the_sums(play, seed):
    played(play, seed)
