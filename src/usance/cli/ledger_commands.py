"""The commands of `usance ledger`; what they do stands in the files of the same name.

What a command needs is imported when it runs, so that `usance --help` does not wait for it.
"""

# ruff: noqa: PLC0415 - see above
from pathlib import Path
from typing import Annotated

import typer

from usance.cli.options import AsJson, Book, Language
from usance.cli.voice import Words

ledger = typer.Typer(
    no_args_is_help=True,
    help="The ledger: its past, its closes, a file to replay on it, reconciliation.",
)


@ledger.command("apply")
def ledger_apply(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="JSON lines.")],
    *,
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Have a new book create what a file asks for; print a result code for each event.

    0 every line was carried out, 1 one was passed over, and what is wrong with it. The format:
    docs/reference/ledger-apply.md.
    """
    from usance.cli.ledger_apply import apply_file

    raise typer.Exit(apply_file(file, as_json=as_json, language=language))


Account = Annotated[int, typer.Argument(help="The account's number.", min=1, max=2**63 - 1)]
At = Annotated[
    str,
    typer.Option(
        "--at", help="As known at this fact (number), or by then (ISO 8601); a day means its end."
    ),
]
By = Annotated[str, typer.Option(help="In whose name it is proposed: the id of a user.")]
Reason = Annotated[str, typer.Option(help="Why; it stands in the book for ever.")]


@ledger.command("balance")
def ledger_balance(
    account: Account,
    *,
    book: Book = "",
    on: Annotated[str, typer.Option(help="By this value date (ISO 8601).")] = "",
    at: At = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """What an account holds, now or as of a value date, as the book knew it then."""
    from usance.cli.ledger_past import print_balance
    from usance.cli.places import place, run

    run(print_balance(place(book), account, on, at, as_json=as_json, language=language))


@ledger.command("statement")
def ledger_statement(
    account: Account,
    *,
    book: Book = "",
    since: Annotated[str, typer.Option(help="First value date (ISO 8601).")] = "",
    until: Annotated[str, typer.Option(help="Last value date (ISO 8601).")] = "",
    at: At = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """An account line by line over value dates, as the book knew it then."""
    from usance.cli.ledger_past import print_account_statement
    from usance.cli.places import place, run

    run(
        print_account_statement(
            place(book), account, since, until, at, as_json=as_json, language=language
        )
    )


@ledger.command("close")
def ledger_close(
    day: Annotated[str, typer.Argument(help="The last value date to be closed (ISO 8601).")],
    *,
    by: By,
    reason: Reason,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Propose to close a period; another person approves it."""
    from usance.cli.ledger_past import propose_close
    from usance.cli.places import place, run

    run(propose_close(place(book), day, by, reason, as_json=as_json, language=language))


@ledger.command("reverse")
def ledger_reverse(
    transfers: Annotated[list[str] | None, typer.Argument(help="Ids of transfers.")] = None,
    *,
    by: By,
    reason: Reason,
    fact: Annotated[int | None, typer.Option(help="All of this fact instead.", min=1)] = None,
    value_date: Annotated[str, typer.Option(help="ISO 8601; the book's today.")] = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Propose to post transfers the other way round; another person approves it."""
    from usance.cli.ledger_past import propose_reversal
    from usance.cli.places import place, run

    run(
        propose_reversal(
            place(book),
            transfers or [],
            fact,
            by,
            value_date,
            reason,
            as_json=as_json,
            language=language,
        )
    )


@ledger.command("verify-close")
def ledger_verify_close(
    *, book: Book = "", as_json: AsJson = False, language: Language = Words.EN
) -> None:
    """Add closed periods up anew: 0 all are as they were closed, 1 one is not, and what."""
    from usance.cli.ledger_past import verify_close
    from usance.cli.places import place, run

    raise typer.Exit(run(verify_close(place(book), as_json=as_json, language=language)))


@ledger.command("reconcile")
def ledger_reconcile(
    *, book: Book = "", as_json: AsJson = False, language: Language = Words.EN
) -> None:
    """Compare the engine's memory with the tables, and balances with their transfers."""
    from usance.cli.places import place, run
    from usance.cli.reconcile import reconcile

    raise typer.Exit(run(reconcile(place(book), as_json=as_json, language=language)))
