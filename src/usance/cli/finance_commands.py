"""The commands of `usance finance`; what they do stands in schedules.py.

What a command needs is imported when it runs, so that `usance --help` does not wait for it.
"""

# ruff: noqa: PLC0415 - see above
from typing import Annotated

import typer

from usance.cli.options import AsJson, Language
from usance.cli.voice import Words

finance = typer.Typer(no_args_is_help=True, help="Finance: what it costs and when it is repaid.")


@finance.callback()
def _finance() -> None:
    """Finance: what it costs and when it is repaid."""


@finance.command("schedule")
def finance_schedule(
    *,
    kind: Annotated[
        str, typer.Option(help="loan (equal instalments) or revenue-share (a share of sales).")
    ] = "loan",
    currency: Annotated[str, typer.Option(help="ISO 4217.")] = "USD",
    principal: Annotated[str, typer.Option(help="Loan: what is lent, such as 10000.00.")] = "",
    rate: Annotated[str, typer.Option(help="Loan: percent a year, such as 12.0.")] = "",
    periods: Annotated[
        int | None, typer.Option(help="Loan: how many instalments, 1 to 10000.")
    ] = None,
    every: Annotated[
        str, typer.Option(help="Loan: from one to the next: 1-month (so if left out), 2-week.")
    ] = "",
    start: Annotated[str, typer.Option(help="Loan: the day it is paid out (ISO 8601).")] = "",
    day_count: Annotated[
        str,
        typer.Option(help="Loan: act/act (so if left out), act/365, act/360 or 30/360."),
    ] = "",
    advance: Annotated[str, typer.Option(help="Revenue share: what is advanced.")] = "",
    fee: Annotated[
        str, typer.Option(help="Revenue share: its price. Loan: a flat fee instead of a rate.")
    ] = "",
    volume: Annotated[str, typer.Option(help="Revenue share: sales expected in a year.")] = "",
    share: Annotated[str, typer.Option(help="Revenue share: percent of the sales.")] = "",
    days_in_year: Annotated[
        int | None,
        typer.Option(help="Revenue share: by how many days a year goes; 360 if left out."),
    ] = None,
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """What is due when, and what is earned by it, to the last cent. Reads no book.

    0 it is shown, 2 an option is wrong or missing; the message says which and what to do.
    """
    from usance.cli.schedules import Asked, print_schedule

    asked = Asked(
        currency=currency,
        principal=principal,
        rate=rate,
        periods=periods,
        every=every,
        start=start,
        day_count=day_count,
        advance=advance,
        fee=fee,
        volume=volume,
        share=share,
        days_in_year=days_in_year,
    )
    print_schedule(kind, asked, as_json=as_json, language=language)
