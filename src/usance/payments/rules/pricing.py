"""What a payment costs and at which rate: pure figures from dated rows and the day's fixings."""

import re
from collections.abc import Callable, Collection
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from usance.kernel.money import CURRENCIES, Money, Rounding
from usance.kernel.records import replace
from usance.payments.model import FixingDay, Payment

# Cross rates are stated to eight decimals, two more than the ECB's own for small units.
_CROSS_DIGITS: Final = Decimal("0.00000001")
_PLAIN: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,8})?")
_LEAST: Final = Decimal("0.00000001")


def cross_rate(fixings: FixingDay, base: str, quote: str) -> Decimal | None:
    """Return units of `quote` for one `base` at the day's fixings, None where one is missing."""
    if base == quote:
        return Decimal(1)
    base_rate, quote_rate = fixings.rates.get(base), fixings.rates.get(quote)
    if base_rate is None or quote_rate is None:
        return None
    return (Decimal(quote_rate) / Decimal(base_rate)).quantize(_CROSS_DIGITS)


def malformed_rate(fixings: FixingDay) -> str | None:
    """Return the currency of a rate that cannot be one, None where all can be.

    Each is a plain decimal between a hundred-millionth and a thousand million; the base is 1.
    """
    for code, text in ((fixings.base, fixings.rates.get(fixings.base, "")), *fixings.rates.items()):
        if code not in CURRENCIES or not _PLAIN.fullmatch(text) or not Decimal(text) >= _LEAST:
            return code
    return None if Decimal(fixings.rates[fixings.base]) == 1 else fixings.base


def fee_of(gross: Money, bps: int, fixed_minor: int) -> Money:
    """Return our fee: a share rounded up plus a fixed part, never more than the payment."""
    fee = gross.share(bps, Rounding.UP).minor + fixed_minor
    return Money(min(fee, gross.minor), gross.currency)


def net_proceeds(payment: Payment, rail_fee: Money) -> Money:
    """Return what a seller is due in the settlement currency if all that remains is settled."""
    left = payment.remaining - payment.fee_on_sold - rail_fee
    converted = payment.quote.at_mid(Money(max(left.minor, 0), left.currency))
    return converted - payment.quote.spread_of(converted)


def latest_fixings(
    published: Callable[[date], FixingDay | None],
    on: date,
    back: int = 7,
    having: Collection[str] = (),
) -> FixingDay | None:
    """Return the newest fixings of `on` or of the days before it, at most `back` days old.

    having: the currencies that are asked about; a day that lacks one says nothing of them. So a
    source that publishes a single currency hides nothing of what others have published before.
    """
    for age in range(back + 1):
        found = published(on - timedelta(days=age))
        if found is not None and all(currency in found.rates for currency in having):
            return found
    return None


def contradicted(known: FixingDay, more: FixingDay) -> bool:
    """Return whether other rates of the same day have another base, or another rate of one."""
    return known.base != more.base or any(
        Decimal(known.rates[code]) != Decimal(rate)
        for code, rate in more.rates.items()
        if code in known.rates
    )


def with_more(known: FixingDay, more: FixingDay) -> FixingDay:
    """Return a day's rates with those that another source adds; what is known stays.

    The sources are named, and of the one that adds what it added.
    """
    added = sorted(set(more.rates) - set(known.rates))
    if known.base != more.base or not added:
        return known
    return replace(
        known,
        source=f"{known.source}; {more.source}: {', '.join(added)}",
        rates=known.rates | {code: more.rates[code] for code in added},
    )
