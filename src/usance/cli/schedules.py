"""`usance finance schedule`: a schedule as a table in either language, or as one JSON object."""

import json
import re
import sys
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from rich.console import Console
from rich.table import Table

from usance.cli.moments import day_of
from usance.cli.refusing import heeding, option
from usance.cli.voice import Words
from usance.financing.errors import (
    MALFORMED_INTERVAL,
    RATE_OUT_OF_RANGE,
    SHARE_OUT_OF_RANGE,
    UNKNOWN_DAY_COUNT,
)
from usance.financing.service.schedules import (
    DueDates,
    Instalment,
    LoanSchedule,
    Share,
    ShareSchedule,
    loan_at_fee,
    loan_at_rate,
    share_of_sales,
)
from usance.kernel.dates import DayCount, Interval, IntervalUnit
from usance.kernel.errors import Code
from usance.kernel.money import Currency, Money, decimal_text, parse
from usance.kernel.records import Record

_WIDTH: Final = 200
_PERCENT: Final = re.compile(r"-?\d{1,18}(\.\d{1,18})?", re.ASCII)
_INTERVAL: Final = re.compile(r"([1-9]\d{0,2})-(day|week|month|year)s?", re.ASCII)
_DAYS_IN_YEAR: Final = 360

UNKNOWN_KIND: Final = Code(
    "unknown_kind",
    422,
    "{field}: there is no schedule of the kind {value}.",
    "{field}:不存在 {value} 类型的还款计划。",
    "Choose loan or revenue-share.",
    "请选择 loan 或 revenue-share。",
)
OPTION_MISSING: Final = Code(
    "option_missing",
    422,
    "{field} is missing for a schedule of the kind {value}.",
    "{value} 类型的还款计划缺少 {field}。",
    "A loan takes --principal, --periods, --start and --rate or --fee; a revenue-share"
    " --advance, --fee, --volume and --share.",
    "loan 需要 --principal、--periods、--start,以及 --rate 或 --fee;"
    "revenue-share 需要 --advance、--fee、--volume 与 --share。",
)
OPTION_NOT_WANTED: Final = Code(
    "option_not_wanted",
    422,
    "{field} means nothing for {value}.",
    "{field} 不适用于 {value}。",
    "Leave it out.",
    "请去掉该选项。",
)


class Asked(Record, frozen=True):
    """The options as they were written; "" or None where one was left out."""

    currency: str
    principal: str = ""
    rate: str = ""
    periods: int | None = None
    every: str = ""
    start: str = ""
    day_count: str = ""
    advance: str = ""
    fee: str = ""
    volume: str = ""
    share: str = ""
    days_in_year: int | None = None


class _Kind(NamedTuple):
    """Which options a kind must have and may have besides."""

    needs: tuple[str, ...]
    takes: tuple[str, ...]


_KINDS: Final = {
    "loan": _Kind(("principal", "periods", "start"), ("rate", "fee", "every", "day_count")),
    "revenue-share": _Kind(("advance", "fee", "volume", "share"), ("days_in_year",)),
}


def print_schedule(kind: str, asked: Asked, *, as_json: bool, language: Words) -> None:
    """Print the schedule that is asked for, or end with what is wrong with the question."""
    with heeding():
        _check_options(kind, asked)
        with option("--currency"):
            currency = Currency(asked.currency)
        found = _loan(asked, currency) if kind == "loan" else _share(asked, currency)
    if as_json:
        sys.stdout.write(json.dumps(as_object(found)) + "\n")
    else:
        _print_table(found, language)


def as_object(found: LoanSchedule | ShareSchedule) -> dict[str, object]:
    """Return a schedule as the JSON object that is printed: amounts are decimal strings."""
    shown: dict[str, object] = {
        "rows": [
            {name: _value(getattr(row, name)) for name in row.__struct_fields__}
            for row in found.rows
        ],
        "totals": {name: decimal_text(total) for name, total in _totals(found).items()},
        "rounding_difference": decimal_text(found.rounding_difference),
    }
    name, rate = _effective_rate(found)
    return shown if rate is None else {**shown, name: f"{rate:f}"}


def _check_options(kind: str, asked: Asked) -> None:
    if kind not in _KINDS:
        raise UNKNOWN_KIND.invalid("kind", kind[:40])
    given = {
        name
        for name in asked.__struct_fields__
        if name != "currency" and getattr(asked, name) not in {"", None}
    }
    needs, takes = _KINDS[kind]
    for name in needs:
        if name not in given:
            raise OPTION_MISSING.invalid(name, kind)
    for name in asked.__struct_fields__:
        if name in given.difference(needs, takes):
            raise OPTION_NOT_WANTED.invalid(name, kind)
    if kind == "loan":
        if not given & {"rate", "fee"}:
            raise OPTION_MISSING.invalid("rate", kind)
        if "fee" in given:
            for name in ("rate", "day_count"):
                if name in given:
                    raise OPTION_NOT_WANTED.invalid(name, "a loan at a --fee")


