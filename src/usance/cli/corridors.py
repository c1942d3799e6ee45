"""The catalogue of corridors as a table, or as one JSON object."""

import sys

from rich.console import Console
from rich.table import Table

from usance.kernel.records import encode
from usance.payments.model import Corridor
from usance.payments.service.corridors import list_corridors
from usance.worker.session import Place, opened


async def print_corridors(place: Place, country: str, currency: str, *, as_json: bool) -> None:
    """Print the corridors in force on the book's day."""
    async with opened(place) as session:
        on = (await session.now()).date()
        async with session.pool.acquire() as connection:
            found = await list_corridors(connection, on, country, currency)
    if as_json:
        sys.stdout.write(encode({"on": on, "corridors": found}).decode() + "\n")
        return
    table = Table("to", "method", "fields", "limits", "arrives", "cost")
    for each in found:
        cost = f"{each.cost_bps} bps + {each.cost_fixed}" if each.cost_bps else str(each.cost_fixed)
        table.add_row(
            f"{each.country} {each.currency}",
            f"{each.method} ({each.direction})",
            " ".join(field.name for field in each.fields),
            f"{each.minimum or ''} – {each.maximum or ''}",
            _arrives(each),
            cost,
        )
    Console().print(table)


def _arrives(corridor: Corridor) -> str:
    if corridor.within_seconds:
        return f"within {corridor.within_seconds} s"
    until = f", until {corridor.cut_off} {corridor.time_zone}" if corridor.cut_off else ""
    return f"{corridor.business_days} business days{until}"
