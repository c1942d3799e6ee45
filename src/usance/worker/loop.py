"""One round of the worker's work, and rounds until there is nothing left to do."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg
import structlog

from usance.kernel.ids import derive, milliseconds_at
from usance.parties.model import HOUSE
from usance.parties.ports import PayeeCheck
from usance.payments.ports import QuoteSource, Rail, RateSource
from usance.payments.service import RecordFixings, book_unexpected
from usance.payments.service.arrivals import remittances_arrived
from usance.payments.service.dispatch import dispatch, listen, recall
from usance.payments.service.hooks import EXPECTED, SecretsOf, finish_hooks, read_hooks
from usance.payments.service.notices import Report
from usance.payments.service.steering import steered_rails
from usance.runtime.commands import BEAT, TICK, Beat, Command, Tick
from usance.runtime.database import Connection
from usance.runtime.reactions import Subscription, react
from usance.runtime.reading import is_test_book
from usance.runtime.wire import Book
from usance.worker.live_rails import live_rails
from usance.worker.payouts import work_payouts
from usance.worker.quotes import QuoteRounds
from usance.worker.webhooks import Webhooks

ROUNDS_MAX: Final = 10_000
_LISTEN_EVERY: Final = timedelta(hours=6)
# Ticks and beats are kept under no key: asked again, they look again.
_UNKEPT: Final = UUID(int=0)
_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
_log = structlog.get_logger()


class Worker:
    """Works for one book. It may stop at any moment and go on later without harm."""

    def __init__(
        self,
        pool: "asyncpg.Pool[Any]",
        book: Book,
        rails: Mapping[str, Rail],
        rates: RateSource,
        subscriptions: Sequence[Subscription],
        sources: Mapping[str, QuoteSource] | None = None,
        webhooks: Webhooks | None = None,
        secrets: SecretsOf = lambda _rail: (),
        simulated: frozenset[str] = frozenset(),
        payee_check: PayeeCheck | None = None,
    ) -> None:
        self._simulated = simulated
        self._payee_check = payee_check
        self._secrets = secrets
        self._webhooks = webhooks
        self._pool = pool
        self._book = book
        self._plugged = rails
        self._rails = rails
        self._test: bool | None = None
        self._rates = rates
        self._subscriptions = subscriptions
        self._heard_until: dict[str, datetime] = {}
        self._quotes = QuoteRounds(pool, book, sources or {})

    async def quiet(self, now: datetime) -> None:
        """Work until nothing is left to do at this moment of the book."""
        for _ in range(ROUNDS_MAX):
            if not await self.round(now) + await self.tell(now):
                return
            if self._webhooks is not None:
                await self._webhooks.drain()
        _log.warning("never_quiet", rounds=ROUNDS_MAX)

    async def round(self, now: datetime) -> int:
        """Do what is there to be done once; return how much it was."""
        await self.beat()
        await self._quotes.one(now)
        async with self._pool.acquire() as connection:
            if self._test is None:
                self._test = await is_test_book(connection)
                if not self._test:
                    self._rails = live_rails(self._plugged, self._simulated)
            if self._test:
                self._rails = await steered_rails(connection, self._plugged)
            hooks = await self._work_hooks(connection, now)
            payouts = await work_payouts(connection, self._book, self._payee_check)
            reports = await dispatch(connection, self._rails, now)
            reports += await recall(connection, self._rails, now)
            heard: dict[str, datetime] = {}
            for name, rail in self._rails.items():
                if (notices := await self._hear(connection, name, rail, now)) is not None:
                    heard[name] = now
                    reports += notices
            arrivals = await remittances_arrived(connection, now)
            reports += arrivals.reports
            reports += await book_unexpected(connection, now, arrivals.entries)
            await self._report(reports)
            # Only what the book has taken counts as heard: a round that breaks off hears it again.
            self._heard_until |= heard
            followed = await react(connection, self._book, self._subscriptions, HOUSE)
        return hooks + payouts + len(reports) + followed

    async def tell(self, now: datetime) -> int:
        """Queue what endpoints are to be told, and begin to send it; return how much it was."""
        if self._webhooks is None:
            return 0
        return await self._webhooks.take(now) + await self._webhooks.send(now)

    async def stop(self) -> None:
        """End what was begun and is not waited for."""
        if self._webhooks is not None:
            await self._webhooks.stop()

    async def _hear(
        self, connection: Connection, name: str, rail: Rail, now: datetime
    ) -> list[Report] | None:
        """Return what one rail has noticed since it was last heard, None where it was not asked.

        A rail that breaks is heard from the same moment again, and keeps no other waiting.
        """
        since = self._heard_until.get(name, _LONG_AGO)
        if now <= since:
            return None
        try:
            return await listen(connection, {name: rail}, since, now)
        except Exception as broken:  # noqa: BLE001 - whatever a plug-in raises
            _log.error("rail_broke", rail=name, exc_info=broken)
            return None

    async def _work_hooks(self, connection: Connection, now: datetime) -> int:
        """Verify what was posted to us and tell the book; return how many hooks it was."""
        read = await read_hooks(connection, self._rails, self._secrets, now)
        if not read:
            return 0
        commands = [_command(report) for each in read for report in each.reports]
        outcomes = iter(await self._book.submit(commands) if commands else ())
        refusals = [[next(outcomes).refusal for _ in each.reports] for each in read]
        await finish_hooks(connection, read, refusals)
        return len(read)

    async def _report(self, reports: Sequence[Report]) -> None:
        """Tell the book what rails said. What it does not take is for people to look at."""
        if not reports:
            return
        outcomes = await self._book.submit([_command(report) for report in reports])
        for report, outcome in zip(reports, outcomes, strict=True):
            refusal = outcome.refusal
            if refusal is not None and refusal.code not in EXPECTED:
                _log.error("rail_report_refused", verb=report.verb, id=str(report.id), why=refusal)

    async def beat(self) -> None:
        """Have facts that ordinary transactions told take their positions."""
        await self._book.submit([Command(_UNKEPT, BEAT, HOUSE, Beat())])

    async def publish_rates(self, now: datetime) -> None:
        """Record the reference rates of the day, where the source has them."""
        fixings = await self._rates.fixings(now.date())
        if fixings is None:
            return
        command_id = derive(milliseconds_at(now), "fixings", fixings.value_date, fixings.source)
        await self._book.submit(
            [Command(command_id, "record_fixings", HOUSE, RecordFixings(fixings))]
        )

    async def advance(
        self,
        start: datetime,
        target: datetime,
        progress: Callable[[datetime], None] = lambda _at: None,
    ) -> None:
        """Let a test book's time run to `target`.

        Every due row fires in its place, every rail is heard every six hours, and each day has
        its rates.
        """
        now = start
        while now < target:
            following = await self._next_moment(now, target)
            if following.date() != now.date():
                midnight = datetime.combine(following.date(), time(), UTC)
                await self.tick(midnight)
                await self.publish_rates(midnight)
            now = following
            await self.tick(now)
            await self.quiet(now)
            progress(now)

    async def tick(self, to: datetime | None = None) -> None:
        """Fire what is due. to: set a test book's time forward first."""
        body = Tick("" if to is None else to.isoformat())
        await self._book.submit([Command(_UNKEPT, TICK, HOUSE, body)])

    async def _next_moment(self, now: datetime, target: datetime) -> datetime:
        due = await self._pool.fetchval(
            "select min(due_at) from engine.due where fired_at is null and due_at > $1", now
        )
        midnight = datetime.combine(now.date(), time(), UTC)
        heard = midnight + _LISTEN_EVERY * ((now - midnight) // _LISTEN_EVERY + 1)
        told = None if self._webhooks is None else await self._webhooks.next_due(now)
        return min([target, heard, *(each for each in (due, told) if each is not None)])


def _command(report: Report) -> Command:
    return Command(report.id, report.verb, HOUSE, report.body)
