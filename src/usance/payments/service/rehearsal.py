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
    CorridorTerms,
    Fault,
    Known,
    Learning,
    RailTerms,
    Router,
    Scanned,
    Score,
    Standing,
    after,
    choose,
    explained,
    faults_of,
    learnt,
    means,
    net_of,
    scores,
    scores_within,
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
    "net_of",
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
        self._terms = CorridorTerms(terms)
        self._learning = learning
        self._breaker = breaker
        self._naive = naive
        self._scores: dict[str, SegmentScore] = {}
        self._healths: dict[str, RailHealth] = {}
        self._memo: dict[str, tuple[object, object, datetime, Mapping[str, Score]]] = {}
        self._standings: tuple[datetime, Mapping[str, Standing]] | None = None
        self._elsewhere: tuple[object, datetime, Mapping[str, int]] | None = None
        self.asked = self.hits = 0

    def choose(self, question: RouteQuestion, payment: UUID, now: datetime) -> Choice | None:
        """Return the choice for a payment."""
        known = Known(
            self._terms,
            lambda: self._expected(question, now),
            self._unwell(now),
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
        self._standings = None

    def _unwell(self, now: datetime) -> Mapping[str, Standing]:
        """Return how those rails stand of which some answer was a failure of theirs."""
        known = self._standings
        if known is None or known[0] != now:
            found = {
                rail: standing(health, now, self._breaker)
                for rail, health in self._healths.items()
                if health.bad
            }
            known = self._standings = (now, found)
        return known[1]

    def _expected(self, question: RouteQuestion, now: datetime) -> Mapping[str, Score]:
        self.asked += 1
        segment = f"{question.amount.currency}/{question.buyer_country}"
        here, everywhere = self._scores.get(segment), self._scores.get(EVERYWHERE)
        if self._naive:
            return scores(here, everywhere, self._terms, now, self._learning)
        known = self._memo.get(segment)
        if known is not None and known[0] is here and known[1] is everywhere and known[2] == now:
            self.hits += 1
            return known[3]
        found = scores_within(here, self._means(everywhere, now), now, self._learning)
        self._memo[segment] = (here, everywhere, now, found)
        return found

    def _means(self, everywhere: SegmentScore | None, now: datetime) -> Mapping[str, int]:
        known = self._elsewhere
        if known is None or known[0] is not everywhere or known[1] != now:
            found = means(everywhere, self._terms, now, self._learning)
            known = self._elsewhere = (everywhere, now, found)
        return known[2]
