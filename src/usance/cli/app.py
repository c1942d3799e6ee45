"""The commands of `usance`, one line each; what they do stands in the file of the same name.

What a command needs is imported when it runs, so that `usance --help` does not wait for it.
"""

# ruff: noqa: PLC0415 - see above
from pathlib import Path
from typing import Annotated

import typer

from usance.cli.bench_commands import bench
from usance.cli.corridors_commands import corridors
from usance.cli.customs_commands import customs
from usance.cli.disputes_commands import disputes
from usance.cli.escrows_commands import escrows
from usance.cli.fees_commands import fees
from usance.cli.finance_commands import finance
from usance.cli.fx_commands import fx
from usance.cli.hooks_commands import hooks
from usance.cli.ledger_commands import ledger
from usance.cli.message_options import (
    Currency,
    DryRun,
    JsonLines,
    MappingFile,
    OptionalMessages,
)
from usance.cli.options import AsJson, Book, Language, NewBook, Port
from usance.cli.parties_commands import parties
from usance.cli.payments_commands import payments
from usance.cli.payouts_commands import beneficiaries, payouts
from usance.cli.proposals_commands import proposals
from usance.cli.receiving_commands import receipts, receiving
from usance.cli.remittances_commands import remittances
from usance.cli.routing_commands import routing
from usance.cli.spoken import Spoken
from usance.cli.suspense_commands import suspense
from usance.cli.trade_commands import trade
from usance.cli.transfer_commands import recall, transfer
from usance.cli.voice import Words, says

app = typer.Typer(
    cls=Spoken,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Cross-border e-commerce: payments and supply-chain finance on one ledger.",
)
imports = typer.Typer(no_args_is_help=True, help="Bring in files of others.")
proofs = typer.Typer(no_args_is_help=True, help="Prove a fact, or check somebody's proof.")
clock = typer.Typer(no_args_is_help=True, help="Set the time of a test book forward.")
reports = typer.Typer(no_args_is_help=True, help="Trial balance, seller statement, funder tape.")
app.add_typer(imports, name="import")
app.add_typer(proofs, name="proof")
app.add_typer(clock, name="clock")
app.add_typer(reports, name="report")
app.add_typer(bench, name="bench")
app.add_typer(ledger, name="ledger")
app.command("corridors")(corridors)
app.command("transfer")(transfer)
app.command("recall")(recall)
app.add_typer(trade, name="trade")
app.add_typer(payments, name="payments")
app.add_typer(payouts, name="payouts")
app.add_typer(escrows, name="escrows")
app.add_typer(disputes, name="disputes")
app.add_typer(proposals, name="proposals")
app.add_typer(beneficiaries, name="beneficiaries")
app.add_typer(parties, name="parties")
app.add_typer(receiving, name="receiving-accounts")
app.add_typer(receipts, name="receipts")
app.add_typer(suspense, name="suspense")
app.add_typer(remittances, name="remittances")
app.add_typer(customs, name="customs")
app.add_typer(fx, name="fx")
app.add_typer(fees, name="fees")
app.add_typer(finance, name="finance")
app.add_typer(routing, name="routing")
app.add_typer(hooks, name="hooks")


