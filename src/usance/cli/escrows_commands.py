"""The commands of `usance escrows`; what they do stands in escrows.py.

What a command needs is imported when it runs, so that `usance --help` does not wait for it.
"""

# ruff: noqa: PLC0415 - see above
from typing import Annotated

import typer

from usance.cli.options import AsJson, Book, By, Language, Limit, Reason, Repeat
from usance.cli.voice import Words

escrows = typer.Typer(no_args_is_help=True, help="Money held back until a condition is met.")
Escrow = Annotated[str, typer.Argument(help="The escrow's id.")]


@escrows.command("list")
def list_escrows(
    *,
    payment: Annotated[str, typer.Option(help="Of this payment alone: its id.")] = "",
    status: Annotated[str, typer.Option(help="held, disputed or closed alone.")] = "",
    limit: Limit = 20,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Money in escrow, that of the newest payments first."""
    from usance.cli import escrows as work
    from usance.cli.places import place, run
    from usance.cli.refusing import choice
    from usance.payments.model import EscrowStatus

    choice("--status", status, EscrowStatus)
    run(work.list_escrows(place(book), payment, status, limit, as_json=as_json, language=language))


@escrows.command("show")
def show_escrow(
    escrow: Escrow, *, book: Book = "", as_json: AsJson = False, language: Language = Words.EN
) -> None:
    """What is held, for whom and until when."""
    from usance.cli import escrows as work
    from usance.cli.places import place, run

    run(work.show_escrow(place(book), escrow, as_json=as_json, language=language))


@escrows.command("agree")
def agree(
    escrow: Escrow,
    *,
    party: Annotated[str, typer.Option(help="Who agrees, the payee or the buyer: an id.")],
    repeat: Repeat = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Take down that the payee or the buyer agrees; when both have, the money is released."""
    from usance.cli import escrows as work
    from usance.cli.places import place, run

    run(work.agree(place(book), escrow, party, repeat, as_json=as_json, language=language))


@escrows.command("dispute")
def dispute(
    escrow: Escrow,
    *,
    reason: Reason,
    repeat: Repeat = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Object to a release: nothing moves until two people have decided."""
    from usance.cli import escrows as work
    from usance.cli.places import place, run

    run(work.object_to(place(book), escrow, reason, repeat, as_json=as_json, language=language))


@escrows.command("release")
def release(
    escrow: Escrow,
    amount: Annotated[str, typer.Argument(help="Left out, all that is held.")] = "",
    *,
    by: By,
    reason: Reason,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Propose to release money before its condition is met; another person approves it."""
    from usance.cli import escrows as work
    from usance.cli.places import place, run

    run(work.release(place(book), escrow, amount, by, reason, as_json=as_json, language=language))


@escrows.command("resolve")
def resolve(
    escrow: Escrow,
    *,
    to_payee: Annotated[str, typer.Option(help="How much the payee gets.")] = "0",
    to_seller: Annotated[str, typer.Option(help="How much goes back to the seller.")] = "0",
    by: By,
    reason: Reason,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Propose how a dispute ends; what is in neither amount stays held."""
    from usance.cli import escrows as work
    from usance.cli.places import place, run

    run(
        work.resolve(
            place(book), escrow, to_payee, to_seller, by, reason, as_json=as_json, language=language
        )
    )
