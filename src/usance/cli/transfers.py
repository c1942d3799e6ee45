"""One transfer's way as lines of text, or as one JSON object."""

import sys

from usance.cli.acting import act
from usance.cli.refusing import option
from usance.kernel.errors import NotFound
from usance.kernel.records import encode
from usance.payments.model import Track
from usance.payments.service import RecallTransfer
from usance.payments.service.tracking import named, track
from usance.worker.session import Place, opened


async def print_transfer(place: Place, uetr: str, *, as_json: bool) -> None:
    """Print where a transfer is. Raises NotFound."""
    async with opened(place) as session, session.pool.acquire() as connection:
        with option("UETR", "uetr"):
            found = await track(connection, uetr)
    if found is None:
        raise NotFound("transfer", uetr)
    sys.stdout.write((encode(found).decode() if as_json else _told(found)) + "\n")


async def recall_transfer(place: Place, uetr: str, reason: str, key: str, *, as_json: bool) -> None:
    """Ask the bank to bring a transfer back, and print where it is. Raises NotFound."""
    async with opened(place) as session:
        with option("UETR", "uetr"):
            instruction = named(uetr)
        async with session.pool.acquire() as connection:
            if await track(connection, uetr) is None:
                raise NotFound("transfer", uetr)
        await act(session, "recall_transfer", RecallTransfer(instruction, reason), key)
        async with session.pool.acquire() as connection:
            found = await track(connection, uetr)
    assert found is not None, "it was there a moment ago"
    sys.stdout.write((encode(found).decode() if as_json else _told(found)) + "\n")


def _told(found: Track) -> str:
    lines = [f"{found.uetr}  {found.kind} {found.amount} by {found.rail}: {found.status}"]
    if found.promised_at is not None:
        lines.append(f"  should arrive by {found.promised_at:%Y-%m-%d %H:%M} UTC")
    for each in found.updates:
        update = each.update
        mark = " " if each.follows else "?"
        lines.append(f"  {mark} {update.at:%Y-%m-%d %H:%M:%S}  {update.status} {update.reason}")
    if found.recall is not None:
        lines.append(f"  recall ({found.recall.reason}): {found.recall.state}")
    return "\n".join(lines)