@app.command()
def listen(
    *,
    forward_to: Annotated[
        str,
        typer.Option("--forward-to", help="Post each event there too, signed: http://localhost:…"),
    ] = "",
    types: Annotated[
        str, typer.Option("--types", help="Of these types alone, between commas.")
    ] = "",
    key: Annotated[
        str,
        typer.Option("--key", envvar="USANCE_KEY", help="The key of whoever wants to hear."),
    ],
    url: Annotated[
        str, typer.Option("--url", help="Where the book is served.")
    ] = "http://127.0.0.1:8740",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Print events as they happen, and forward them to a receiver on this machine.

    No endpoint is needed: it reads /v1/events with your key, so you hear what your party may know.
    The secret that signs what is forwarded follows from the key and stays the same.
    """
    from usance.cli.listen import hear
    from usance.cli.places import run

    run(hear(url, key, forward_to=forward_to, types=types, as_json=as_json, language=language))


@app.command()
def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="End after the play; do not serve.")] = False,
    as_json: AsJson = False,
    language: Language = Words.EN,  # noqa: ARG001 - heard before anything is parsed
    book: NewBook = "demo",
    port: Port = 8741,
) -> None:
    """Play two days of a real shop from order to proof on a new book, then serve it."""
    from functools import partial

    from usance.cli.demo.command import demonstrate
    from usance.cli.places import door, place, run
    from usance.cli.serve import serve_demo

    afterwards = None if once else partial(serve_demo, door=door(port))
    run(demonstrate(place(book), as_json=as_json, afterwards=afterwards))


@app.command()
def serve(
    *,
    book: Book = "",
    port: Port = 8740,
    language: Language = Words.EN,  # noqa: ARG001 - heard before anything is parsed
) -> None:
    """Serve a book: its engine (unless one runs already), its worker and the API."""
    from usance.cli.places import door, place, run
    from usance.cli.serve import serve_book

    run(serve_book(place(book), door(port)))


@app.command()
def engine(
    *,
    book: Book = "",
    standby: Annotated[
        bool,
        typer.Option("--standby", help="Where another engine lives: wait, and take over from it."),
    ] = False,
    language: Language = Words.EN,  # noqa: ARG001 - as above
) -> None:
    """Be the engine of a book, the one process that writes it, until told to stop."""
    from usance.cli.places import place, run
    from usance.cli.serve import be_engine

    run(be_engine(place(book), standby=standby))


@app.command()
def worker(
    *,
    book: Book = "",
    language: Language = Words.EN,  # noqa: ARG001 - as above
) -> None:
    """Carry a book's instructions to the rails and their answers back, until told to stop."""
    from usance.cli.places import place, run
    from usance.cli.serve import be_worker

    run(be_worker(place(book)))


@app.command()
def migrate(
    *,
    book: NewBook = "main",
    test: Annotated[
        bool,
        typer.Option("--test", help="A new book's clock stands, until usance clock advance."),
    ] = False,
    begins: Annotated[
        str,
        typer.Option(help="Where a test book's clock stands at first (ISO 8601). Default: now."),
    ] = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Bring a book's tables to this version; a book that is not there is made."""
    from usance.cli.books import bring_up_to_date
    from usance.cli.places import place, run

    run(bring_up_to_date(place(book), test=test, begins=begins, as_json=as_json, language=language))


@app.command()
def found(
    name: Annotated[str, typer.Argument(help="The operator's legal name.")],
    *,
    country: Annotated[str, typer.Option(help="ISO 3166-1 alpha-2.")],
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,  # noqa: ARG001 - as above
) -> None:
    """Say who runs a new book: registers the operator and two administrators, prints their keys."""
    from usance.cli.keys import found as found_book
    from usance.cli.places import place, run

    run(found_book(place(book), name, country, as_json=as_json))


@app.command()
def key(
    user: Annotated[str, typer.Argument(help="The user's id.")],
    *,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,  # noqa: ARG001 - as above
) -> None:
    """Issue a key to a user and print its secret, which nobody can see again.

    It has all scopes that the user's roles allow and does not expire. A key with fewer scopes or
    an end is issued by POST /v1/keys, and any key is revoked there.
    """
    from usance.cli.keys import print_key
    from usance.cli.places import place, run

    run(print_key(place(book), user, as_json=as_json))


@app.command()
def stop(
    *,
    language: Language = Words.EN,  # noqa: ARG001 - as above
) -> None:
    """End the embedded PostgreSQL server, which outlives the commands that start it."""
    from usance.cli.stop import stop_server

    raise typer.Exit(stop_server())


@app.command()
def doctor(
    *,
    book: Annotated[
        str, typer.Option("--book", help="Look at this book too; nothing for the machine alone.")
    ] = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Look at the machine and the set-up, and say how to mend what is wrong. Starts nothing."""
    from usance.cli.doctor import examine

    raise typer.Exit(examine(book, as_json=as_json, language=language))


@app.command()
def trace(
    any_id: Annotated[str, typer.Argument(help="Any id, an invoice number or a fact's number.")],
    *,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Tell the whole life of one trade, from its order to its proofs."""
    from usance.cli.places import place, run
    from usance.cli.trace import tell

    run(tell(place(book), any_id, as_json=as_json, language=language))


@app.command()
def reconcile(
    files: OptionalMessages = None,
    *,
    breaks: Annotated[
        bool, typer.Option("--breaks", help="Show what statements and book say differently.")
    ] = False,
    book: Book = "",
    mapping: MappingFile = None,
    currency: Currency = "",
    dry_run: DryRun = False,
    as_json: JsonLines = False,
    language: Language = Words.EN,
) -> None:
    """Take bank statements in (camt.05x, MT940, MT942, CSV) and match their entries.

    0 all read, 1 something was refused, 2 there is no such file. Doing it again is harmless.
    With --breaks alone: 0 nothing is open, 1 something is.
    """
    if breaks and not files:
        from usance.cli.breaks import show_breaks
        from usance.cli.places import place, run

        raise typer.Exit(run(show_breaks(place(book), as_json=as_json, language=language)))
    if not files:
        from usance.cli.errors import SAY_WHAT
        from usance.cli.refusing import USAGE, no

        raise no(
            SAY_WHAT, "FILES", allowed=says("a file, or --breaks", "文件,或 --breaks"), ends=USAGE
        )
    from usance.cli.messages import Wanted, bring_in

    wanted = Wanted(files, book, mapping, currency, dry_run, as_json, language)
    raise typer.Exit(bring_in(wanted))


@app.command()
def openapi(
    *, check: Annotated[bool, typer.Option("--check", help="Fail where it is stale.")] = False
) -> None:
    """Write openapi.json, the description of the API."""
    from usance.cli.openapi import write

    raise typer.Exit(write(Path("openapi.json"), check=check))


@imports.command("orders")
def import_orders(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV, or CSV in gzip.")],
    *,
    book: Book = "",
    seller: Annotated[
        str, typer.Option(help="Whose orders: an id, or a reference; empty for the only one.")
    ] = "",
    mapping: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="TOML: what another shop calls its columns. Begin with a copy of"
            " src/usance/adapters/marketplaces/uci_online_retail.toml.",
        ),
    ] = None,
    currency: Annotated[str, typer.Option(help="Of the price list, if not the mapping's.")] = "",
    shop: Annotated[
        str,
        typer.Option(
            help="Names a shop that sellers share; nothing for the seller's own customers."
        ),
    ] = "",
    shift_weeks: Annotated[int, typer.Option(help="Move all by whole weeks.")] = 0,
    rejects: Annotated[Path | None, typer.Option(help="Where the lines left out go.")] = None,
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Take a shop's order lines in; lines left out go to FILE.rejects.csv with their reason."""
    from usance.cli.orders import Wanted, bring_in
    from usance.cli.places import place, run

    wanted = Wanted(file, seller, mapping, currency, shop, shift_weeks, rejects)
    run(bring_in(place(book), wanted, as_json=as_json, language=language))


@imports.command("sample-watchlists")
def import_sample_watchlists(
    *, book: Book = "", as_json: AsJson = False, language: Language = Words.EN
) -> None:
    """Screen names against the shipped samples of sanctions lists: in test books alone.

    Without any list every payment waits for a person.
    """
    from usance.cli.places import place, run
    from usance.cli.sample_lists import adopt_samples

    run(adopt_samples(place(book), as_json=as_json, language=language))


@proofs.command("export")
def export_proof(
    any_id: Annotated[str, typer.Argument(help="Any id of the trade, or a fact's number.")],
    *,
    book: Book = "",
    out: Annotated[Path | None, typer.Option(help="Default: <id>.proof.json.")] = None,
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Write a bundle that proves every fact of a trade, and the policy to check it with."""
    from usance.cli.places import place, run
    from usance.cli.proof import export

    run(export(place(book), any_id, out, as_json=as_json, language=language))


@proofs.command("verify")
def verify_proof(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A bundle.")],
    *,
    policy: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Whose log, which keys.")
    ] = None,
    key: Annotated[str, typer.Option(help="The log's public key, instead of a policy.")] = "",
    language: Language = Words.EN,  # noqa: ARG001 - as above
) -> None:
    """Check a bundle offline with --policy or --key: 0 everything fits, 1 it does not, and what."""
    from usance.cli.proof import verify

    raise typer.Exit(verify(file, policy, key))


@clock.command("advance")
def advance_clock(
    span: Annotated[str, typer.Argument(help="How far: 30d, 12h, 45m, or a moment.")],
    *,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Let a test book's time run: all that falls due on the way happens in its place."""
    from usance.cli.clock import advance
    from usance.cli.places import place, run

    run(advance(place(book), span, as_json=as_json, language=language))


Format = Annotated[str, typer.Option("--format", help="text, csv or json.")]
ReportJson = Annotated[bool, typer.Option("--json", help="The same as --format json.")]


@reports.command("trial-balance")
def trial_balance(
    *,
    book: Book = "",
    as_of: Annotated[
        str, typer.Option(help="As recorded by then (ISO 8601); a day means its end.")
    ] = "",
    format_: Format = "text",
    as_json: ReportJson = False,
    language: Language = Words.EN,
) -> None:
    """What every kind of account holds, and whether the books balance."""
    from usance.cli.places import place, run
    from usance.cli.reports import print_trial_balance

    run(print_trial_balance(place(book), as_of, "json" if as_json else format_, language))


@reports.command("custody")
def custody(
    *,
    book: Book = "",
    as_of: Annotated[
        str, typer.Option(help="As recorded by then (ISO 8601); a day means its end.")
    ] = "",
    format_: Format = "text",
    as_json: ReportJson = False,
    language: Language = Words.EN,
) -> None:
    """Whose the client money at our bank is: the proof that it is whole."""
    from usance.cli.places import place, run
    from usance.cli.reports import print_custody

    run(print_custody(place(book), as_of, "json" if as_json else format_, language))


@reports.command("statement")
def statement(
    *,
    book: Book = "",
    seller: Annotated[str, typer.Option(help="Whose: an id, or a reference.")] = "",
    since: Annotated[str, typer.Option(help="First day (ISO 8601).")] = "",
    until: Annotated[str, typer.Option(help="Last day (ISO 8601).")] = "",
    format_: Format = "text",
    as_json: ReportJson = False,
    language: Language = Words.EN,
) -> None:
    """A seller's accounts line by line, with opening and closing balance."""
    from usance.cli.places import place, run
    from usance.cli.reports import print_statement

    run(
        print_statement(place(book), seller, since, until, "json" if as_json else format_, language)
    )


@reports.command("tape")
def tape(
    *,
    book: Book = "",
    funder: Annotated[str, typer.Option(help="Whose: an id, or a reference; empty for all.")] = "",
    format_: Format = "text",
    as_json: ReportJson = False,
    language: Language = Words.EN,
) -> None:
    """A funder's advances, one line each."""
    from usance.cli.places import place, run
    from usance.cli.reports import print_tape

    run(print_tape(place(book), funder, "json" if as_json else format_, language))
