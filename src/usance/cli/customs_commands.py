"""The commands of `usance customs`; what they do stands in customs.py.

What a command needs is imported when it runs, so that `usance --help` does not wait for it.
"""

# ruff: noqa: PLC0415 - see above
from typing import Annotated

import typer

from usance.cli.options import AsJson, Book, Language, Limit, Repeat
from usance.cli.voice import Words

customs = typer.Typer(no_args_is_help=True, help="Tax refunds for goods that left the country.")
Refund = Annotated[str, typer.Argument(help="The tax refund's id.")]


@customs.command("claim")
def claim(
    *,
    declaration: Annotated[str, typer.Option(help="The export declaration's number.")],
    office: Annotated[str, typer.Option(help="The tax office: the id of a payee.")],
    amount: Annotated[str, typer.Option(help="What is claimed.")],
    currency: Annotated[str, typer.Option(help="Of the amount.")] = "CNY",
    expected: Annotated[str, typer.Option(help="When the money is expected (ISO 8601).")],
    seller: Annotated[
        str, typer.Option(help="Who claims it: an id, or a reference; empty for the only one.")
    ] = "",
    repeat: Repeat = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Claim a tax back of a tax office."""
    from usance.cli import customs as work
    from usance.cli.places import place, run

    claimed = work.Claimed(seller, office, declaration, amount, currency, expected)
    run(work.claim(place(book), claimed, repeat, as_json=as_json, language=language))


@customs.command("approve")
def approve(
    refund: Refund,
    amount: Annotated[str, typer.Argument(help="What is approved; left out, all.")] = "",
    *,
    expected: Annotated[
        str, typer.Option(help="When it will be paid; left out, as expected before.")
    ] = "",
    repeat: Repeat = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """The tax office will pay."""
    from usance.cli import customs as work
    from usance.cli.places import place, run

    run(
        work.approve(
            place(book), refund, amount, expected, repeat, as_json=as_json, language=language
        )
    )


@customs.command("paid")
def paid(
    refund: Refund,
    amount: Annotated[str, typer.Argument(help="What came; left out, what was expected.")] = "",
    *,
    receipt: Annotated[str, typer.Option(help="The number under which the money came.")],
    on: Annotated[str, typer.Option(help="The day it came (ISO 8601); left out, today.")] = "",
    repeat: Repeat = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """The tax office has paid."""
    from usance.cli import customs as work
    from usance.cli.places import place, run

    run(
        work.paid(
            place(book), refund, amount, on, receipt, repeat, as_json=as_json, language=language
        )
    )


@customs.command("refuse")
def refuse(
    refund: Refund,
    *,
    reason: Annotated[str, typer.Option(help="Why.")],
    repeat: Repeat = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """The tax office does not pay, or takes its approval back."""
    from usance.cli import customs as work
    from usance.cli.places import place, run

    run(work.refuse(place(book), refund, reason, repeat, as_json=as_json, language=language))


@customs.command("list")
def list_refunds(
    *,
    seller: Annotated[str, typer.Option(help="Whose: an id, or a reference.")] = "",
    status: Annotated[str, typer.Option(help="In this status alone, such as claimed.")] = "",
    limit: Limit = 20,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Tax refunds, the earliest first."""
    from usance.cli import customs as work
    from usance.cli.places import place, run
    from usance.cli.refusing import choice
    from usance.customs.model import TaxRefundStatus

    choice("--status", status, TaxRefundStatus)
    run(work.list_refunds(place(book), seller, status, limit, as_json=as_json, language=language))


@customs.command("show")
def show_refund(
    refund: Refund,
    *,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """One tax refund."""
    from usance.cli import customs as work
    from usance.cli.places import place, run

    run(work.show_refund(place(book), refund, as_json=as_json, language=language))
