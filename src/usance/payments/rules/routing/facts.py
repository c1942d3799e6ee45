"""What a condition may ask about, which values a fact may have, and which of them it accepts."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final

from usance.kernel.errors import Invalid, Refusal
from usance.kernel.money import Currency, Money, parse
from usance.kernel.records import Record
from usance.parties.model import GRADES
from usance.parties.service import checked_country
from usance.payments.model import Condition, RouteQuestion, RouteRule

AMOUNT: Final = "amount"
HOUR: Final = "hour"
METADATA: Final = "metadata."
_HOURS: Final = 24
_FLAGS: Final = ("bank_account", "card_token")
_WORD: Final = re.compile(r"\S.{0,119}")
_YES_NO: Final[dict[str, bool]] = {"yes": True, "no": False}


def _is_country(text: str) -> bool:
    return not isinstance(checked_country(text, ""), Refusal)


def _is_currency(text: str) -> bool:
    try:
        Currency(text)
    except Invalid:
        return False
    return True


# How a value is written where a fact has a form; what is missing here takes any word.
_FORMS: Final[dict[str, tuple[Callable[[str], bool], str]]] = {
    "currency": (_is_currency, "an ISO 4217 code such as GBP"),
    "buyer_country": (_is_country, "a country of ISO 3166 such as GB"),
    "seller_country": (_is_country, "a country of ISO 3166 such as GB"),
    "issuer_country": (
        lambda text: not text or _is_country(text),
        'a country of ISO 3166 such as GB, or "" for not known',
    ),
    "risk_grade": (lambda text: text in GRADES, f"one of {' '.join(GRADES)}"),
    "bank_account": (lambda text: text in _YES_NO, "yes or no"),
    "card_token": (lambda text: text in _YES_NO, "yes or no"),
}
FACTS: Final = (AMOUNT, HOUR, *_FORMS, "method", "card_brand")


class Accepted(Record, frozen=True):
    """Which values of a fact are accepted. included: None for all but the excluded ones."""

    included: frozenset[Any] | None
    excluded: frozenset[Any]

    def has(self, value: object) -> bool:
        """Return whether a value is accepted."""
        return (self.included is None or value in self.included) and value not in self.excluded

    def within(self, other: "Accepted") -> bool:
        """Return whether all that this accepts the other accepts too."""
        if self.included is not None:
            return all(map(other.has, self.included - self.excluded))
        return other.included is None and other.excluded <= self.excluded

    def nothing(self) -> bool:
        """Return whether no value at all is accepted."""
        return self.included is not None and not self.included - self.excluded


class Band(Record, frozen=True):
    """Amounts of one currency, in minor units, from `low` to below `high` (None: no end)."""

    currency: str
    low: int
    high: int | None

    def has(self, amount: Money) -> bool:
        """Return whether an amount lies in the band."""
        return (
            amount.currency == self.currency
            and amount.minor >= self.low
            and (self.high is None or amount.minor < self.high)
        )

    def within(self, other: "Band") -> bool:
        """Return whether every amount of this band lies in the other."""
        ends = other.high is None or (self.high is not None and self.high <= other.high)
        return self.currency == other.currency and self.low >= other.low and ends


def is_known(fact: str) -> bool:
    """Return whether a condition may ask about it."""
    return fact in FACTS or (fact.startswith(METADATA) and fact != METADATA)


def value_of(fact: str, question: RouteQuestion) -> object:
    """Return the value of any fact but the amount."""
    if fact == "currency":
        return question.amount.currency
    if fact.startswith(METADATA):
        return question.metadata.get(fact.removeprefix(METADATA), "")
    return getattr(question, fact)


def form_of(fact: str) -> tuple[Callable[[str], bool], str]:
    """Return what a value of a fact must look like, as a test and in words."""
    if fact == HOUR:
        return lambda text: hour_of(text) is not None, "a whole hour from 0 to 23"
    free = lambda text: not text or bool(_WORD.fullmatch(text))  # noqa: E731 - as its neighbours
    return _FORMS.get(fact, (free, "at most 120 characters"))


def meant(fact: str, text: str) -> object:
    """Return a value as questions hold it; its form is right."""
    if fact == HOUR:
        return int(text)
    return _YES_NO[text] if fact in _FLAGS else text


def hour_of(text: str) -> int | None:
    """Return the hour that a text names, None where it names none."""
    hour = int(text) if text.isascii() and text.isdecimal() and len(text) <= len("23") else _HOURS
    return hour if hour < _HOURS else None


@lru_cache(maxsize=4096)
def amount_of(text: str) -> Money | None:
    """Return the amount that `100.00 GBP` names, None where it names none."""
    number, _, currency = text.partition(" ")
    try:
        return parse(number, currency)
    except Invalid:
        return None


def accepted(condition: Condition) -> Accepted:
    """Return which values a condition accepts; it is about anything but the amount."""
    fact = condition.fact
    excluded = frozenset(meant(fact, text) for text in condition.not_in)
    included: frozenset[Any] | None = None
    if condition.is_in:
        included = frozenset(meant(fact, text) for text in condition.is_in)
    if fact == HOUR:
        hours = _hours(condition.at_least, condition.below)
        included = hours if included is None else included & hours
    elif fact in _FLAGS and included is None:
        included = frozenset({True, False})
    return Accepted(included, excluded)


def _hours(at_least: str, below: str) -> frozenset[int]:
    """Return the hours from one to another; `22` to `6` goes past midnight."""
    first, last = int(at_least or 0), int(below or _HOURS)
    if first < last:
        return frozenset(range(first, last))
    return frozenset((*range(first, _HOURS), *range(last)))


def together(several: Iterable[Accepted]) -> Accepted:
    """Return what all of them accept."""
    included: frozenset[Any] | None = None
    excluded: frozenset[Any] = frozenset()
    for each in several:
        excluded |= each.excluded
        if each.included is not None:
            included = each.included if included is None else included & each.included
    return Accepted(included, excluded)


def band(conditions: Iterable[Condition]) -> Band | None:
    """Return the amounts that all conditions on the amount leave, None where there is no such.

    A band in no currency (`""`) is one that nothing lies in.
    """
    found: Band | None = None
    for condition in conditions:
        if condition.fact != AMOUNT:
            continue
        low, high = amount_of(condition.at_least), amount_of(condition.below)
        currency = (low or high or Money(0, Currency("EUR"))).currency
        here = Band(currency, low.minor if low else 0, high.minor if high else None)
        found = here if found is None else _overlap(found, here)
    return found


def _overlap(one: Band, other: Band) -> Band:
    highs = [high for high in (one.high, other.high) if high is not None]
    currency = one.currency if one.currency == other.currency else ""
    return Band(currency, max(one.low, other.low), min(highs, default=None))


def holds(rule: RouteRule, question: RouteQuestion) -> bool:
    """Return whether all conditions of a rule hold: what matching means, one by one."""
    amounts = band(rule.when)
    if amounts is not None and not amounts.has(question.amount):
        return False
    return all(
        accepted(condition).has(value_of(condition.fact, question))
        for condition in rule.when
        if condition.fact != AMOUNT
    )
