"""Schedules: what is owed when, and what is earned by it, to the last minor unit. Pure.

Three kinds. A loan at a rate: equal instalments, interest each period on the opening balance.
A loan at a fee: equal instalments, the fee earned at the one rate per period that makes them
worth the principal. A share of sales: a payment each day until advance and fee are paid, the fee
earned at the effective daily rate. Money is whole minor units throughout, and a rounding is a
half up; docs/reference/financing/schedules.md works each through with figures.
"""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import accumulate, pairwise
from math import ceil, lcm
from typing import Final

from usance.financing.errors import (
    DAYS_IN_YEAR_OUT_OF_RANGE,
    NEGATIVE_FEE,
    NOT_POSITIVE,
    PERIODS_OUT_OF_RANGE,
    RATE_OUT_OF_RANGE,
    ROUNDING_OUTWEIGHS,
    SCHEDULE_TOO_LATE,
    SCHEDULE_TOO_LONG,
    SHARE_OUT_OF_RANGE,
)
from usance.financing.rules.effective_rate import effective_rate, incomes, worth_after_each
from usance.kernel.dates import DayCount, Interval, year_fraction
from usance.kernel.money import Money, Rounding, decimal_text, divided
from usance.kernel.records import Record

# More rows than anybody reads; the codes that refuse more say so.
ROWS_MAX: Final = 10_000
RATE_MAX: Final = 1000
_DAYS_IN_YEAR_MAX: Final = 366
_DECIMALS_MAX: Final = 10
_RATE_DIGITS: Final = Decimal("1e-10")
_PERCENT: Final = 100


class Instalment(Record, frozen=True):
    """What is due on a day. instalment = principal + interest; balance: what is left after it."""

    due_date: date
    principal: Money
    interest: Money
    instalment: Money
    balance: Money


class LoanSchedule(Record, frozen=True):
    """A loan from its first to its last instalment.

    rounding_difference: what the instalments come to beyond as many regular ones; the last one
    has it. effective_period_rate: of a loan at a fee, to ten decimals; None at a rate.
    """

    rows: tuple[Instalment, ...]
    rounding_difference: Money
    effective_period_rate: Decimal | None = None


class Share(Record, frozen=True):
    """What a day of a share of sales pays and earns.

    balance: amortised cost after the payment. deferred: what of the fee is not earned yet.
    """

    day: int
    payment: Money
    balance: Money
    income: Money
    deferred: Money


class ShareSchedule(Record, frozen=True):
    """An advance that a share of sales repays, from the first day on which it pays.

    rounding_difference: the fee less all incomes. It is nought, since the running total is
    rounded and not each day. effective_daily_rate: to ten decimals.
    """

    rows: tuple[Share, ...]
    rounding_difference: Money
    effective_daily_rate: Decimal


class DueDates(Record, frozen=True):
    """When instalments fall due: `periods` of them, the first one interval after `start`."""

    periods: int
    every: Interval
    start: date

    def days(self) -> tuple[date, ...]:
        """Return the start and the due dates.

        Raises Invalid: periods_out_of_range, schedule_too_late.
        """
        if not 1 <= self.periods <= ROWS_MAX:
            raise PERIODS_OUT_OF_RANGE.invalid("periods", self.periods)
        try:
            last = self.every.after(self.start, self.periods)
        except OverflowError as late:
            raise SCHEDULE_TOO_LATE.invalid("start", self.periods) from late
        days = (self.every.after(self.start, times) for times in range(self.periods))
        return (*days, last)


def loan_at_rate(
    principal: Money, rate: Decimal, due_dates: DueDates, day_count: DayCount
) -> LoanSchedule:
    """Return a loan with equal instalments at `rate` percent a year.

    Raises Invalid: not_positive, rate_out_of_range, rounding_outweighs, and what the due
    dates raise.
    """
    _positive("principal", principal)
    if not _is_percent(rate, RATE_MAX):
        raise RATE_OUT_OF_RANGE.invalid("rate", rate)
    days = due_dates.days()
    yearly = Fraction(rate) / _PERCENT
    rates = [yearly * year_fraction(day_count, *period) for period in pairwise(days)]
    regular = _equal_instalment(principal.minor, rates)
    balance, parts = principal.minor, []
    for due, each in zip(days[1:], rates, strict=True):
        interest = _half_up(balance * each)
        repaid = balance if due == days[-1] else regular - interest
        balance -= repaid
        parts.append((due, repaid, interest, balance))
    _check_rounding(principal.minor, regular, [balance for *_, balance in parts])
    return _loan(principal, regular, parts, None)


