"""The commands of `usance routing`; what they do stands in the file of the same name.

What a command needs is imported when it runs, so that `usance --help` does not wait for it.
"""

# ruff: noqa: PLC0415 - see above
from pathlib import Path
from typing import Annotated

import typer

from usance.cli.options import AsJson, Book, Language
from usance.cli.voice import Words

routing = typer.Typer(
    no_args_is_help=True,
    help="Which rail takes a payment: show it, check a change, try it on past traffic.",
)
Config = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="JSON: {rules: […]}.")]


@routing.command("show")
def routing_show(
    *, book: Book = "", as_json: AsJson = False, language: Language = Words.EN
) -> None:
    """What routes payments now, how rails stand, and which versions were adopted."""
    from usance.cli.places import place, run
    from usance.cli.routing import show

    run(show(place(book), as_json=as_json, language=language))


@routing.command("check")
def routing_check(
    file: Config, *, book: Book = "", as_json: AsJson = False, language: Language = Words.EN
) -> None:
    """Name every mistake of a configuration with its path: 0 there is none, 1 there are some."""
    from usance.cli.places import place, run
    from usance.cli.routing import check

    raise typer.Exit(run(check(place(book), file, as_json=as_json, language=language)))


@routing.command("dry-run")
def routing_dry_run(
    file: Config,
    *,
    book: Book = "",
    days: Annotated[int, typer.Option(min=1, max=400, help="How far back.")] = 30,
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Tell what a configuration would have changed in the last days, with 95 % intervals.

    0 it says so, 1 the configuration has mistakes. Where nothing was ever tried it says no data.
    """
    from usance.cli.places import place, run
    from usance.cli.routing import try_out

    raise typer.Exit(run(try_out(place(book), file, days, as_json=as_json, language=language)))
