"""How well routing learns: regret on made-up rails whose success changes while answers are late.

Ten days, five acquirers, three segments, 12,000 payments. An acquirer's success jumps at random
moments, wanders in between, and each has an outage of a few hours. Answers come after minutes,
some after an hour. Regret is what a payment was expected to bring less what the best rail of that
moment was, in parts of ten thousand of the amount. Those who are compared:

    oracle       knows every rail's true success: regret nothing, by definition
    fixed order  always the first rail, the cheapest
    round robin  each in turn
    thompson     discounted Thompson sampling: a draw from each rail's fading counts
    usance       `by_value` as it stands, breaker included

Parameters were tuned on other seeds than these.
"""

import random
import statistics
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from typing import Any, Final

from usance.cli.bench.report import Report, machine, say
from usance.cli.bench.route import BREAKER, LEARNING
from usance.kernel.ids import derive
from usance.kernel.money import Currency, Money
from usance.payments.service.rehearsal import (
    Breaker,
    Learning,
    RailTerms,
    Rehearsal,
    RouteQuestion,
    RouteRule,
    RoutingConfig,
    net_of,
)

RAILS: Final = ("first", "second", "third", "fourth", "fifth")
SEEDS: Final = tuple(range(1000, 1020))
PAYMENTS: Final = 12_000
_SEGMENTS: Final = ("GB", "DE", "BR")
_BEGINS: Final = datetime(2026, 9, 7, tzinfo=UTC)
_SPAN: Final = timedelta(days=10)
_WHOLE: Final = 10_000
_TICK: Final = timedelta(minutes=10)
Choose = Callable[[int, RouteQuestion, datetime], str]
Learn = Callable[[RouteQuestion, str, datetime, bool, bool], None]


class World:
    """What is true of the rails at any moment, and nobody but the oracle knows."""

    def __init__(self, seed: int) -> None:
        dice = random.Random(seed)  # noqa: S311 - an experiment, no secret
        self.dice = dice
        self._ticks = int(_SPAN / _TICK) + 1
        self._success = {rail: self._life(dice) for rail in RAILS}
        self._offset = {
            (rail, where): dice.uniform(-0.06, 0.06) for rail in RAILS for where in _SEGMENTS
        }
        self._down = {}
        for rail in RAILS:
            begins = dice.randrange(self._ticks - 30)
            self._down[rail] = range(begins, begins + dice.randrange(6, 30))
        self.terms = {
            rail: RailTerms(
                rail, "", "", "", 0, 100 + 15 * number, 20, 0, 800, 1 + dice.randrange(7)
            )
            for number, rail in enumerate(RAILS)
        }

    def _life(self, dice: random.Random) -> list[float]:
        """Return a rail's success by tick: it jumps every two days or so, and wanders."""
        level, life = dice.uniform(0.75, 0.95), []
        for _ in range(self._ticks):
            if dice.random() < _TICK / timedelta(days=2):
                level = dice.uniform(0.70, 0.95)
            level = min(max(level + dice.gauss(0, 0.002), 0.5), 0.98)
            life.append(level)
        return life

    def is_down(self, rail: str, now: datetime) -> bool:
        """Return whether a rail takes nothing."""
        return int((now - _BEGINS) / _TICK) in self._down[rail]

    def success(self, rail: str, country: str, now: datetime) -> float:
        """Return how likely a rail's yes is."""
        if self.is_down(rail, now):
            return 0.02
        tick = int((now - _BEGINS) / _TICK)
        return min(max(self._success[rail][tick] + self._offset[rail, country], 0.0), 1.0)

    def worth(self, rail: str, question: RouteQuestion, now: datetime) -> float:
        """Return what a payment is truly expected to bring, of ten thousand."""
        net = net_of(question.amount.minor, self.terms[rail], 0)
        success = self.success(rail, question.buyer_country, now)
        return success * net * _WHOLE / question.amount.minor


def played(seed: int, player: Callable[[World], tuple[Choose, Learn]]) -> tuple[float, float]:
    """Return a player's regret in ten-thousandths of the amount, and its success in percent."""
    world = World(seed)
    choose, learn = player(world)
    dice = random.Random(seed + 1)  # noqa: S311 - an experiment, no secret
    moments = sorted(dice.random() for _ in range(PAYMENTS))
    answers: list[tuple[datetime, int, RouteQuestion, str, bool, bool]] = []
    regret, good_ones = 0.0, 0
    for number, moment in enumerate(moments):
        now = _BEGINS + _SPAN * moment
        while answers and answers[0][0] <= now:
            at, _, asked, rail, good, down = heappop(answers)
            learn(asked, rail, at, good, down)
        amount = Money(dice.randrange(500, 50_000), Currency("EUR"))
        question = RouteQuestion(amount, buyer_country=dice.choice(_SEGMENTS))
        # Drawn before the choice, so that all players meet the same luck.
        luck, wait = dice.random(), dice.expovariate(1 / 8)
        slow = 60 * (dice.random() < 0.1)
        rail = choose(number, question, now)
        best = max(world.worth(each, question, now) for each in RAILS)
        regret += best - world.worth(rail, question, now)
        good = luck < world.success(rail, question.buyer_country, now)
        good_ones += good
        down = not good and world.is_down(rail, now)
        at = now + timedelta(minutes=wait + slow)
        heappush(answers, (at, number, question, rail, good, down))
    return regret / PAYMENTS, 100 * good_ones / PAYMENTS


