"""One transfer's way as lines of text, or as the object that the API shows."""

import sys

from usance.api.transfers import TRACK
from usance.cli.acting import act
from usance.cli.listing import text
from usance.cli.refusing import option
from usance.cli.voice import Words, says
from usance.kernel.errors import NotFound
from usance.payments.model import Track
from usance.payments.service import RecallTransfer
from usance.payments.service.tracking import named, track
from usance.worker.session import Place, Session, opened


async def print_transfer(place: Place, uetr: str, *, as_json: bool, language: Words) -> None:
    """Print where a transfer is. Raises NotFound."""
    async with opened(place) as session:
        found = await _track(session, uetr)
    _print(found, as_json=as_json, language=language)


async def recall_transfer(
    place: Place, uetr: str, reason: str, key: str, *, as_json: bool, language: Words
) -> None:
    """Ask the bank to bring a transfer back, and print where it is. Raises NotFound."""
    async with opened(place) as session:
        await _track(session, uetr)
        body = RecallTransfer(named(uetr), reason)
        await act(session, "recall_transfer", body, key, language)
        found = await _track(session, uetr)
    _print(found, as_json=as_json, language=language)


async def _track(session: Session, uetr: str) -> Track:
    async with session.pool.acquire() as connection:
        with option("UETR", "uetr"):
            found = await track(connection, uetr)
    if found is None:
        raise NotFound("transfer", uetr)
    return found


def _print(found: Track, *, as_json: bool, language: Words) -> None:
    said = TRACK.model_validate(found).model_dump_json() if as_json else _told(found, language)
    sys.stdout.write(f"{said}\n")


def _told(found: Track, language: Words) -> str:
    by = says("{0} {1} by {2}", "{0} {1},通道 {2}", language)
    what = by.format(text(found.kind, language), found.amount, found.rail)
    lines = [f"{found.uetr}  {what}: {text(found.status, language)}"]
    if found.promised_at is not None:
        promise = says("should arrive by {0}", "预计不晚于 {0} 到账", language)
        lines.append(f"  {promise.format(text(found.promised_at, language))}")
    for each in found.updates:
        update = each.update
        mark = " " if each.follows else "?"
        status = f"{update.status} {text(update.status, language)} {update.reason}".rstrip()
        lines.append(f"  {mark} {update.at:%Y-%m-%d %H:%M:%S}  {status}")
    if found.recall is not None:
        recall = says("recall ({0}): {1}", "召回({0}):{1}", language)
        state = text(found.recall.state, language)
        lines.append(f"  {recall.format(found.recall.reason, state)}")
    return "\n".join(lines)
