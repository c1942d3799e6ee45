"""How long an answer takes while requests arrive at a steady rate, whether we keep up or not.

Each request is one future of the engine in this process. It is due at its place in the schedule,
and its time counts from then: a request that had to wait because we were late is not
forgiven. Where the rate cannot be kept, `achieved_per_s` and `kept` say so.
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from usance.cli.bench.baseline import Baseline
from usance.cli.bench.report import Report, over, percentile
from usance.cli.throwaway import connected
from usance.kernel.errors import Unavailable
from usance.runtime.facts import Outcome

SECONDS: Final = 5
# Answers come as fast as requests, or nearly: then no queue grows.
_KEPT: Final = 0.99
_PERCENTS: Final = (50, 90, 99)
Ended = Callable[[], None]
Send = Callable[[int, Ended], None]


class Round:
    """One round: `count` requests, `rate` of them due each second."""

    def __init__(self, rate: int, count: int) -> None:
        self.seconds: list[float] = []
        self.turned_away = 0
        self.ends: list[float] = []
        self.cpu_us = 0.0
        self.commands = 0
        self.batches = 0
        self._rate = rate
        self._count = count
        self._missing = count
        self._done = asyncio.Event()
        self._failure: Exception | None = None

    async def run(self, send: Send) -> float:
        """Send each request when it is due; return how many a second were answered.

        send: sends the request of a number, and has the other argument called at its end.
        Raises Unavailable where it is turned away. What `fail` was told is raised.
        """
        sent, start, cpu = 0, time.perf_counter(), time.process_time()
        while sent < self._count:
            due = min(self._count, math.ceil((time.perf_counter() - start) * self._rate))
            while sent < due:
                self._send(send, sent, start + sent / self._rate)
                sent += 1
            await asyncio.sleep(max(0.0, start + sent / self._rate - time.perf_counter()))
        await self._done.wait()
        if self._failure is not None:
            raise self._failure
        self.cpu_us = 1e6 * (time.process_time() - cpu) / self._count
        return self.achieved()

    def achieved(self) -> float:
        """Return the answers a second, between the first and the last of them."""
        return (len(self.ends) - 1) / (self.ends[-1] - self.ends[0]) if len(self.ends) > 1 else 0.0

    def fail(self, why: Exception) -> None:
        """End the round: an answer was none."""
        self._failure = why
        self._done.set()

    def _send(self, send: Send, number: int, due: float) -> None:
        def ended() -> None:
            self.ends.append(time.perf_counter())
            self.seconds.append(self.ends[-1] - due)
            self._one_less()

        try:
            send(number, ended)
        except Unavailable:
            self.turned_away += 1
            self._one_less()

    def _one_less(self) -> None:
        self._missing -= 1
        if not self._missing:
            self._done.set()


def figures(rounds: Sequence[Round], offered: int) -> dict[str, Any]:
    """Return what the rounds of one load showed."""
    achieved = over([each.achieved() for each in rounds])
    times = {
        f"p{percent}_ms": over([1e3 * percentile(each.seconds, percent) for each in rounds], 1)
        for percent in _PERCENTS
    }
    return {
        "offered_per_s": offered,
        "achieved_per_s": achieved,
        "kept": achieved.median >= _KEPT * offered,
        "turned_away": sum(each.turned_away for each in rounds),
        **times,
        "max_ms": over([1e3 * max(each.seconds) for each in rounds], 1),
        "mean_batch": over([each.commands / each.batches for each in rounds], 1),
        "cpu_us": over([each.cpu_us for each in rounds], 1),
    }


class Offered:
    """One load on the book at `dsn`, `rate` requests a second for so many seconds a round."""

    def __init__(self, dsn: str, rate: int, seconds: int) -> None:
        self.count = rate * seconds
        self.rounds: list[Round] = []
        self._dsn = dsn
        self._rate = rate

    async def round(self, send: Send) -> float:
        """Offer one round, see Round.run; return how many a second were answered."""
        now = Round(self._rate, self.count)
        self.rounds.append(now)
        async with _counted(now, self._dsn):
            return await now.run(send)

    def answered(
        self, asked: "asyncio.Future[list[Outcome]]", then: Callable[[Outcome], None]
    ) -> None:
        """Go on with what a single command is answered; where that goes wrong, the round fails."""

        def told(answer: "asyncio.Future[list[Outcome]]") -> None:
            try:
                [outcome] = answer.result()
                then(outcome)
            except Exception as why:  # noqa: BLE001 - nobody else would hear of it
                self.rounds[-1].fail(why)

        asked.add_done_callback(told)

    def report(self, name: str, other: Baseline, achieved: list[float], **more: object) -> Report:
        """Return what the rounds showed, beside the baseline."""
        shown = {**figures(self.rounds, self._rate), **more}
        return other.report(name, shown, over(achieved), digits=2)


@asynccontextmanager
async def _counted(now: Round, dsn: str) -> AsyncIterator[None]:
    """Count the commands and the batches that the book takes meanwhile: each is a transaction."""
    async with connected(dsn) as connection:
        before = await connection.fetchval("select position from engine.book")
        yield
        row = await connection.fetchrow(
            "select count(*) as commands, count(distinct xmin::text) as batches"
            " from engine.outbox where position > $1",
            before,
        )
    assert row is not None, "a query of counts has a row"
    now.commands, now.batches = row["commands"], max(1, row["batches"])
