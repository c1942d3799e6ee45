"""What we have promised to convert and not yet converted, by the currency that is sold to us."""

from usance.kernel.money import Currency, Money
from usance.kernel.records import Record


class OpenPair(Record, frozen=True):
    """What is open of one pair, in minor units of what is sold.

    locked: what locks may still bring. converting: sales captured at an agreed rate without a
    lock, and not settled yet.
    """

    buy: Currency
    locked: int = 0
    converting: int = 0


class FxPosition(Record, frozen=True):
    """What is open in a currency that is sold to us. pairs: by what is bought for it."""

    sell: Currency
    pairs: tuple[OpenPair, ...] = ()

    def of(self, buy: Currency) -> OpenPair:
        """Return what is open of one pair."""
        return next((each for each in self.pairs if each.buy == buy), OpenPair(buy))

    @property
    def open(self) -> Money:
        """What is open in all pairs together."""
        return Money(sum(each.locked + each.converting for each in self.pairs), self.sell)

    def changed(self, buy: Currency, *, locked: int = 0, converting: int = 0) -> "FxPosition":
        """Return the position after something was promised, or done."""
        pairs = self.pairs
        for at, known in enumerate(pairs):
            if known.buy == buy:
                after = OpenPair(buy, known.locked + locked, known.converting + converting)
                return FxPosition(self.sell, (*pairs[:at], after, *pairs[at + 1 :]))
        return FxPosition(self.sell, (*pairs, OpenPair(buy, locked, converting)))
