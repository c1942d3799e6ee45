"""What can be asked of policy: look up what is in force, adopt new rows."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from typing import Final

import holidays

from usance.kernel.dates import Calendar
from usance.kernel.draft import Draft, Standing
from usance.kernel.errors import Refusal
from usance.kernel.records import Record
from usance.policy import rules, store
from usance.policy.errors import NoPolicy
from usance.policy.events import PolicyAdopted
from usance.policy.model import ANY_SCOPE, PolicyRow, Series, series_id
from usance.policy.store import all_series as all_series  # noqa: PLC0414 - for the mouths
from usance.policy.tables import SERIES as SERIES  # noqa: PLC0414 - to be read outside the engine
from usance.runtime.database import Connection

# Calendar: how the `holidays` package knows it, and whether its days are published ones.
_CALENDARS: Final[dict[str, Callable[[int], Iterable[date]]]] = {
    "TARGET": lambda year: holidays.financial_holidays("XECB", years=year),
    "GB": lambda year: holidays.country_holidays("GB", subdiv="ENG", years=year),
    "CN": lambda year: holidays.country_holidays("CN", years=year),
}
_YEARS: Final = (2026, 2027)
# The State Council publishes a year's days off in the autumn before; later ones are reckoned.
_PUBLISHED_UNTIL: Final = {"CN": 2026}


class AdoptPolicy(Record, frozen=True):
    """Add rows to what holds. reason: why, for the reader of the log."""

    rows: tuple[PolicyRow, ...]
    reason: str


def apply_adopt_policy(draft: Draft, body: AdoptPolicy, _facts: object) -> Refusal | None:
    """Add all of the rows or none. Rows that stand already, word for word, change nothing."""
    by_series: defaultdict[str, list[PolicyRow]] = defaultdict(list)
    for row in body.rows:
        by_series[series_id(row.rule, row.scope)].append(row)
    news: list[PolicyRow] = []
    for identifier, rows in by_series.items():
        known = draft.get(SERIES, identifier)
        grown = _grown(draft, known, rows)
        if isinstance(grown, Refusal):
            return grown
        if grown != known:
            draft.put(SERIES, grown)
            news.extend(row for row in grown.rows if known is None or row not in known.rows)
    draft.tell(PolicyAdopted(tuple(news), body.reason))
    return None


def _grown(draft: Draft, known: Series | None, rows: list[PolicyRow]) -> Series | Refusal:
    pattern = _pattern(draft, rows[0])
    series = known
    for row in sorted(rows, key=lambda each: each.effective_from):
        # The rows of a series that is new in this command may all begin in the past.
        today = draft.now.date() if known is not None else date.min
        grown = rules.added(series, pattern, row, today)
        if isinstance(grown, Refusal):
            return grown
        series = grown
    assert series is not None, "a series is asked for with rows"
    return series


def _pattern(draft: Draft, row: PolicyRow) -> PolicyRow | None:
    general = draft.get(SERIES, series_id(row.rule, ANY_SCOPE))
    return None if general is None else general.rows[-1]


def find_row(book: Standing, rule: str, scope: str, on: date) -> PolicyRow | None:
    """Return the row in force for the scope, else the one for `*`, else None."""
    for each in (scope, ANY_SCOPE):
        series = book.get(SERIES, series_id(rule, each))
        row = None if series is None else rules.in_force(series, on)
        if row is not None:
            return row
    return None


def row_of_day(book: Standing, rule: str, scope: str, day: date) -> PolicyRow | None:
    """Return the row of a scope that began on just this day, None where none did."""
    series = book.get(SERIES, series_id(rule, scope))
    rows = () if series is None else series.rows
    return next((row for row in rows if row.effective_from == day), None)


def look_up(book: Standing, rule: str, scope: str, on: date) -> PolicyRow:
    """Return the row in force for the scope, else the one for `*`.

    Raises NoPolicy where there is neither: a book without the rule cannot decide.
    """
    row = find_row(book, rule, scope, on)
    if row is None:
        raise NoPolicy(f"{rule}/{scope} has no row in force on {on.isoformat()}")
    return row


def calendar(book: Standing, name: str) -> Calendar:
    """Return the business days of a place: `TARGET`, `GB`, `CN`.

    Raises NoPolicy for a calendar nobody has adopted.
    """
    series = book.get(SERIES, series_id("holidays", name))
    if series is None:
        raise NoPolicy(f"holidays/{name} has no rows")
    return rules.calendar_of(tuple(row.values["dates"] for row in series.rows))


@lru_cache(maxsize=1)
def shipped_rows() -> tuple[PolicyRow, ...]:
    """Return the rows that come with the package: what a new book adopts first."""
    rows: list[PolicyRow] = []
    for table in sorted(files("usance.policy").joinpath("data").iterdir(), key=lambda f: f.name):
        if table.name.endswith(".csv"):
            rule = table.name.removesuffix(".csv")
            rows.extend(rules.table_rows(rule, table.read_text(encoding="utf-8")))
    return (*rows, *_holiday_rows())


def _holiday_rows() -> list[PolicyRow]:
    """Return one row per calendar and year, taken from the `holidays` package."""
    source = f"holidays {version('holidays')} (MIT), the Python package"
    return [
        PolicyRow(
            "holidays",
            name,
            date(year, 1, 1),
            {"dates": " ".join(day.isoformat() for day in sorted(days_of(year)))},
            source if year <= _PUBLISHED_UNTIL.get(name, year) else f"{source}; reckoned",
            verified=False,
        )
        for name, days_of in _CALENDARS.items()
        for year in _YEARS
    ]


async def calendar_in_force(connection: Connection, name: str) -> Calendar:
    """Return, outside the engine, the business days of a place; weekends alone where unknown."""
    series = await store.series(connection, series_id("holidays", name))
    rows = () if series is None else series.rows
    return rules.calendar_of(tuple(row.values["dates"] for row in rows))


async def row_in_force(connection: Connection, rule: str, scope: str, on: date) -> PolicyRow | None:
    """Return, outside the engine, the row in force for the scope, else the one for `*`."""
    for each in (scope, ANY_SCOPE):
        series = await store.series(connection, series_id(rule, each))
        row = None if series is None else rules.in_force(series, on)
        if row is not None:
            return row
    return None
