"""The commands of `usance bench`; what they do stands in the files of the same name.

What a command needs is imported when it runs, so that `usance --help` does not wait for it.
"""

# ruff: noqa: PLC0415 - see above
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from usance.cli.options import AsJson

bench = typer.Typer(no_args_is_help=True, help="Measure, beside a baseline in the same run.")


class ImportFormat(StrEnum):
    """What is imported."""

    ORDERS = "orders"
    CAMT_053 = "camt.053"


Rounds = Annotated[int, typer.Option(min=1, help="Times each, in turn with the baseline.")]
Offered = Annotated[
    int,
    typer.Option(
        min=0, max=1_000_000, help="So many a second arrive; how long does an answer take?"
    ),
]


@bench.command("ledger")
def bench_ledger(*, rounds: Rounds = 3, offered: Offered = 0, as_json: AsJson = False) -> None:
    """Transfers a second through the engine, beside pgbench on the same server.

    Takes five to ten minutes on two processors (five million transfers are made); with --offered
    about one.
    """
    from usance.cli.bench.command import measure_ledger

    raise typer.Exit(measure_ledger(rounds, offered, as_json=as_json))


@bench.command("path")
def bench_path(*, rounds: Rounds = 3, offered: Offered = 0, as_json: AsJson = False) -> None:
    """Whole payments a second through the engine, beside pgbench on the same server.

    Takes about two minutes on two processors.
    """
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
    """Transfers a second by HTTP, one a request and a thousand, beside pgbench.

    Takes about two minutes on two processors.
    """
    from usance.cli.bench.command import measure_http

    raise typer.Exit(measure_http(rounds, apart=apart, as_json=as_json))


@bench.command("route")
def bench_route(
    *,
    rounds: Rounds = 3,
    quality: Annotated[
        bool, typer.Option("--quality", help="Not how fast: how well it learns, by simulation.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Routing decisions a second on one core, beside the list of rules read from its top.

    Takes about half a minute; with --quality three or four.
    """
    from usance.cli.bench.command import measure_route

    raise typer.Exit(measure_route(rounds, quality=quality, as_json=as_json))


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
    """Seconds until an engine is ready and the memory it holds, as history grows.

    Takes about ten minutes on two processors, most of them to make the history.
    """
    from usance.cli.bench.command import measure_start

    history = transfers or [0, 1_000_000, 5_000_000]
    raise typer.Exit(measure_start(accounts, history, rounds, as_json=as_json))


@bench.command("takeover")
def bench_takeover(*, rounds: Rounds = 3, as_json: AsJson = False) -> None:
    """Seconds until a standby answers for an engine that was killed, or paused.

    Takes about two minutes.
    """
    from usance.cli.bench.command import measure_takeover

    raise typer.Exit(measure_takeover(rounds, as_json=as_json))


@bench.command("import")
def bench_import(
    *,
    file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="The order file.")
    ] = None,
    format_: Annotated[
        ImportFormat, typer.Option("--format", help="Of a statement, the file is made by seed.")
    ] = ImportFormat.ORDERS,
    entries: Annotated[int, typer.Option(min=100, help="Of the statement that is made.")] = 100_000,
    rounds: Rounds = 3,
    as_json: AsJson = False,
) -> None:
    """Lines of an order file, or entries of a statement, a second into a new book.

    Beside the bare reading of the file. Takes seconds for each hundred thousand lines.
    """
    from usance.cli.bench.command import measure_import, measure_statements

    if format_ is ImportFormat.CAMT_053:
        raise typer.Exit(measure_statements(entries, rounds, as_json=as_json))
    if file is None:
        raise typer.BadParameter("name the order file with --file", param_hint="--file")
    raise typer.Exit(measure_import(file, rounds, as_json=as_json))
