"""The catalogue of corridors as a table, or as one JSON object."""

import sys
from typing import Final

from rich.console import Console
from rich.table import Table

from usance.cli.refusing import option, refused
from usance.cli.voice import Words
from usance.kernel.errors import Refusal
from usance.kernel.money import Currency
from usance.kernel.records import encode
from usance.parties.service import checked_country
from usance.payments.model import Corridor
from usance.payments.service.corridors import list_corridors
from usance.worker.session import Place, opened

_WIDTH: Final = 200
_HEADS: Final = {
    Words.EN: ("to", "method", "fields", "limits", "arrives", "cost"),
    Words.ZH: ("目的地", "方式", "字段", "限额", "到账", "成本"),
}
_SAID: Final = {
    Words.EN: {
        "none": "No method is known there.",
        "seconds": "within {0} s",
        "days": "{0} business days",
        "until": ", until {0} {1}",
    },
    Words.ZH: {
        "none": "没有已知方式。",
        "seconds": "{0} 秒内",
        "days": "{0} 个工作日",
        "until": ",截止 {0} {1}",
    },
}


async def print_corridors(
    place: Place, country: str, currency: str, *, as_json: bool, language: Words = Words.EN
) -> None:
    """Print the corridors in force on the book's day."""
    wrong = checked_country(country, "--country") if country else ""
    if isinstance(wrong, Refusal):
        raise refused(wrong, language)
    with option("--currency"):
        currency = str(Currency(currency)) if currency else ""
    async with opened(place) as session:
        on = (await session.now()).date()
        async with session.pool.acquire() as connection:
            found = await list_corridors(connection, on, country, currency)
    if as_json:
        sys.stdout.write(encode({"on": on, "corridors": found}).decode() + "\n")
        return
    if not found:
        sys.stdout.write(f"{_SAID[language]['none']}\n")
        return
    table = Table(*_HEADS[language])
    for each in found:
        cost = f"{each.cost_bps} bps + {each.cost_fixed}" if each.cost_bps else str(each.cost_fixed)
        table.add_row(
            f"{each.country} {each.currency}",
            f"{each.method} ({each.direction})",
            " ".join(field.name for field in each.fields),
            f"{each.minimum or ''} – {each.maximum or ''}",
            _arrives(each, language),
            cost,
        )
    # What is piped on is not cut to the width of a screen.
    (Console() if sys.stdout.isatty() else Console(width=_WIDTH)).print(table)


def _arrives(corridor: Corridor, language: Words) -> str:
    said = _SAID[language]
    if corridor.within_seconds:
        return said["seconds"].format(corridor.within_seconds)
    days = said["days"].format(corridor.business_days)
    if not corridor.cut_off:
        return days
    return days + said["until"].format(corridor.cut_off, corridor.time_zone)
