"""How a fee is earned: day by day, evenly from the draw to the due date. Pure.

What is earned on a day is the running total to it, rounded, less what was accrued before: so the
days add up to the fee, to the last minor unit, however many of them are taken at once.
"""

from datetime import date

from usance.financing.model import Advance, AdvanceStatus
from usance.kernel.money import Rounding, divided
from usance.kernel.records import replace


def accrued_to(advance: Advance, on: date) -> int:
    """Return what of the fee is earned by the end of a day, rounded half-even.

    Nothing before the draw; all of it from the due date on.
    """
    drawn_on = advance.drawn_at.date()
    tenor = (advance.due_date - drawn_on).days
    days = min((on - drawn_on).days, tenor)
    if on >= advance.due_date or tenor <= 0:
        return advance.fee.minor
    return divided(advance.fee.minor * max(days, 0), tenor, Rounding.HALF_EVEN)


def accrue(advance: Advance, on: date) -> tuple[Advance, int]:
    """Return the advance as accrued to a day, and what moves from unearned to accrued.

    What was paid ahead of its time was earned when it was paid: it does not move again. A day
    that was accrued before, and what is repaid, move nothing.
    """
    until = advance.accrued_until
    if advance.status is AdvanceStatus.REPAID or (until is not None and on <= until):
        return advance, 0
    total = accrued_to(advance, on)
    moved = max(total, advance.fee_paid) - max(advance.accrued, advance.fee_paid)
    return replace(advance, accrued=total, accrued_until=on), moved


def paid_from_accrued(advance: Advance, fee_paid: int) -> int:
    """Return what of a payment of the fee was accrued before; the rest is earned by being paid.

    advance: as it stands before the payment. What is accrued is taken first.
    """
    return min(fee_paid, max(0, advance.accrued - advance.fee_paid))
