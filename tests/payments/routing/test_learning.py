"""Counts that fade, and breakers that open and close."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.payments.routing.samples import BREAKER, LEARNING

from usance.payments.model import BreakerState, SegmentScore, Tally
from usance.payments.rules.routing import EVERYWHERE, MILLION, after, learnt, scores, standing

T0 = datetime(2026, 9, 7, 8, tzinfo=UTC)
outcomes = st.lists(
    st.tuples(st.integers(0, 4 * 3600), st.sampled_from(("atlas", "birch")), st.booleans()),
    max_size=30,
)


def folded(history, known=None):
    now = T0
    for wait, rail, good in history:
        now += timedelta(seconds=wait)
        known = learnt(known, "GBP/GB", rail, now, LEARNING, good=good)
    return known


@given(history=outcomes, at=st.integers(0, 30))
def test_stopping_and_going_on_is_the_same_as_all_at_once(history, at):
    seconds = sum(wait for wait, _, _ in history[:at])
    rest = history[at:]
    if rest:
        rest = [(rest[0][0] + seconds, *rest[0][1:]), *rest[1:]]

    assert folded(rest, folded(history[:at])) == folded(history)


@given(history=outcomes)
def test_no_rail_ever_counts_for_more_than_its_memory(history):
    known = folded(history * 20)

    for tally in known.tallies if known else ():
        assert 0 <= tally.good + tally.bad <= LEARNING.memory * MILLION


def test_counts_halve_with_time():
    known = folded([(0, "atlas", True)] * 8)
    later = learnt(known, "GBP/GB", "birch", T0 + LEARNING.half_life, LEARNING, good=False)

    assert later.tallies == (Tally("atlas", 4 * MILLION, 0), Tally("birch", 0, MILLION))
    assert later.at == T0 + LEARNING.half_life


def test_what_nobody_tried_is_expected_as_the_prior_says():
    [score] = scores(None, None, ("atlas",), T0, LEARNING).values()

    assert score.success == LEARNING.prior_success


def test_a_segment_without_outcomes_is_judged_by_the_rail_everywhere():
    everywhere = SegmentScore(EVERYWHERE, T0, (Tally("atlas", 0, 200 * MILLION),))
    here = SegmentScore("GBP/GB", T0, (Tally("birch", 200 * MILLION, 0),))
    found = scores(here, everywhere, ("atlas", "birch"), T0, LEARNING)

    assert found["atlas"].success < 100_000
    assert found["birch"].success > 980_000


def test_doubt_grows_while_nobody_asks():
    known = folded([(0, "atlas", True), (0, "atlas", False)] * 40)
    now = scores(known, None, ("atlas",), T0, LEARNING)["atlas"]
    later = scores(known, None, ("atlas",), T0 + 6 * LEARNING.half_life, LEARNING)["atlas"]

    assert later.hope - later.success > now.hope - now.success


def answered(health, history):
    """history: minutes since T0 and whether it went well."""
    for minutes, good in history:
        health = after(health, "atlas", T0 + timedelta(minutes=minutes), BREAKER, good=good)
    return health


BAD = [(0, False)] * 5


@pytest.mark.parametrize(
    ("_case", "history", "minute", "state"),
    [
        ("nothing known", [], 0, BreakerState.CLOSED),
        ("too few answers", [(0, False)] * 4, 0, BreakerState.CLOSED),
        ("enough, all bad", BAD, 0, BreakerState.OPEN),
        ("bad, but half is good", [(0, True)] * 6 + BAD, 0, BreakerState.CLOSED),
        ("still open", BAD, 9, BreakerState.OPEN),
        ("tried again", BAD, 10, BreakerState.HALF_OPEN),
        ("an old answer comes in", [*BAD, (1, True)], 2, BreakerState.OPEN),
        ("one went well", [*BAD, (11, True)], 12, BreakerState.HALF_OPEN),
        ("enough went well", [*BAD, *[(11, True)] * 3], 12, BreakerState.CLOSED),
        ("the trial failed", [*BAD, (11, True), (12, False)], 13, BreakerState.OPEN),
        ("and is tried again", [*BAD, (11, False)], 21, BreakerState.HALF_OPEN),
    ],
)
def test_a_breaker(_case, history, minute, state):
    health = answered(None, history)

    assert standing(health, T0 + timedelta(minutes=minute), BREAKER).state is state


def test_a_rail_with_some_failures_is_degraded_and_not_shut():
    health = answered(None, [(0, True)] * 7 + [(0, False)] * 3)
    found = standing(health, T0, BREAKER)

    assert (found.state, found.works, found.degraded) == (BreakerState.CLOSED, 700_000, True)


def test_a_failure_of_long_ago_is_forgotten():
    health = answered(None, [(0, True)] * 7 + [(0, False)] * 3)

    assert not standing(health, T0 + timedelta(hours=1), BREAKER).degraded
