"""What risk asks of the world outside: sanctions lists, read into one shape."""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from usance.kernel.records import Record
from usance.risk.model import ListedEntity


class Reject(Record, frozen=True):
    """A part of a list that could not be read; the rest was.

    where: file and line, or the publisher's reference. why: a sentence for people.
    """

    where: str
    why: str


class Reading(Record, frozen=True):
    """What a list file holds. published_on: as the file says, None where it says nothing."""

    entities: tuple[ListedEntity, ...]
    rejects: tuple[Reject, ...]
    published_on: date | None = None


class Watchlist(Protocol):
    """A publisher's list."""

    @property
    def code(self) -> str:
        """Its short name, `un`."""

    @property
    def source(self) -> str:
        """Its title and publisher, for people."""

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the files that `translate` expects."""

    def translate(self, files: Mapping[str, bytes]) -> Reading:
        """Return what the files say; bad lines become rejects.

        Raises Invalid(unreadable_list) when a file as a whole cannot be read.
        """
