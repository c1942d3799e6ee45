"""The commands of `usance suspense`; what they do stands in suspense.py.

What a command needs is imported when it runs, so that `usance --help` does not wait for it.
"""

# ruff: noqa: PLC0415 - see above
from typing import Annotated

import typer

from usance.cli.options import AsJson, Book, By, Language, Limit, Reason, Repeat
from usance.cli.voice import Words, says

suspense = typer.Typer(no_args_is_help=True, help="Money that waits for an owner.")
Item = Annotated[str, typer.Argument(metavar="SUSPENSE", help="Its id.")]
Part = Annotated[str, typer.Argument(help="In its currency; left out, all that waits.")]


@suspense.command("list")
def list_items(
    *,
    closed: Annotated[bool, typer.Option("--closed", help="What no longer waits instead.")] = False,
    limit: Limit = 20,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """What waits for an owner, the oldest first."""
    from usance.cli import suspense as work
    from usance.cli.places import place, run

    run(work.list_items(place(book), limit, closed=closed, as_json=as_json, language=language))


@suspense.command("show")
def show_item(
    item: Item, *, book: Book = "", as_json: AsJson = False, language: Language = Words.EN
) -> None:
    """Money that waits or waited: where it came from, and whom it seems to be for."""
    from usance.cli import suspense as work
    from usance.cli.places import place, run

    run(work.show_item(place(book), item, as_json=as_json, language=language))


@suspense.command("attribute")
def attribute(
    item: Item,
    amount: Part = "",
    *,
    seller: Annotated[str, typer.Option(help="The seller's: an id, or a reference.")] = "",
    payment: Annotated[str, typer.Option(help="What a rail owes for this payment.")] = "",
    house: Annotated[
        bool, typer.Option("--house", help="The house bears what a bank has taken.")
    ] = False,
    by: By,
    reason: Reason,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Propose whose money it is: --seller, --payment or --house; another person approves it."""
    from usance.cli import suspense as work
    from usance.cli.errors import SAY_WHAT
    from usance.cli.places import place, run
    from usance.cli.refusing import USAGE, no

    if not (seller or payment or house) or (house and (seller or payment)):
        whose = says("--seller WHO, --payment ID or --house", "--seller、--payment 或 --house")
        raise no(SAY_WHAT, "--seller", allowed=whose, ends=USAGE)
    run(
        work.attribute(
            place(book),
            item,
            seller,
            payment,
            amount,
            by,
            reason,
            as_json=as_json,
            language=language,
        )
    )


@suspense.command("return")
def send_back(
    item: Item,
    amount: Part = "",
    *,
    by: By,
    reason: Reason,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Propose to send money back to where it came from; another person approves it."""
    from usance.cli import suspense as work
    from usance.cli.places import place, run

    run(work.send_back(place(book), item, amount, by, reason, as_json=as_json, language=language))


@suspense.command("assign")
def assign(
    item: Item,
    user: Annotated[str, typer.Argument(help="Who looks after it: the id of a user.")],
    *,
    repeat: Repeat = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Say who looks after it."""
    from usance.cli import suspense as work
    from usance.cli.places import place, run

    run(work.assign(place(book), item, user, repeat, as_json=as_json, language=language))
