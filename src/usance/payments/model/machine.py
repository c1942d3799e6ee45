"""How lives are written down: a table of (state, event) → state, and one function that steps.

What is not in its table cannot happen, and to try it is a bug: `step` raises. Whoever may be
told no asks `may` first and refuses; what has happened outside is booked without a step.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


class IllegalStep(Exception):
    """A life was to take a step that its table does not know. A bug; do not retry."""


class Said(NamedTuple):
    """What a state or an event means, in both languages."""

    en: str
    zh: str


class Machine(NamedTuple, Generic[S, E]):
    """The life of one noun.

    name: of the noun. begins: the states in which a life may begin. steps: what an event makes
    of a state. codes: how a request that would cause the event is refused, in the order of the
    checks; an event that rails or the clock bring has none.
    """

    name: str
    title: Said
    begins: frozenset[S]
    states: Mapping[S, Said]
    events: Mapping[E, Said]
    steps: Mapping[tuple[S, E], S]
    codes: Mapping[E, tuple[str, ...]] = {}

    def may(self, state: S, event: E) -> bool:
        """Return whether an event can happen in a state."""
        return (state, event) in self.steps

    def step(self, state: S, event: E) -> S:
        """Return the state that an event leads to. Raises IllegalStep."""
        after = self.steps.get((state, event))
        if after is None:
            raise IllegalStep(f"{self.name}: {event} cannot happen in {state}")
        return after


def may_become(machine: Machine[S, E]) -> dict[S, frozenset[S]]:
    """Return for each state those that one event leads to, itself left out."""
    return {
        state: frozenset(after for (before, _), after in machine.steps.items() if before is state)
        - {state}
        for state in machine.states
    }
