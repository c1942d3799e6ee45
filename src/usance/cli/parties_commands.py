"""The commands of `usance parties`; what they do stands in parties.py.

What a command needs is imported when it runs, so that `usance --help` does not wait for it.
"""

# ruff: noqa: PLC0415 - see above
from typing import Annotated

import typer

from usance.cli.options import AsJson, Book, Language, Limit, Repeat
from usance.cli.voice import Words

parties = typer.Typer(no_args_is_help=True, help="Who there is: sellers, buyers, funders.")
Street = Annotated[str, typer.Option(help="Without the number.")]
Building = Annotated[str, typer.Option(help="The number, apart from the street.")]
Town = Annotated[str, typer.Option(help="Needed by banks from 14 November 2026.")]
PostalCode = Annotated[str, typer.Option(help="As the country writes it.")]
Subdivision = Annotated[str, typer.Option(help="State, province or county.")]


@parties.command("list")
def list_parties(
    *,
    kind: Annotated[str, typer.Option(help="Of this kind alone, such as seller.")] = "",
    limit: Limit = 20,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Parties in the order in which they were taken on."""
    from usance.cli import parties as work
    from usance.cli.places import place, run
    from usance.cli.refusing import choice
    from usance.parties.model import PartyKind

    choice("--kind", kind, PartyKind)
    run(work.list_parties(place(book), kind, limit, as_json=as_json, language=language))


@parties.command("address")
def address(
    party: Annotated[str, typer.Argument(help="The party's id.")],
    *,
    street: Street = "",
    building: Building = "",
    town: Town = "",
    postal_code: PostalCode = "",
    subdivision: Subdivision = "",
    repeat: Repeat = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Where a party is; with any option it is said anew, all of it."""
    from usance.cli import parties as work
    from usance.cli.places import place, run
    from usance.parties.model import PostalAddress

    said = PostalAddress(street, building, town, postal_code, subdivision)
    run(work.party_address(place(book), party, said, repeat, as_json=as_json, language=language))
