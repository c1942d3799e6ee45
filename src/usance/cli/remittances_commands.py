"""The commands of `usance remittances`; what they do stands in remittances.py."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs
from pathlib import Path
from typing import Annotated

import typer

from usance.cli.options import AsJson, Book, Language
from usance.cli.voice import Words

remittances = typer.Typer(
    no_args_is_help=True, help="What carriers and other rails remit in one sum for many."
)


@remittances.command("import")
def import_advice(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="JSON or CSV.")],
    *,
    rail: Annotated[str, typer.Option(help="Whose advice it is.")] = "cash_on_delivery",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Take a remittance advice in; its payments are settled when our bank shows the sum.

    0 taken or known, 1 refused as a whole. Doing it again is harmless.
    """
    from usance.cli.places import place, run
    from usance.cli.remittances import bring_in

    raise typer.Exit(
        run(bring_in(place(book), file.read_bytes(), rail, as_json=as_json, language=language))
    )


@remittances.command("list")
def list_remittances(
    *, book: Book = "", as_json: AsJson = False, language: Language = Words.EN
) -> None:
    """What was announced, what our bank has shown of it, and by how much they differ."""
    from usance.cli.places import place, run
    from usance.cli.remittances import show

    run(show(place(book), as_json=as_json, language=language))
