"""Routing decisions a second on one core, beside the list of rules read from its top.

Two hundred rules over twelve rails; most decide by value, so that rails are priced with fee,
spread, delay and cost of funds, and every choice says why. Questions are seeded and all different.
As in the engine a batch is decided, and then its answers move the counts. The baseline reads rule
by rule and reckons what is expected of rails each time; both must choose the same. Time is the
processor's.
"""

import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from usance.cli.bench.report import ROUNDS, Report, WrongResult, in_turn, machine, over, say
from usance.kernel.ids import derive
from usance.kernel.money import Currency, Money
from usance.payments.service.rehearsal import (
    Breaker,
    Condition,
    Learning,
    RailTerms,
    Rehearsal,
    RouteQuestion,
    RouteRule,
    RoutingConfig,
    VolumeShare,
    faults_of,
)

RULES: Final = 200
RAILS: Final = tuple(f"rail_{number:02d}" for number in range(12))
DECISIONS: Final = 20_000
# As many payments are in a batch of the engine; their answers are in the next.
_BATCH: Final = 1_000
_SEED: Final = 20260909
_BEGINS: Final = datetime(2026, 9, 15, 12, tzinfo=UTC)
_COUNTRIES: Final = tuple(
    "GB DE FR ES IT NL BE JP US CA AU BR MX IN SG TH PL SE NO CH".split()  # noqa: SIM905
)
_CURRENCIES: Final = ("GBP", "EUR", "JPY", "USD", "BRL")
_BRANDS: Final = ("visa", "mastercard", "amex", "jcb")
LEARNING: Final = Learning(timedelta(hours=6), 50, 20, 900_000, 20_000, 20_000, 100)
BREAKER: Final = Breaker(
    timedelta(minutes=5), 10, 500_000, 200_000, timedelta(minutes=10), 100_000, 5
)
Asked = tuple[UUID, RouteQuestion]


def configuration(dice: random.Random) -> RoutingConfig:
    """Return 200 rules, the last of which takes what no other does; none is out of reach."""
    rules: list[RouteRule] = []
    while len(rules) < RULES - 1:
        rule = RouteRule(f"rule {len(rules)}", _conditions(dice), **_way(dice))
        if not faults_of(RoutingConfig((*rules, rule)), RAILS, len(RAILS)):
            rules.append(rule)
    return RoutingConfig((*rules, RouteRule("all others", by_value=RAILS)))


def _conditions(dice: random.Random) -> tuple[Condition, ...]:
    found = [Condition("buyer_country", tuple(dice.sample(_COUNTRIES, 2)))]
    more = (
        Condition("currency", (dice.choice(_CURRENCIES),)),
        Condition("amount", (), (), f"{dice.randrange(1, 900)}.00 {dice.choice(('GBP', 'EUR'))}"),
        Condition("card_brand", (dice.choice(_BRANDS),)),
        Condition("issuer_country", (), (dice.choice(_COUNTRIES),)),
        Condition("risk_grade", tuple(dice.sample("ABCDE", 2))),
        Condition("hour", (), (), str(dice.randrange(12)), str(dice.randrange(12, 24))),
        Condition("metadata.channel", (dice.choice(("web", "app", "shop")),)),
    )
    return (*found, *dice.sample(more, 3))


def _way(dice: random.Random) -> dict[str, Any]:
    match dice.randrange(6):
        case 0:
            return {"order": tuple(dice.sample(RAILS, 3)), "attempts": 2}
        case 1:
            first, second = dice.sample(RAILS, 2)
            return {"split": (VolumeShare(first, 70), VolumeShare(second, 30))}
        case _:
            return {"by_value": RAILS}


