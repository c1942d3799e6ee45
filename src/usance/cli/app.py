"""The commands of `usance`, one line each; what they do stands in the file of the same name.

What a command needs is imported when it runs, so that `usance --help` does not wait for it.
"""

# ruff: noqa: PLC0415 - see above
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

Book = Annotated[str, typer.Option("--book", help="Which book; each is a database of its own.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Port = Annotated[int, typer.Option(help="The port to serve on.", min=1, max=65535)]


class Words(StrEnum):
    """The languages we speak."""

    EN = "en"
    ZH = "zh"


app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Cross-border e-commerce: payments and supply-chain finance on one ledger.",
)
imports = typer.Typer(no_args_is_help=True, help="Bring in files of others.")
proofs = typer.Typer(no_args_is_help=True, help="Prove a fact, or check somebody's proof.")
clock = typer.Typer(no_args_is_help=True, help="Set the time of a test book forward.")
reports = typer.Typer(no_args_is_help=True, help="Trial balance, seller statement, funder tape.")
bench = typer.Typer(no_args_is_help=True, help="Measure, beside a baseline in the same run.")
ledger = typer.Typer(
    no_args_is_help=True,
    help="The ledger: its past, its closes, a file to replay on it, reconciliation.",
)
app.add_typer(imports, name="import")
app.add_typer(proofs, name="proof")
app.add_typer(clock, name="clock")
app.add_typer(reports, name="report")
app.add_typer(bench, name="bench")
app.add_typer(ledger, name="ledger")


@app.command()
def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="End after the play; do not serve.")] = False,
    as_json: AsJson = False,
    book: Book = "demo",
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
def serve(*, book: Book = "main", port: Port = 8740) -> None:
    """Serve a book: its engine (unless one runs already), its worker and the API."""
    from usance.cli.places import door, place, run
    from usance.cli.serve import serve_book

    run(serve_book(place(book), door(port)))


@app.command()
def engine(
    *,
    book: Book = "main",
    standby: Annotated[
        bool,
        typer.Option("--standby", help="Where another engine lives: wait, and take over from it."),
    ] = False,
) -> None:
    """Be the engine of a book, the one process that writes it, until told to stop."""
    from usance.cli.places import place, run
    from usance.cli.serve import be_engine

    run(be_engine(place(book), standby=standby))


@app.command()
def worker(*, book: Book = "main") -> None:
    """Carry a book's instructions to the rails and their answers back, until told to stop."""
    from usance.cli.places import place, run
    from usance.cli.serve import be_worker

    run(be_worker(place(book)))


@app.command()
def migrate(*, book: Book = "main") -> None:
    """Bring a book's tables to this version; a book that is not there is made."""
    from usance.cli.books import bring_up_to_date
    from usance.cli.places import place, run

    run(bring_up_to_date(place(book)))


@app.command()
def found(
    name: Annotated[str, typer.Argument(help="The operator's legal name.")],
    *,
    country: Annotated[str, typer.Option(help="ISO 3166-1 alpha-2.")],
    book: Book = "main",
) -> None:
    """Say who runs a new book: registers the operator and two administrators, prints their keys."""
    from usance.cli.keys import found as found_book
    from usance.cli.places import place, run

    run(found_book(place(book), name, country))


@app.command()
def key(
    user: Annotated[str, typer.Argument(help="The user's id.")],
    *,
    book: Book = "main",
) -> None:
    """Issue a key to a user and print its secret, which nobody can see again."""
    from usance.cli.keys import print_key
    from usance.cli.places import place, run

    run(print_key(place(book), user))


@app.command()
def doctor(*, as_json: AsJson = False) -> None:
    """Look at the machine and the set-up, and say how to mend what is wrong."""
    from usance.cli.doctor import examine

    raise typer.Exit(examine(as_json=as_json))


@app.command()
def trace(
    any_id: Annotated[str, typer.Argument(help="Any id, an invoice number or a fact's number.")],
    *,
    book: Book = "demo",
    as_json: AsJson = False,
    language: Words = Words.EN,
) -> None:
    """Tell the whole life of one trade, from its order to its proofs."""
    from usance.cli.places import place, run
    from usance.cli.trace import tell

    run(tell(place(book), any_id, as_json=as_json, language=language))


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
    book: Book = "main",
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
    shop: Annotated[str, typer.Option(help="Names the shop in buyers' references.")] = "uci",
    shift_weeks: Annotated[int, typer.Option(help="Move all by whole weeks.")] = 0,
    rejects: Annotated[Path | None, typer.Option(help="Where the lines left out go.")] = None,
    as_json: AsJson = False,
) -> None:
    """Take a shop's order lines in; lines left out go to FILE.rejects.csv with their reason."""
    from usance.cli.orders import Wanted, bring_in
    from usance.cli.places import place, run

    wanted = Wanted(file, seller, mapping, currency, shop, shift_weeks, rejects)
    run(bring_in(place(book), wanted, as_json=as_json))


