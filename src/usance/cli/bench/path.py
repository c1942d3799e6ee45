"""Whole payments a second, through every stage, beside pgbench's transactions.

A payment is two commands: `pay` (judged, priced, quoted, routed, instructed) and the rail's yes
(captured in the ledger, with an offer of finance). What follows from it is measured too: the
draw under the mandate, and the settlement with repayment, reserve and payout. Every command is
one fact. The engine runs in this process; two clients each give it a batch and wait.
"""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from usance.cli.bench.baseline import Baseline, beside
from usance.cli.bench.report import ROUNDS, Figures, Report, WrongResult, over, say
from usance.cli.bench.scene import Sale, command, order_again, sales, staged
from usance.cli.bench.stages import EveryStage, Unused
from usance.financing.events import OfferMade
from usance.financing.service import AcceptUnderMandate
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments.events import PaymentInitiated
from usance.payments.ports import AnswerKind, RailAnswer
from usance.payments.service import Pay, RecordAnswer, RecordSettlement
from usance.runtime.commands import Stage, Verb
from usance.runtime.facts import Outcome
from usance.runtime.postgres import ServerAddress
from usance.worker.session import Session

P = TypeVar("P", bound=Record)
PAYMENTS: Final = 4096
BATCH: Final = 1024
CLIENTS: Final = 2
_SECONDS: Final = 8
_BOOK: Final = "bench_path"
_VERBS: Final = ("pay", "record_answer", "accept_under_mandate", "record_settlement")
_STATED: Final = ("pay", "record_answer")
_FEE_BPS: Final = 100
_WHOLE: Final = 10_000
_CHECK: Final = """
    with moved as (
        select number, sum(d) as d, sum(c) as c from (
            select debit as number, amount as d, 0 as c from ledger.transfers
            where flags & 2 = 0 and flags & 8 = 0
            union all
            select credit, 0, amount from ledger.transfers
            where flags & 2 = 0 and flags & 8 = 0) legs
        group by number)
    select (select count(*) from payments.payments where status = 'settled') as settled,
           (select count(*) from financing.offers) as offers,
           (select count(*) from financing.advances where status = 'repaid') as repaid,
           (select count(*) from engine.outbox where verb = any($1)) as facts,
           (select count(*) from engine.quarantine) as quarantined,
           (select count(*) from ledger.balances full join moved using (number)
            where coalesce(moved.d, 0) <> coalesce(debits_posted, 0)
               or coalesce(moved.c, 0) <> coalesce(credits_posted, 0)) as wrong,
           (select count(*) from (
                select a.currency from ledger.accounts a join ledger.balances b using (number)
                group by a.currency
                having sum(b.debits_posted) <> sum(b.credits_posted)) uneven) as uneven
"""


class _Phase(Record, frozen=True):
    """What the commands of one verb took in one round."""

    count: int
    seconds: float
    cpu_seconds: float
    wal_bytes: int


