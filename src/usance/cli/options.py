"""The options that many commands share."""

from typing import Annotated

import typer

from usance.cli.voice import LANGUAGE, Words, voice

Book = Annotated[
    str,
    typer.Option(
        "--book",
        help="Which book; each is a database of its own. Default: the only one, else main.",
        show_default=False,
    ),
]
NewBook = Annotated[
    str, typer.Option("--book", help="Its name; each book is a database of its own.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Port = Annotated[int, typer.Option(help="The port to serve on.", min=1, max=65535)]


def _spoken(_given: Words) -> Words:
    """Return the language that is spoken, which was decided before anything was parsed."""
    return voice().language


Language = Annotated[
    Words,
    typer.Option(
        "--language",
        help=f"en or zh. Default: {LANGUAGE}, else what the system speaks.",
        callback=_spoken,
        show_default=False,
    ),
]
Limit = Annotated[int, typer.Option("--limit", help="How many at most.", min=1, max=10_000)]
By = Annotated[str, typer.Option("--by", help="In whose name it is proposed: the id of a user.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it stands in the book for ever.")]
Repeat = Annotated[
    str,
    typer.Option(
        "--idempotency-key",
        help="Done once under the same word, however often it is repeated; left out: each time.",
    ),
]
