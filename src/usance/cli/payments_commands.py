"""The commands of `usance payments`; what they do stands in the files of the same name.

What a command needs is imported when it runs, so that `usance --help` does not wait for it.
"""

# ruff: noqa: PLC0415 - see above
import typer

from usance.cli.message_options import Currency, DryRun, JsonLines, MappingFile, Messages
from usance.cli.options import Book, Words

payments = typer.Typer(no_args_is_help=True, help="Orders of transfers, reports and statements.")


@payments.callback()
def _payments() -> None:
    """Orders of transfers, reports and statements."""


@payments.command("import")
def import_messages(
    files: Messages,
    *,
    book: Book = "",
    mapping: MappingFile = None,
    currency: Currency = "",
    dry_run: DryRun = False,
    as_json: JsonLines = False,
    language: Words = Words.EN,
) -> None:
    """Take messages in: pain.001, pacs.008 and their answers, camt.05x, MT940, MT942, CSV.

    0 all read, 1 something was refused, 2 there is no such file. Doing it again is harmless.
    """
    from usance.cli.messages import Wanted, bring_in

    wanted = Wanted(files, book, mapping, currency, dry_run, as_json, language)
    raise typer.Exit(bring_in(wanted))
