"""A hold – runs out – at its moment: what it had reserved is free again."""

from uuid import UUID

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import TransferId
from usance.kernel.records import Record
from usance.ledger.events import HoldExpired
from usance.ledger.model import ExpiredHold, HoldState
from usance.ledger.service.post import close, end_hold
from usance.ledger.tables import EXPIRED_HOLDS, HOLDS


class ExpireHold(Record, frozen=True):
    """A hold's time is over. flags: of the transfer that began it."""

    hold: UUID
    flags: int


def apply_expire_hold(draft: Draft, body: ExpireHold, _facts: None) -> Refusal | None:
    """Free what a hold reserved, unless it was posted or voided in the meantime."""
    hold = draft.get(HOLDS, body.hold)
    if hold is None or hold.state is not HoldState.OPEN:
        return None
    end_hold(draft, hold, HoldState.EXPIRED, 0)
    # No transfer tells of it: without this row nobody could say later when the money was free.
    draft.add(EXPIRED_HOLDS, [ExpiredHold(hold.id, draft.position, draft.now.date(), draft.now)])
    close(draft, body.flags, hold.debit, hold.credit, closed=False)
    draft.tell(HoldExpired(TransferId(hold.id), hold.amount))
    return None
