"""The days of a book that are closed, and where the house books what took effect on one."""

from datetime import date
from typing import Final

from usance.kernel.draft import Draft
from usance.ledger.events import ValueDateMoved
from usance.ledger.tables import COUNTERS

CLOSED_UNTIL: Final = "closed_until"
"""The counter that is there once a period was closed: its last day as an ordinal."""


def is_closed_day(draft: Draft, day: date) -> bool:
    """Return whether a day lies in a closed period."""
    closed = draft.get(COUNTERS, CLOSED_UNTIL)
    return closed is not None and day.toordinal() <= closed.value


def open_day(draft: Draft, day: date) -> date:
    """Return the day under which the house books what took effect on `day`.

    That is `day` itself while it is open, else the first open day: what has happened is always
    booked. The command's fact then tells the day it happened on, as `value_date_moved`; where one
    command moves several days, the first of them.
    """
    closed = draft.get(COUNTERS, CLOSED_UNTIL)
    if closed is None or day.toordinal() > closed.value:
        return day
    booked = date.fromordinal(closed.value + 1)
    if draft.told(ValueDateMoved) is None:
        draft.tell(ValueDateMoved(day, booked))
    return booked
