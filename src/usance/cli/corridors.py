"""The catalogue of corridors as a table, or as one JSON object."""

import sys
from typing import Final

from usance.cli.listing import print_table, text
from usance.cli.refusing import option, refused
from usance.cli.voice import Words
from usance.kernel.errors import Refusal
from usance.kernel.money import Currency
from usance.kernel.records import encode
from usance.parties.service import checked_country
from usance.payments.model import Corridor
from usance.payments.service.corridors import list_corridors
from usance.worker.session import Place, opened

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
    heads = [(head, False) for head in _HEADS[language]]
    print_table(heads, (_cells(each, language) for each in found), language)


def _cells(each: Corridor, language: Words) -> tuple[object, ...]:
    cost = f"{each.cost_bps} bps + {each.cost_fixed}" if each.cost_bps else str(each.cost_fixed)
    return (
        f"{each.country} {each.currency}",
        f"{each.method} ({text(each.direction, language)})",
        " ".join(field.name for field in each.fields),
        f"{each.minimum or ''} – {each.maximum or ''}",
        _arrives(each, language),
        cost,
    )


def _arrives(corridor: Corridor, language: Words) -> str:
    said = _SAID[language]
    if corridor.within_seconds:
        return said["seconds"].format(corridor.within_seconds)
    days = said["days"].format(corridor.business_days)
    if not corridor.cut_off:
        return days
    return days + said["until"].format(corridor.cut_off, corridor.time_zone)
