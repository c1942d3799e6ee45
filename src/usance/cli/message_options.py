"""The options of the commands that take messages in."""

from pathlib import Path
from typing import Annotated

import typer

Messages = Annotated[
    list[str],
    typer.Argument(help="Files, folders, .zip or .gz of them; - reads standard input."),
]
OptionalMessages = Annotated[
    list[str] | None,
    typer.Argument(help="Files, folders, .zip or .gz of them; - reads standard input."),
]
MappingFile = Annotated[
    Path | None,
    typer.Option(
        "--mapping",
        help="TOML: what a bank calls the columns of its CSV. Begin with a copy of"
        " src/usance/adapters/messages/plain_statement.toml.",
    ),
]
Currency = Annotated[str, typer.Option(help="Of statements in MT or CSV that name none.")]
DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run",
        help="Read and check only, keep nothing; --book also says what is known of it there.",
    ),
]
JsonLines = Annotated[
    bool, typer.Option("--json", help="Print one JSON object for each file, a line each.")
]
