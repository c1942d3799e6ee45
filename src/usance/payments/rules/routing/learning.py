"""How well rails do of late: counts that fade, and what they let one expect.

An outcome counts when it is known, not when the payment was sent. Counts halve with time, so that
a rail that nobody used for long is uncertain again; and they never hold more than so many
outcomes, so that a busy rail is judged by its last ones. All arithmetic is in whole millionths:
the same outcomes in the same order give the same counts on every machine, one at a time or all at
once.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from math import isqrt
from typing import Final

from usance.kernel.records import Record
from usance.payments.model import SegmentScore, Tally

MILLION: Final = 1_000_000
EVERYWHERE: Final = "*"
# A half-life has sixteen steps; 2^(-n/16) in parts of 2^32.
_STEPS: Final = 16
_BITS: Final = 32
_FADED: Final = tuple(round(2 ** (_BITS - step / _STEPS)) for step in range(_STEPS))
_GONE: Final = 64
_PERCENT: Final = 100


class Learning(Record, frozen=True):
    """How fast we learn. prior_success: in millionths; prior: as so many outcomes it counts.

    memory: the most outcomes of one rail that count. hedge, explore: the millionths of payments
    that go to any other rail, and to those that may be better, so that what has changed is
    noticed. doubt: how many standard deviations better than expected a rail may be.
    """

    half_life: timedelta
    memory: int
    prior: int
    prior_success: int
    hedge: int
    explore: int
    doubt_percent: int


class Score(Record, frozen=True):
    """What is expected of a rail, in millionths. hope: what its success may be with some luck."""

    success: int
    hope: int


def faded(count: int, steps: int) -> int:
    """Return a count after so many sixteenths of a half-life."""
    halvings, rest = divmod(steps, _STEPS)
    return 0 if halvings >= _GONE else (count * _FADED[rest] >> _BITS) >> halvings


def steps_between(at: datetime, now: datetime, half_life: timedelta) -> int:
    """Return how many whole sixteenths of a half-life lie between two moments."""
    return max((now - at) // (half_life / _STEPS), 0)


def learnt(
    known: SegmentScore | None,
    segment: str,
    rail: str,
    now: datetime,
    learning: Learning,
    *,
    good: bool,
) -> SegmentScore:
    """Return a segment's score with one outcome more."""
    if known is None:
        known = SegmentScore(segment, now, ())
    steps = steps_between(known.at, now, learning.half_life)
    at = known.at + steps * (learning.half_life / _STEPS) if steps else known.at
    most = (learning.memory - 1) * MILLION
    tallies = []
    seen = False
    for tally in known.tallies:
        there, bad = tally.good, tally.bad
        if steps:
            there, bad = faded(there, steps), faded(bad, steps)
        if tally.rail == rail:
            seen = True
            total = there + bad
            if total > most:
                there, bad = there * most // total, bad * most // total
            there, bad = (there + MILLION, bad) if good else (there, bad + MILLION)
        elif not steps:
            tallies.append(tally)
            continue
        tallies.append(Tally(tally.rail, there, bad))
    if not seen:
        tallies.append(Tally(rail, MILLION if good else 0, 0 if good else MILLION))
    return SegmentScore(segment, at, tuple(tallies))


def scores(
    here: SegmentScore | None,
    everywhere: SegmentScore | None,
    rails: Iterable[str],
    now: datetime,
    learning: Learning,
) -> dict[str, Score]:
    """Return what is expected of each rail in a segment.

    A segment with few outcomes is judged by the rail's outcomes everywhere, and a rail with few of
    those by the prior.
    """
    return scores_within(here, means(everywhere, rails, now, learning), now, learning)


def means(
    everywhere: SegmentScore | None, rails: Iterable[str], now: datetime, learning: Learning
) -> dict[str, int]:
    """Return each rail's success over all segments, in millionths."""
    overall, nothing = _counted(everywhere, now, learning), (0, 0)
    prior = learning.prior * MILLION
    believed = prior * learning.prior_success
    found = {}
    for rail in rails:
        good, bad = overall.get(rail, nothing)
        found[rail] = (good * MILLION + believed) // (good + bad + prior)
    return found


def scores_within(
    here: SegmentScore | None, elsewhere: Mapping[str, int], now: datetime, learning: Learning
) -> dict[str, Score]:
    """Return the scores of a segment. elsewhere: see means."""
    local, nothing = _counted(here, now, learning), (0, 0)
    prior, doubt = learning.prior * MILLION, learning.doubt_percent
    found = {}
    for rail, mean in elsewhere.items():
        good, bad = local.get(rail, nothing)
        weight = good + bad + prior
        success = (good * MILLION + prior * mean) // weight
        variance = success * (MILLION - success) * MILLION // (weight + MILLION)
        hope = success + isqrt(variance) * doubt // _PERCENT
        found[rail] = Score(success, min(hope, MILLION))
    return found


def _counted(
    score: SegmentScore | None, now: datetime, learning: Learning
) -> dict[str, tuple[int, int]]:
    if score is None:
        return {}
    steps = steps_between(score.at, now, learning.half_life)
    if not steps:
        return {each.rail: (each.good, each.bad) for each in score.tallies}
    return {each.rail: (faded(each.good, steps), faded(each.bad, steps)) for each in score.tallies}
