"""Why no rail takes a payment: the stage of the choice at which the last one fell out.

First the rules: who asks for a method that no rule gives, or for what no rule fits. Then, of the
rails that the rule names: not plugged in, currency, country, method, what the buyer has to pay
with, limits, and what the rail owes us already. The last of these stages is the reason.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from usance.kernel.errors import Refusal
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments.errors import (
    CARRIER_OWES_TOO_MUCH,
    COUNTRY_NOT_SERVED,
    CURRENCY_NOT_SERVED,
    INSTRUMENT_MISSING,
    METHOD_NOT_SERVED,
    NO_RAIL,
    OUTSIDE_RAIL_LIMIT,
)
from usance.payments.model import RouteQuestion
from usance.payments.rules.routing.facts import value_of
from usance.payments.rules.routing.matching import Router
from usance.payments.rules.routing.regions import Region
from usance.payments.rules.routing.value import CORRIDOR, CURRENCY, RailTerms

_INSTRUMENTS: Final = frozenset({"bank_account", "card_token"})


class _Fallen(Record, frozen=True):
    """A rail that cannot, and why as far as it depends on the rail. terms: None: not plugged in."""

    rail: str
    terms: RailTerms | None
    owes: str


def why_no_rail(
    router: Router,
    question: RouteQuestion,
    terms: Mapping[str, RailTerms],
    owing: Mapping[str, str],
) -> Refusal:
    """Return the refusal of a payment that no rail takes. owing: see `Known`."""
    number = router.first(question)
    if number < 0:
        return _no_rule(router.regions, question)
    fallen = [_Fallen(rail, terms.get(rail), owing.get(rail, "")) for rail in router.rails[number]]
    reached = max(_stage(each, question) for each in fallen)
    last = [each for each in fallen if _stage(each, question) == reached]
    return _STAGES[reached](question, last)


def _no_rule(regions: Sequence[Region], question: RouteQuestion) -> Refusal:
    """Return which facts keep the rules that come nearest from taking a payment."""
    asking = [each for each in regions if each.of("method").has(question.method)]
    if not asking and question.method:
        return METHOD_NOT_SERVED.refuse("method", question.method)
    wanting = [_wanting(each, question) for each in asking or regions]
    fewest = min(map(len, wanting))
    facts = dict.fromkeys(fact for each in wanting if len(each) == fewest for fact in each)
    if _INSTRUMENTS.issuperset(facts):
        return INSTRUMENT_MISSING.refuse("method", " or ".join(map(_spelt, facts)))
    said = ", ".join(f"{fact} {_said(fact, question)}" for fact in facts)
    return NO_RAIL.refuse("method", f"no rule of the routing fits {said}")


def _wanting(asks: Region, question: RouteQuestion) -> list[str]:
    """Return the facts that keep a payment out of a region."""
    found = [
        fact for fact, values in asks.facts.items() if not values.has(value_of(fact, question))
    ]
    if asks.amounts is not None and not asks.amounts.has(question.amount):
        found.append("amount")
    return found


def _said(fact: str, question: RouteQuestion) -> str:
    if fact == "amount":
        return str(question.amount)
    value = value_of(fact, question)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) or "(none)"


def _stage(fallen: _Fallen, question: RouteQuestion) -> int:
    """Return how far a rail came: the number of the stage that removed it."""
    terms = fallen.terms
    if terms is None or terms.cannot:
        kind = "" if terms is None else terms.cannot.partition(":")[0]
        return {CURRENCY: 1, CORRIDOR: 2}.get(kind, 0)
    if question.method and question.method != terms.method:
        return 3
    if terms.pays_with and not getattr(question, terms.pays_with):
        return 4
    return 6 if fallen.owes else 5


def _unplugged(_question: RouteQuestion, last: Sequence[_Fallen]) -> Refusal:
    return NO_RAIL.refuse("method", f"{_names(last)}: not plugged in, or for paying out alone")


def _currency(question: RouteQuestion, last: Sequence[_Fallen]) -> Refusal:
    return CURRENCY_NOT_SERVED.refuse("currency", _by(question.amount.currency, last))


def _country(question: RouteQuestion, last: Sequence[_Fallen]) -> Refusal:
    return COUNTRY_NOT_SERVED.refuse("country", _by(question.buyer_country, last))


def _method(question: RouteQuestion, _last: Sequence[_Fallen]) -> Refusal:
    return METHOD_NOT_SERVED.refuse("method", question.method)


def _instrument(_question: RouteQuestion, last: Sequence[_Fallen]) -> Refusal:
    needs = dict.fromkeys(_spelt(each.terms.pays_with) for each in last if each.terms)
    return INSTRUMENT_MISSING.refuse("method", " or ".join(needs))


def _limit(question: RouteQuestion, last: Sequence[_Fallen]) -> Refusal:
    amount = question.amount
    ends = []
    for each in last:
        assert each.terms is not None, "a rail without terms falls out before its limits"
        most, least = each.terms.amount_max, each.terms.amount_min
        word, minor = ("most", most) if most and amount.minor > most else ("least", least)
        ends.append(f"{each.rail} takes at {word} {Money(minor, amount.currency)}")
    return OUTSIDE_RAIL_LIMIT.refuse("amount", f"{amount}, and {', '.join(ends)}")


def _owes(_question: RouteQuestion, last: Sequence[_Fallen]) -> Refusal:
    return CARRIER_OWES_TOO_MUCH.refuse("method", "; ".join(each.owes for each in last))


_STAGES: Final[tuple[Callable[[RouteQuestion, Sequence[_Fallen]], Refusal], ...]] = (
    _unplugged,
    _currency,
    _country,
    _method,
    _instrument,
    _limit,
    _owes,
)


def _names(last: Sequence[_Fallen]) -> str:
    return ", ".join(each.rail for each in last)


def _by(what: str, last: Sequence[_Fallen]) -> str:
    return f"{what} by {_names(last)}"


def _spelt(instrument: str) -> str:
    return instrument.replace("_", " ")
