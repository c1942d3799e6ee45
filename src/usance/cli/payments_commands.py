"""The commands of `usance payments`; what they do stands in the files of the same name.

What a command needs is imported when it runs, so that `usance --help` does not wait for it.
"""

# ruff: noqa: PLC0415 - see above
from typing import Annotated

import typer

from usance.cli.message_options import Currency, DryRun, JsonLines, MappingFile, Messages
from usance.cli.options import AsJson, Book, By, Language, Limit, Reason, Repeat
from usance.cli.voice import Words

payments = typer.Typer(
    no_args_is_help=True,
    help="Payments and what follows: captures, refunds, shares. And messages that come in.",
)
Payment = Annotated[str, typer.Argument(help="The payment's id.")]
_AMOUNT = "In the payment's currency, such as 12.50; left out, all that is left."


@payments.command("import")
def import_messages(
    files: Messages,
    *,
    book: Book = "",
    mapping: MappingFile = None,
    currency: Currency = "",
    dry_run: DryRun = False,
    as_json: JsonLines = False,
    language: Language = Words.EN,
) -> None:
    """Take messages in: pain.001, pacs.008 and their answers, camt.05x, MT940, MT942, CSV.

    0 all read, 1 something was refused, 2 there is no such file. Doing it again is harmless.
    """
    from usance.cli.messages import Wanted, bring_in

    wanted = Wanted(files, book, mapping, currency, dry_run, as_json, language)
    raise typer.Exit(bring_in(wanted))


@payments.command("list")
def list_payments(
    *,
    order: Annotated[str, typer.Option(help="Of this order alone: its id.")] = "",
    status: Annotated[str, typer.Option(help="In this status alone, such as captured.")] = "",
    limit: Limit = 20,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Payments, the newest first."""
    from usance.cli import payment_steps
    from usance.cli.places import place, run
    from usance.cli.refusing import choice
    from usance.payments.model import PaymentStatus

    choice("--status", status, PaymentStatus)
    run(
        payment_steps.list_payments(
            place(book), order, status, limit, as_json=as_json, language=language
        )
    )


@payments.command("show")
def show_payment(
    payment: Payment, *, book: Book = "", as_json: AsJson = False, language: Language = Words.EN
) -> None:
    """One payment, and what its buyer has to do. Its whole story: usance trace."""
    from usance.cli import payment_steps
    from usance.cli.places import place, run

    run(payment_steps.show_payment(place(book), payment, as_json=as_json, language=language))


@payments.command("action")
def show_action(
    payment: Payment, *, book: Book = "", as_json: AsJson = False, language: Language = Words.EN
) -> None:
    """What the buyer has to do before the rail goes on: an address to open, or a code to scan."""
    from usance.cli import payment_steps
    from usance.cli.places import place, run

    run(payment_steps.show_action(place(book), payment, as_json=as_json, language=language))


@payments.command("captures")
def list_captures(
    payment: Payment,
    *,
    limit: Limit = 20,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """What was captured by hand of a payment, the newest first."""
    from usance.cli import payment_steps
    from usance.cli.places import place, run

    run(
        payment_steps.list_parts(
            place(book), payment, "captures", limit, as_json=as_json, language=language
        )
    )


@payments.command("refunds")
def list_refunds(
    payment: Payment,
    *,
    limit: Limit = 20,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """What a buyer was paid back, the newest first."""
    from usance.cli import payment_steps
    from usance.cli.places import place, run

    run(
        payment_steps.list_parts(
            place(book), payment, "refunds", limit, as_json=as_json, language=language
        )
    )


@payments.command("capture")
def capture(
    payment: Payment,
    amount: Annotated[str, typer.Argument(help=_AMOUNT)] = "",
    *,
    final: Annotated[
        bool, typer.Option("--final", help="Give back what is left afterwards.")
    ] = False,
    repeat: Repeat = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Capture what was authorised; it is pending until the rail has answered."""
    from usance.cli import payment_steps
    from usance.cli.places import place, run

    run(
        payment_steps.capture(
            place(book), payment, amount, repeat, final=final, as_json=as_json, language=language
        )
    )


@payments.command("void")
def void(
    payment: Payment,
    *,
    repeat: Repeat = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Give back what was authorised and not captured, the whole of it."""
    from usance.cli import payment_steps
    from usance.cli.places import place, run

    run(payment_steps.void(place(book), payment, repeat, as_json=as_json, language=language))


@payments.command("refund")
def refund(
    payment: Payment,
    amount: Annotated[str, typer.Argument(help=_AMOUNT)] = "",
    *,
    reason: Annotated[str, typer.Option(help="What the buyer is told.")] = "",
    repeat: Repeat = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Pay a buyer back; it is pending until the rail has made it."""
    from usance.cli import payment_steps
    from usance.cli.places import place, run

    run(
        payment_steps.refund(
            place(book), payment, amount, reason, repeat, as_json=as_json, language=language
        )
    )


@payments.command("split")
def show_split(
    payment: Payment, *, book: Book = "", as_json: AsJson = False, language: Language = Words.EN
) -> None:
    """How a payment is divided, and what of each share was paid or taken back."""
    from usance.cli import payment_steps
    from usance.cli.places import place, run

    run(payment_steps.show_split(place(book), payment, as_json=as_json, language=language))


@payments.command("deliver")
def deliver(
    payment: Payment,
    *,
    evidence: Annotated[str, typer.Option(help="By what it is known that the goods arrived.")],
    repeat: Repeat = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Confirm that the goods have arrived: what waits for it in escrow is released."""
    from usance.cli import payment_steps
    from usance.cli.places import place, run

    run(
        payment_steps.deliver(
            place(book), payment, evidence, repeat, as_json=as_json, language=language
        )
    )


@payments.command("reverse-share")
def reverse_share(
    payment: Payment,
    payee: Annotated[str, typer.Argument(help="Whose share: the party's id.")],
    amount: Annotated[str, typer.Argument(help="How much, such as 12.50.")],
    currency: Annotated[str, typer.Argument(help="In which the seller settles (ISO 4217).")],
    *,
    by: By,
    reason: Reason,
    purpose: Annotated[str, typer.Option(help="The share's, where it has one.")] = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Propose that a payee give back part of a share; another person approves it."""
    from usance.cli import payment_steps
    from usance.cli.places import place, run

    money = (amount, currency)
    run(
        payment_steps.reverse_share(
            place(book),
            payment,
            payee,
            purpose,
            money,
            by,
            reason,
            as_json=as_json,
            language=language,
        )
    )
