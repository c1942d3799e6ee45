"""`usance report`: a report as text, CSV or JSON, in English or Chinese."""

import sys
from datetime import date

from usance.cli.moments import day_of, end_of
from usance.cli.orders import seller_of
from usance.cli.refusing import option
from usance.kernel.errors import Language, NotFound
from usance.kernel.ids import PartyId
from usance.parties.model import PartyKind
from usance.parties.service.find_parties import parties_named
from usance.reporting.service import custody, funder_tape, render, seller_statement, trial_balance
from usance.worker.session import Place, Session, opened


async def print_trial_balance(place: Place, as_of: str, form: str, language: str) -> None:
    """Print the trial balance, now or as it was recorded at a moment."""
    moment = end_of("--as-of", as_of) if as_of else None
    async with opened(place) as session, session.pool.acquire() as connection:
        report = await trial_balance(connection, recorded_at=moment)
    sys.stdout.write(render(report, form, _words(language)) + "\n")


async def print_custody(place: Place, as_of: str, form: str, language: str) -> None:
    """Print whose the client money at our bank is, now or as it was recorded at a moment."""
    moment = end_of("--as-of", as_of) if as_of else None
    async with opened(place) as session, session.pool.acquire() as connection:
        report = await custody(connection, recorded_at=moment)
    sys.stdout.write(render(report, form, _words(language)) + "\n")


async def print_statement(
    place: Place, seller: str, since: str, until: str, form: str, language: str
) -> None:
    """Print a seller's statement; without days, of the thirty days up to the book's today."""
    async with opened(place) as session:
        seller_id = await seller_of(session, seller)
        today = (await session.now()).date()
        last = day_of("--until", until) if until else today
        first = day_of("--since", since) if since else date.fromordinal(last.toordinal() - 30)
        async with session.pool.acquire() as connection:
            with option("--until", "last_day"):
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
