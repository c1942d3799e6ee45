"""Where a command works, and that it is run to its end."""

import os
import socket
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

import typer
import uvloop

from usance.cli.books import books_on, meant
from usance.cli.errors import NO_SUCH_BOOK, PORT_TAKEN
from usance.cli.refusing import UNREACHABLE, USAGE, no, saying
from usance.cli.voice import says
from usance.kernel.errors import Invalid, NotFound
from usance.runtime.postgres import ServerAddress, ensure_server, home_folder
from usance.worker.session import MALFORMED_BOOK, Place, place_of

T = TypeVar("T")
HOST: Final = "127.0.0.1"


def server() -> ServerAddress:
    """Return the database server, running."""
    with saying():
        return ensure_server(os.environ)


def place(book: str) -> Place:
    """Return where a book lies, with its database server running.

    book: "" for the only one there is, or `main`.
    """
    with _here():
        address, home = ensure_server(os.environ), home_folder(os.environ)
        named = book or meant(uvloop.run(books_on(address, home)))
        return place_of(address, home, named)


def door(port: int) -> socket.socket:
    """Take the port to serve on before the work begins, so that it is not found taken after."""
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((HOST, port))
        taken.listen()
    except OSError as error:
        taken.close()
        raise no(PORT_TAKEN, str(error.strerror), port, ends=UNREACHABLE) from error
    return taken


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a command to its end; say in one line what went wrong and exit accordingly."""
    with _here():
        return uvloop.run(work)


@contextmanager
def _here() -> Iterator[None]:
    """Say what went wrong within, also that the book is not there; exit accordingly."""
    with saying():
        try:
            yield
        except NotFound as error:
            if error.what != "book":
                raise
            raise _there_are(error.value) from error
        except Invalid as wrong:
            if wrong.code is not MALFORMED_BOOK:
                raise
            raise no(MALFORMED_BOOK, "--book", wrong.value, ends=USAGE) from wrong


def _there_are(book: str) -> typer.Exit:
    """Say that there is no such book, and which there are; return the exit to raise."""
    there = uvloop.run(books_on(ensure_server(os.environ), home_folder(os.environ)))
    if there:
        among = ", ".join(there)
        are = says(f"There {'is' if len(there) == 1 else 'are'} {among}: name one with --book.",
                   f"现有账簿:{among};请用 --book 指定。")  # fmt: skip
    else:
        are = says("There is none yet: usance migrate makes one, usance demo plays one.",
                   "尚无账簿:usance migrate 可新建,usance demo 可演示。")  # fmt: skip
    return no(NO_SUCH_BOOK, "--book", book, allowed=are, ends=USAGE)
