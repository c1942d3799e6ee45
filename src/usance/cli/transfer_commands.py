"""`usance transfer` and `usance recall`: where a credit transfer is, and that it is wanted back."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs
from typing import Annotated

import typer

from usance.cli.options import AsJson, Book, Language, Repeat
from usance.cli.voice import Words


def transfer(
    uetr: Annotated[str, typer.Argument(help="The UETR it travels under.")],
    *,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Where a transfer is: what banks said of it, what was promised, and any recall."""
    from usance.cli.places import place, run
    from usance.cli.transfers import print_transfer

    run(print_transfer(place(book), uetr, as_json=as_json, language=language))


def recall(
    uetr: Annotated[str, typer.Argument(help="The UETR it travels under.")],
    *,
    reason: Annotated[
        str,
        typer.Option(help="ISO 20022: DUPL sent twice, CUST asked for, FRAD fraud, TECH, AM09, …"),
    ],
    repeat: Repeat = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Ask the bank to bring a transfer back. It may refuse; only a return moves money."""
    from usance.cli.places import place, run
    from usance.cli.transfers import recall_transfer

    run(recall_transfer(place(book), uetr, reason, repeat, as_json=as_json, language=language))
