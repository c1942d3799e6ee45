"""A simulated dealing desk: for tests and demonstrations, never a price anybody stands behind.

Its rates lie around the euro reference rates of the day and depend on its seed, the pair and the
minute alone, so the same minute always quotes the same. It can widen its spread, fall silent,
repeat an old quote, cross its own rates, or quote a pair upside down.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from usance.adapters.fx.ecb import EcbRates
from usance.kernel.money import Currency
from usance.kernel.records import Record
from usance.payments.model import FixingDay, MakerQuote

_DAYS_BACK: Final = 7
_WHOLE: Final = 10_000
_DIGITS: Final = Decimal("0.00000001")
_LIFE: Final = timedelta(seconds=90)
_STALE: Final = timedelta(hours=2)


class Manners(Record, frozen=True):
    """How a desk behaves. Spreads in ten-thousandths; the rest: of 10,000 quotes, how many.

    spread_bps: between bid and ask at its narrowest; wide_bps: what may come on top. drift_bps:
    how far its middle may lie from the reference.
    """

    spread_bps: int = 6
    wide_bps: int = 4
    drift_bps: int = 5
    silent: int = 0
    stale: int = 0
    crossed: int = 0
    upside_down: int = 0


HONEST: Final = Manners()


class SimulatedDesk:
    """Implements payments.ports.QuoteSource."""

    def __init__(self, name: str, seed: int, manners: Manners = HONEST) -> None:
        self.name = name
        self._seed = seed
        self._manners = manners
        self._reference = EcbRates()

    async def quotes(self, pairs: Sequence[str], at: datetime) -> Sequence[MakerQuote]:
        """Return its quotes of this minute; none for a currency without a reference rate."""
        fixings = await self._fixings(at)
        if fixings is None:
            return []
        found = [self._quote(fixings, pair, at) for pair in pairs]
        return [quote for quote in found if quote is not None]

    async def _fixings(self, at: datetime) -> FixingDay | None:
        for age in range(_DAYS_BACK + 1):
            found = await self._reference.fixings(at.date() - timedelta(days=age))
            if found is not None:
                return found
        return None

    def _quote(self, fixings: FixingDay, pair: str, at: datetime) -> MakerQuote | None:
        base, _, quote = pair.partition("/")
        rates = fixings.rates.get(base), fixings.rates.get(quote)
        if rates[0] is None or rates[1] is None:
            return None
        minute = at.replace(second=0, microsecond=0)
        chance = self._chances(pair, minute)
        manners = self._manners
        if next(chance) < manners.silent:
            return None
        drift = next(chance) % (2 * manners.drift_bps + 1) - manners.drift_bps
        mid = Decimal(rates[1]) / Decimal(rates[0]) * (_WHOLE + drift) / _WHOLE
        half = Decimal(manners.spread_bps + next(chance) % (manners.wide_bps + 1)) / 2
        bid, ask = mid * (_WHOLE - half) / _WHOLE, mid * (_WHOLE + half) / _WHOLE
        quoted_at = at - (_STALE if next(chance) < manners.stale else timedelta())
        if next(chance) < manners.crossed:
            bid, ask = ask, bid
        if next(chance) < manners.upside_down:
            bid, ask = 1 / ask, 1 / bid
        return MakerQuote(
            Currency(base),
            Currency(quote),
            bid.quantize(_DIGITS),
            ask.quantize(_DIGITS),
            quoted_at,
            quoted_at + _LIFE,
        )

    def _chances(self, pair: str, minute: datetime) -> "_Chances":
        return _Chances(f"{self._seed} {pair} {minute.isoformat()}")


class _Chances:
    """Whole numbers from 0 to 9,999 that follow from a text alone."""

    def __init__(self, text: str) -> None:
        self._digest = hashlib.sha256(text.encode()).digest()
        self._place = 0

    def __next__(self) -> int:
        drawn = int.from_bytes(self._digest[self._place : self._place + 4], "big") % _WHOLE
        self._place += 4
        return drawn


def desk_one() -> SimulatedDesk:
    """Return the desk that is plugged in as `desk_one`."""
    return SimulatedDesk("desk_one", 1)


def desk_two() -> SimulatedDesk:
    """Return the desk that is plugged in as `desk_two`: narrower, and not always true."""
    manners = Manners(4, 2, 5, silent=500, stale=500, crossed=200, upside_down=200)
    return SimulatedDesk("desk_two", 2, manners)
