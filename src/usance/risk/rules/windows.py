"""Windows: how often and how much, over the last hours, exactly.

A window keeps one bucket per clock hour. A span of 24 hours counts the present hour and the 24
before it: nothing made within 24 hours is ever left out, and nothing older than 25 is counted.
"""

from datetime import datetime
from typing import Final

from usance.kernel.records import Record
from usance.risk.model import Bucket

_SECONDS_PER_HOUR: Final = 3600


class Span(Record, frozen=True):
    """How often and how much within a span of hours."""

    count: int
    minor: int


Buckets = tuple[Bucket, ...]


def hour_of(at: datetime) -> int:
    """Return the clock hour of a moment, in hours since the Unix epoch."""
    return int(at.timestamp()) // _SECONDS_PER_HOUR


def added(buckets: Buckets, hour: int, minor: int, hours: int) -> Buckets:
    """Return the buckets with one more event; what is older than `hours` is let go.

    hour: of the event, as `hour_of` says it. An event from before the newest bucket, should a
    clock be set back, counts in that bucket.
    """
    if buckets:
        hour = max(hour, buckets[-1].hour)
    kept = [bucket for bucket in buckets if bucket.hour >= hour - hours]
    if kept and kept[-1].hour == hour:
        last = kept.pop()
        kept.append(Bucket(hour, last.count + 1, last.minor + minor))
    else:
        kept.append(Bucket(hour, 1, minor))
    return tuple(kept)


def span(buckets: Buckets, hour: int, hours: int) -> Span:
    """Return what lies within `hours` before an hour, by whole clock hours."""
    count = minor = 0
    for bucket in buckets:
        if bucket.hour >= hour - hours:
            count += bucket.count
            minor += bucket.minor
    return Span(count, minor)
