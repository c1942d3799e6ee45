"""Facts: what has happened, told once, each at its place.

One accepted command becomes one fact. Its parts are the events that the stages of the command
told, in story order. Positions start at 1 and have no gaps, because the engine alone gives
them; subscribers, projections and the evidence log all follow the same positions.
"""

import re
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec

from usance.kernel.errors import Refusal
from usance.kernel.records import Record, decode

T = TypeVar("T", bound=Record)


class Fact(Record, frozen=True):
    """What one command did.

    parts: events by their name (`payment_captured`), each as the JSON it was told in.
    transfers: SHA-256 over the ledger transfers of the command, hexadecimal, "" for none.
    """

    position: int
    verb: str
    command: UUID
    actor: UUID
    recorded_at: datetime
    thread: UUID | None
    parts: dict[str, msgspec.Raw]
    transfers: str = ""

    def part(self, kind: type[T]) -> T | None:
        """Return the part of this kind, None where the fact has none."""
        raw = self.parts.get(part_name(kind))
        return None if raw is None else decode(bytes(raw), kind)


class Outcome(Record, frozen=True):
    """The answer to a command: a fact, or a refusal. The same key gets the same answer.

    replayed: the answer is an old one; nothing was done this time.
    """

    fact: Fact | None = None
    refusal: Refusal | None = None
    replayed: bool = False

    def part(self, kind: type[T]) -> T:
        """Return a part that the accepted command certainly told."""
        assert self.fact is not None, self.refusal
        part = self.fact.part(kind)
        assert part is not None, f"{kind.__name__} not among {list(self.fact.parts)}"
        return part


_names: dict[type, str] = {}


def part_name(kind: type[Record]) -> str:
    """Return the name under which events of this kind stand in facts: `payment_captured`."""
    name = _names.get(kind)
    if name is None:
        name = _names[kind] = re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
    return name