def questions(dice: random.Random, first: int, count: int) -> list[Asked]:
    """Return questions that are all different, with the payments that ask them."""
    found = []
    for number in range(first, first + count):
        question = RouteQuestion(
            Money(dice.randrange(100, 10**6), Currency(dice.choice(_CURRENCIES))),
            "",
            bank_account=True,
            card_token=True,
            buyer_country=dice.choice(_COUNTRIES),
            seller_country="CN",
            card_brand=dice.choice(_BRANDS),
            issuer_country=dice.choice(_COUNTRIES),
            risk_grade=dice.choice("ABCDE"),
            hour=dice.randrange(24),
            spread_bps=dice.randrange(60),
            metadata={"channel": dice.choice(("web", "app", "shop"))},
        )
        found.append((derive(1_789_000_000_000, "route", number), question))
    return found


def rails(dice: random.Random) -> dict[str, RailTerms]:
    """Return the terms of twelve rails, all of which can take everything."""
    return {
        rail: RailTerms(
            rail, "", "", "", 0, dice.randrange(50, 250), dice.randrange(30), 0, 800,
            dice.randrange(1, 8),
        )
        for rail in RAILS
    }  # fmt: skip


class _Load:
    """One way to route, asked the same questions as the other."""

    def __init__(self, seed: int, *, naive: bool) -> None:
        dice = random.Random(seed)  # noqa: S311 - a workload, no secret
        self.house = Rehearsal(configuration(dice), rails(dice), LEARNING, BREAKER, naive=naive)
        self._dice = dice
        self._asked = 0
        self.chosen: list[str] = []
        self.microseconds: list[float] = []
        self.learning: list[float] = []

    async def round(self) -> float:
        """Decide once for every question and return the decisions a second of processor time."""
        asked = questions(self._dice, self._asked, DECISIONS)
        self._asked += DECISIONS
        spent = learning = 0.0
        for start in range(0, DECISIONS, _BATCH):
            now = _BEGINS + timedelta(seconds=self._asked + start)
            batch = asked[start : start + _BATCH]
            began = time.process_time()
            chosen = self._decide(batch, now)
            decided = time.process_time()
            self._answer(batch, chosen, now)
            spent += decided - began
            learning += time.process_time() - decided
            self.chosen += chosen
        self.microseconds.append(1e6 * spent / DECISIONS)
        self.learning.append(1e6 * learning / DECISIONS)
        return DECISIONS / spent

    def _decide(self, asked: Sequence[Asked], now: datetime) -> list[str]:
        house, chosen = self.house, []
        for payment, question in asked:
            choice = house.choose(question, payment, now)
            assert choice is not None, "the last rule takes all"
            assert choice.reason, "every choice says why"
            chosen.append(choice.rail)
        return chosen

    def _answer(self, asked: Sequence[Asked], chosen: Sequence[str], now: datetime) -> None:
        """Have every payment of a batch answered: one in ten is refused."""
        for (payment, question), rail in zip(asked, chosen, strict=True):
            self.house.learn(question, rail, now, good=payment.int % 10 > 0)
            self.house.answered(rail, now, good=True)


async def bench_route(rounds: int = ROUNDS, seed: int = _SEED) -> Report:
    """Measure decisions. Raises WrongResult where the two ways chose differently."""
    say(f"{DECISIONS:,} decisions a round, {RULES} rules, {len(RAILS)} rails, one core")
    ours, naive = _Load(seed, naive=False), _Load(seed, naive=True)
    rates, base = await in_turn(rounds, ours.round, naive.round)
    if ours.chosen != naive.chosen:
        raise WrongResult("the compiled rules chose other rails than the list read from its top")
    rate, other = over(rates), over(base)
    return Report(
        "route",
        {
            "decisions_per_s": rate,
            "decision_us": over(ours.microseconds, 1),
            "learning_us": over(ours.learning, 1),
            "decisions": len(ours.chosen),
            "rules": RULES,
            "rails": len(RAILS),
            "by_value": ours.house.asked,
            "memo_hit_percent": round(100 * ours.house.hits / max(ours.house.asked, 1), 1),
            "rails_chosen": len(set(ours.chosen)),
        },
        {
            "name": "the list read from its top, no memo",
            "decisions_per_s": other,
            "decision_us": over(naive.microseconds, 1),
        },
        round(rate.median / other.median, 2),
        machine(),
    )
