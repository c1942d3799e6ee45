"""What is paid today for money that is due later, and what paying early is worth. Pure.

Rates are in percent a year, and a part of a year is an exact fraction (`kernel.dates`). A discount
is rounded half up to the minor unit, once for each claim; what is paid is the rest.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Final

from usance.financing.errors import (
    DISCOUNT_TAKES_ALL,
    DUE_ALREADY,
    EARLY_DAYS_OUT_OF_RANGE,
    NEGATIVE_FEE,
    NOT_POSITIVE,
    RATE_OUT_OF_RANGE,
)
from usance.kernel.dates import DayCount, year_fraction
from usance.kernel.money import Money, Rounding, decimal_text, divided
from usance.kernel.records import Record

_PERCENT: Final = 100
# Yields are stated with six decimals: 0.060914 is 6.0914 %.
_YIELD_DIGITS: Final = Decimal("1e-6")
_DAYS_IN_YEAR: Final = 365


class Discounted(Record, frozen=True):
    """A claim and what is paid for it: face = discount + price."""

    face: Money
    discount: Money
    price: Money


class Bill(Record, frozen=True):
    """A promise to pay `face` on a day: a bill, a note, a deferred payment under a credit."""

    face: Money
    due_date: date


class Forfaited(Record, frozen=True):
    """Bills bought without recourse: each with its discount, and what is paid for all.

    price: the prices of the bills less the commitment fee.
    """

    bills: tuple[Discounted, ...]
    commitment_fee: Money
    price: Money


class EarlyTerms(Record, frozen=True):
    """Terms such as "2/10 net 30": `discount` percent off within `days`, else all by `net_days`."""

    discount: Decimal
    days: int
    net_days: int


def at_simple_discount(face: Money, rate: Decimal, part: Fraction) -> Discounted:
    """Return the price face × (1 − rate × part): interest on the face, taken in advance.

    Raises Invalid: not_positive, rate_out_of_range, discount_takes_all.
    """
    return _discounted(face, face.minor * _of_one(rate) * part)


def at_true_discount(face: Money, rate: Decimal, part: Fraction) -> Discounted:
    """Return the price face ÷ (1 + rate × part): interest on what is paid, due with the face.

    Raises Invalid: not_positive, rate_out_of_range, discount_takes_all.
    """
    return _discounted(face, face.minor - face.minor / (1 + _of_one(rate) * part))


def forfait(
    bills: Sequence[Bill],
    rate: Decimal,
    value_date: date,
    grace_days: int,
    day_count: DayCount,
    commitment_fee: Money,
) -> Forfaited:
    """Return what is paid on `value_date` for bills of several maturities, without recourse.

    Each is discounted simply to its own due date and `grace_days` (≥ 0) more, for the days that
    its money takes to arrive. Raises Invalid: due_already, negative_fee, and what a simple
    discount raises; discount_takes_all too where the fee leaves nothing. OverflowError where the
    grace ends after the year 9999.
    """
    assert bills, "no bills"
    assert grace_days >= 0, grace_days
    if commitment_fee.minor < 0:
        raise NEGATIVE_FEE.invalid("commitment_fee", decimal_text(commitment_fee))
    bought = []
    for bill in bills:
        if bill.due_date <= value_date:
            raise DUE_ALREADY.invalid("due_date", bill.due_date)
        until = bill.due_date + timedelta(days=grace_days)
        part = year_fraction(day_count, value_date, until)
        bought.append(at_simple_discount(bill.face, rate, part))
    paid = sum((each.price for each in bought[1:]), bought[0].price)
    if commitment_fee.minor >= paid.minor:
        raise DISCOUNT_TAKES_ALL.invalid("commitment_fee", paid)
    return Forfaited(tuple(bought), commitment_fee, paid - commitment_fee)


def simple_yield(face: Money, price: Money, part: Fraction) -> Decimal:
    """Return what whoever pays `price` (> 0) earns a year on it: 0.060914 for 6.0914 %."""
    assert 0 < price.minor <= face.minor, (face, price)
    assert part > 0, part
    return _stated(Fraction(face.minor - price.minor, price.minor) / part)


def early_payment_rate(terms: EarlyTerms) -> Decimal:
    """Return what a buyer who takes the discount earns a year on what he pays early, act/365.

    "2/10 net 30" is 2 ÷ 98 × 365 ÷ 20. Raises Invalid: rate_out_of_range,
    early_days_out_of_range.
    """
    early = terms.net_days - terms.days
    if early <= 0 or terms.days < 0:
        raise EARLY_DAYS_OUT_OF_RANGE.invalid("days", terms.days)
    off = _of_one(terms.discount)
    if off >= 1:
        raise RATE_OUT_OF_RANGE.invalid("discount", terms.discount)
    return _stated(off / (1 - off) * Fraction(_DAYS_IN_YEAR, early))


def sliding_discount(face: Money, most: Decimal, days_early: int, days_most: int) -> Discounted:
    """Return what is paid `days_early` before the due date where `most` percent are given for all.

    The discount grows evenly: `most` × days_early ÷ days_most. Raises Invalid: not_positive,
    rate_out_of_range, early_days_out_of_range, discount_takes_all.
    """
    if not 1 <= days_early <= days_most:
        raise EARLY_DAYS_OUT_OF_RANGE.invalid("days_early", days_early)
    return _discounted(face, face.minor * _of_one(most) * Fraction(days_early, days_most))


def _discounted(face: Money, discount: Fraction) -> Discounted:
    if face.minor <= 0:
        raise NOT_POSITIVE.invalid("face", decimal_text(face))
    rounded = divided(discount.numerator, discount.denominator, Rounding.HALF_UP)
    if rounded >= face.minor:
        raise DISCOUNT_TAKES_ALL.invalid("rate", face)
    off = Money(rounded, face.currency)
    return Discounted(face, off, face - off)


def _of_one(percent: Decimal) -> Fraction:
    if not percent.is_finite() or percent < 0:
        raise RATE_OUT_OF_RANGE.invalid("rate", percent)
    return Fraction(percent) / _PERCENT


def _stated(rate: Fraction) -> Decimal:
    with localcontext() as context:
        context.prec = 50
        exact = Decimal(rate.numerator) / Decimal(rate.denominator)
        return exact.quantize(_YIELD_DIGITS, ROUND_HALF_UP)
