"""`usance transfer`: where a credit transfer is, by its UETR."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs
from typing import Annotated

import typer

from usance.cli.options import AsJson, Book


def transfer(
    uetr: Annotated[str, typer.Argument(help="The UETR it travels under.")],
    *,
    book: Book = "",
    as_json: AsJson = False,
) -> None:
    """Where a transfer is: what banks said of it, what was promised, and any recall."""
    from usance.cli.places import place, run
    from usance.cli.transfers import print_transfer

    run(print_transfer(place(book), uetr, as_json=as_json))
