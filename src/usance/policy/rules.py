"""Which row is in force, and which rows may be added. Pure."""

import csv
import io
from bisect import bisect_right
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from operator import attrgetter
from typing import Final

from usance.kernel import dates
from usance.kernel.dates import Calendar
from usance.kernel.errors import Refusal, UsanceError
from usance.policy.errors import (
    POLICY_ALREADY_DATED,
    POLICY_IN_THE_PAST,
    POLICY_INCOMPLETE,
    POLICY_SHAPE,
)
from usance.policy.model import PolicyRow, Series, series_id

# The columns of a shipped table that are no values.
_FRAME: Final = ("scope", "effective_from", "source", "verified")
_first_day = attrgetter("effective_from")


def in_force(series: Series, on: date) -> PolicyRow | None:
    """Return the last row that began on `on` or before, None where none had begun."""
    rows = series.rows
    if len(rows) == 1:
        return rows[0] if rows[0].effective_from <= on else None
    began = bisect_right(rows, on, key=_first_day)
    return rows[began - 1] if began else None


def added(
    series: Series | None, pattern: PolicyRow | None, row: PolicyRow, today: date
) -> Series | Refusal:
    """Return the series with `row` added; the series itself where it stands there already.

    pattern: a row of the same rule whose values show the names and kinds expected.
    Refuses, in this order: policy_incomplete, policy_already_dated, policy_in_the_past,
    policy_shape. The rows of a new series may begin in the past; a known one grows forward.
    """
    where = f"{series_id(row.rule, row.scope)} {row.effective_from.isoformat()}"
    for field in ("rule", "scope", "source", "values"):
        if not getattr(row, field):
            return POLICY_INCOMPLETE.refuse(field, where)
    if series is None:
        return _unlike(pattern, row) or Series(series_id(row.rule, row.scope), (row,))
    for known in series.rows:
        if known.effective_from == row.effective_from:
            return series if known == row else POLICY_ALREADY_DATED.refuse("effective_from", where)
    if row.effective_from < max(today, series.rows[-1].effective_from):
        return POLICY_IN_THE_PAST.refuse("effective_from", where)
    return _unlike(series.rows[-1], row) or Series(series.id, (*series.rows, row))


def _unlike(pattern: PolicyRow | None, row: PolicyRow) -> Refusal | None:
    """Refuse values that code which reads the pattern could not read."""
    if pattern is None:
        return None
    for name in sorted(pattern.values.keys() ^ row.values.keys()):
        return POLICY_SHAPE.refuse(f"values.{name}", row.values.get(name, "(absent)"))
    for name, before in pattern.values.items():
        if not _same_kind(before, row.values[name]):
            return POLICY_SHAPE.refuse(f"values.{name}", row.values[name])
    return None


def _same_kind(before: str, after: str) -> bool:
    """Whether code that reads `before` can read `after`.

    A list of one kind may grow and shrink; an amount stays a number and a currency.
    """
    kinds = [_kind(word) for word in before.split()]
    news = [_kind(word) for word in after.split()]
    if len(set(kinds)) <= 1:
        kinds = (kinds[:1] or ["text"]) * len(news)
        return (bool(news) or not before) and all(map(_fits, kinds, news))
    return len(kinds) == len(news) and all(map(_fits, kinds, news))


def _fits(before: str, after: str) -> bool:
    return after == before or (before == "decimal" and after == "integer")


def _kind(word: str) -> str:
    if word.isascii() and word.removeprefix("-").isdecimal():
        return "integer"
    try:
        number = Decimal(word)
    except InvalidOperation:
        return "text"
    return "decimal" if number.is_finite() else "text"


def table_rows(rule: str, table: str) -> tuple[PolicyRow, ...]:
    """Return the rows of a rule that a CSV table gives: one line each, one column per value.

    The columns `scope`, `effective_from`, `source` and `verified` frame the values.
    Raises Invalid(policy_incomplete) with the line where a field of the frame is missing.
    """
    rows = []
    for line, cells in enumerate(csv.DictReader(io.StringIO(table)), 2):
        try:
            rows.append(
                PolicyRow(
                    rule,
                    cells["scope"],
                    date.fromisoformat(cells["effective_from"]),
                    {name: cell for name, cell in cells.items() if name not in _FRAME},
                    cells["source"],
                    {"yes": True, "no": False}[cells["verified"]],
                )
            )
        except (KeyError, ValueError, TypeError) as broken:
            raise _broken_line(rule, line, broken) from broken
    return tuple(rows)


def _broken_line(rule: str, line: int, broken: Exception) -> UsanceError:
    return POLICY_INCOMPLETE.invalid(f"{rule} line {line}", str(broken))


@lru_cache(maxsize=64)
def calendar_of(holidays: tuple[str, ...]) -> Calendar:
    """Return the calendar that rests on the days listed in some rows' values."""
    days = (date.fromisoformat(day) for year in holidays for day in year.split())
    return dates.calendar(frozenset(days))
