"""What is wrong with a routing configuration: every mistake, each with its path."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from usance.kernel.records import Record
from usance.payments.model import Condition, RouteRule, RoutingConfig
from usance.payments.rules.routing.facts import (
    AMOUNT,
    FACTS,
    HOUR,
    METADATA,
    Band,
    amount_of,
    band,
    form_of,
    hour_of,
    is_known,
)
from usance.payments.rules.routing.matching import accepted_by
from usance.payments.rules.routing.offers import Offer, rails_in, why_never
from usance.payments.rules.routing.regions import Region, forestalled, region

RULES_MAX: Final = 1000
_NAME_MAX: Final = 120
_WHOLE: Final = 100


class Fault(Record, frozen=True):
    """A mistake. path: where it stands, `rules[3].split`. problem: what is wrong, in words."""

    path: str
    problem: str


def faults_of(config: RoutingConfig, rails: Collection[str], attempts_max: int) -> list[Fault]:
    """Return what is wrong with a configuration, from its beginning to its end.

    rails: those that are known. attempts_max: how many rails one payment may try.
    """
    if not 1 <= len(config.rules) <= RULES_MAX:
        return [Fault("rules", f"has {len(config.rules)} rules; 1 to {RULES_MAX} are possible")]
    found: list[Fault] = []
    names: dict[str, int] = {}
    for number, rule in enumerate(config.rules):
        path = f"rules[{number}]"
        found.extend(_named(path, rule, names, number))
        found.extend(_conditions(path, rule))
        found.extend(_candidates(path, rule, rails))
        if not 1 <= rule.attempts <= attempts_max:
            found.append(
                Fault(f"{path}.attempts", f"{rule.attempts}: 1 to {attempts_max} are allowed")
            )
    # What conditions mean is only known where their form is right.
    return found or list(_unreachable(config.rules))


def _named(path: str, rule: RouteRule, names: dict[str, int], number: int) -> Iterator[Fault]:
    if not rule.name.strip() or len(rule.name) > _NAME_MAX:
        yield Fault(f"{path}.name", f"must have 1 to {_NAME_MAX} characters")
    elif rule.name in names:
        yield Fault(f"{path}.name", f"{rule.name!r} is the name of rules[{names[rule.name]}] too")
    names.setdefault(rule.name, number)


def _conditions(path: str, rule: RouteRule) -> Iterator[Fault]:
    clean = True
    for number, condition in enumerate(rule.when):
        for fault in _condition(f"{path}.when[{number}]", condition):
            clean = False
            yield fault
    if not clean:
        return
    facts = {each.fact for each in rule.when if each.fact != AMOUNT}
    for fact in sorted(facts):
        if accepted_by(rule, fact).nothing():
            yield Fault(f"{path}.when", f"no {fact} can be all that is asked of it")
    amounts = band(rule.when)
    if amounts is not None and _empty(amounts):
        yield Fault(f"{path}.when", "no amount can be all that is asked of it")
    elif amounts is not None and not accepted_by(rule, "currency").has(amounts.currency):
        yield Fault(
            f"{path}.when", f"asks for an amount in {amounts.currency} and for another currency"
        )


def _condition(path: str, condition: Condition) -> Iterator[Fault]:
    fact = condition.fact
    if not is_known(fact):
        known = ", ".join(sorted(FACTS))
        yield Fault(f"{path}.fact", f"{fact!r} is none of {known}, {METADATA}<key>")
        return
    if not (condition.is_in or condition.not_in or condition.at_least or condition.below):
        yield Fault(path, "asks nothing: give is_in, not_in, at_least or below")
    if fact == AMOUNT and (condition.is_in or condition.not_in):
        yield Fault(path, "an amount is at_least or below something")
    elif fact != AMOUNT:
        fits, words = form_of(fact)
        for name in ("is_in", "not_in"):
            for number, value in enumerate(getattr(condition, name)):
                if not fits(value):
                    yield Fault(f"{path}.{name}[{number}]", f"{value!r} is not {words}")
    for name in ("at_least", "below"):
        text = getattr(condition, name)
        if text and (wrong := _end(fact, name, text)):
            yield Fault(f"{path}.{name}", f"{text!r} is not {wrong}")
    if fact == HOUR and condition.at_least and condition.at_least == condition.below:
        yield Fault(path, f"from {condition.at_least} below {condition.below} is every hour")
    low, high = amount_of(condition.at_least), amount_of(condition.below)
    if fact == AMOUNT and low and high and low.currency != high.currency:
        yield Fault(f"{path}.below", f"is in {high.currency}, at_least in {low.currency}")


def _end(fact: str, name: str, text: str) -> str:
    """Return what an end of a range is not, "" where it is right."""
    if fact == AMOUNT:
        return "" if amount_of(text) else "an amount such as 100.00 GBP"
    if fact == HOUR:
        return (
            "" if hour_of(text) is not None or (name, text) == ("below", "24") else "a whole hour"
        )
    return "for this fact: only amount and hour have an order"


def _candidates(path: str, rule: RouteRule, rails: Collection[str]) -> Iterator[Fault]:
    ways = [name for name in ("order", "split", "by_value") if getattr(rule, name)]
    if len(ways) != 1:
        said = " and ".join(ways) or "none of them"
        yield Fault(path, f"needs one of order, split, by_value; it has {said}")
    for way in ways:
        named = [s.rail for s in rule.split] if way == "split" else list(getattr(rule, way))
        for number, rail in enumerate(named):
            if rail not in rails:
                known = ", ".join(sorted(rails))
                yield Fault(f"{path}.{way}[{number}]", f"{rail!r} is no rail; there are {known}")
            elif rail in named[:number]:
                yield Fault(f"{path}.{way}[{number}]", f"{rail!r} stands there already")
    for number, share in enumerate(rule.split):
        if not 1 <= share.percent <= _WHOLE:
            yield Fault(f"{path}.split[{number}].percent", f"{share.percent} is not 1 to 100")
    total = sum(share.percent for share in rule.split)
    if rule.split and total != _WHOLE:
        yield Fault(f"{path}.split", f"the percentages add up to {total}, not to 100")


def _empty(amounts: Band) -> bool:
    return not amounts.currency or (amounts.high is not None and amounts.high <= amounts.low)


def _unreachable(rules: Sequence[RouteRule]) -> Iterator[Fault]:
    """Yield the rules that one earlier rule always forestalls."""
    regions = [region(rule) for rule in rules]
    for later in range(1, len(rules)):
        for earlier in range(later):
            if regions[later].within(regions[earlier]):
                yield Fault(
                    f"rules[{later}]",
                    f"is never reached: rules[{earlier}] takes all it could take",
                )
                break


def faults_together(config: RoutingConfig, offers: Mapping[str, Offer]) -> list[Fault]:
    """Return which rules of a configuration without faults never send a payment anywhere.

    Several earlier ones together leave them nothing, no rail has the method they ask for, or
    none of their rails could take what they take. offers: of the rails that the configuration
    names, or of all there are.
    """
    regions = [region(rule) for rule in config.rules]
    found: list[Fault] = []
    for number, rule in enumerate(config.rules):
        by = forestalled(regions[number], regions[:number])
        if by is not None:
            several = ", ".join(f"rules[{each}]" for each in by)
            problem = f"is never reached: {several} together take all it could take"
            found.append(Fault(f"rules[{number}]", problem))
        why = _nowhere(rule, regions[number], offers)
        if why:
            found.append(Fault(f"rules[{number}]", f"none of its rails could take it: {why}"))
    return found


def idle_rails(config: RoutingConfig, offers: Mapping[str, Offer]) -> list[Fault]:
    """Return the rails that a rule names in vain, beside others that can take what it takes."""
    return [
        Fault(f"rules[{number}].{path}", f"{rail} never takes what this rule takes: {why}")
        for number, rule in enumerate(config.rules)
        for asks in [region(rule)]
        if not _nowhere(rule, asks, offers)
        for path, rail in rails_in(rule)
        if rail in offers and (why := why_never(asks, offers[rail]))
    ]


def _nowhere(rule: RouteRule, asks: Region, offers: Mapping[str, Offer]) -> str:
    """Return why none of a rule's rails could take anything of it, "" where one could."""
    why = {rail: why_never(asks, offers[rail]) for _, rail in rails_in(rule) if rail in offers}
    if not all(why.values()):
        return ""
    return "; ".join(f"{rail}: {reason}" for rail, reason in why.items())
