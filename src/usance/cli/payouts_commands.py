"""The commands of `usance payouts` and `usance beneficiaries`; what they do stands in payouts.py.

What a command needs is imported when it runs, so that `usance --help` does not wait for it.
"""

# ruff: noqa: PLC0415 - see above
from pathlib import Path
from typing import Annotated

import typer

from usance.cli.options import AsJson, Book

payouts = typer.Typer(no_args_is_help=True, help="Many payouts at once, from a file.")
beneficiaries = typer.Typer(no_args_is_help=True, help="Whom sellers pay.")
Seller = Annotated[str, typer.Option(help="Whose: an id, or a reference; empty for the only one.")]


@payouts.command("import")
def import_payouts(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV.")],
    *,
    currency: Annotated[str, typer.Option(help="Of every line.")] = "CNY",
    seller: Seller = "",
    reference: Annotated[
        str, typer.Option(help="Of the whole; by default what the file says, as a digest.")
    ] = "",
    count: Annotated[int, typer.Option(help="How many lines there are to be.")] = -1,
    total: Annotated[str, typer.Option(help="What they are to add up to.")] = "",
    book: Book = "",
    as_json: AsJson = False,
) -> None:
    """Hand over a file of payouts: good lines are paid, bad ones named with line and code.

    0 all became payouts or wait for approval, 1 something was refused. Doing it again is harmless.
    """
    from usance.cli.payouts import Wanted, bring_in
    from usance.cli.places import place, run

    wanted = Wanted(file, currency, seller, reference, count, total)
    raise typer.Exit(run(bring_in(place(book), wanted, as_json=as_json)))


@beneficiaries.command("list")
def list_beneficiaries(*, seller: Seller = "", book: Book = "", as_json: AsJson = False) -> None:
    """Whom a seller pays, what their banks say of the names, and since when."""
    from usance.cli.payouts import show_beneficiaries
    from usance.cli.places import place, run

    run(show_beneficiaries(place(book), seller, as_json=as_json))
