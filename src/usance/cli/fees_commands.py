"""The commands of `usance fees`; what they do stands in fees.py.

What a command needs is imported when it runs, so that `usance --help` does not wait for it.
"""

# ruff: noqa: PLC0415 - see above
from typing import Annotated

import typer

from usance.cli.options import AsJson, Book, Language
from usance.cli.voice import Words

fees = typer.Typer(no_args_is_help=True, help="What payments cost, line by line.")


@fees.command("explain")
def explain(
    payment: Annotated[str, typer.Argument(help="The payment's id.")],
    *,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Where each part of a payment's fee comes from, and what its conversion cost."""
    from usance.cli.fees import print_fees
    from usance.cli.places import place, run

    run(print_fees(place(book), payment, as_json=as_json, language=language))


@fees.command("preview")
def preview(
    amount: Annotated[str, typer.Argument(help="What the buyer would pay, such as 120.00.")],
    currency: Annotated[str, typer.Argument(help="In which currency (ISO 4217).")],
    *,
    rail: Annotated[str, typer.Option(help="By which rail: card, bank_transfer.")],
    buyer_country: Annotated[str, typer.Option(help="ISO 3166-1 alpha-2.")],
    seller: Annotated[
        str, typer.Option(help="To whom: an id, or a reference; empty for the only one.")
    ] = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """What a payment would cost the seller today; nothing is promised by it."""
    from usance.cli.fees import Wanted, print_preview
    from usance.cli.places import place, run

    wanted = Wanted(amount, currency, rail, buyer_country, seller)
    run(print_preview(place(book), wanted, as_json=as_json, language=language))
