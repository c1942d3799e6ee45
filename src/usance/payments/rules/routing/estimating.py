"""What a configuration would have done on past traffic: estimates with intervals, or 'no data'.

What was chosen is known with its probability, what was not chosen has no outcome. So an outcome
counts for the new configuration with weight π/μ: how likely it would have chosen that rail over
how likely the old one was to. Two estimates are given. The self-normalised one uses weights
alone. The doubly robust one starts from a model of each rail's success (the mean of the rail in
the segment, fitted on the other half of the payments) and corrects it by the weighted errors of
the model: it is right if either the weights or the model are. Intervals are 95 %, normal, over the
payments' paired differences. Where the old configuration never chose what the new one would, no
arithmetic can tell: then there is no figure.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from usance.kernel.records import Record

Numbers = NDArray[np.float64]
_CONFIDENT: Final = 1.96
# Fewer outcomes than these carry no normal interval.
OUTCOMES_MIN: Final = 30
# So much of what the new configuration would do must have had a chance before.
COVERED_MIN: Final = 0.95
_PRIOR: Final = 5.0
_WHOLE: Final = 10_000


class Costs(Record, frozen=True):
    """What a rail costs for one payment: parts of the amount in basis points, and days."""

    cost_bps: float
    delay_days: int


class Replayed(Record, frozen=True):
    """One past payment with what the new configuration would have done.

    rail, good: what was chosen and came of it. before, after: by rail, how likely the old and the
    new configuration were to choose it. costs: of every rail in either.
    """

    key: int
    segment: str
    rail: str
    good: bool
    before: Mapping[str, float]
    after: Mapping[str, float]
    costs: Mapping[str, Costs]


class Interval(Record, frozen=True):
    """An estimate and where it lies with 95 % confidence."""

    estimate: float
    low: float
    high: float


class Estimate(Record, frozen=True):
    """What would change, after less before. None where there is no data.

    payments: with a known outcome. covered: the share of what the new configuration would do that
    the old one could have done. effective: as many outcomes the weighted ones are worth. success:
    in percentage points, doubly robust; success_weighted: the same from weights alone. cost_bps:
    of the amount. value_bps: success × (amount − costs), of the amount.
    """

    segment: str
    payments: int
    covered: float
    effective: float
    no_data: str
    success_before: float
    success: Interval | None = None
    success_weighted: Interval | None = None
    cost_bps: Interval | None = None
    delay_days: Interval | None = None
    value_bps: Interval | None = None


def estimates(replayed: Sequence[Replayed], segments_max: int) -> list[Estimate]:
    """Return the estimate of all payments, then of each segment, the busiest first."""
    model = _model(replayed)
    by_segment: defaultdict[str, list[Replayed]] = defaultdict(list)
    for each in replayed:
        by_segment[each.segment].append(each)
    busiest = sorted(by_segment, key=lambda segment: (-len(by_segment[segment]), segment))
    found = [_estimate("*", replayed, model)]
    found += [_estimate(name, by_segment[name], model) for name in busiest[:segments_max]]
    return found


Model = Mapping[tuple[int, str, str], float]


def _model(replayed: Sequence[Replayed]) -> Model:
    """Return the expected success by half, segment and rail, fitted on the other half."""
    good: defaultdict[tuple[int, str, str], float] = defaultdict(float)
    seen: defaultdict[tuple[int, str, str], float] = defaultdict(float)
    segments = {each.segment for each in replayed}
    rails = {rail for each in replayed for rail in (*each.before, *each.after)}
    for each in replayed:
        for segment in (each.segment, "*"):
            for rail in (each.rail, "*"):
                key = (1 - each.key % 2, segment, rail)
                good[key] += each.good
                seen[key] += 1
    model = {}
    for half in (0, 1):
        overall = (good[half, "*", "*"] + 0.5) / (seen[half, "*", "*"] + 1)
        for rail in rails:
            key = (half, "*", rail)
            mean = (good[key] + _PRIOR * overall) / (seen[key] + _PRIOR)
            for segment in segments:
                key = (half, segment, rail)
                model[key] = (good[key] + _PRIOR * mean) / (seen[key] + _PRIOR)
    return model


def _estimate(segment: str, several: Sequence[Replayed], model: Model) -> Estimate:
    count = len(several)
    good = np.array([each.good for each in several], dtype=float)
    weights = np.array(
        [each.after.get(each.rail, 0.0) / each.before[each.rail] for each in several]
    )
    covered = np.array(
        [sum(chance for rail, chance in each.after.items() if each.before.get(rail, 0.0) > 0)
         for each in several]
    )  # fmt: skip
    share = float(covered.mean()) if count else 0.0
    total = float(weights.sum())
    effective = total**2 / float((weights**2).sum()) if total else 0.0
    before = float(good.mean()) * 100 if count else 0.0
    no_data = _no_data(count, share, effective)
    frame = (segment, count, round(share, 4), round(effective, 1), no_data, round(before, 2))
    if no_data:
        return Estimate(*frame)
    robust = _robust(several, model, weights, good)
    net = np.array([_net(each, each.rail) for each in several])
    worth = _robust(several, model, weights, good * net, _net)
    return Estimate(
        *frame,
        _interval((robust - good) * 100),
        _weighted(weights, good),
        _interval(_expected(several, "cost_bps")),
        _interval(_expected(several, "delay_days")),
        _interval(worth - good * net),
    )


def _no_data(count: int, covered: float, effective: float) -> str:
    """Return why nothing can be said, "" where something can."""
    if count < OUTCOMES_MIN:
        return f"no data: {count} outcomes, {OUTCOMES_MIN} are needed"
    if covered < COVERED_MIN:
        return f"no data: {1 - covered:.1%} would go where nothing was ever tried"
    if effective < OUTCOMES_MIN:
        return f"no data: the outcomes are worth {effective:.1f}, {OUTCOMES_MIN} are needed"
    return ""


def _net(each: Replayed, rail: str) -> float:
    return _WHOLE - each.costs[rail].cost_bps


def _robust(
    several: Sequence[Replayed],
    model: Model,
    weights: Numbers,
    rewards: Numbers,
    worth: Any = lambda _each, _rail: 1.0,  # noqa: ANN401 - a figure of a payment and a rail
) -> Numbers:
    """Return the doubly robust reward of each payment under the new configuration."""
    direct, here = np.empty(len(several)), np.empty(len(several))
    for at, each in enumerate(several):
        half = each.key % 2
        # What never had a chance before has no outcome either: its rail's mean stands in.
        direct[at] = sum(
            chance * model[half, each.segment, rail] * worth(each, rail)
            for rail, chance in each.after.items()
        )
        here[at] = model[half, each.segment, each.rail] * worth(each, each.rail)
    result: Numbers = direct + weights * (rewards - here)
    return result


def _expected(several: Sequence[Replayed], name: str) -> Numbers:
    """Return what is known without outcomes: the expected cost or delay, after less before."""
    return np.array(
        [
            sum(chance * getattr(each.costs[rail], name) for rail, chance in each.after.items())
            - sum(chance * getattr(each.costs[rail], name) for rail, chance in each.before.items())
            for each in several
        ]
    )


def _weighted(weights: Numbers, good: Numbers) -> Interval:
    """Return the self-normalised estimate; its deviation is that of a ratio (delta method)."""
    mean, now = float((weights * good).sum() / weights.sum()), float(good.mean())
    pulls = weights / weights.mean() * (good - mean) - (good - now)
    half = _CONFIDENT * float(pulls.std(ddof=1)) / len(good) ** 0.5
    return _rounded((mean - now) * 100, half * 100)


def _interval(differences: Numbers) -> Interval:
    half = _CONFIDENT * float(differences.std(ddof=1)) / len(differences) ** 0.5
    return _rounded(float(differences.mean()), half)


def _rounded(estimate: float, half: float) -> Interval:
    # Adding nothing makes a negative zero a plain one.
    return Interval(
        round(estimate, 3) + 0.0, round(estimate - half, 3) + 0.0, round(estimate + half, 3) + 0.0
    )
