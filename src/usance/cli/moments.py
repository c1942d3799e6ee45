"""Days and moments as they are written on the command line."""

from datetime import UTC, date, datetime, time
from typing import Final

from usance.kernel.errors import Code

MALFORMED_DAY: Final = Code(
    "malformed_day",
    422,
    "{field}: {value} is no day or moment.",
    "{field}:{value} 不是有效的日期或时刻。",
    "Write it as ISO 8601 does: 2026-09-09, or 2026-09-09T12:00:00+00:00.",
    "请按 ISO 8601 书写:2026-09-09 或 2026-09-09T12:00:00+00:00。",
)


def day_of(option: str, text: str) -> date:
    """Return the day that is written. Raises Invalid(malformed_day)."""
    try:
        return date.fromisoformat(text)
    except ValueError as malformed:
        raise MALFORMED_DAY.invalid(option, text[:40]) from malformed


def moment_of(option: str, text: str) -> datetime:
    """Return the moment that is written, UTC where it says no zone. Raises Invalid."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as malformed:
        raise MALFORMED_DAY.invalid(option, text[:40]) from malformed
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def end_of(option: str, text: str) -> datetime:
    """Return the last moment of what is written: a day means its end, in UTC. Raises Invalid."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return moment_of(option, text)
    return datetime.combine(day, time.max, UTC)
