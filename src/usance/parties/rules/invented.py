"""Invented buyers: the people of a demonstration, made from a seed. None of them exists.

Real order data names its customers by number alone. The same seed, number and country always
give the same name and the same means of payment. Bank codes are made up as well, so that no
account of a real bank is named; check digits, national ones too, are right. Where a country
has no IBAN, or is not known, the buyer pays by card and has a token that stands for it.
"""

import hashlib
import re
import warnings
from collections.abc import Sequence
from random import Random
from string import ascii_uppercase, digits
from typing import Final, TypeVar

import schwifty
from schwifty import exceptions as iban_faults

from usance.parties.model import InventedBuyer
from usance.parties.rules.words import ENGLISH, WORDS

T = TypeVar("T")
# Of a hundred buyers, so many are companies: the shop sells to other shops.
_COMPANIES_PERCENT: Final = 60
# Random bank codes can miss a national rule that the library checks afterwards.
_ATTEMPTS: Final = 20
# Lengths and alphabets in the patterns of the IBAN registry (ISO 13616): 4!a6!n8!n.
_PATTERN: Final = re.compile(r"(\d+)!?([nac])")
_ALPHABETS: Final = {"n": digits, "a": ascii_uppercase, "c": digits + ascii_uppercase}


def invented_buyer(seed: int, customer_number: str, country: str) -> InventedBuyer:
    """Return the made-up buyer that a seed gives to a customer number of a country.

    country: ISO 3166-1 alpha-2. Where its words are not known, English ones are taken.
    """
    dice = _dice(seed, customer_number, country)
    name = _name(dice, country)
    iban = _iban(dice, country)
    token = None if iban is not None else f"card_{dice.getrandbits(96):024x}"
    return InventedBuyer(name, country, iban, token)


def _dice(*parts: object) -> Random:
    """Return dice that always fall the same way for the same parts."""
    text = "\x1f".join(str(part) for part in parts)
    return Random(hashlib.sha256(text.encode()).digest())  # noqa: S311 - a story, not a secret


def _name(dice: Random, country: str) -> str:
    words = WORDS.get(country, ENGLISH)
    is_company = not words.given or _below(dice, 100) < _COMPANIES_PERCENT
    if not is_company:
        return f"{_pick(dice, words.given)} {_pick(dice, words.family)}"
    stem, trade, form = (_pick(dice, each) for each in (words.stems, words.trades, words.forms))
    return f"{stem} {trade} {form}"


def _iban(dice: Random, country: str) -> str | None:
    """Return an IBAN of the country that satisfies its check digits, None where it has none."""
    for attempt in range(_ATTEMPTS):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                draw = _drawn if attempt == 0 else _drawn_with_care
                iban = draw(dice, country)
                iban.validate(validate_bban=True)
        except iban_faults.InvalidCountryCode:
            return None
        except iban_faults.SchwiftyException:
            continue
        return str(iban)
    return None


def _drawn(dice: Random, country: str) -> schwifty.IBAN:
    """Draw an IBAN of a country's pattern, `4!a6!n8!n`. It may miss a national rule."""
    spec = schwifty.registry.get_iban_spec(country)
    drawn = "".join(
        _pick(dice, _ALPHABETS[kind])
        for length, kind in _PATTERN.findall(spec.bban_spec)
        for _ in range(int(length))
    )
    return schwifty.IBAN.from_bban(country, schwifty.BBAN(country, drawn))


def _drawn_with_care(dice: Random, country: str) -> schwifty.IBAN:
    """Let the library draw, which knows national check digits and takes eight times as long."""
    return schwifty.IBAN.random(country, random=dice, use_registry=False)


def _below(dice: Random, bound: int) -> int:
    return dice.getrandbits(32) % bound


def _pick(dice: Random, choices: Sequence[T]) -> T:
    return choices[_below(dice, len(choices))]