@proofs.command("export")
def export_proof(
    any_id: Annotated[str, typer.Argument(help="Any id of the trade, or a fact's number.")],
    *,
    book: Book = "demo",
    out: Annotated[Path | None, typer.Option(help="Default: <id>.proof.json.")] = None,
) -> None:
    """Write a bundle that proves every fact of a trade, and the policy to check it with."""
    from usance.cli.places import place, run
    from usance.cli.proof import export

    run(export(place(book), any_id, out))


@proofs.command("verify")
def verify_proof(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A bundle.")],
    *,
    policy: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Whose log, which keys.")
    ] = None,
    key: Annotated[str, typer.Option(help="The log's public key, instead of a policy.")] = "",
) -> None:
    """Check a bundle offline: 0 everything fits, 1 it does not, and what."""
    from usance.cli.proof import verify

    raise typer.Exit(verify(file, policy, key))


@clock.command("advance")
def advance_clock(
    span: Annotated[str, typer.Argument(help="How far: 30d, 12h, 45m, or a moment.")],
    *,
    book: Book = "demo",
) -> None:
    """Let a test book's time run: all that falls due on the way happens in its place."""
    from usance.cli.clock import advance
    from usance.cli.places import place, run

    run(advance(place(book), span))


Format = Annotated[str, typer.Option("--format", help="text, csv or json.")]


@reports.command("trial-balance")
def trial_balance(
    *,
    book: Book = "demo",
    as_of: Annotated[str, typer.Option(help="As recorded at this moment (ISO 8601).")] = "",
    format_: Format = "text",
    language: Words = Words.EN,
) -> None:
    """What every kind of account holds, and whether the books balance."""
    from usance.cli.places import place, run
    from usance.cli.reports import print_trial_balance

    run(print_trial_balance(place(book), as_of, format_, language))


@reports.command("statement")
def statement(
    *,
    book: Book = "demo",
    seller: Annotated[str, typer.Option(help="Whose: an id, or a reference.")] = "",
    since: Annotated[str, typer.Option(help="First day (ISO 8601).")] = "",
    until: Annotated[str, typer.Option(help="Last day (ISO 8601).")] = "",
    format_: Format = "text",
    language: Words = Words.EN,
) -> None:
    """A seller's accounts line by line, with opening and closing balance."""
    from usance.cli.places import place, run
    from usance.cli.reports import print_statement

    run(print_statement(place(book), seller, since, until, format_, language))


@reports.command("tape")
def tape(
    *,
    book: Book = "demo",
    funder: Annotated[str, typer.Option(help="Whose: an id, or a reference; empty for all.")] = "",
    format_: Format = "text",
    language: Words = Words.EN,
) -> None:
    """A funder's advances, one line each."""
    from usance.cli.places import place, run
    from usance.cli.reports import print_tape

    run(print_tape(place(book), funder, format_, language))


Rounds = Annotated[int, typer.Option(min=1, help="Times each, in turn with the baseline.")]
Offered = Annotated[
    int,
    typer.Option(
        min=0, max=1_000_000, help="So many a second arrive; how long does an answer take?"
    ),
]


@bench.command("ledger")
def bench_ledger(*, rounds: Rounds = 3, offered: Offered = 0, as_json: AsJson = False) -> None:
    """Transfers a second through the engine, beside pgbench on the same server."""
    from usance.cli.bench.command import measure_ledger

    raise typer.Exit(measure_ledger(rounds, offered, as_json=as_json))


@bench.command("path")
def bench_path(*, rounds: Rounds = 3, offered: Offered = 0, as_json: AsJson = False) -> None:
    """Whole payments a second through the engine, beside pgbench on the same server."""
    from usance.cli.bench.command import measure_path

    raise typer.Exit(measure_path(rounds, offered, as_json=as_json))


