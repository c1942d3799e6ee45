"""Which rule fits first: all rules at once, by the bits of one number.

For each fact and each value that rules name there is a number whose bit n says whether rule n
accepts the value; what no rule names has one number for all. The rules that fit a payment are the
bits that all its numbers share, and the lowest is the first. So two hundred rules cost as many
steps as there are facts.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from hashlib import blake2b
from operator import attrgetter
from typing import Any, Final

from usance.payments.model import RouteQuestion, RouteRule, RoutingConfig
from usance.payments.rules.routing.facts import (
    AMOUNT,
    METADATA,
    Accepted,
    Band,
    accepted,
    band,
    together,
    value_of,
)
from usance.payments.rules.routing.regions import Region, region

_OTHER: Final = object()


class Router:
    """A configuration made ready to be asked."""

    def __init__(self, config: RoutingConfig) -> None:
        self.config = config
        self.rules = config.rules
        self.rails = tuple(
            rule.order or rule.by_value or tuple(share.rail for share in rule.split)
            for rule in config.rules
        )
        # Two splits that follow each other draw apart.
        self.salts = tuple(
            blake2b(rule.name.encode(), digest_size=16).digest() for rule in config.rules
        )
        self._all = (1 << len(config.rules)) - 1
        facts = {name: _masks(config.rules, name) for name in _facts_of(config.rules)}
        plain = [name for name in facts if not name.startswith(METADATA)]
        self._tables = [facts[name] for name in plain]
        self._keys = [
            (name.removeprefix(METADATA), *facts[name])
            for name in facts
            if name.startswith(METADATA)
        ]
        # Twice the hour, so that there are several and what comes back is always a tuple.
        names = ["amount.currency" if name == "currency" else name for name in plain]
        self._values = attrgetter(*names, "hour", "hour")
        self._amounts, self._any_amount = _amount_masks(config.rules)

    @cached_property
    def regions(self) -> tuple[Region, ...]:
        """What each rule takes; asked where none fits."""
        return tuple(region(rule) for rule in self.rules)

    def first(self, question: RouteQuestion) -> int:
        """Return the number of the first rule that fits, -1 where none does."""
        fitting = self._all
        for value, (masks, otherwise) in zip(self._values(question), self._tables, strict=False):
            fitting &= masks.get(value, otherwise)
        for key, masks, otherwise in self._keys:
            fitting &= masks.get(question.metadata.get(key, ""), otherwise)
        if self._amounts:
            steps = self._amounts.get(question.amount.currency)
            if steps is None:
                fitting &= self._any_amount
            else:
                fitting &= steps[1][bisect_right(steps[0], question.amount.minor)]
        return (fitting & -fitting).bit_length() - 1


@lru_cache(maxsize=64)
def compiled(config: RoutingConfig) -> Router:
    """Return a configuration made ready; the same one for equal configurations."""
    return Router(config)


def _facts_of(rules: Sequence[RouteRule]) -> list[str]:
    named = {each.fact: None for rule in rules for each in rule.when if each.fact != AMOUNT}
    return list(named)


def accepted_by(rule: RouteRule, fact: str) -> Accepted:
    """Return which values of a fact a rule accepts."""
    return together(accepted(each) for each in rule.when if each.fact == fact)


def _masks(rules: Sequence[RouteRule], fact: str) -> tuple[dict[Any, int], int]:
    """Return the rules that accept each value that is named, and those that accept all others."""
    wanted = [accepted_by(rule, fact) for rule in rules]
    named = {value for each in wanted for value in (*(each.included or ()), *each.excluded)}
    return {value: _mask(wanted, value) for value in named}, _mask(wanted, _OTHER)


def _mask(wanted: Sequence[Accepted], value: object) -> int:
    return sum(1 << number for number, each in enumerate(wanted) if each.has(value))


Steps = tuple[list[int], list[int]]


def _amount_masks(rules: Sequence[RouteRule]) -> tuple[Mapping[str, Steps], int]:
    """Return for each currency where the rules that fit change, and which fit between."""
    bands = [band(rule.when) for rule in rules]
    unbound = sum(1 << number for number, each in enumerate(bands) if each is None)
    by_currency: defaultdict[str, dict[int, Band]] = defaultdict(dict)
    for number, each in enumerate(bands):
        if each is not None:
            by_currency[each.currency][number] = each
    steps = {}
    for currency, known in by_currency.items():
        ends = {each.low for each in known.values()} | {each.high for each in known.values()}
        at = sorted(end for end in ends if end is not None)
        # What lies before the first end is asked with an amount below it.
        starts = [-1, *at]
        masks = [
            unbound | sum(1 << number for number, each in known.items() if _holds(each, start))
            for start in starts
        ]
        steps[currency] = (at, masks)
    return steps, unbound


def _holds(amounts: Band, minor: int) -> bool:
    return minor >= amounts.low and (amounts.high is None or minor < amounts.high)


class Scanned(Router):
    """The same rules, read one by one from the top: what the compiled ones are measured by."""

    def __init__(self, config: RoutingConfig) -> None:
        super().__init__(config)
        self._each = [
            (
                band(rule.when),
                [(name, accepted_by(rule, name)) for name in _facts_of((rule,))],
            )
            for rule in config.rules
        ]

    def first(self, question: RouteQuestion) -> int:
        """See Router.first."""
        for number, (amounts, wanted) in enumerate(self._each):
            if (amounts is None or amounts.has(question.amount)) and all(
                each.has(value_of(name, question)) for name, each in wanted
            ):
                return number
        return -1