class _Stopwatch:
    """Adds up the time spent in the stages of a verb."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def verb(self, name: str, verb: Verb) -> Verb:
        """Return the verb with its stages under the watch."""
        stages = tuple(
            Stage(
                self._timed(f"{name}.{at}.apply", stage.apply),
                None
                if stage.prepare is None
                else self._timed_wait(f"{name}.{at}.prepare", stage.prepare),
            )
            for at, stage in enumerate(verb.stages, 1)
        )
        return Verb(verb.body, stages, verb.scope, verb.four_eyes, verb.alone)

    def _timed(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: object) -> Any:  # noqa: ANN401 - as the stage
            began = time.perf_counter()
            try:
                return work(*arguments)
            finally:
                self.seconds[name] += time.perf_counter() - began

        return timed

    def _timed_wait(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        async def timed(*arguments: object) -> Any:  # noqa: ANN401 - as the stage
            began = time.perf_counter()
            try:
                return await work(*arguments)
            finally:
                self.seconds[name] += time.perf_counter() - began

        return timed


class _Orders:
    """The orders of the shipped days, over and over; none is paid twice."""

    def __init__(self, session: Session, pattern: list[Sale]) -> None:
        self._session = session
        self._pattern = pattern
        self._taken = 0

    async def take(self, count: int) -> list[tuple[Sale, Pay]]:
        """Place further orders; return of each the sale it repeats, and how it is paid."""
        first = self._taken
        self._taken += count
        pays = await order_again(self._session, self._pattern, first, count)
        pattern = self._pattern
        return [(pattern[at % len(pattern)], pay) for at, pay in enumerate(pays, first)]


class _Load:
    """Brings payments through a book, verb by verb. stages: what they use on their way."""

    def __init__(self, session: Session, orders: _Orders, payments: int, stages: Unused) -> None:
        self.phases: dict[str, list[_Phase]] = {verb: [] for verb in _VERBS}
        self.acknowledged: Counter[str] = Counter()
        self.rates: list[float] = []
        self.watch = _Stopwatch()
        self._session = session
        self._orders = orders
        self._payments = payments
        self._stages = stages
        self._path = {
            name: self.watch.verb(name, verb) if name in _VERBS else verb
            for name, verb in session.path.items()
        }

    async def round(self) -> None:
        """Carry out one round."""
        assert self._session.engine is not None, "the bench is its book's engine"
        self._session.engine.path = self._path
        taken = await self._orders.take(self._payments)
        await self._stages.begin([sale for sale, _ in taken])
        pays = [self._stages.asked(pay, sale) for sale, pay in taken]
        await self._carry_out(pays)
        await self._stages.end()

    async def _carry_out(self, pays: Sequence[Pay]) -> None:
        paid = await self._phase("pay", pays, [pay.order_id for pay in pays])
        begun = _parts(paid, PaymentInitiated)
        answers = [confirmed(each) for each in begun]
        ids = [each.instruction_id for each in begun]
        captured = await self._phase("record_answer", answers, ids)
        offers = [made.offer_id for made in _parts(captured, OfferMade)]
        accepts = [AcceptUnderMandate(offer) for offer in offers]
        await self._phase("accept_under_mandate", accepts, offers)
        settlements = [_settled(each) for each in begun]
        await self._phase("record_settlement", settlements, ids)
        spent = sum(self.phases[verb][-1].seconds for verb in _STATED)
        self.rates.append(len(answers) / spent)

    async def _phase(
        self, verb: str, bodies: Sequence[Record], keys: Sequence[object]
    ) -> list[Outcome]:
        """Have one verb carried out for all; the next batch when the last is answered."""
        commands = [command(verb, body, key) for body, key in zip(bodies, keys, strict=True)]
        starts = iter(range(0, len(commands), BATCH))
        outcomes: dict[int, list[Outcome]] = {}

        async def client(starts: Iterator[int]) -> None:
            for start in starts:
                outcomes[start] = await self._session.book.submit(commands[start : start + BATCH])

        written = await self._written()
        began, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(client(starts) for _ in range(CLIENTS)))
        seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu
        wal = await self._written() - written
        self.phases[verb].append(_Phase(len(commands), seconds, cpu_seconds, wal))
        found = [each for start in sorted(outcomes) for each in outcomes[start]]
        refused = Counter(each.refusal.code for each in found if each.refusal is not None)
        if refused:
            raise WrongResult(f"{verb} was refused: {dict(refused)}")
        self.acknowledged[verb] += len(found)
        return found

    async def _written(self) -> int:
        """Return how many bytes of WAL the server has written so far."""
        return int(await self._session.pool.fetchval("select pg_current_wal_insert_lsn() - '0/0'"))


def _parts(outcomes: Sequence[Outcome], kind: type[P]) -> list[P]:
    """Return the parts of a kind that were told: a payment that risk stops is not begun."""
    found = [each.fact.part(kind) for each in outcomes if each.fact is not None]
    return [part for part in found if part is not None]


def confirmed(begun: PaymentInitiated) -> RecordAnswer:
    """Return the rail's yes to a payment."""
    reference = f"bench-{begun.instruction_id.hex[-12:]}"
    return RecordAnswer(begun.instruction_id, RailAnswer(AnswerKind.CONFIRMED, "", reference))


