"""Somebody – tries – a routing configuration on past traffic before two people adopt it.

An ordinary read. The choices of a time are gone through again in their order, with what was known
at each moment: outcomes count from when they were answered, so what rails had shown by then is
folded again from the beginning of the time. The new configuration says what it would have chosen;
`rules.routing.estimating` says what would have come of it.
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from usance.kernel.draft import K, R, Rows, Standing
from usance.kernel.money import Currency
from usance.kernel.records import Record
from usance.payments import store
from usance.payments.errors import ROUTING_FAULTY
from usance.payments.model import (
    ChoiceRow,
    InstructionState,
    RailHealth,
    RouteQuestion,
    RoutingBegin,
    RoutingConfig,
    RoutingTimeline,
    RoutingVersion,
    SegmentScore,
)
from usance.payments.rules.routing import (
    EVERYWHERE,
    MILLION,
    CorridorTerms,
    Dropped,
    Fault,
    Known,
    RailTerms,
    after,
    choose,
    learnt,
    net_of,
    scores,
    standing,
)
from usance.payments.rules.routing.estimating import Costs, Estimate, Replayed, estimates
from usance.payments.service.routing import segment_of
from usance.payments.service.routing_review import Review, review
from usance.payments.service.routing_terms import (
    ROUTING,
    Active,
    Corridor,
    active,
    breaker_of,
    corridor_terms,
    refusal_class,
    routing_policy,
)
from usance.payments.tables import ROUTING_TIMELINES, ROUTING_VERSIONS
from usance.policy.model import ANY_SCOPE
from usance.policy.service import all_series
from usance.runtime.database import Connection

CHOICES_MAX: Final = 50_000
_SEGMENTS_MAX: Final = 20
_SERIES_MAX: Final = 100_000
# More versions than any book adopts.
_VERSIONS_MAX: Final = 10_000
_SERIES: Final = "policy.series"


class DryRun(Record, frozen=True):
    """What a configuration would have changed. choices: how many were gone through.

    unanswered: of those, without a yes or no; they count for nothing. untaken: would have found no
    rail. since, until: of the choices. warnings, drops: as `Review` has them.
    """

    since: datetime
    until: datetime
    choices: int
    unanswered: int
    untaken: int
    estimates: tuple[Estimate, ...]
    warnings: tuple[Fault, ...]
    drops: tuple[Dropped, ...]


class _Rules:
    """The standing rows of policy as they are, seen on any day: a kernel.draft.Standing."""

    def __init__(self, rows: Mapping[str, Any], now: datetime) -> None:
        self._rows = rows
        self.now = now

    def get(self, rows: Rows[K, R], key: K) -> R | None:
        """See kernel.draft.Standing."""
        found: R | None = self._rows.get(str(key)) if rows.name == _SERIES else None
        return found


class _Routed:
    """The standing rows of policy and of routing at a moment: a kernel.draft.Standing."""

    def __init__(
        self, policy: Mapping[str, Any], versions: Sequence[RoutingVersion], now: datetime
    ) -> None:
        self.policy = policy
        begins = tuple(RoutingBegin(each.number, each.effective_at) for each in versions)
        self._rows: dict[tuple[str, Any], Any] = {
            (_SERIES, key): row for key, row in policy.items()
        }
        self._rows[ROUTING_TIMELINES.name, ROUTING] = RoutingTimeline(ROUTING, begins)
        self._rows |= {(ROUTING_VERSIONS.name, each.number): each for each in versions}
        self.now = now

    def get(self, rows: Rows[K, R], key: K) -> R | None:
        """See kernel.draft.Standing."""
        found: R | None = self._rows.get((rows.name, key))
        return found


async def reviewed(connection: Connection, config: RoutingConfig, now: datetime) -> Review:
    """Return what is to be said of a configuration, by the rails and the routing of a book."""
    return review(await _book(connection, now), config, await _plugged_in(connection))


async def dry_run(
    connection: Connection,
    config: RoutingConfig,
    since: datetime,
    until: datetime,
    limit: int = CHOICES_MAX,
) -> DryRun:
    """Return what a configuration would have changed from `since` to before `until`.

    Of more than `limit` choices the newest count. Raises Invalid(routing_faulty).
    """
    book = await _book(connection, until)
    judged = review(book, config, await _plugged_in(connection))
    if judged.faults:
        raise ROUTING_FAULTY.invalid(judged.faults[0].path, judged.faults[0].problem)
    policy = book.policy
    past = await store.first_choices(connection, since, until, limit)
    replay = _Replay(policy, active(0, config))
    replayed = list(replay.through(past))
    return DryRun(
        since,
        until,
        len(past),
        sum(not _answered(state) for _, state, _, _ in past),
        replay.untaken,
        tuple(estimates(replayed, _SEGMENTS_MAX)),
        judged.warnings,
        judged.drops,
    )


async def _book(connection: Connection, now: datetime) -> "_Routed":
    """Return the policy of a book, and the versions that were adopted."""
    adopted = await store.versions(connection, None, _VERSIONS_MAX)
    return _Routed(await _policy(connection), adopted, now)


async def _plugged_in(connection: Connection) -> list[str]:
    """Return every rail that a row of policy describes."""
    series = await all_series(connection, "payments.rail", limit=_SERIES_MAX)
    return [row.rows[-1].scope for row in series if row.rows[-1].scope != ANY_SCOPE]


async def _policy(connection: Connection) -> dict[str, Any]:
    return {row.id: row for row in await all_series(connection, limit=_SERIES_MAX)}


def _answered(state: str | None) -> bool:
    return state is not None and state != InstructionState.OPEN


class _Replay:
    """Goes through choices again, in their order.

    Only yes and no are known of the past, not when a rail kept
    silent: breakers open here for refusals alone.
    """

    def __init__(self, policy: Mapping[str, Any], config: Active) -> None:
        self._policy = policy
        self._active = config
        self._scores: dict[str, SegmentScore] = {}
        self._healths: dict[str, RailHealth] = {}
        self._terms: dict[tuple[date, Corridor], CorridorTerms] = {}
        self._waiting: list[tuple[datetime, int, ChoiceRow, str, str]] = []
        self.untaken = 0

    def through(self, past: Sequence[store.Outcome]) -> Iterator[Replayed]:
        """Yield each choice that was answered, with what would have been chosen."""
        for number, (row, state, answered_at, code) in enumerate(past):
            self._learn_until(row.chosen_at)
            replayed = self._replayed(row, state)
            if replayed is not None:
                yield replayed
            if state is not None and _answered(state) and answered_at is not None:
                heapq.heappush(self._waiting, (answered_at, number, row, state, code))

    def _replayed(self, row: ChoiceRow, state: str | None) -> Replayed | None:
        question = row.question
        if question is None or not _answered(state):
            return None
        before = {
            each.rail: each.probability / MILLION for each in row.considered if each.probability
        }
        terms = self._terms_of(question, row.chosen_at, (*self._active.rails, *before))
        choice = choose(
            self._active.router, question, self._known(question, row.chosen_at, terms),
            row.payment_id,
        )  # fmt: skip
        if choice is None:
            self.untaken += 1
            return None
        chances = {
            each.rail: each.probability / MILLION for each in choice.considered if each.probability
        }
        return Replayed(
            row.payment_id.int,
            segment_of(question.amount.currency, question.buyer_country),
            row.rail,
            state == InstructionState.CONFIRMED,
            before,
            chances,
            {rail: _costs(question, terms[rail]) for rail in {*before, *chances} if rail in terms},
        )

    def _terms_of(
        self, question: RouteQuestion, at: datetime, rails: tuple[str, ...]
    ) -> CorridorTerms:
        corridor = Corridor(
            Currency(question.amount.currency),
            question.buyer_country,
            tuple(dict.fromkeys(rails)),
        )
        key = (at.date(), corridor)
        if key not in self._terms:
            self._terms[key] = corridor_terms(_Rules(self._policy, at), corridor)
        return self._terms[key]

    def _known(self, question: RouteQuestion, at: datetime, terms: CorridorTerms) -> Known:
        rules = _Rules(self._policy, at)
        learning = routing_policy(rules, ANY_SCOPE).learning
        here = self._scores.get(segment_of(question.amount.currency, question.buyer_country))
        everywhere = self._scores.get(EVERYWHERE)
        return Known(
            terms,
            lambda: scores(here, everywhere, self._active.rails, at, learning),
            {
                rail: standing(health, at, breaker_of(rules, rail))
                for rail, health in self._healths.items()
            },
            learning,
            breaker_of(rules, ANY_SCOPE).trial,
        )

    def _learn_until(self, moment: datetime) -> None:
        while self._waiting and self._waiting[0][0] <= moment:
            at, _, row, state, code = heapq.heappop(self._waiting)
            question = row.question
            assert question is not None, "only first choices are gone through"
            rules: Standing = _Rules(self._policy, at)
            good = state == InstructionState.CONFIRMED
            at_fault = not good and refusal_class(rules, code).fault_of_rail
            self._healths[row.rail] = after(
                self._healths.get(row.rail), row.rail, at, breaker_of(rules, row.rail),
                good=not at_fault,
            )  # fmt: skip
            learning = routing_policy(rules, ANY_SCOPE).learning
            segment = segment_of(question.amount.currency, question.buyer_country)
            for each in (segment, EVERYWHERE):
                known = self._scores.get(each)
                self._scores[each] = learnt(known, each, row.rail, at, learning, good=good)


def _costs(question: RouteQuestion, terms: RailTerms) -> Costs:
    minor = question.amount.minor
    net = net_of(minor, terms, question.spread_bps)
    return Costs((minor - net) * 10_000 / minor, terms.delay_days)
