"""Which rails a live book may use: those that reach a server, and simulated ones by name.

A simulated rail says yes to money that nobody moves, so a live book, where real people buy, must
never take its word unasked. What is not configured takes nothing, and says so at once.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import structlog

from usance.payments.model import Decline, Dispatch, Instruction
from usance.payments.ports import AnswerKind, Limit, Rail, RailAnswer, RailNotice, Steerable

# The names, between commas, of simulated rails that a live book may use all the same.
ALLOWED: Final = "USANCE_SIMULATED_RAILS"
_log = structlog.get_logger()


class NotConfigured:
    """Stands in a live book for a rail that is only simulated. Implements payments.ports.Rail."""

    def __init__(self, rail: Rail) -> None:
        self.name = rail.name
        self.capabilities: frozenset[str] = rail.capabilities
        self.limits: Mapping[str, Limit] = rail.limits

    async def send(self, instruction: Dispatch, at: datetime) -> RailAnswer:
        """Refuse: nothing was sent, and another rail may be asked."""
        del instruction, at
        return RailAnswer(AnswerKind.REFUSED, Decline.NOT_CONFIGURED)

    async def ask(self, instruction: Dispatch, at: datetime) -> RailAnswer:
        """Say that nobody knows: it was sent when the rail was configured."""
        del instruction, at
        return RailAnswer(AnswerKind.UNKNOWN, Decline.NOT_CONFIGURED)

    async def notices(
        self, instructions: Sequence[Instruction], since: datetime, until: datetime
    ) -> Sequence[RailNotice]:
        """Return nothing: it hears nobody."""
        del instructions, since, until
        return ()


def allowed_in(environment: Mapping[str, str]) -> frozenset[str]:
    """Return the simulated rails that the environment lets a live book use."""
    names = environment.get(ALLOWED, "").split(",")
    return frozenset(name.strip() for name in names) - {""}


def is_simulated(rail: Rail) -> bool:
    """Whether a rail moves no money: only those that are simulated can be told what to do."""
    return isinstance(rail, Steerable)


def live_rails(rails: Mapping[str, Rail], allowed: frozenset[str]) -> dict[str, Rail]:
    """Return the rails as a live book may use them, and log what is not real."""
    found = dict(rails)
    for name, rail in rails.items():
        if not is_simulated(rail):
            continue
        if name in allowed:
            _log.warning("rail_simulated", rail=name, allowed_by=ALLOWED)
        else:
            _log.warning("rail_not_configured", rail=name, remedy=remedy_of(name))
            found[name] = NotConfigured(rail)
    return found


def remedy_of(name: str) -> str:
    """Return what makes a rail usable in a live book."""
    return f"name its server in the environment, or allow it: {ALLOWED}={name}"
