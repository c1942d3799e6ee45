"""Commands and verbs: what may be asked of the engine, and the stages that answer.

`PATH` (in the bootstrap) maps each verb to the record of its body and to its stages in story
order. A stage prepares in bulk (what neighbours in the batch cannot change) and then applies
one command at a time.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, Protocol, TypeVar
from uuid import UUID

import msgspec

from usance.kernel.draft import Draft, Lookup, Rows
from usance.kernel.errors import Code, Refusal
from usance.kernel.records import Record

R = TypeVar("R", bound=Record)


class Command(Record, frozen=True):
    """What somebody asks the book to do.

    id: made by the caller, a UUIDv7; it is the idempotency key. actor: the user who asks.
    """

    id: UUID
    verb: str
    actor: UUID
    body: Record


class Loader(Protocol):
    """What a stage may look up before the batch is applied, in bulk."""

    async def rows(self, rows: Rows[Any, Any], keys: Sequence[Any]) -> None:
        """Make these rows visible to the drafts of the batch."""

    async def found(self, lookup: Lookup[Any, Any], values: Sequence[Any]) -> None:
        """Make the rows that these values of a lookup name visible to the drafts."""

    def get(self, rows: Rows[Any, R], key: Any) -> R | None:  # noqa: ANN401 - any key
        """Return a row that is in memory or was made visible."""

    def find(self, lookup: Lookup[Any, R], value: Any) -> R | None:  # noqa: ANN401 - any value
        """Return the row that a lookup's value names, in memory or made visible."""

    async def unused(self, rows: Rows[Any, Any]) -> tuple[UUID, UUID]:
        """Return two ids between which no row of a table has one, where its ids are UUIDs.

        The range ends a day or two after the book's time. Whoever gives a row an id of the far
        future is looked up each time; others are not.
        """

    async def fetch(self, sql: str, *arguments: object) -> list[Any]:
        """Run a query of a chapter's store over rows that ordinary transactions write.

        What engine verbs write may still be on its way to the database: ask for it by `rows`,
        `found` and `unused`, or in a verb that is `alone`.
        """


Prepare = Callable[[Loader, Sequence[Command]], Awaitable[Any]]
Apply = Callable[[Draft, Any, Any], Refusal | None]


class Stage(msgspec.Struct, frozen=True):
    """One step of a verb. `apply` gets the draft, the command's body and what `prepare` found."""

    apply: Apply
    prepare: Prepare | None = None


class FourEyes(msgspec.Struct, frozen=True):
    """That another person must approve a verb, and what is otherwise where people ask for it.

    trial: stages that say, when it is proposed, whether it could be done now; without them all
    its stages are tried. then: stages that follow its own. completed: adds to what was proposed
    what the book alone can know, such as ids of the time.
    """

    trial: tuple[Stage, ...] = ()
    then: tuple[Stage, ...] = ()
    completed: Callable[[Draft, Any], Any] | None = None


class Verb(msgspec.Struct, frozen=True):
    """Something the engine can be asked to do.

    body: the record of its inputs. scope: what a key must be allowed to ask it; "" means that
    only the house itself may. four_eyes: another person must approve it first. alone: it is a
    batch of its own, and `prepare` finds in the tables all that was decided before it.
    """

    body: type[Record]
    stages: tuple[Stage, ...]
    scope: str = ""
    four_eyes: FourEyes | None = None
    alone: bool = False


Path = Mapping[str, Verb]


class Tick(Record, frozen=True):
    """Fire what has fallen due. `to`: on a test clock, set the book's time first."""

    to: str = ""


class Beat(Record, frozen=True):
    """Give the facts that ordinary transactions told their positions."""


TICK: Final = "tick"
BEAT: Final = "beat"
KEY_REUSED: Final = Code(
    "idempotency_key_reused",
    422,
    "The idempotency key was used before with other inputs.",
    "该幂等键此前已用于不同的请求内容。",
    "Use a new key for a new request; repeat the old inputs to get the old answer.",
    "新请求请使用新的键;重复原请求内容可得到原结果。",
)
QUARANTINED: Final = Code(
    "quarantined",
    500,
    "The command could not be written and was set aside: {value}.",
    "命令无法写入,已隔离:{value}。",
    "Nothing was done. Tell the operator the id of the command.",
    "未执行任何操作。请将命令标识告知运营方。",
)
UNKNOWN_VERB: Final = Code(
    "unknown_verb",
    422,
    "{field}: {value} is nothing this book can be asked to do.",
    "{field}:账簿不支持操作 {value}。",
    "See the list of verbs of this version; a newer caller may need a newer engine.",
    "请查阅本版本支持的操作;较新的调用方可能需要较新的引擎。",
)
CODES: Final = (KEY_REUSED, QUARANTINED, UNKNOWN_VERB)
