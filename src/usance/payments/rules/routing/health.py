"""The breaker of a rail: closed, open when it fails too often, half open to see if it is back.

What counts against a rail is silence and refusals that are the rail's own; a buyer without money
is none of its faults. An open breaker is a preference and never a refusal: where no other rail is
left, the payment goes where it went before.
"""

from datetime import datetime, timedelta
from typing import Final

from usance.kernel.records import Record, replace
from usance.payments.model import BreakerState, RailHealth
from usance.payments.rules.routing.learning import MILLION, faded, steps_between

_STEPS: Final = 16


class Breaker(Record, frozen=True):
    """When a breaker opens and closes. Shares of failures are in millionths.

    half_life: of the answers that count. answers_min: as many must count before it opens.
    opens_at, degraded_at: the share of failures. open_for: until it is tried again. trial: the
    share of payments that try it then; trials: as many of them must go well.
    """

    half_life: timedelta
    answers_min: int
    opens_at: int
    degraded_at: int
    open_for: timedelta
    trial: int
    trials: int


class Standing(Record, frozen=True):
    """How a rail stands now. works: the share of recent answers that were none of its failures."""

    state: BreakerState
    works: int
    degraded: bool


WELL: Final = Standing(BreakerState.CLOSED, MILLION, degraded=False)


def standing(health: RailHealth | None, now: datetime, breaker: Breaker) -> Standing:
    """Return how a rail stands at a moment."""
    if health is None:
        return WELL
    state = _state(health, now, breaker)
    if state is BreakerState.CLOSED and not health.bad:
        return WELL
    steps = steps_between(health.at, now, breaker.half_life)
    good, bad = faded(health.good, steps), faded(health.bad, steps)
    enough = good + bad >= breaker.answers_min * MILLION
    works = good * MILLION // (good + bad) if good + bad else MILLION
    return Standing(state, works, degraded=enough and MILLION - works >= breaker.degraded_at)


def after(
    health: RailHealth | None, rail: str, now: datetime, breaker: Breaker, *, good: bool
) -> RailHealth:
    """Return a rail's health after one answer more."""
    if health is None:
        health = RailHealth(rail, now, 0, 0, BreakerState.CLOSED, now)
    steps = steps_between(health.at, now, breaker.half_life)
    counted = replace(
        health,
        at=health.at + steps * (breaker.half_life / _STEPS) if steps else health.at,
        good=(faded(health.good, steps) if steps else health.good) + MILLION * good,
        bad=(faded(health.bad, steps) if steps else health.bad) + MILLION * (not good),
    )
    match _state(health, now, breaker):
        case BreakerState.CLOSED:
            total = counted.good + counted.bad
            too_often = counted.bad * MILLION >= breaker.opens_at * total
            if too_often and total >= breaker.answers_min * MILLION:
                return replace(counted, state=BreakerState.OPEN, since=now, trials=0)
            return counted
        case BreakerState.HALF_OPEN:
            if not good:
                return replace(counted, state=BreakerState.OPEN, since=now, trials=0)
            if health.trials + 1 >= breaker.trials:
                return RailHealth(rail, now, MILLION, 0, BreakerState.CLOSED, now)
            return replace(counted, state=BreakerState.HALF_OPEN, trials=health.trials + 1)
        case _:
            # The answer to what was sent before it opened; nobody knows yet if it is back.
            return counted


def _state(health: RailHealth, now: datetime, breaker: Breaker) -> BreakerState:
    if health.state is BreakerState.OPEN and now >= health.since + breaker.open_for:
        return BreakerState.HALF_OPEN
    return health.state
