"""The options that many commands share."""

from enum import StrEnum
from typing import Annotated

import typer

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


class Words(StrEnum):
    """The languages we speak."""

    EN = "en"
    ZH = "zh"
