"""What a command names by its id."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from usance.cli.refusing import option
from usance.kernel.errors import NotFound
from usance.kernel.ids import Id
from usance.runtime.database import Connection

K = TypeVar("K", bound=Id)
R = TypeVar("R")


async def named(
    connection: Connection,
    noun: str,
    spelt: str,
    kind: type[K],
    find: Callable[[Connection, K], Awaitable[R | None]],
) -> R:
    """Return what an id names. Raises Invalid(malformed_id), NotFound.

    noun: as it is called where there is none; its last word in capitals is the argument's name.
    """
    with option(noun.rpartition(" ")[2].upper()):
        identifier = kind(spelt)
    found = await find(connection, identifier)
    if found is None:
        raise NotFound(noun, spelt)
    return found
