"""`usance report`: a report as text, CSV or JSON, in English or Chinese."""

import sys
from datetime import UTC, date, datetime
from typing import Final

from usance.cli.orders import seller_of
from usance.kernel.errors import Code, Language, NotFound
from usance.kernel.ids import PartyId
from usance.parties.model import PartyKind
from usance.parties.service.find_parties import parties_named
from usance.reporting.service import funder_tape, render, seller_statement, trial_balance
from usance.worker.session import Place, Session, opened

MALFORMED_DAY: Final = Code(
    "malformed_day",
    422,
    "{field}: {value} is no day or moment.",
    "{field}:{value} 不是有效的日期或时刻。",
    "Write it as ISO 8601 does: 2026-09-09, or 2026-09-09T12:00:00+00:00.",
    "请按 ISO 8601 书写:2026-09-09 或 2026-09-09T12:00:00+00:00。",
)


async def print_trial_balance(place: Place, as_of: str, form: str, language: str) -> None:
    """Print the trial balance, now or as it was recorded at a moment."""
    moment = moment_of("as_of", as_of) if as_of else None
    async with opened(place) as session, session.pool.acquire() as connection:
        report = await trial_balance(connection, recorded_at=moment)
    sys.stdout.write(render(report, form, _words(language)) + "\n")


async def print_statement(
    place: Place, seller: str, since: str, until: str, form: str, language: str
) -> None:
    """Print a seller's statement; without days, of the thirty days up to the book's today."""
    async with opened(place) as session:
        seller_id = await seller_of(session, seller)
        today = (await session.now()).date()
        last = day_of("until", until) if until else today
        first = day_of("since", since) if since else date.fromordinal(last.toordinal() - 30)
        async with session.pool.acquire() as connection:
            report = await seller_statement(connection, seller_id, first, last)
    sys.stdout.write(render(report, form, _words(language)) + "\n")


async def print_tape(place: Place, funder: str, form: str, language: str) -> None:
    """Print the tape of one funder, or of each in turn."""
    async with opened(place) as session:
        today = (await session.now()).date()
        for funder_id in await _funders(session, funder):
            async with session.pool.acquire() as connection:
                report = await funder_tape(connection, funder_id, today)
            sys.stdout.write(render(report, form, _words(language)) + "\n")


async def _funders(session: Session, named: str) -> list[PartyId]:
    async with session.pool.acquire() as connection:
        funders = await parties_named(connection, PartyKind.FUNDER, named)
    if not funders:
        raise NotFound("funder", named or "in this book")
    return [funder.id for funder in funders]


def _words(language: str) -> Language:
    return "zh" if language == "zh" else "en"


def day_of(field: str, text: str) -> date:
    """Return the day that is written. Raises Invalid(malformed_day)."""
    try:
        return date.fromisoformat(text)
    except ValueError as malformed:
        raise MALFORMED_DAY.invalid(field, text[:40]) from malformed


def moment_of(field: str, text: str) -> datetime:
    """Return the moment that is written, UTC where it says no zone. Raises Invalid."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as malformed:
        raise MALFORMED_DAY.invalid(field, text[:40]) from malformed
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
