"""People – decide – on what statement and book say differently. Ordinary transactions.

Money that came in or went out cannot be explained away: its break is closed by a match, or by
booking it. What is about figures alone (a missing statement, a jump) is closed with a note.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from usance.kernel.errors import NotFound, Refusal
from usance.kernel.ids import BreakId, UserId
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.payments.errors import BREAK_OF_MONEY, MOVEMENT_TAKEN, NOTHING_DUE
from usance.payments.events import BreakAssigned, BreakClosed, MatchAccepted, MatchRejected
from usance.payments.model import Break, BreakKind, BreakState, EntryState, MatchState, Movement
from usance.payments.store import reconciliation as store
from usance.payments.store.standing import Standing, open_by_kind, standings
from usance.runtime.database import Connection
from usance.runtime.pending import tell_pending

# What a note may explain: the money of these is matched, booked, or no money at all.
_OF_FIGURES: Final = frozenset(
    {
        BreakKind.BALANCE_JUMPS,
        BreakKind.STATEMENT_MISSING,
        BreakKind.SUM_DIFFERS,
        BreakKind.NOT_SHOWN,
    }
)


class Overview(Record, frozen=True):
    """How each currency stands, and how many breaks of each kind are open."""

    currencies: tuple[Standing, ...]
    breaks: dict[str, int]


async def reconciliation(connection: Connection) -> Overview:
    """Return what is open, so that nothing found twice or never can be overlooked."""
    counts = await open_by_kind(connection)
    kinds = {str(kind): counts.get(kind, 0) for kind in BreakKind}
    return Overview(tuple(await standings(connection)), kinds)


async def accept_match(
    connection: Connection,
    actor: UserId,
    break_id: BreakId,
    movement_id: UUID | None,
    now: datetime,
) -> Break | Refusal:
    """Say that an entry is a movement, by default the suggested one. Within a transaction.

    Where the amounts differ the break stays open with the difference, which has to be booked.
    Refuses: nothing_due, movement_taken. Raises NotFound.
    """
    found = await _open_break(connection, break_id)
    if isinstance(found, Refusal):
        return found
    wanted = movement_id or found.suggested
    if found.entry is None or wanted is None:
        return NOTHING_DUE.refuse("break", "there is nothing to match")
    movement = await store.movement(connection, wanted)
    if movement is None:
        raise NotFound("movement", str(wanted))
    if movement.entry is not None or _signed(movement).currency != found.amount.currency:
        return MOVEMENT_TAKEN.refuse("movement_id", wanted)
    difference = found.amount - _signed(movement)
    await store.set_match(connection, found.entry, wanted, MatchState.ACCEPTED)
    await store.take_movements(connection, [(wanted, found.entry)], now)
    await store.set_entry_states(connection, {found.entry: EntryState.MATCHED})
    changed = replace(
        found,
        movement=wanted,
        suggested=None,
        difference=difference,
        kind=BreakKind.AMOUNT_DIFFERS if difference.minor else found.kind,
        state=BreakState.OPEN if difference.minor else BreakState.MATCHED,
        closed_at=None if difference.minor else now,
    )
    await store.put_break(connection, changed)
    await _tell(connection, actor, MatchAccepted(found.id, found.entry, difference))
    return changed


async def reject_match(connection: Connection, actor: UserId, break_id: BreakId) -> Break | Refusal:
    """Say that an entry is not the movement suggested; it is not suggested again.

    Refuses: nothing_due. Raises NotFound.
    """
    found = await _open_break(connection, break_id)
    if isinstance(found, Refusal):
        return found
    if found.entry is None or found.suggested is None:
        return NOTHING_DUE.refuse("break", "nothing is suggested")
    await store.set_match(connection, found.entry, found.suggested, MatchState.REJECTED)
    await store.set_entry_states(connection, {found.entry: EntryState.UNMATCHED})
    nothing = Money(0, found.amount.currency)
    changed = replace(
        found,
        kind=BreakKind.NOT_EXPECTED,
        suggested=None,
        score=0,
        why="the suggestion was rejected",
        difference=nothing,
    )
    await store.put_break(connection, changed)
    await _tell(connection, actor, MatchRejected(found.id, found.entry))
    return changed


async def assign_break(
    connection: Connection, actor: UserId, break_id: BreakId, assignee: UserId
) -> Break | Refusal:
    """Say who looks after a break. Refuses: nothing_due. Raises NotFound."""
    found = await _open_break(connection, break_id)
    if isinstance(found, Refusal):
        return found
    changed = replace(found, assignee=assignee)
    await store.put_break(connection, changed)
    await _tell(connection, actor, BreakAssigned(found.id, assignee))
    return changed


async def close_break(
    connection: Connection, actor: UserId, break_id: BreakId, note: str, now: datetime
) -> Break | Refusal:
    """Explain a break that is about figures, or a difference that was booked by hand.

    Refuses: nothing_due, break_of_money. Raises NotFound.
    """
    found = await _open_break(connection, break_id)
    if isinstance(found, Refusal):
        return found
    is_matched = found.kind is BreakKind.AMOUNT_DIFFERS and found.movement is not None
    is_same = False
    if found.kind is BreakKind.FOUND_TWICE and found.entry and found.other:
        is_same = not await store.is_other_booking(connection, found.entry, found.other)
    if found.kind not in _OF_FIGURES and not is_matched and not is_same:
        return BREAK_OF_MONEY.refuse("break", found.kind)
    changed = replace(found, state=BreakState.CLOSED, note=note, closed_at=now)
    await store.put_break(connection, changed)
    await _tell(connection, actor, BreakClosed(found.id, note))
    return changed


async def _open_break(connection: Connection, break_id: BreakId) -> Break | Refusal:
    found = await store.break_(connection, break_id, lock=True)
    if found is None:
        raise NotFound("break", str(break_id))
    if found.state is not BreakState.OPEN:
        return NOTHING_DUE.refuse("break", found.state)
    return found


def _signed(movement: Movement) -> Money:
    amount = movement.amount
    return amount if movement.is_credit else Money(-amount.minor, amount.currency)


async def _tell(connection: Connection, actor: UserId, part: Record) -> None:
    await tell_pending(connection, "decide_break", actor, [(None, part)])
