"""What rails post to us, as it came, and how far we have got with it."""

from datetime import datetime
from enum import StrEnum

from usance.kernel.ids import HookId, InstructionId
from usance.kernel.records import Record


class HookState(StrEnum):
    """Whether a hook was worked, and whether what it says is in the book."""

    WAITING = "waiting"
    TAKEN = "taken"
    REFUSED = "refused"


class Hook(Record, frozen=True):
    """Something that somebody posted to us in the name of a rail.

    received_at: wall time. size: of the body in bytes; of a hook that is not a rail's own only the
    beginning is kept. code: why it was refused, "" where it was not. event: the provider's id of
    what it tells, "" until it was read; occurred_at: the provider's time of that.
    """

    id: HookId
    rail: str
    received_at: datetime
    headers: dict[str, str]
    body: bytes
    size: int
    state: HookState
    code: str = ""
    event: str = ""
    occurred_at: datetime | None = None
    worked_at: datetime | None = None


class HookMark(Record, frozen=True):
    """The provider's time of the last answer that a hook gave for an instruction."""

    instruction: InstructionId
    occurred_at: datetime
