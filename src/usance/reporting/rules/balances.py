"""Adding accounts up for a trial balance."""

from collections.abc import Iterable

from usance.kernel.money import Currency
from usance.reporting.model import BalanceLine
from usance.reporting.rules.chart import place_of


def by_account(lines: Iterable[BalanceLine]) -> tuple[BalanceLine, ...]:
    """Return the accounts that were ever moved, by currency and as the chart lists them."""
    moved = [x for x in lines if x.debits or x.credits or x.debits_held or x.credits_held]
    return tuple(sorted(moved, key=lambda x: (x.currency, place_of(x.kind), x.account or 0)))


def by_kind(lines: Iterable[BalanceLine]) -> tuple[BalanceLine, ...]:
    """Return one line for each currency and kind of account."""
    sums: dict[tuple[Currency, str], BalanceLine] = {}
    for line in lines:
        before = sums.get((line.currency, line.kind), BalanceLine("", line.currency, 0, 0, 0, 0))
        sums[line.currency, line.kind] = BalanceLine(
            line.kind,
            line.currency,
            before.debits + line.debits,
            before.credits + line.credits,
            before.debits_held + line.debits_held,
            before.credits_held + line.credits_held,
        )
    return by_account(sums.values())
