"""`usance corridors`: by which methods money goes where."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs
from typing import Annotated

import typer

from usance.cli.options import AsJson, Book, Language
from usance.cli.voice import Words


def corridors(
    *,
    country: Annotated[str, typer.Option(help="ISO 3166-1 alpha-2; nothing for all.")] = "",
    currency: Annotated[str, typer.Option(help="ISO 4217; nothing for all.")] = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """The methods to a country in a currency: fields, limits, cut-off, arrival and cost."""
    from usance.cli.corridors import print_corridors
    from usance.cli.places import place, run

    asked = (country.upper(), currency.upper())
    run(print_corridors(place(book), *asked, as_json=as_json, language=language))