def _settled(begun: PaymentInitiated) -> RecordSettlement:
    fee = Money(begun.gross.minor * _FEE_BPS // _WHOLE, begun.gross.currency)
    notice = f"bench-set-{begun.instruction_id.hex}"
    return RecordSettlement(begun.payment_id, notice, begun.gross, fee)


async def bench_path(
    address: ServerAddress,
    home: Path,
    rounds: int = ROUNDS,
    payments: int = PAYMENTS,
    seconds: int = _SECONDS,
) -> Report:
    """Measure whole payments. payments: how many a round begins; seconds: of the baseline.

    Raises WrongResult where the book does not agree with what was acknowledged.
    """
    async with beside(address, seconds) as other, staged(address, home, _BOOK) as session:
        return await _measure(session, other, rounds, payments)


async def _measure(session: Session, other: Baseline, rounds: int, payments: int) -> Report:
    orders = _Orders(session, await sales(session))
    bare = _Load(session, orders, payments, Unused())
    full = _Load(session, orders, payments, EveryStage(session))

    async def both() -> float:
        # Whoever goes first finds the server fresh from its checkpoint: they take turns.
        first, second = (bare, full) if len(bare.rates) % 2 == 0 else (full, bare)
        await first.round()
        await other.settle()
        await second.round()
        say(f"  payments: {bare.rates[-1]:,.0f}/s, with every stage {full.rates[-1]:,.0f}/s")
        return bare.rates[-1]

    await other.in_turn(rounds, both)
    await _check(session, bare.acknowledged + full.acknowledged)
    rate = over(bare.rates)
    return other.report(
        "path",
        {
            **_shown(bare),
            "batch": BATCH,
            "clients": CLIENTS,
            "every_stage": {
                **_shown(full),
                "rate_over_without_ratio": _ratios(full.rates, bare.rates),
                "cpu_over_without_ratio": _ratios(_cpu(full.phases), _cpu(bare.phases)),
            },
        },
        rate,
        digits=2,
    )


def _shown(load: _Load) -> dict[str, Any]:
    counts = load.acknowledged
    return {
        "payments_per_s": over(load.rates),
        "payments": counts["record_answer"],
        "payments_stopped": counts["pay"] - counts["record_answer"],
        "advances": counts["accept_under_mandate"],
        "cpu_us": over(_cpu(load.phases), 1),
        "with_draw_and_settlement_per_s": over(_whole_rates(load.phases)),
        "verbs": {verb: _figures(phases) for verb, phases in load.phases.items()},
        "stage_us": _stages(load.watch.seconds, counts),
        "wal_bytes_per_payment": over(_wal(load.phases)),
    }


def _ratios(these: Sequence[float], those: Sequence[float]) -> Figures:
    """Return median and spread of the ratios round by round: both had the same minute."""
    return over([one / other for one, other in zip(these, those, strict=True)], 2)


def _cpu(phases: Mapping[str, Sequence[_Phase]]) -> list[float]:
    """Return the microseconds of this process for a payment, round by round."""
    rounds = zip(*(phases[verb] for verb in _STATED), strict=True)
    return [1e6 * sum(phase.cpu_seconds for phase in each) / each[1].count for each in rounds]


def _figures(phases: Sequence[_Phase]) -> dict[str, Any]:
    return {
        "commands_per_s": over([each.count / each.seconds for each in phases]),
        "us": over([1e6 * each.seconds / each.count for each in phases], 1),
        "cpu_us": over([1e6 * each.cpu_seconds / each.count for each in phases], 1),
        "wal_bytes": over([each.wal_bytes / each.count for each in phases]),
    }


def _whole_rates(phases: Mapping[str, Sequence[_Phase]]) -> list[float]:
    rounds = zip(*(phases[verb] for verb in _VERBS), strict=True)
    return [each[1].count / sum(phase.seconds for phase in each) for each in rounds]


def _wal(phases: Mapping[str, Sequence[_Phase]]) -> list[float]:
    rounds = zip(*(phases[verb] for verb in _STATED), strict=True)
    return [sum(phase.wal_bytes for phase in each) / each[1].count for each in rounds]


def _stages(seconds: Mapping[str, float], counts: Mapping[str, int]) -> dict[str, float]:
    """Return the microseconds a command spends in each stage of its verb, over all rounds."""
    return {
        stage: round(1e6 * spent / counts[stage.partition(".")[0]], 1)
        for stage, spent in sorted(seconds.items())
    }


async def _check(session: Session, acknowledged: Mapping[str, int]) -> None:
    """Count what is in the book, and reckon every balance again from its transfers."""
    row = await session.pool.fetchrow(_CHECK, list(_VERBS))
    assert row is not None, "a query of sums has a row"
    expected = {
        "settled": acknowledged["record_settlement"],
        "offers": acknowledged["accept_under_mandate"],
        "repaid": acknowledged["accept_under_mandate"],
        "facts": sum(acknowledged.values()),
        "quarantined": 0,
        "wrong": 0,
        "uneven": 0,
    }
    if dict(row) != expected:
        raise WrongResult(f"expected {expected}, found {dict(row)}")
