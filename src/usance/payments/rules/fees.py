"""Our fee, line by line. Pure.

A schedule is a list of parts, each from one dated row: a share in ten-thousandths and a fixed
amount. Shares are rounded once, in total and upwards: each line is what the total grows by when
its part is added, so the lines add up to the total exactly and no order of rounding is hidden.
Then come what a minimum adds, what a maximum takes off, and that a fee is neither less than
nothing nor more than the payment.
"""

from datetime import date
from typing import Final

from usance.kernel.money import Money, Rounding
from usance.kernel.records import Record


class Part(Record, frozen=True):
    """One part of a schedule and the dated row it comes from. volume: see FeeRef."""

    rule: str
    scope: str
    effective_from: date
    bps: int
    fixed_minor: int
    volume: int = 0


class Bounds(Record, frozen=True):
    """The least and the most a fee may be, in minor units; 0 for none, and where that is said."""

    rule: str
    scope: str
    effective_from: date
    minimum: int
    maximum: int


class FeeLine(Record, frozen=True):
    """One line of a fee. code: what it is for, see NAMES. basis: what the rate is of.

    rule, scope, effective_from: the dated row it comes from, "" and None for what is always so.
    """

    code: str
    en: str
    zh: str
    basis: Money
    bps: int
    fixed_minor: int
    amount: Money
    rule: str
    scope: str
    effective_from: date | None


# By rule, in the order in which they are reckoned.
NAMES: Final[dict[str, tuple[str, str, str]]] = {
    "payments.fee": ("base", "Fee of the payment method", "支付方式手续费"),
    "payments.fee.corridor": ("corridor", "Corridor", "跨境通道加价"),
    "payments.fee.volume": ("volume", "Volume of the month", "月交易量阶梯"),
    "payments.fee.risk": ("risk", "Risk of the buyer's country", "买家国家风险加价"),
    "payments.fee.credit": ("credit", "Credit standing of the seller", "卖家信用等级"),
}
_MINIMUM: Final = ("minimum", "Up to the minimum fee", "补足最低手续费")
_MAXIMUM: Final = ("maximum", "Down to the maximum fee", "扣减至最高手续费")
_NOT_BELOW: Final = ("not_below_zero", "A fee is not paid out", "手续费不低于零")
_NOT_ABOVE: Final = ("not_above_payment", "Not more than the payment", "不超过付款金额")


def fee_lines(parts: tuple[Part, ...], bounds: Bounds | None, gross: Money) -> list[FeeLine]:
    """Return the lines of the fee on a payment. They add up to the fee; none is for nothing."""
    lines: list[FeeLine] = []
    bps = total = 0
    for part in parts:
        before = gross.share(bps, Rounding.UP).minor
        bps += part.bps
        amount = gross.share(bps, Rounding.UP).minor - before + part.fixed_minor
        total += amount
        names = NAMES[part.rule]
        if amount or part.bps or part.fixed_minor:
            lines.append(_line(names, gross, amount, part, part.bps, part.fixed_minor))
    if bounds is not None:
        bounded = max(total, bounds.minimum)
        if bounds.maximum:
            bounded = min(bounded, bounds.maximum)
        if bounded != total:
            names = _MINIMUM if bounded > total else _MAXIMUM
            lines.append(_line(names, gross, bounded - total, bounds))
            total = bounded
    if total < 0:
        lines.append(_line(_NOT_BELOW, gross, -total, None))
    elif total > gross.minor:
        lines.append(_line(_NOT_ABOVE, gross, gross.minor - total, None))
    return lines


def _line(
    names: tuple[str, str, str],
    gross: Money,
    amount: int,
    of: Part | Bounds | None,
    bps: int = 0,
    fixed_minor: int = 0,
) -> FeeLine:
    return FeeLine(
        *names,
        gross,
        bps,
        fixed_minor,
        Money(amount, gross.currency),
        "" if of is None else of.rule,
        "" if of is None else of.scope,
        None if of is None else of.effective_from,
    )


def fee_total(bps: int, fixed_minor: int, bounds: Bounds | None, gross: Money) -> Money:
    """Return what `fee_lines` add up to, of parts that come to so much together."""
    total = gross.share(bps, Rounding.UP).minor + fixed_minor
    if bounds is not None:
        total = max(total, bounds.minimum)
        if bounds.maximum:
            total = min(total, bounds.maximum)
    return Money(min(max(total, 0), gross.minor), gross.currency)


def total_of(lines: list[FeeLine], gross: Money) -> Money:
    """Return the fee that lines add up to."""
    return Money(sum(line.amount.minor for line in lines), gross.currency)


def tier_bps(volume: int, from_minor: tuple[int, ...], bps: tuple[int, ...]) -> int:
    """Return the rate of the tier that a volume has reached; tiers begin where they say."""
    reached = 0
    for threshold, rate in zip(from_minor, bps, strict=True):
        if volume >= threshold:
            reached = rate
    return reached


class FeeRef(Record, frozen=True):
    """Which dated row a part of a fee came from. volume: the seller's, where it decided a tier."""

    rule: str
    scope: str
    effective_from: date
    volume: int = 0


def written(refs: tuple[FeeRef, ...]) -> str:
    """Return references as a payment keeps them: `fee/card@2026-01-01 fee.volume/CNY@…=1200`."""
    return " ".join(
        f"{ref.rule.removeprefix('payments.')}/{ref.scope}@{ref.effective_from.isoformat()}"
        + (f"={ref.volume}" if ref.volume else "")
        for ref in refs
    )


def read(text: str) -> tuple[FeeRef, ...]:
    """Return the references that `written` wrote."""
    refs = []
    for word in text.split():
        row, _, volume = word.partition("=")
        name, _, day = row.rpartition("@")
        rule, _, scope = name.partition("/")
        refs.append(FeeRef(f"payments.{rule}", scope, date.fromisoformat(day), int(volume or 0)))
    return tuple(refs)
