"""A rail – remits – in one sum what it collected for many: announced, shown by our bank, settled.

What the rail says is no money yet: paying a seller on it would pay with other clients' money. So
until our bank shows the sum the rail owes it, and only then each payment is settled.
"""

from collections.abc import Sequence
from typing import Final

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import InstructionId, RemittanceId
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record, replace
from usance.payments.errors import (
    NOT_IN_REMITTANCE,
    NOTHING_DUE,
    SUM_DIFFERS,
    UNKNOWN_REMITTANCE,
    WRONG_STATE,
)
from usance.payments.events import (
    RemittanceAnnounced,
    RemittanceDiffers,
    RemittanceDismissed,
    RemittanceReceived,
)
from usance.payments.model import (
    REMITTANCE,
    Remittance,
    RemittanceEvent,
    RemittanceLine,
    RemittanceStatus,
    remittance_id_of,
)
from usance.payments.tables import REMITTANCES
from usance.runtime.commands import Command, Loader

OTHER_AMOUNT: Final = "other_amount"
ARRIVED_TWICE: Final = "arrived_twice"
LATE_LINES: Final = "late_lines"


class RecordRemittance(Record, frozen=True):
    """Keep what a rail announces to pay under a reference of its own."""

    rail: str
    reference: str
    currency: Currency
    lines: tuple[RemittanceLine, ...]


class ReceiveRemittance(Record, frozen=True):
    """Our bank shows the money. booking: our account and the bank's reference of it."""

    remittance_id: RemittanceId
    booking: str
    amount: Money


class SettleRemittance(Record, frozen=True):
    """Settle the lines of a remittance that differs, without those that were not paid."""

    remittance_id: RemittanceId
    without: tuple[InstructionId, ...] = ()


class DismissRemittance(Record, frozen=True):
    """Say that an advice stands for no money; what came is booked as any credit is."""

    remittance_id: RemittanceId


async def prepare_record_remittance(loader: Loader, commands: Sequence[Command]) -> None:
    """Load what is known under the references."""
    bodies = [c.body for c in commands if isinstance(c.body, RecordRemittance)]
    await loader.rows(REMITTANCES, [_id_of(body) for body in bodies])


async def prepare_remittance(loader: Loader, commands: Sequence[Command]) -> None:
    """Load the remittances that commands are about."""
    wanted = [command.body.remittance_id for command in commands]  # type: ignore[attr-defined]
    await loader.rows(REMITTANCES, wanted)


def apply_record_remittance(draft: Draft, body: RecordRemittance, _facts: None) -> Refusal | None:
    """Keep the lines that are new. Refuses: nothing_due (all are known).

    A line that is named after the money has come was not paid with it: the rail owes it still.
    """
    known = draft.get(REMITTANCES, _id_of(body))
    if known is None:
        known = Remittance(
            _id_of(body),
            body.rail,
            body.reference,
            body.currency,
            (),
            RemittanceStatus.ANNOUNCED,
            draft.now,
        )
    there = {line.notice for line in known.lines}
    new = tuple(line for line in body.lines if line.notice not in there)
    if not new:
        return NOTHING_DUE.refuse("reference", body.reference)
    is_late = known.status is not RemittanceStatus.ANNOUNCED
    if is_late:
        new = tuple(replace(line, left_out=True) for line in new)
    remittance = replace(known, lines=(*known.lines, *new))
    draft.put(REMITTANCES, remittance)
    draft.thread(remittance.id)
    if is_late:
        late = Money(sum(line.net for line in new), body.currency)
        draft.tell(_differs(remittance, LATE_LINES, late, Money(0, body.currency)))
    else:
        draft.tell(
            RemittanceAnnounced(
                remittance.id,
                remittance.rail,
                remittance.reference,
                len(remittance.lines),
                remittance.amount,
            )
        )
    return None


