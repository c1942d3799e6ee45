"""Routing without a book: made-up rails and payments, for benchmarks and experiments."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from usance.payments.model import (
    Choice,
    Condition,
    RailHealth,
    RouteQuestion,
    RouteRule,
    RoutingConfig,
    SegmentScore,
    VolumeShare,
)
from usance.payments.rules.routing import (
    EVERYWHERE,
    MILLION,
    Breaker,
    Fault,
    Known,
    Learning,
    RailTerms,
    Router,
    Scanned,
    Score,
    after,
    choose,
    explained,
    faults_of,
    learnt,
    nets_of,
    scores,
    standing,
)
from usance.payments.rules.routing.estimating import Estimate, Interval

__all__ = [
    "MILLION",
    "Breaker",
    "Condition",
    "Estimate",
    "Fault",
    "Interval",
    "Learning",
    "RailTerms",
    "Rehearsal",
    "RouteQuestion",
    "RouteRule",
    "RoutingConfig",
    "VolumeShare",
    "explained",
    "faults_of",
    "nets_of",
]


class Rehearsal:
    """A house that routes and learns in memory alone, as the engine does in its rows.

    naive: reads the rules from their top and keeps no scores between two questions.
    """

    def __init__(
        self,
        config: RoutingConfig,
        terms: Mapping[str, RailTerms],
        learning: Learning,
        breaker: Breaker,
        *,
        naive: bool = False,
    ) -> None:
        self._router = Scanned(config) if naive else Router(config)
        self._terms = terms
        self._learning = learning
        self._breaker = breaker
        self._naive = naive
        self._scores: dict[str, SegmentScore] = {}
        self._healths: dict[str, RailHealth] = {}
        self._memo: dict[str, tuple[object, object, datetime, Mapping[str, Score]]] = {}
        self.asked = self.hits = 0

    def choose(self, question: RouteQuestion, payment: UUID, now: datetime) -> Choice | None:
        """Return the choice for a payment."""
        unwell = {
            rail: standing(health, now, self._breaker)
            for rail, health in self._healths.items()
            if health.bad
        }
        segment = f"{question.amount.currency}/{question.buyer_country}"
        known = Known(
            self._terms,
            lambda: self._expected(segment, now),
            unwell,
            self._learning,
            self._breaker.trial,
        )
        return choose(self._router, question, known, payment)

    def learn(self, question: RouteQuestion, rail: str, now: datetime, *, good: bool) -> None:
        """Count the rail's yes or no."""
        segment = f"{question.amount.currency}/{question.buyer_country}"
        for each in (segment, EVERYWHERE):
            known = self._scores.get(each)
            self._scores[each] = learnt(known, each, rail, now, self._learning, good=good)

    def answered(self, rail: str, now: datetime, *, good: bool) -> None:
        """Count whether the rail itself worked."""
        known = self._healths.get(rail)
        self._healths[rail] = after(known, rail, now, self._breaker, good=good)

    def _expected(self, segment: str, now: datetime) -> Mapping[str, Score]:
        self.asked += 1
        here, everywhere = self._scores.get(segment), self._scores.get(EVERYWHERE)
        known = self._memo.get(segment)
        if (
            known is not None
            and known[0] is here
            and known[1] is everywhere
            and known[2] == now
            and not self._naive
        ):
            self.hits += 1
            return known[3]
        found = scores(here, everywhere, self._terms, now, self._learning)
        self._memo[segment] = (here, everywhere, now, found)
        return found
