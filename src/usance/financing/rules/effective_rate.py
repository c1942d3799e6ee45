"""The effective rate of a row of payments, and what an outlay is worth after each of them."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from itertools import accumulate
from typing import Final

# Reckoned with 60 digits; a rate is taken when what it leaves open is below 10⁻⁴⁰ of the outlay.
_PRECISE: Final = Context(prec=60)
_OPEN: Final = Decimal("1e-40")
_STEPS_MAX: Final = 500
_UNIT: Final = Decimal(1)


def effective_rate(outlay: int, payments: Sequence[int]) -> Decimal:
    """Return the rate per period at which `payments` are worth `outlay` (> 0) today.

    payments: one at the end of each period, none below zero, together at least the outlay.
    Solves Σ pₖ·vᵏ = outlay for v = 1 ÷ (1 + rate). That sum only grows with v, faster and
    faster, so that Newton's steps from v = 1 come down to the one answer and never pass it.
    """
    assert outlay > 0, outlay
    assert sum(payments) >= outlay, (outlay, sum(payments))
    assert min(payments) >= 0, payments
    with localcontext(_PRECISE):
        discount = Decimal(1)
        for _ in range(_STEPS_MAX):
            worth, slope = _worth(payments, discount)
            if abs(worth - outlay) <= _OPEN * outlay:
                return 1 / discount - 1
            discount -= (worth - outlay) / slope
    raise ArithmeticError(f"no rate makes {len(payments)} payments worth {outlay}")


def worth_after_each(outlay: int, payments: Sequence[int], rate: Decimal) -> list[int]:
    """Return the amortised cost after each payment in whole units, half-up; it ends at nought.

    What is rounded is the exact worth of what is still to come. Since payments are whole, that
    is to round the running total of the income, and so no fraction is lost or counted twice.
    """
    worths = []
    with localcontext(_PRECISE):
        worth = Decimal(0)
        for payment in reversed(payments):
            worths.append(int(worth.quantize(_UNIT, ROUND_HALF_UP)))
            worth = (worth + payment) / (1 + rate)
        assert abs(worth - outlay) < _PRECISE.prec * _OPEN * outlay, (worth, outlay)
    return worths[::-1]


def incomes(outlay: int, payments: Sequence[int], worths: Sequence[int]) -> list[int]:
    """Return what each period earns: the rise of the running total of the income."""
    totals = [
        worth - outlay + paid for worth, paid in zip(worths, accumulate(payments), strict=True)
    ]
    return [total - before for total, before in zip(totals, [0, *totals], strict=False)]


def _worth(payments: Sequence[int], discount: Decimal) -> tuple[Decimal, Decimal]:
    """Return Σ pₖ·vᵏ and its slope in v, by Horner's scheme."""
    worth, slope = Decimal(0), Decimal(0)
    for payment in reversed(payments):
        slope = slope * discount + worth
        worth = worth * discount + payment
    # The sum begins with v¹: once more by v.
    return worth * discount, slope * discount + worth
