"""`usance remittances import` and `usance remittances list`."""

import sys

from rich.console import Console
from rich.table import Table

from usance.bootstrap import catalogue, plugged
from usance.cli.refusing import REFUSED
from usance.kernel.records import encode
from usance.parties.model import HOUSE
from usance.payments.errors import UNKNOWN_RAIL
from usance.payments.model import Remittance
from usance.payments.service.advices import reports_of_advice
from usance.payments.service.find_remittances import remittances
from usance.runtime.commands import Command
from usance.worker.session import Place, Session, opened

_AT_ONCE = 500
_WIDTH = 140


async def bring_in(place: Place, raw: bytes, name: str, *, as_json: bool) -> int:
    """Report an advice to the book, let the worker look for its money, and show what there is."""
    rail = next((make() for known, make in plugged("rails") if known == name), None)
    if rail is None:
        raise UNKNOWN_RAIL.invalid("--rail", name)
    async with opened(place) as session:
        async with session.pool.acquire() as connection:
            reports = await reports_of_advice(connection, rail, raw)
        outcomes = await session.book.submit(
            [Command(each.id, each.verb, HOUSE, each.body) for each in reports]
        )
        refused = 0
        for outcome in outcomes:
            refusal = outcome.refusal
            if refusal is not None and refusal.code != "nothing_due":
                said = catalogue()[refusal.code].title("en", refusal.field, refusal.value)
                sys.stderr.write(f"usance: {said} ({refusal.code})\n")
                refused = REFUSED
        await session.worker().quiet(await session.now())
        _say(await _known(session), as_json=as_json)
    return refused


async def show(place: Place, *, as_json: bool) -> None:
    """Print all remittances, the earliest first."""
    async with opened(place) as session:
        _say(await _known(session), as_json=as_json)


async def _known(session: Session) -> list[Remittance]:
    found: list[Remittance] = []
    async with session.pool.acquire() as connection:
        while True:
            after = found[-1].id if found else None
            more = await remittances(connection, None, after, _AT_ONCE)
            found += more
            if len(more) < _AT_ONCE:
                return sorted(found, key=lambda each: each.announced_at)


def _say(found: list[Remittance], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(encode(found).decode() + "\n")
        return
    table = Table(
        "remittance", "rail", "reference", "payments", "announced", "differs by", "status", box=None
    )
    for each in found:
        table.add_row(
            str(each.id),
            each.rail,
            each.reference,
            str(len(each.lines)),
            str(each.amount),
            str(each.difference) if each.difference.minor else "",
            each.status,
        )
    Console(width=_WIDTH, highlight=False).print(table if found else "No remittance is known.")
