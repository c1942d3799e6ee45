"""Which payments a rule takes, and whether rules before it leave it any."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from usance.kernel.records import Record, replace
from usance.parties.model import GRADES
from usance.payments.model import RouteRule
from usance.payments.rules.routing.facts import (
    AMOUNT,
    HOUR,
    Accepted,
    Band,
    accepted,
    band,
    together,
)

_ALL: Final = Accepted(None, frozenset())
_YES_NO: Final = Accepted(frozenset({True, False}), frozenset())
# Facts whose values can be listed: of them several rules may leave nothing.
_LISTED: Final[Mapping[str, Accepted]] = {
    HOUR: Accepted(frozenset(range(24)), frozenset()),
    "bank_account": _YES_NO,
    "card_token": _YES_NO,
    "risk_grade": Accepted(frozenset(GRADES), frozenset()),
}
# What is left of a rule may fall into many parts; beyond so many nobody looks any further.
_PARTS_MAX: Final = 2_000


class Region(Record, frozen=True):
    """The payments that fit: for each fact that is asked about, its values; and the amounts."""

    facts: Mapping[str, Accepted]
    amounts: Band | None = None

    def of(self, fact: str) -> Accepted:
        """Return which values of a fact lie in the region."""
        return self.facts.get(fact) or _LISTED.get(fact, _ALL)

    def where(self, fact: str, value: Accepted) -> "Region":
        """Return the part of the region where a fact has one of these values."""
        return replace(self, facts={**self.facts, fact: together((self.of(fact), value))})

    def within(self, other: "Region") -> bool:
        """Return whether all that lies here lies there too."""
        return _amounts_within(self, other) and all(
            self.of(fact).within(other.of(fact)) for fact in other.facts
        )

    def nothing(self) -> bool:
        """Return whether no payment at all lies in it."""
        return any(each.nothing() for each in self.facts.values())


def region(rule: RouteRule) -> Region:
    """Return what a rule takes. Its conditions have the right form."""
    facts: dict[str, Accepted] = {}
    for each in rule.when:
        if each.fact != AMOUNT:
            known = facts.get(each.fact) or _LISTED.get(each.fact, _ALL)
            facts[each.fact] = together((known, accepted(each)))
    return Region(facts, band(rule.when))


def forestalled(mine: Region, earlier: Sequence[Region]) -> list[int] | None:
    """Return which of the earlier ones together take all of a region, None where some is left.

    Also None where that is too long a question.
    """
    left, by = [mine], []
    looked = 0
    for number, other in enumerate(earlier):
        if not _amounts_within(mine, other):
            continue
        rest: list[Region] = []
        for part in left:
            rest.extend(_without(part, other))
        looked += len(rest)
        if looked > _PARTS_MAX:
            return None
        if rest != left:
            by.append(number)
        left = rest
        if not left:
            return by
    return None


def _without(part: Region, other: Region) -> Iterable[Region]:
    """Yield what of a region does not lie in another one, in parts that do not overlap."""
    inside = part
    outside = []
    for fact, theirs in other.facts.items():
        piece = inside.where(fact, _opposite(theirs))
        if not piece.of(fact).nothing():
            outside.append(piece)
        inside = inside.where(fact, theirs)
        if inside.of(fact).nothing():
            return (part,)
    return outside


def _opposite(values: Accepted) -> Accepted:
    """Return all values that are not accepted."""
    if values.included is None:
        return Accepted(values.excluded, frozenset[Any]())
    return Accepted(None, values.included - values.excluded)


def _amounts_within(mine: Region, other: Region) -> bool:
    if other.amounts is None:
        return True
    return mine.amounts is not None and mine.amounts.within(other.amounts)
