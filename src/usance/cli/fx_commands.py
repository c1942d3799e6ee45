"""The commands of `usance fx`; what they do stands in fx.py.

What a command needs is imported when it runs, so that `usance --help` does not wait for it.
"""

# ruff: noqa: PLC0415 - see above
from pathlib import Path
from typing import Annotated

import typer

from usance.cli.options import AsJson, Book, Language
from usance.cli.voice import Words

fx = typer.Typer(no_args_is_help=True, help="Rates of exchange: of this moment, locked, entered.")
Sell = Annotated[str, typer.Argument(help="What is sold (ISO 4217).")]
Buy = Annotated[str, typer.Argument(help="What it is sold for (ISO 4217).")]


@fx.command("rate")
def fx_rate(
    sell: Sell, buy: Buy, *, book: Book = "", as_json: AsJson = False, language: Language = Words.EN
) -> None:
    """The rate of this moment, with its source, side and time; nobody is bound by it."""
    from usance.cli.fx import print_rate
    from usance.cli.places import place, run

    run(print_rate(place(book), sell, buy, as_json=as_json, language=language))


@fx.command("quote")
def fx_quote(
    amount: Annotated[str, typer.Argument(help="The most that may be sold, such as 1000.00.")],
    sell: Sell,
    buy: Buy,
    *,
    book: Book = "",
    seller: Annotated[
        str, typer.Option(help="For whom: an id, or a reference; empty for the only one.")
    ] = "",
    multi: Annotated[
        bool, typer.Option("--multi", help="For many payments, not for one alone.")
    ] = False,
    seconds: Annotated[
        int, typer.Option(help="How long an unused lock lives; 0 for the usual time.")
    ] = 0,
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Lock a rate for a seller: a payment that names it in time holds it until it is settled."""
    from usance.cli.fx import Wanted, lock
    from usance.cli.places import place, run

    wanted = Wanted(seller, amount, sell, buy, seconds, multi=multi)
    run(lock(place(book), wanted, as_json=as_json, language=language))


@fx.command("quotes")
def fx_quotes(
    *,
    seller: Annotated[str, typer.Option(help="Whose: an id, or a reference; empty for all.")] = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Locked rates that may still be used, or that payments hold."""
    from usance.cli.fx import list_quotes
    from usance.cli.places import place, run

    run(list_quotes(place(book), seller, as_json=as_json, language=language))


@fx.command("exposure")
def fx_exposure(*, book: Book = "", as_json: AsJson = False, language: Language = Words.EN) -> None:
    """What locked rates may still have the operator convert, by pair of currencies."""
    from usance.cli.fx import print_exposure
    from usance.cli.places import place, run

    run(print_exposure(place(book), as_json=as_json, language=language))


@fx.command("fixings")
def fx_fixings(
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help="CSV with the columns currency, rate."),
    ],
    *,
    day: Annotated[str, typer.Option(help="The day of the rates (ISO 8601).")],
    source: Annotated[str, typer.Option(help="Who published them.")],
    by: Annotated[str, typer.Option(help="In whose name it is proposed: the id of a user.")],
    reason: Annotated[str, typer.Option(help="Why; it stands in the book for ever.")],
    base: Annotated[str, typer.Option(help="Rates are units for one of this.")] = "EUR",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Propose the reference rates of a day; another person approves them."""
    from usance.cli.fx import propose_fixings
    from usance.cli.places import place, run

    run(
        propose_fixings(
            place(book), file, day, base, source, by, reason, as_json=as_json, language=language
        )
    )
