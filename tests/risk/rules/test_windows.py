"""Windows agree with counting everything again."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from usance.risk.rules.windows import Span, added, hour_of, span

START = datetime(2026, 9, 9, 0, 0, tzinfo=UTC)
histories = st.lists(
    st.tuples(st.integers(0, 7 * 3600), st.integers(1, 10**9)), min_size=1, max_size=60
)


def recount(events, at, hours) -> Span:
    """All events of this clock hour and of the `hours` before it, one by one."""
    first = at.replace(minute=0, second=0) - timedelta(hours=hours)
    inside = [minor for when, minor in events if when >= first]
    return Span(len(inside), sum(inside))


@given(histories, st.integers(1, 48))
def test_a_window_equals_a_naive_recount(history, hours):
    buckets, events, at = (), [], START
    for gap, minor in history:
        at += timedelta(seconds=gap)
        events.append((at, minor))
        buckets = added(buckets, hour_of(at), minor, hours)

        assert span(buckets, hour_of(at), hours) == recount(events, at, hours)
        assert len(buckets) <= hours + 1


def test_nothing_within_the_hours_is_left_out_and_nothing_an_hour_older_is_in():
    buckets = added((), hour_of(START + timedelta(minutes=59)), 5, 24)

    assert span(buckets, hour_of(START + timedelta(hours=24, minutes=58)), 24) == Span(1, 5)
    assert span(buckets, hour_of(START + timedelta(hours=25)), 24) == Span(0, 0)


def test_a_clock_set_back_loses_nothing():
    hour = hour_of(START)
    buckets = added(added((), hour, 5, 24), hour - 3, 7, 24)

    assert span(buckets, hour, 24) == Span(2, 12)
