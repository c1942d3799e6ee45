"""The draft: what one command has read and written so far, before it is accepted.

Rules, gates and services see the book only through a draft. It shows the state as all earlier
commands left it, takes this command's changes, and is dropped whole when the command is
refused: so nothing is ever half done. The engine (in `runtime`) makes drafts; this is what the
rest of the house may ask of one.
"""

from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from usance.kernel.ids import Id
from usance.kernel.records import Record

K = TypeVar("K", bound=Hashable)
R = TypeVar("R", bound=Record)
V = TypeVar("V", bound=Hashable)
I = TypeVar("I", bound=Id)  # noqa: E741 - an id
T = TypeVar("T")


class Rows(Generic[K, R]):
    """A kind of row that commands read and write, each found by its key.

    name: schema and table, `payments.payments`. slot: its number among all kinds of rows.
    by_id: the key is one id.
    """

    name: str
    slot: int
    by_id: bool


class Lookup(Generic[V, R]):
    """A second way to find a row: by columns whose values are unique and never change.

    by_id: the value is one id.
    """

    name: str
    slot: int
    by_id: bool


class Block(Protocol):
    """Rows given column by column, as they are written."""

    def __len__(self) -> int:
        """Return how many rows there are."""

    def highest(self) -> int:
        """Return the highest id of the rows, as an integer."""


class Sight(Protocol):
    """What can be seen of the rows in an engine's memory, as the last batch left them."""

    def get(self, rows: Rows[K, R], key: K) -> R | None:
        """Return the row of this key."""

    def find(self, lookup: Lookup[V, R], value: V) -> R | None:
        """Return the row that a lookup's value names."""


class Standing(Protocol):
    """What stands still while most commands come and go: rules, rates, lists."""

    @property
    def now(self) -> datetime:
        """The engine's time, the same for the whole batch; UTC."""

    def get(self, rows: Rows[K, R], key: K) -> R | None:
        """Return the row of this key as the commands so far left it."""


class Draft(Standing, Protocol):
    """What a command may ask of the book while it is being decided."""

    @property
    def command_id(self) -> UUID:
        """The id of the command at work."""

    @property
    def actor(self) -> UUID:
        """The user who sent it."""

    @property
    def position(self) -> int:
        """The position that the fact of this command will have if it is accepted."""

    def recall(self, reading: Callable[[Standing, K], T], key: K) -> T:
        """Return what a reading says of a key, read once while no standing row is written.

        A reading sees tables declared as standing and the batch's time, nothing else: what it
        says of a key is the same for every command until a command writes to such a table.
        """

    def get_all(self, rows: Rows[K, R], keys: Sequence[K]) -> list[R | None]:
        """Return the rows of many keys, in their order."""

    def find(self, lookup: Lookup[V, R], value: V) -> R | None:
        """Return the row that a lookup's value names."""

    def put(self, rows: Rows[K, R], row: R) -> None:
        """Write a row: a new key is inserted, a known one replaced."""

    def put_all(self, rows: Rows[K, R], several: Sequence[R]) -> None:
        """Write many rows of different keys, of a kind that has no lookups."""

    def add(self, rows: Rows[Any, R], several: "Sequence[R] | Block") -> None:
        """Write new rows that nothing will look up before the batch is committed."""

    def tell(self, part: Record) -> None:
        """Add a part to the fact this command will become."""

    def told(self, kind: type[R]) -> R | None:
        """Return the part of this kind that an earlier stage told."""

    def thread(self, subject: UUID) -> None:
        """Say which trade this command belongs to, so that its life can be read in one go."""

    def schedule(self, due_at: datetime, verb: str, body: Record) -> None:
        """Have the engine carry out `verb` when the book's time reaches `due_at`."""

    def seal(self, *transfers: bytes) -> None:
        """Take the bytes of transfers into the digest that the fact carries."""

    def mark(self) -> int:
        """Return a point to which `undo` can go back within this command."""

    def undo(self, mark: int) -> None:
        """Take back what this command wrote since `mark`: a chain that failed."""

    def new_id(self, kind: type[I]) -> I:
        """Return a new id that follows from the command's own, the same at every replay."""
