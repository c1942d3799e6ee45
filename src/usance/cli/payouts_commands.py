"""The commands of `usance payouts` and `usance beneficiaries`.

What they do stands in payouts.py and payout_steps.py.

What a command needs is imported when it runs, so that `usance --help` does not wait for it.
"""

# ruff: noqa: PLC0415 - see above
from pathlib import Path
from typing import Annotated

import typer

from usance.cli.options import AsJson, Book, Language, Limit, Reason, Repeat
from usance.cli.parties_commands import Building, PostalCode, Street, Subdivision, Town
from usance.cli.voice import Words

payouts = typer.Typer(no_args_is_help=True, help="Payouts: one, or many at once.")
beneficiaries = typer.Typer(no_args_is_help=True, help="Whom sellers pay.")
Seller = Annotated[str, typer.Option(help="Whose: an id, or a reference; empty for the only one.")]


@payouts.command("import")
def import_payouts(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV.")],
    *,
    currency: Annotated[str, typer.Option(help="Of every line.")] = "CNY",
    seller: Seller = "",
    reference: Annotated[
        str, typer.Option(help="Of the whole; by default what the file says, as a digest.")
    ] = "",
    count: Annotated[int, typer.Option(help="How many lines there are to be.")] = -1,
    total: Annotated[str, typer.Option(help="What they are to add up to.")] = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Hand over a file of payouts: good lines are paid, bad ones named with line and code.

    0 all became payouts or wait for approval, 1 something was refused. Doing it again is harmless.
    """
    from usance.cli.payouts import Wanted, bring_in
    from usance.cli.places import place, run

    wanted = Wanted(file, currency, seller, reference, count, total)
    raise typer.Exit(run(bring_in(place(book), wanted, as_json=as_json, language=language)))


@beneficiaries.command("list")
def list_beneficiaries(
    *,
    seller: Seller = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Whom a seller pays, what their banks say of the names, and since when."""
    from usance.cli.payouts import show_beneficiaries
    from usance.cli.places import place, run

    run(show_beneficiaries(place(book), seller, as_json=as_json, language=language))


@beneficiaries.command("address")
def beneficiary_address(
    beneficiary: Annotated[str, typer.Argument(help="The beneficiary's id.")],
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
    """Where a payee is; with any option it is said anew, all of it. Name and account stay."""
    from usance.cli import parties as work
    from usance.cli.places import place, run
    from usance.parties.model import PostalAddress

    said = PostalAddress(street, building, town, postal_code, subdivision)
    run(
        work.beneficiary_address(
            place(book), beneficiary, said, repeat, as_json=as_json, language=language
        )
    )


Batch = Annotated[str, typer.Argument(help="The batch's id.")]
Proposer = Annotated[
    str,
    typer.Option(
        "--by", help="Propose it in this user's name, where one person may not do it alone."
    ),
]
Because = Annotated[str, typer.Option("--reason", help="Why, for the one who approves.")]


@payouts.command("list")
def list_payouts(
    *,
    seller: Annotated[str, typer.Option(help="Whose: an id, or a reference; empty for all.")] = "",
    limit: Limit = 20,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Payouts, the newest first."""
    from usance.cli import payout_steps
    from usance.cli.places import place, run

    run(payout_steps.list_payouts(place(book), seller, limit, as_json=as_json, language=language))


@payouts.command("show")
def show_payout(
    payout: Annotated[str, typer.Argument(help="The payout's id.")],
    *,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """One payout."""
    from usance.cli import payout_steps
    from usance.cli.places import place, run

    run(payout_steps.show_payout(place(book), payout, as_json=as_json, language=language))


@payouts.command("pay")
def pay(
    amount: Annotated[str, typer.Argument(help="How much, such as 1000.00.")],
    currency: Annotated[str, typer.Argument(help="ISO 4217.")],
    *,
    seller: Seller = "",
    beneficiary: Annotated[
        str, typer.Option(help="Whom to pay; left out, the seller's main account.")
    ] = "",
    reference: Annotated[str, typer.Option(help="Your own, shown with the payout.")] = "",
    remittance: Annotated[str, typer.Option(help="What the payee is told.")] = "",
    replaces: Annotated[
        str, typer.Option(help="The payout that was refused or came back, sent once more.")
    ] = "",
    by: Proposer = "",
    reason: Because = "",
    repeat: Repeat = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Pay a seller out, or whom it pays. Over the policy's limit: --by USER --reason WHY."""
    from usance.cli import payout_steps
    from usance.cli.places import place, run

    _require_reason(by, reason)
    wanted = payout_steps.Wanted(
        amount,
        currency,
        seller,
        beneficiary,
        reference,
        remittance,
        replaces,
        repeat,
        by,
        reason,
    )
    run(payout_steps.pay(place(book), wanted, as_json=as_json, language=language))


@payouts.command("batches")
def list_batches(
    *,
    status: Annotated[str, typer.Option(help="In this status alone: needs_approval, …")] = "",
    limit: Limit = 20,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Batches of payouts, the newest first, and how many people those need that wait."""
    from usance.cli import payout_steps
    from usance.cli.places import place, run
    from usance.cli.refusing import choice
    from usance.payments.model import BatchStatus

    choice("--status", status, BatchStatus)
    run(payout_steps.list_batches(place(book), status, limit, as_json=as_json, language=language))


@payouts.command("lines")
def list_lines(
    batch: Batch,
    *,
    status: Annotated[str, typer.Option(help="In this status alone, such as refused.")] = "",
    limit: Limit = 20,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """The lines of a batch in their order, those refused with the reason."""
    from usance.cli import payout_steps
    from usance.cli.places import place, run
    from usance.cli.refusing import choice
    from usance.payments.model import LineStatus

    choice("--status", status, LineStatus)
    run(
        payout_steps.list_lines(
            place(book), batch, status, limit, as_json=as_json, language=language
        )
    )


@payouts.command("start")
def start(
    batch: Batch,
    *,
    by: Proposer = "",
    reason: Because = "",
    repeat: Repeat = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Let a batch begin that waits for a person; where two are needed: --by USER --reason WHY."""
    from usance.cli import payout_steps
    from usance.cli.places import place, run

    _require_reason(by, reason)
    run(
        payout_steps.start(
            place(book), batch, repeat, by, reason, as_json=as_json, language=language
        )
    )


@payouts.command("cancel")
def cancel(
    batch: Batch,
    *,
    reason: Reason,
    repeat: Repeat = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Take a batch back that waits; its references may be used in another one."""
    from usance.cli import payout_steps
    from usance.cli.places import place, run

    run(payout_steps.cancel(place(book), batch, reason, repeat, as_json=as_json, language=language))


def _require_reason(by: str, reason: str) -> None:
    if bool(by) is not bool(reason):
        from usance.cli.errors import NEEDS_BOTH
        from usance.cli.refusing import USAGE, no

        raise no(NEEDS_BOTH, "--by, --reason", ends=USAGE)
