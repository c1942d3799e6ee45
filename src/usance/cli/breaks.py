"""`usance reconcile --breaks`: what statements and the book say differently, and since when."""

import sys
from datetime import date
from typing import Final

from usance.api.breaks import BREAK, OVERVIEW
from usance.cli.listing import print_table
from usance.cli.refusing import REFUSED
from usance.cli.voice import Words
from usance.kernel.money import Currency, Money
from usance.payments.model import Break, BreakState
from usance.payments.service.breaks import Overview, reconciliation
from usance.payments.service.find_breaks import breaks
from usance.worker.session import Place, opened

_AT_ONCE = 500


async def show_breaks(place: Place, *, as_json: bool, language: Words = Words.EN) -> int:
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
        shown = ",".join(BREAK.model_validate(each).model_dump_json() for each in found)
        how = OVERVIEW.model_validate(overview).model_dump_json()
        sys.stdout.write(f'{{"overview":{how},"breaks":[{shown}]}}\n')
    else:
        _print(overview, found, today, language)
    return REFUSED if found else 0


_SAID: Final = {
    Words.EN: {
        "standing": "{currency}: {movements} movements expected and not shown (net {net}),"
        " {flight} in flight; {breaks} breaks open (together {together}){oldest}",
        "oldest": ", the oldest of {0}",
        "none": "No break is open.",
        "days": "{0} d",
    },
    Words.ZH: {
        "standing": "{currency}:{movements} 笔预期变动未出现在对账单中(净额 {net}),"
        "{flight} 笔在途;{breaks} 项差异未处理(合计 {together}){oldest}",
        "oldest": ",最早为 {0}",
        "none": "没有未处理的差异。",
        "days": "{0} 天",
    },
}
_HEADS: Final = {
    Words.EN: ("break", "kind", "amount", "differs by", "age", "owner", "why"),
    Words.ZH: ("差异", "类型", "金额", "相差", "账龄", "负责人", "原因"),
}

_FIGURES: Final = frozenset({2, 3, 4})


def _print(overview: Overview, found: list[Break], today: date, language: Words) -> None:
    said = _SAID[language]
    for each in overview.currencies:
        currency = Currency.of_the_past(each.currency)
        line = said["standing"].format(
            currency=currency,
            movements=each.movements_open,
            net=Money(each.movements_minor, currency),
            flight=each.in_flight,
            breaks=each.breaks_open,
            together=Money(each.breaks_minor, currency),
            oldest=said["oldest"].format(each.oldest.isoformat()) if each.oldest else "",
        )
        sys.stdout.write(f"{line}\n")
    if not found:
        sys.stdout.write(f"{said['none']}\n")
        return
    # Currency by currency, so that what stands together adds up to the sum above.
    rows = sorted(found, key=lambda each: (str(each.amount.currency), each.since))
    heads = [(head, number in _FIGURES) for number, head in enumerate(_HEADS[language])]
    print_table(heads, (_cells(one, said["days"], today) for one in rows), language)


def _cells(one: Break, days: str, today: date) -> tuple[object, ...]:
    return (
        one.id,
        one.kind,
        one.amount,
        one.difference if one.difference.minor else None,
        days.format((today - one.since).days),
        one.assignee,
        f"{one.why} ({one.score})" if one.suggested else one.why,
    )