@bench.command("http")
def bench_http(
    *,
    rounds: Rounds = 3,
    apart: Annotated[
        bool, typer.Option("--apart", help="The engine in a process of its own.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Transfers a second by HTTP, one a request and a thousand, beside pgbench."""
    from usance.cli.bench.command import measure_http

    raise typer.Exit(measure_http(rounds, apart=apart, as_json=as_json))


@bench.command("start")
def bench_start(
    *,
    accounts: Annotated[int, typer.Option(min=8, help="In the book.")] = 1_000_000,
    transfers: Annotated[
        list[int] | None,
        typer.Option(min=0, help="Of history; repeat it. Default: 0, one and five million."),
    ] = None,
    rounds: Rounds = 3,
    as_json: AsJson = False,
) -> None:
    """Seconds until an engine is ready and the memory it holds, as history grows."""
    from usance.cli.bench.command import measure_start

    history = transfers or [0, 1_000_000, 5_000_000]
    raise typer.Exit(measure_start(accounts, history, rounds, as_json=as_json))


@bench.command("takeover")
def bench_takeover(*, rounds: Rounds = 3, as_json: AsJson = False) -> None:
    """Seconds until a standby answers for an engine that was killed, or paused."""
    from usance.cli.bench.command import measure_takeover

    raise typer.Exit(measure_takeover(rounds, as_json=as_json))


@bench.command("import")
def bench_import(
    *,
    file: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="The order file.")],
    rounds: Rounds = 3,
    as_json: AsJson = False,
) -> None:
    """Order lines a second into a new book, beside the bare reading of the file."""
    from usance.cli.bench.command import measure_import

    raise typer.Exit(measure_import(file, rounds, as_json=as_json))


@ledger.command("apply")
def ledger_apply(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="JSON lines.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Have a new book create what a file asks for; print a result code for each event.

    0 every line was carried out, 1 one was passed over, and what is wrong with it. The format:
    docs/reference/ledger-apply.md.
    """
    from usance.cli.ledger_apply import apply_file

    raise typer.Exit(apply_file(file, as_json=as_json))


Account = Annotated[int, typer.Argument(help="The account's number.", min=1, max=2**63 - 1)]
At = Annotated[str, typer.Option("--at", help="As known at this fact (number) or moment.")]
By = Annotated[str, typer.Option(help="In whose name it is proposed: the id of a user.")]
Reason = Annotated[str, typer.Option(help="Why; it stands in the book for ever.")]


@ledger.command("balance")
def ledger_balance(
    account: Account,
    *,
    book: Book = "main",
    on: Annotated[str, typer.Option(help="By this value date (ISO 8601).")] = "",
    at: At = "",
    as_json: AsJson = False,
) -> None:
    """What an account holds, now or as of a value date, as the book knew it then."""
    from usance.cli.ledger_past import print_balance
    from usance.cli.places import place, run

    run(print_balance(place(book), account, on, at, as_json=as_json))


@ledger.command("statement")
def ledger_statement(
    account: Account,
    *,
    book: Book = "main",
    since: Annotated[str, typer.Option(help="First value date (ISO 8601).")] = "",
    until: Annotated[str, typer.Option(help="Last value date (ISO 8601).")] = "",
    at: At = "",
    as_json: AsJson = False,
) -> None:
    """An account line by line over value dates, as the book knew it then."""
    from usance.cli.ledger_past import print_account_statement
    from usance.cli.places import place, run

    run(print_account_statement(place(book), account, since, until, at, as_json=as_json))


@ledger.command("close")
def ledger_close(
    day: Annotated[str, typer.Argument(help="The last value date to be closed (ISO 8601).")],
    *,
    by: By,
    reason: Reason,
    book: Book = "main",
) -> None:
    """Propose to close a period; another person approves it."""
    from usance.cli.ledger_past import propose_close
    from usance.cli.places import place, run

    run(propose_close(place(book), day, by, reason))


@ledger.command("reverse")
def ledger_reverse(
    transfers: Annotated[list[str] | None, typer.Argument(help="Ids of transfers.")] = None,
    *,
    by: By,
    reason: Reason,
    fact: Annotated[int | None, typer.Option(help="All of this fact instead.", min=1)] = None,
    value_date: Annotated[str, typer.Option(help="ISO 8601; the book's today.")] = "",
    book: Book = "main",
) -> None:
    """Propose to post transfers the other way round; another person approves it."""
    from usance.cli.ledger_past import propose_reversal
    from usance.cli.places import place, run

    run(propose_reversal(place(book), transfers or [], fact, by, value_date, reason))


@ledger.command("verify-close")
def ledger_verify_close(*, book: Book = "main", as_json: AsJson = False) -> None:
    """Add closed periods up anew: 0 all are as they were closed, 1 one is not, and what."""
    from usance.cli.ledger_past import verify_close
    from usance.cli.places import place, run

    raise typer.Exit(run(verify_close(place(book), as_json=as_json)))


@ledger.command("reconcile")
def ledger_reconcile(*, book: Book = "main", as_json: AsJson = False) -> None:
    """Compare the engine's memory with the tables, and balances with their transfers."""
    from usance.cli.places import place, run
    from usance.cli.reconcile import reconcile

    raise typer.Exit(run(reconcile(place(book), as_json=as_json)))
