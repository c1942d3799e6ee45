"""Where a command works, and how it ends.

Exit codes: 0 done · 1 refused, or a proof does not fit · 2 the command line is wrong ·
3 the book cannot be reached; try again.
"""

import os
import sys
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

import typer
import uvloop

from usance.kernel.errors import Invalid, NotFound, Refusal, Unavailable, UsanceError
from usance.runtime.postgres import ensure_server, home_folder
from usance.worker.session import Place, place_of

T = TypeVar("T")
REFUSED: Final = 1
USAGE: Final = 2
UNREACHABLE: Final = 3


def place(book: str) -> Place:
    """Return where a book lies, with its database server running."""
    return place_of(ensure_server(os.environ), home_folder(os.environ), book)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a command to its end; say in one line what went wrong and exit accordingly."""
    try:
        return uvloop.run(work)
    except Unavailable as error:
        raise _ends(str(error), UNREACHABLE) from error
    except (Invalid, NotFound, UsanceError) as error:
        raise _ends(str(error), REFUSED) from error


def refused(refusal: Refusal) -> typer.Exit:
    """Say why the book said no, and what to do; return the exit to raise."""
    # The catalogue knows every chapter: it is loaded only where somebody is refused.
    from usance.bootstrap import catalogue  # noqa: PLC0415

    code = catalogue()[refusal.code]
    return _ends(
        f"{code.title('en', refusal.field, refusal.value)} {code.remedy('en')} ({refusal.code})",
        REFUSED,
    )


def _ends(message: str, code: int) -> typer.Exit:
    sys.stderr.write(f"usance: {message}\n")
    return typer.Exit(code)