def _loan(asked: Asked, currency: Currency) -> LoanSchedule:
    assert asked.periods is not None
    principal = parse(asked.principal, currency, "principal")
    due = DueDates(asked.periods, _interval(asked.every or "1-month"), day_of("start", asked.start))
    if asked.fee:
        return loan_at_fee(principal, parse(asked.fee, currency, "fee"), due)
    rate = _percent(RATE_OUT_OF_RANGE, "rate", asked.rate)
    return loan_at_rate(principal, rate, due, _day_count(asked.day_count or DayCount.ACT_ACT))


def _share(asked: Asked, currency: Currency) -> ShareSchedule:
    advance, fee, volume = (
        parse(text, currency, field)
        for field, text in (
            ("advance", asked.advance),
            ("fee", asked.fee),
            ("volume", asked.volume),
        )
    )
    share = _percent(SHARE_OUT_OF_RANGE, "share", asked.share)
    days = _DAYS_IN_YEAR if asked.days_in_year is None else asked.days_in_year
    return share_of_sales(advance, fee, volume, share, days)


def _percent(code: Code, field: str, text: str) -> Decimal:
    if not _PERCENT.fullmatch(text):
        raise code.invalid(field, text[:40])
    return Decimal(text)


def _interval(text: str) -> Interval:
    match = _INTERVAL.fullmatch(text)
    if match is None:
        raise MALFORMED_INTERVAL.invalid("every", text[:40])
    return Interval(int(match[1]), IntervalUnit(match[2]))


def _day_count(text: str) -> DayCount:
    if text not in list(DayCount):
        raise UNKNOWN_DAY_COUNT.invalid("day_count", text[:40])
    return DayCount(text)


def _value(value: int | date | Money) -> object:
    if isinstance(value, Money):
        return decimal_text(value)
    return value.isoformat() if isinstance(value, date) else value


def _totals(found: LoanSchedule | ShareSchedule) -> dict[str, Money]:
    """Return the sums of the columns that can be added up."""
    summed = (
        ("principal", "interest", "instalment")
        if isinstance(found, LoanSchedule)
        else ("payment", "income")
    )
    currency = found.rounding_difference.currency
    return {
        name: Money(sum(getattr(row, name).minor for row in found.rows), currency)
        for name in summed
    }


def _effective_rate(found: LoanSchedule | ShareSchedule) -> tuple[str, Decimal | None]:
    if isinstance(found, LoanSchedule):
        return "effective_period_rate", found.effective_period_rate
    return "effective_daily_rate", found.effective_daily_rate


_HEADS: Final = {
    "due_date": ("due", "到期日"),
    "principal": ("principal", "本金"),
    "interest": ("interest", "利息"),
    "instalment": ("instalment", "每期还款"),
    "balance": ("balance", "余额"),
    "day": ("day", "日"),
    "payment": ("payment", "还款"),
    "income": ("income", "收入"),
    "deferred": ("deferred", "递延收入"),
}
_SAID: Final = {
    "total": ("total", "合计"),
    "fee_earned": ("fee earned", "已实现费用"),
    "rounding_difference": ("rounding difference", "舍入差额"),
    "effective_period_rate": ("effective rate per period", "每期实际利率"),
    "effective_daily_rate": ("effective daily rate", "实际日利率"),
}


def _print_table(found: LoanSchedule | ShareSchedule, language: Words) -> None:
    zh = language is Words.ZH
    names = (Instalment if isinstance(found, LoanSchedule) else Share).__struct_fields__
    name, rate = _effective_rate(found)
    table = Table(box=None, pad_edge=False, show_footer=True)
    totals = _totals(found)
    for column in names:
        head = _HEADS[column][zh]
        if column == "interest" and rate is not None:
            head = _SAID["fee_earned"][zh]
        foot = decimal_text(totals[column]) if column in totals else ""
        table.add_column(
            head,
            footer=_SAID["total"][zh] if column == names[0] else foot,
            justify="left" if column == names[0] else "right",
            no_wrap=True,
        )
    for row in found.rows:
        table.add_row(*(str(_value(getattr(row, column))) for column in names))
    # What is piped on is not cut to the width of a screen.
    console = (
        Console(highlight=False) if sys.stdout.isatty() else Console(width=_WIDTH, highlight=False)
    )
    console.print(table)
    said: Sequence[tuple[str, object]] = [("rounding_difference", found.rounding_difference)]
    if rate is not None:
        said = [*said, (name, f"{rate:f}")]
    for what, value in said:
        sys.stdout.write(f"{_SAID[what][zh]}: {value}\n")