def loan_at_fee(principal: Money, fee: Money, due_dates: DueDates) -> LoanSchedule:
    """Return a loan whose only price is a fee, paid with the principal in equal instalments.

    The `interest` of a row is what of the fee its period earns. Raises Invalid: not_positive,
    negative_fee, rounding_outweighs, and what the due dates raise.
    """
    _positive("principal", principal)
    _not_negative("fee", fee)
    _, *days = due_dates.days()
    owed = principal.minor + fee.minor
    regular = divided(owed, due_dates.periods, Rounding.HALF_UP)
    payments = _payments(owed, regular, due_dates.periods)
    _check_rounding(owed, regular, [owed - paid for paid in accumulate(payments)])
    rate = effective_rate(principal.minor, payments)
    balances = worth_after_each(principal.minor, payments, rate)
    earned = incomes(principal.minor, payments, balances)
    parts = [
        (due, payment - income, income, balance)
        for due, payment, income, balance in zip(days, payments, earned, balances, strict=True)
    ]
    return _loan(principal, regular, parts, rate.quantize(_RATE_DIGITS, ROUND_HALF_UP))


def share_of_sales(
    advance: Money, fee: Money, volume: Money, share: Decimal, days_in_year: int
) -> ShareSchedule:
    """Return how a share of sales repays an advance and its fee, from day 1 on.

    volume: what is expected to be sold in a year; share: percent of it; each day pays
    volume × share ÷ days_in_year, half-up, and the last one what is left. Raises Invalid:
    not_positive, negative_fee, share_out_of_range, days_in_year_out_of_range, schedule_too_long.
    """
    _positive("advance", advance)
    _not_negative("fee", fee)
    _positive("volume", volume)
    if not (_is_percent(share, _PERCENT) and share):
        raise SHARE_OUT_OF_RANGE.invalid("share", share)
    if not 1 <= days_in_year <= _DAYS_IN_YEAR_MAX:
        raise DAYS_IN_YEAR_OUT_OF_RANGE.invalid("days_in_year", days_in_year)
    owed = advance.minor + fee.minor
    daily = _half_up(volume.minor * Fraction(share) / (_PERCENT * days_in_year))
    if daily * ROWS_MAX < owed:
        raise SCHEDULE_TOO_LONG.invalid("volume", Money(daily, volume.currency))
    payments = _payments(owed, daily, ceil(Fraction(owed, daily)))
    rate = effective_rate(advance.minor, payments)
    balances = worth_after_each(advance.minor, payments, rate)
    earned = incomes(advance.minor, payments, balances)
    deferred, rows = fee, []
    for day, minors in enumerate(zip(payments, balances, earned, strict=True), start=1):
        payment, balance, income = (Money(minor, advance.currency) for minor in minors)
        deferred -= income
        rows.append(Share(day, payment, balance, income, deferred))
    return ShareSchedule(tuple(rows), deferred, rate.quantize(_RATE_DIGITS, ROUND_HALF_UP))


def _equal_instalment(principal: int, rates: Sequence[Fraction]) -> int:
    """Return the instalment, half-up, that repays a principal at the rates of its periods.

    principal × f₁f₂…fₙ ÷ (1 + fₙ + fₙfₙ₋₁ + … + fₙ…f₂), where f = 1 + rate. Both products are
    kept as whole numbers over one denominator, so that only the answer is rounded.
    """
    one = lcm(*(rate.denominator for rate in rates))
    growth, annuity, scale = 1, 0, 1
    for rate in rates:
        factor = one + rate.numerator * (one // rate.denominator)
        growth *= factor
        annuity = annuity * factor + scale * one
        scale *= one
    # growth stands over oneⁿ and the annuity as well: it was multiplied by `one` at each step.
    return divided(principal * growth, annuity, Rounding.HALF_UP)


def _payments(owed: int, regular: int, count: int) -> list[int]:
    """Return `count` payments that come to what is owed, all but the last `regular`."""
    return [regular] * (count - 1) + [owed - regular * (count - 1)]


def _check_rounding(owed: int, regular: int, balances: Sequence[int]) -> None:
    """Refuse instalments so small that their rounding outweighs what they repay.

    The last instalment takes up the difference, but nothing may be paid back twice before it,
    and it may not have to pay more than was owed at first.
    """
    openings = [owed, *balances[:-1]]
    if regular == 0 or min(openings) <= 0 or openings[-1] > owed:
        raise ROUNDING_OUTWEIGHS.invalid("periods", len(balances))


def _loan(
    principal: Money,
    regular: int,
    parts: Sequence[tuple[date, int, int, int]],
    rate: Decimal | None,
) -> LoanSchedule:
    def money(minor: int) -> Money:
        return Money(minor, principal.currency)

    rows = tuple(
        Instalment(due, money(repaid), money(interest), money(repaid + interest), money(balance))
        for due, repaid, interest, balance in parts
    )
    paid = sum(row.instalment.minor for row in rows)
    return LoanSchedule(rows, money(paid - len(rows) * regular), rate)


def _half_up(value: Fraction) -> int:
    return divided(value.numerator, value.denominator, Rounding.HALF_UP)


def _is_percent(value: Decimal, most: int) -> bool:
    digits = value.as_tuple().exponent
    return isinstance(digits, int) and digits >= -_DECIMALS_MAX and 0 <= value <= most


def _positive(field: str, amount: Money) -> None:
    if amount.minor <= 0:
        raise NOT_POSITIVE.invalid(field, decimal_text(amount))


def _not_negative(field: str, amount: Money) -> None:
    if amount.minor < 0:
        raise NEGATIVE_FEE.invalid(field, decimal_text(amount))