def oracle(world: World) -> tuple[Choose, Learn]:
    """Know everything."""
    return (
        lambda _number, asked, now: max(RAILS, key=lambda rail: world.worth(rail, asked, now)),
        _forget,
    )


def fixed(_world: World) -> tuple[Choose, Learn]:
    """Take the first, always."""
    return lambda _number, _asked, _now: RAILS[0], _forget


def in_rotation(_world: World) -> tuple[Choose, Learn]:
    """Take each in turn."""
    return lambda number, _asked, _now: RAILS[number % len(RAILS)], _forget


def thompson(world: World) -> tuple[Choose, Learn]:
    """Draw what each rail may be worth from its counts, which fade with every outcome."""
    dice = random.Random(7)  # noqa: S311 - an experiment, no secret
    fading = 1 - 1 / 300
    counts = {(where, rail): [1.0, 1.0] for where in _SEGMENTS for rail in RAILS}

    def choose(_number: int, asked: RouteQuestion, _now: datetime) -> str:
        minor = asked.amount.minor

        def drawn(rail: str) -> float:
            good, bad = counts[asked.buyer_country, rail]
            return dice.betavariate(good, bad) * net_of(minor, world.terms[rail], 0)

        return max(RAILS, key=drawn)

    def learn(asked: RouteQuestion, rail: str, _at: datetime, good: bool, _down: bool) -> None:
        for each in RAILS:
            pair = counts[asked.buyer_country, each]
            pair[0] = max(pair[0] * fading, 1.0)
            pair[1] = max(pair[1] * fading, 0.2)
        counts[asked.buyer_country, rail][0 if good else 1] += 1

    return choose, learn


def by_value(
    learning: Learning = LEARNING, breaker: Breaker = BREAKER
) -> Callable[[World], tuple[Choose, Learn]]:
    """Route as a book does."""
    config = RoutingConfig((RouteRule("by value", by_value=RAILS),))

    def player(world: World) -> tuple[Choose, Learn]:
        house = Rehearsal(config, world.terms, learning, breaker)

        def choose(number: int, asked: RouteQuestion, now: datetime) -> str:
            choice = house.choose(asked, derive(number, "quality", number), now)
            assert choice is not None, "the one rule takes all"
            return choice.rail

        def learn(asked: RouteQuestion, rail: str, at: datetime, good: bool, down: bool) -> None:
            house.answered(rail, at, good=not down)
            house.learn(asked, rail, at, good=good)

        return choose, learn

    return player


def _forget(_asked: RouteQuestion, _rail: str, _at: datetime, _good: bool, _down: bool) -> None:
    """Learn nothing."""


async def bench_route_quality(seeds: Sequence[int] = SEEDS) -> Report:
    """Compare the players on seeds that no parameter was tuned on."""
    players: dict[str, Callable[[World], tuple[Choose, Learn]]] = {
        "oracle": oracle,
        "fixed order": fixed,
        "round robin": in_rotation,
        "thompson": thompson,
        "usance": by_value(),
        "usance without hedging": by_value(
            Learning(**(_fields(LEARNING) | {"hedge": 0, "explore": 0}))
        ),
    }
    figures: dict[str, Any] = {}
    for name, player in players.items():
        results = [played(seed, player) for seed in seeds]
        regrets = [regret for regret, _ in results]
        figures[name] = {
            "regret_bps": round(statistics.mean(regrets), 1),
            "regret_bps_deviation": round(statistics.stdev(regrets), 1),
            "regret_bps_worst": round(max(regrets), 1),
            "success_percent": round(statistics.mean(good for _, good in results), 2),
        }
        say(f"  {name}: {figures[name]}")
    baseline = {"name": "fixed order", **figures.pop("fixed order")}
    ratio = figures["usance"]["regret_bps"] / baseline["regret_bps"]
    shown = {"seeds": len(seeds), "payments": PAYMENTS, **figures}
    return Report("route --quality", shown, baseline, round(ratio, 3), machine())


def _fields(learning: Learning) -> dict[str, Any]:
    return {name: getattr(learning, name) for name in learning.__struct_fields__}
