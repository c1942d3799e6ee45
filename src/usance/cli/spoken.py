"""The group of all commands: decides how they speak, and says what is wrong with a command line."""

import os
import sys
from collections.abc import Sequence
from typing import Any

from typer import Abort
from typer.core import TyperGroup

from usance.cli.refusing import REFUSED, WrongUsage, ended
from usance.cli.voice import speaking


class Spoken(TyperGroup):
    """All commands. A wrong command line is answered like any other input that is wrong."""

    def main(self, *args: Any, **rest: Any) -> Any:  # noqa: ANN401 - as typer has it
        """Run the command that the arguments name, and end with its exit code."""
        given: Sequence[str] | None = args[0] if args else rest.pop("args", None)
        arguments = list(sys.argv[1:] if given is None else given)
        alone = rest.pop("standalone_mode", True)
        rest["prog_name"] = "usance"
        with speaking(arguments, os.environ):
            try:
                code = super().main(arguments, standalone_mode=False, **rest)
            except WrongUsage as wrong:
                code = ended(wrong)
            except Abort:
                code = REFUSED
        if not alone:
            return code
        sys.exit(code if isinstance(code, int) else 0)
