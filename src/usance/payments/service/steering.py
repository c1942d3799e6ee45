"""Somebody – tells – a test book's simulated rails how to behave, for a while.

What they are told is a row, so that whoever replays the book sees the same happen.
"""

from collections.abc import Mapping

from usance.payments import store
from usance.payments.model import Steering
from usance.payments.ports import Rail, Steerable
from usance.runtime.database import Connection


async def steer_rail(connection: Connection, steering: Steering) -> None:
    """Have a simulated rail behave so from now on."""
    await store.add_steering(connection, steering)


async def steered_rails(connection: Connection, rails: Mapping[str, Rail]) -> Mapping[str, Rail]:
    """Return rails as a test book has told them to behave; those that are real are left alone."""
    orders = await store.steerings(connection)
    return {
        name: rail.steered(orders) if isinstance(rail, Steerable) else rail
        for name, rail in rails.items()
    }
