"""An advance – falls – overdue: the days of grace are over and money is still out."""

from collections.abc import Sequence

from usance.financing.errors import UNKNOWN_ADVANCE
from usance.financing.events import AdvanceOverdue
from usance.financing.model import Advance, AdvanceStatus
from usance.financing.rules.waterfall import charged, is_late
from usance.financing.service.filing import PROGRAMME, file_advance
from usance.financing.tables import ADVANCES
from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import AdvanceId
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments.errors import NOTHING_DUE
from usance.policy.model import PolicyRow
from usance.policy.service import look_up
from usance.runtime.commands import Command, Loader


class MarkOverdue(Record, frozen=True):
    """The days of grace are over."""

    advance_id: AdvanceId


async def prepare_overdue(loader: Loader, commands: Sequence[Command]) -> None:
    """Make visible the advances that were repaid long ago."""
    bodies = [command.body for command in commands]
    due = [body.advance_id for body in bodies if isinstance(body, MarkOverdue)]
    await loader.rows(ADVANCES, due)


def apply_mark_overdue(draft: Draft, body: MarkOverdue, _facts: object) -> Refusal | None:
    """Reckon the charge so far and raise the alarm. The charge runs on until repayment.

    Refuses: unknown_advance, nothing_due (repaid, or the grace is not over).
    """
    advance = draft.get(ADVANCES, body.advance_id)
    if advance is None:
        return UNKNOWN_ADVANCE.refuse("advance_id", body.advance_id)
    today = draft.now.date()
    late = is_late(advance, terms_of(draft, advance), today)
    if advance.status is AdvanceStatus.REPAID or not late:
        return NOTHING_DUE.refuse("advance_id", advance.status)
    advance = charged(advance, terms_of(draft, advance), today)
    file_advance(draft, advance)
    draft.thread(advance.order_id)
    draft.tell(
        AdvanceOverdue(
            advance.id,
            advance.order_id,
            advance.facility_id,
            advance.due_date,
            Money(advance.outstanding, advance.currency),
            Money(advance.charge_outstanding, advance.currency),
        )
    )
    return None


def terms_of(draft: Draft, advance: Advance) -> PolicyRow:
    """Return the programme's row that was in force when the advance was drawn."""
    return look_up(draft, PROGRAMME, advance.programme, advance.drawn_at.date())
