"""The commands of `usance hooks`: what rails post to us.

What a command needs is imported when it runs, so that `usance --help` does not wait for it.
"""

# ruff: noqa: PLC0415 - see above
from typing import Annotated

import typer

from usance.cli.options import AsJson, Book, Language
from usance.cli.voice import Words

hooks = typer.Typer(no_args_is_help=True, help="What rails post to us: the secrets they sign with.")


@hooks.command("secret")
def secret(
    rail: Annotated[str, typer.Argument(help="The rail, as in POST /v1/hooks/RAIL.")],
    *,
    book: Book = "",
    from_stdin: Annotated[
        bool, typer.Option("--from-stdin", help="Read the provider's secret; else a new one.")
    ] = False,
    as_json: AsJson = False,
    language: Language = Words.EN,  # noqa: ARG001 - heard before anything is parsed
) -> None:
    """Give a rail's secret to a book; those given before are accepted still.

    It goes to the book's folder, not to its database. A new one is printed, this once.
    """
    from usance.cli.hook_secrets import give
    from usance.cli.places import place

    give(place(book), rail, from_stdin=from_stdin, as_json=as_json)
