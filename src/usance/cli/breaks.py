"""`usance reconcile --breaks`: what statements and the book say differently, and since when."""

import sys
from datetime import date

from rich.console import Console
from rich.table import Table

from usance.cli.places import REFUSED
from usance.kernel.money import Currency, Money
from usance.kernel.records import encode
from usance.payments.model import Break, BreakState
from usance.payments.service.breaks import Overview, reconciliation
from usance.payments.service.find_breaks import breaks
from usance.worker.session import Place, opened

_AT_ONCE = 500
_WIDTH = 160


async def show_breaks(place: Place, *, as_json: bool) -> int:
    """Print how each currency stands and every open break; return the exit code.

    1 where anything is open: money found twice or never is not to be overlooked by a script.
    """
    async with opened(place) as session:
        today = (await session.now()).date()
        async with session.pool.acquire() as connection:
            overview = await reconciliation(connection)
            found: list[Break] = []
            while True:
                after = found[-1].id if found else None
                more = await breaks(connection, BreakState.OPEN, after, _AT_ONCE)
                found += more
                if len(more) < _AT_ONCE:
                    break
    if as_json:
        sys.stdout.write(encode({"overview": overview, "breaks": found}).decode() + "\n")
    else:
        _print(overview, found, today)
    return REFUSED if found else 0


def _print(overview: Overview, found: list[Break], today: date) -> None:
    console = Console(width=_WIDTH, highlight=False)
    for each in overview.currencies:
        net = Money(each.movements_minor, Currency.of_the_past(each.currency))
        console.print(
            f"{each.currency}: {each.movements_open} movements expected and not shown (net {net}),"
            f" {each.in_flight} in flight; {each.breaks_open} breaks open"
            + (f", the oldest of {each.oldest.isoformat()}" if each.oldest else "")
        )
    if not found:
        console.print("No break is open.")
        return
    table = Table("break", "kind", "amount", "differs by", "age", "owner", "why", box=None)
    for one in found:
        table.add_row(
            str(one.id),
            one.kind,
            str(one.amount),
            str(one.difference) if one.difference.minor else "",
            f"{(today - one.since).days} d",
            str(one.assignee or ""),
            f"{one.why} ({one.score})" if one.suggested else one.why,
        )
    console.print(table)
