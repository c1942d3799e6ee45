"""Money: a whole number of minor units in one currency.

Amounts are integers, so nothing is lost by adding. Rounding happens in two places only,
`divided` and `allocate`, and both say which way.
"""

from collections.abc import Sequence
from decimal import (
    ROUND_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    Inexact,
    InvalidOperation,
)
from enum import Enum
from functools import lru_cache
from typing import Final

import iso4217

from usance.kernel.errors import (
    AMOUNT_TOO_LARGE,
    CURRENCY_WITHDRAWN,
    MALFORMED_AMOUNT,
    TOO_MANY_DECIMALS,
    UNKNOWN_CURRENCY,
    Invalid,
)
from usance.kernel.records import Record
from usance.kernel.withdrawn import WITHDRAWN

# ISO 4217 as published by the `iso4217` package; funds codes without a minor unit (XAU) are
# not money anybody can pay with and stay out.
_EXPONENTS: Final[dict[str, int]] = {
    entry.code: entry.exponent for entry in iso4217.Currency if entry.exponent is not None
}
# Those of the past besides. What ISO 4217 has as a currency is one, whatever stands there.
_DIGITS: Final = WITHDRAWN | _EXPONENTS
_BPS: Final = 10_000
CURRENCIES: Final = tuple(_EXPONENTS)
PAST_CURRENCIES: Final = tuple(code for code in WITHDRAWN if code not in _EXPONENTS)
MINOR_MAX: Final = 2**63 - 1
# So many digits before the point are less than MINOR_MAX in every currency.
_SHORT: Final = 14
# Python's own context rounds to 28 digits without a word.
_EXACTLY: Final = Context(prec=60, traps=[Inexact, InvalidOperation])


class Currency(str):
    """An ISO 4217 code that knows how many digits stand after its point.

    Raises Invalid(unknown_currency) when the code is not in the list, and currency_withdrawn
    where it was once.
    """

    __slots__ = ()

    def __new__(cls, code: str) -> "Currency":
        """Return the currency of a three-letter code."""
        if code not in _EXPONENTS:
            raise _no_currency("currency", code)
        return str.__new__(cls, code)

    @classmethod
    def of_the_past(cls, code: str) -> "Currency":
        """Return a currency of today or of the past: for what banks said, and nothing new.

        Raises Invalid(unknown_currency).
        """
        return str.__new__(cls, code) if code in _DIGITS else cls(code)

    @property
    def exponent(self) -> int:
        """Digits after the point: JPY 0, GBP 2, KWD 3."""
        return _DIGITS[self]

    @property
    def is_withdrawn(self) -> bool:
        """Whether nobody pays in it any more."""
        return self not in _EXPONENTS


class Rounding(Enum):
    """Which way a fraction of a minor unit goes."""

    DOWN = ROUND_DOWN
    UP = ROUND_UP
    HALF_EVEN = ROUND_HALF_EVEN
    HALF_UP = ROUND_HALF_UP


