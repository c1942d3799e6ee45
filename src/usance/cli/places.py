"""Where a command works, and how it ends.

Exit codes: 0 done · 1 refused, or a proof does not fit · 2 the command line is wrong, or names a
book that is not there · 3 the book cannot be reached; try again.
"""

import os
import socket
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, Final, TypeVar

import typer
import uvloop

from usance.cli.books import books_on, meant
from usance.kernel.errors import Invalid, Language, NotFound, Refusal, Unavailable, UsanceError
from usance.runtime.postgres import ServerAddress, ensure_server, home_folder
from usance.worker.session import MALFORMED_BOOK, Place, place_of

T = TypeVar("T")
HOST: Final = "127.0.0.1"
REFUSED: Final = 1
USAGE: Final = 2
UNREACHABLE: Final = 3


def server() -> ServerAddress:
    """Return the database server, running."""
    with saying():
        return ensure_server(os.environ)


def place(book: str) -> Place:
    """Return where a book lies, with its database server running.

    book: "" for the only one there is, or `main`.
    """
    with saying():
        address, home = ensure_server(os.environ), home_folder(os.environ)
        named = book or meant(uvloop.run(books_on(address, home)))
        return place_of(address, home, named)


@contextmanager
def option(name: str, *fields: str) -> Iterator[None]:
    """Let an input that is malformed go by the name it has on the command line.

    fields: which inputs are meant; none for whatever there is.
    """
    try:
        yield
    except Invalid as wrong:
        if fields and wrong.field not in fields:
            raise
        raise Invalid(wrong.code, name, wrong.value) from wrong


def choice(name: str, value: str, choices: type[StrEnum]) -> None:
    """Raise a wrong usage, which names the choices, for a value that is none of them; "" is."""
    if value and value not in list(choices):
        said = f"{value} is none of {', '.join(choices)}"
        raise typer.BadParameter(said, param_hint=name)


def door(port: int) -> socket.socket:
    """Take the port to serve on before the work begins, so that it is not found taken after."""
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with saying():
        try:
            taken.bind((HOST, port))
            taken.listen()
        except OSError as error:
            taken.close()
            raise Unavailable(
                f"The port {port} cannot be had: {error.strerror}. Name another with --port."
            ) from error
    return taken


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a command to its end; say in one line what went wrong and exit accordingly."""
    with saying():
        return uvloop.run(work)


def refused(refusal: Refusal, language: Language = "en") -> typer.Exit:
    """Say why the book said no, and what to do; return the exit to raise."""
    # The catalogue knows every chapter: it is loaded only where somebody is refused.
    from usance.bootstrap import catalogue  # noqa: PLC0415

    code = catalogue()[refusal.code]
    said = code.title(language, refusal.field, refusal.value)
    return _ends(f"{said} {code.remedy(language)} ({refusal.code})", REFUSED)


@contextmanager
def saying() -> Iterator[None]:
    """Say in one line what went wrong within, and exit accordingly."""
    try:
        yield
    except Unavailable as error:
        raise _ends(str(error), UNREACHABLE) from error
    except NotFound as error:
        remedy = _books_there_are() if error.what == "book" else ""
        raise _ends(f"{error}{remedy}", USAGE if error.what == "book" else REFUSED) from error
    except Invalid as wrong:
        is_book = wrong.field == "book" and wrong.code is MALFORMED_BOOK
        field = "--book" if wrong.field == "book" else wrong.field
        said = str(Invalid(wrong.code, field, wrong.value))
        raise _ends(said, USAGE if is_book else REFUSED) from wrong
    except UsanceError as error:
        raise _ends(str(error), REFUSED) from error
    except OSError as error:
        if error.filename is None:
            raise
        raise _ends(f"{error.filename}: {error.strerror}.", REFUSED) from error


def _books_there_are() -> str:
    there = uvloop.run(books_on(ensure_server(os.environ), home_folder(os.environ)))
    if not there:
        return " There is none yet: usance migrate makes one, usance demo plays one."
    return f" There {'is' if len(there) == 1 else 'are'} {', '.join(there)}: name one with --book."


def _ends(message: str, code: int) -> typer.Exit:
    sys.stderr.write(f"usance: {message}\n")
    return typer.Exit(code)
