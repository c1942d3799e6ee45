"""Rates of exchange: what one unit of a currency costs in another, said by whom and when."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from usance.kernel.ids import FxQuoteId
from usance.kernel.money import Currency, Money, Rounding, convert
from usance.kernel.records import Record


class Side(StrEnum):
    """From which side of the market a rate is seen."""

    MID = "mid"
    BID = "bid"
    ASK = "ask"


class Quote(Record, frozen=True, omit_defaults=True):
    """A rate offered to somebody for a while.

    mid: the rate the offer starts from, seen from `side`: a reference rate, or what a market
    maker bids. spread_bps: ours, in ten-thousandths of mid. The spread is booked as a leg of its
    own, so money converts at `mid` and `spread` is taken from the result: the two can always be
    told apart. lock: the lock it comes from, None where it was made for one payment. indicative:
    the reference rate when it was locked, None where that is `mid`.
    """

    base: Currency
    quote: Currency
    mid: Decimal
    spread_bps: int
    side: Side
    source: str
    value_date: date
    quoted_at: datetime
    expires_at: datetime
    lock: FxQuoteId | None = None
    indicative: Decimal | None = None

    def at_mid(self, money: Money) -> Money:
        """Return `money`, in the base currency, at mid; fractions are dropped."""
        assert money.currency == self.base, f"{money.currency} quoted as {self.base}"
        return convert(money, self.mid, self.quote, Rounding.DOWN)

    def spread_of(self, converted: Money) -> Money:
        """Return our spread on an amount already converted at mid, rounded up."""
        return converted.share(self.spread_bps, Rounding.UP)

    @property
    def rate(self) -> Decimal:
        """The rate after the spread, for people to compare."""
        return self.mid * (1 - Decimal(self.spread_bps).scaleb(-4))