class Money(Record, frozen=True):
    """An amount: whole minor units of one currency.

    minor: may be negative where a difference is meant; verbs that move money check it.
    """

    minor: int
    currency: Currency

    def __add__(self, other: "Money") -> "Money":
        """Return the sum. Adding two currencies is a bug."""
        assert self.currency == other.currency, f"{self.currency} + {other.currency}"
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """Return the difference. Subtracting across currencies is a bug."""
        assert self.currency == other.currency, f"{self.currency} - {other.currency}"
        return Money(self.minor - other.minor, self.currency)

    def allocate(self, weights: Sequence[int]) -> list["Money"]:
        """Split by weight; the parts add up to the whole, to the last minor unit.

        The units left over by division go to the earliest non-zero weights.
        """
        assert weights, "nothing to allocate to"
        assert all(weight >= 0 for weight in weights), weights
        total = sum(weights)
        assert total > 0, weights
        shares = [self.minor * weight // total for weight in weights]
        bearers = [index for index, weight in enumerate(weights) if weight > 0]
        for index in bearers[: self.minor - sum(shares)]:
            shares[index] += 1
        return [Money(share, self.currency) for share in shares]

    def share(self, bps: int, rounding: Rounding) -> "Money":
        """Return `bps` ten-thousandths of this amount, rounded as said."""
        return Money(divided(self.minor * bps, _BPS, rounding), self.currency)

    def __str__(self) -> str:
        """Return the amount as people write it: 1234.50 GBP."""
        return f"{decimal_text(self)} {self.currency}"


def _no_currency(field: str, code: str) -> Invalid:
    return (CURRENCY_WITHDRAWN if code in WITHDRAWN else UNKNOWN_CURRENCY).invalid(field, code)


def parse(text: str, currency: str, field: str = "amount", *, past: bool = False) -> Money:
    """Return the money that `text` and an ISO 4217 code name.

    past: what a bank said counts, also in a currency that is no more. Raises Invalid:
    unknown_currency, currency_withdrawn, malformed_amount (`NaN`, `1e3`, blanks),
    too_many_decimals, amount_too_large. The sign is left to the caller.
    """
    if currency not in _EXPONENTS and not (past and currency in WITHDRAWN):
        raise _no_currency(f"{field}.currency", currency[:12])
    known = Currency.of_the_past(currency)
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.replace(".", "", 1).isdigit()) or digits[0] == ".":
        raise MALFORMED_AMOUNT.invalid(field, text[:40])
    whole, _, fraction = digits.partition(".")
    room = _DIGITS[currency] - len(fraction)
    if room >= 0 and len(whole) <= _SHORT:
        # Nearly all amounts: what the digits spell, without a way round by decimals.
        minor = int(whole + fraction) * 10**room
        return Money(-minor if text.startswith("-") else minor, known)
    return from_decimal(Decimal(text), known, field)


def from_decimal(value: Decimal, currency: Currency, field: str = "amount") -> Money:
    """Return `value` as money if it is a whole number of minor units.

    Raises Invalid: too_many_decimals, amount_too_large, malformed_amount (NaN, infinity).
    """
    if not value.is_finite():
        raise MALFORMED_AMOUNT.invalid(field, str(value))
    if value.copy_abs() >= Decimal(MINOR_MAX).scaleb(-currency.exponent):
        raise AMOUNT_TOO_LARGE.invalid(field, str(value)[:40])
    try:
        minor = value.scaleb(currency.exponent, _EXACTLY)
    except Inexact as rounded:
        raise _too_fine(value, currency, field) from rounded
    except InvalidOperation as overflow:
        raise AMOUNT_TOO_LARGE.invalid(field, str(value)[:40]) from overflow
    if minor != minor.to_integral_value():
        raise _too_fine(value, currency, field)
    return Money(int(minor), currency)


def _too_fine(value: Decimal, currency: Currency, field: str) -> Invalid:
    written = f"{str(value)[:40]} ({currency}: {currency.exponent})"
    return TOO_MANY_DECIMALS.invalid(field, written)


def decimal_text(money: Money) -> str:
    """Return the amount as a plain decimal with all its digits: 1234.50."""
    exponent = money.currency.exponent
    if exponent == 0:
        return str(money.minor)
    sign = "-" if money.minor < 0 else ""
    whole, fraction = divmod(abs(money.minor), 10**exponent)
    return f"{sign}{whole}.{fraction:0{exponent}d}"


def convert(money: Money, rate: Decimal, to: Currency, rounding: Rounding) -> Money:
    """Return `money` at `rate` units of `to` per unit of its own currency, rounded as said."""
    above, below = _ratio(rate, to.exponent - money.currency.exponent)
    return Money(divided(money.minor * above, below, rounding), to)


def divided(dividend: int, divisor: int, rounding: Rounding) -> int:
    """Return dividend ÷ divisor (> 0) as a whole number, its size rounded as said."""
    whole, rest = divmod(abs(dividend), divisor)
    if rest and rounding is not Rounding.DOWN:
        more = 2 * rest - divisor
        tie_goes_up = rounding is Rounding.HALF_UP or whole % 2 == 1
        whole += rounding is Rounding.UP or more > 0 or (more == 0 and tie_goes_up)
    return whole if dividend >= 0 else -whole


@lru_cache(maxsize=4096)
def _ratio(rate: Decimal, shift: int) -> tuple[int, int]:
    """Return a rate, moved by `shift` digits, as a fraction of whole numbers."""
    return rate.scaleb(shift).as_integer_ratio()