def apply_receive_remittance(draft: Draft, body: ReceiveRemittance, _facts: None) -> Refusal | None:
    """Settle all lines where the sum is theirs; else people are asked.

    Anybody may send us a cent with a carrier's reference: the sum that comes after it is the sum.
    Refuses: unknown_remittance, nothing_due (this booking is known, or the advice is void).
    """
    remittance = draft.get(REMITTANCES, body.remittance_id)
    if remittance is None:
        return UNKNOWN_REMITTANCE.refuse("remittance_id", body.remittance_id)
    if body.booking == remittance.booking or remittance.status is RemittanceStatus.DISMISSED:
        return NOTHING_DUE.refuse("booking", body.booking)
    draft.thread(remittance.id)
    is_sum = body.amount == remittance.amount
    if remittance.booking and not (is_sum and remittance.status is RemittanceStatus.DIFFERS):
        draft.tell(_differs(remittance, ARRIVED_TWICE, remittance.amount, body.amount))
        return None
    shown = replace(remittance, booking=body.booking, arrived=body.amount.minor)
    if is_sum:
        _receive(draft, shown, RemittanceEvent.ARRIVED)
        return None
    status = REMITTANCE.step(shown.status, RemittanceEvent.ARRIVED_OTHERWISE)
    draft.put(REMITTANCES, replace(shown, status=status))
    draft.tell(_differs(shown, OTHER_AMOUNT, shown.amount, body.amount))
    return None


def apply_settle_remittance(draft: Draft, body: SettleRemittance, _facts: None) -> Refusal | None:
    """Settle what was paid, and leave out what was not: that the rail owes still.

    Refuses: unknown_remittance, wrong_state, not_in_remittance, sum_differs.
    """
    remittance = draft.get(REMITTANCES, body.remittance_id)
    if remittance is None:
        return UNKNOWN_REMITTANCE.refuse("remittance_id", body.remittance_id)
    if not REMITTANCE.may(remittance.status, RemittanceEvent.SETTLED):
        return WRONG_STATE.refuse("remittance", remittance.status)
    listed = {line.instruction_id for line in remittance.lines if not line.left_out}
    for place, each in enumerate(body.without):
        if each not in listed or each in body.without[:place]:
            return NOT_IN_REMITTANCE.refuse(f"without[{place}]", each)
    without = frozenset(body.without)
    lines = tuple(
        replace(line, left_out=line.left_out or line.instruction_id in without)
        for line in remittance.lines
    )
    decided = replace(remittance, lines=lines)
    if decided.difference.minor:
        return SUM_DIFFERS.refuse("without", decided.difference)
    draft.thread(remittance.id)
    _receive(draft, decided, RemittanceEvent.SETTLED)
    return None


def apply_dismiss_remittance(draft: Draft, body: DismissRemittance, _facts: None) -> Refusal | None:
    """Close it without settling anything. Refuses: unknown_remittance, wrong_state."""
    remittance = draft.get(REMITTANCES, body.remittance_id)
    if remittance is None:
        return UNKNOWN_REMITTANCE.refuse("remittance_id", body.remittance_id)
    if not REMITTANCE.may(remittance.status, RemittanceEvent.DISMISSED):
        return WRONG_STATE.refuse("remittance", remittance.status)
    draft.thread(remittance.id)
    status = REMITTANCE.step(remittance.status, RemittanceEvent.DISMISSED)
    draft.put(REMITTANCES, replace(remittance, status=status, closed_at=draft.now))
    draft.tell(
        RemittanceDismissed(remittance.id, remittance.rail, remittance.reference, remittance.amount)
    )
    return None


def _receive(draft: Draft, remittance: Remittance, event: RemittanceEvent) -> None:
    """Close a remittance whose lines come to what the bank shows; each is settled after it."""
    status = REMITTANCE.step(remittance.status, event)
    received = replace(remittance, status=status, closed_at=draft.now)
    draft.put(REMITTANCES, received)
    paid = tuple(line for line in received.lines if not line.left_out)
    left_out = sum(line.net for line in received.lines if line.left_out)
    draft.tell(
        RemittanceReceived(
            received.id,
            received.rail,
            received.reference,
            received.booking,
            received.amount,
            Money(left_out, received.currency),
            paid,
        )
    )


def _differs(remittance: Remittance, why: str, amount: Money, arrived: Money) -> RemittanceDiffers:
    return RemittanceDiffers(
        remittance.id, remittance.rail, remittance.reference, why, amount, arrived
    )


def _id_of(body: RecordRemittance) -> RemittanceId:
    return remittance_id_of(body.rail, body.reference, body.currency)
