"""The worker – follows – transfers on their way, and somebody – asks – where one is.

Everything here lies beside the money path: what a rail said is kept as it was heard, and read
when somebody asks.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from usance.kernel.ids import InstructionId
from usance.payments import store
from usance.payments.errors import NOT_A_UETR
from usance.payments.model import (
    Dispatch,
    Instruction,
    Track,
    TransferStatus,
    TransferUpdate,
    followed,
    instruction_of,
)
from usance.payments.ports import UETR, AnswerKind, NoticeKind, Rail, RailAnswer, RailNotice
from usance.payments.rules.corridors import arrival
from usance.payments.service.corridors import list_corridors
from usance.payments.store import owner_of as owner_of  # noqa: PLC0414 - for the mouths
from usance.policy.service import calendar_in_force, row_in_force
from usance.runtime.database import Connection

_STATUSES: Final = frozenset(TransferStatus)
_IMPLIED: Final = {
    AnswerKind.CONFIRMED: TransferStatus.SETTLED,
    AnswerKind.REFUSED: TransferStatus.REJECTED,
}


def is_tracked(rail: Rail | None) -> bool:
    """Whether a rail's transfers travel under a UETR."""
    return rail is not None and UETR in rail.capabilities


async def sent(
    connection: Connection, dispatches: Sequence[Dispatch], at: datetime
) -> list[store.Heard]:
    """Return that transfers have been handed over just now, and when they should arrive."""
    promises: dict[tuple[str, str, str], datetime | None] = {}
    found = []
    for each in dispatches:
        way = (each.creditor.address.country, each.amount.currency, each.rail)
        if way not in promises:
            promises[way] = await _promise(connection, *way, at)
        update = TransferUpdate(TransferStatus.SENT, "", at)
        found.append(store.Heard(each.id, update, promises[way]))
    return found


async def _promise(
    connection: Connection, country: str, currency: str, method: str, at: datetime
) -> datetime | None:
    """Return when what goes this way now should arrive, None where the catalogue is silent."""
    on = at.date()
    ways = await list_corridors(connection, on, country, currency)
    way = next((each for each in ways if each.method == method), None)
    row = await row_in_force(connection, "payments.calendar", currency, on)
    if way is None or row is None:
        return None
    return arrival(way, at, await calendar_in_force(connection, row.text("calendar")))


def heard_of(instruction: Instruction, answer: RailAnswer, at: datetime) -> list[store.Heard]:
    """Return what an answer says of a transfer's way; its own code may be `ACSP/G000`."""
    word, _, reason = answer.own_code.partition("/")
    implied = _IMPLIED.get(answer.kind)
    if word in _STATUSES:
        status = TransferStatus(word)
    elif implied is not None:
        status, reason = implied, answer.own_code or answer.code
    else:
        return []
    return [store.Heard(instruction.id, TransferUpdate(status, reason, at, answer.reference))]


def returned(notice: RailNotice, at: datetime) -> list[store.Heard]:
    """Return that a transfer came back."""
    if notice.kind is not NoticeKind.RETURNED:
        return []
    update = TransferUpdate(TransferStatus.RETURNED, notice.code, at, notice.reference)
    return [store.Heard(notice.instruction, update)]


def named(uetr: str) -> InstructionId:
    """Return the instruction a UETR names. Raises Invalid(not_a_uetr)."""
    instruction = instruction_of(uetr)
    if instruction is None:
        raise NOT_A_UETR.invalid("uetr", uetr[:60])
    return instruction


async def track(connection: Connection, uetr: str) -> Track | None:
    """Return where the transfer of a UETR is, None where we have sent none.

    Raises Invalid(not_a_uetr).
    """
    identifier = named(uetr)
    found = await store.instructions_by_id(connection, [identifier])
    updates, promised_at = await store.updates_of(connection, identifier)
    if not found or not updates:
        return None
    [instruction] = found
    told = followed(updates)
    state = [each.update.status for each in told if each.follows][-1]
    return Track(
        uetr,
        instruction.id,
        instruction.kind,
        instruction.rail,
        instruction.amount,
        state,
        promised_at,
        told,
        await store.recall_of(connection, identifier),
    )
