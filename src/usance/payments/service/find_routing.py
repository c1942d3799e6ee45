"""Find what was adopted, how rails stand and which rails a payment tried, for the mouths."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from usance.kernel.ids import PaymentId
from usance.kernel.records import Record
from usance.payments import store
from usance.payments.model import Attempt, BreakerState, RailHealth, RoutingVersion
from usance.payments.rules.routing import DEFAULT
from usance.runtime.database import Connection

# More versions than any book adopts.
_VERSIONS_MAX: Final = 10_000


class RailStanding(Record, frozen=True):
    """How a rail stood at its last answer. failures_percent: of its recent answers."""

    rail: str
    state: BreakerState
    since: datetime
    failures_percent: int


class RoutingShown(Record, frozen=True):
    """What routes payments now, how rails stand, and all that was adopted, the newest first."""

    in_force: RoutingVersion
    rails: tuple[RailStanding, ...]
    versions: tuple[RoutingVersion, ...]


async def routing_of(connection: Connection, now: datetime, limit: int = 20) -> RoutingShown:
    """Return what holds now and the newest versions; version 0 is what a new book has."""
    adopted = await store.versions(connection, None, _VERSIONS_MAX)
    began = [version for version in adopted if version.effective_at <= now]
    default = RoutingVersion(0, DEFAULT, now, now, "what a new book has", None, 0)
    healths = await store.healths(connection)
    return RoutingShown(
        began[0] if began else default, tuple(map(_standing, healths)), tuple(adopted[:limit])
    )


def _standing(health: RailHealth) -> RailStanding:
    total = health.good + health.bad
    return RailStanding(
        health.rail, health.state, health.since, health.bad * 100 // total if total else 0
    )


async def attempts(connection: Connection, payment_id: PaymentId) -> Sequence[Attempt]:
    """Return the rails that a payment tried, with what came of each, the first first."""
    return await store.attempts_of(connection, payment_id)
