"""The commands of `usance receiving-accounts` and `usance receipts`.

What they do stands in receiving.py. What a command needs is imported when it runs, so that
`usance --help` does not wait for it.
"""

# ruff: noqa: PLC0415 - see above
from typing import Annotated

import typer

from usance.cli.options import AsJson, Book, Language, Limit, Repeat
from usance.cli.voice import Words

receiving = typer.Typer(
    no_args_is_help=True, help="Account numbers under which transfers to a seller come in."
)
receipts = typer.Typer(no_args_is_help=True, help="What came in by transfer.")
Whose = Annotated[str, typer.Option("--seller", help="An id, or a reference; empty for all.")]


@receiving.command("open")
def open_account(
    currency: Annotated[str, typer.Argument(help="ISO 4217.")],
    country: Annotated[str, typer.Argument(help="The account's, ISO 3166-1 alpha-2.")],
    *,
    bank: Annotated[str, typer.Option(help="The name of the bank that keeps it.")],
    iban: Annotated[str, typer.Option(help="The number that our bank has given us.")] = "",
    number: Annotated[str, typer.Option(help="The same where the country has no IBAN.")] = "",
    bic: Annotated[str, typer.Option(help="The bank's BIC.")] = "",
    seller: Annotated[
        str, typer.Option(help="Whose: an id, or a reference; empty for the only one.")
    ] = "",
    repeat: Repeat = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Say that transfers to a number are a seller's: one for each seller, currency and country."""
    from usance.cli import receiving as work
    from usance.cli.places import place, run

    wanted = work.Wanted(currency, country, bank, iban, number, bic, seller, repeat)
    run(work.open_account(place(book), wanted, as_json=as_json, language=language))


@receiving.command("list")
def list_accounts(
    *,
    seller: Whose = "",
    limit: Limit = 20,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Receiving accounts, the newest first, with the reference that means the same."""
    from usance.cli import receiving as work
    from usance.cli.places import place, run

    run(work.list_accounts(place(book), seller, limit, as_json=as_json, language=language))


@receipts.command("list")
def list_receipts(
    *,
    seller: Whose = "",
    limit: Limit = 20,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """What came in by transfer, the newest first, and what became of it."""
    from usance.cli import receiving as work
    from usance.cli.places import place, run

    run(work.list_receipts(place(book), seller, limit, as_json=as_json, language=language))
