"""What is wrong with a routing configuration: every mistake, each with its path."""

from collections.abc import Collection, Iterator, Sequence
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
    """Yield the rules that an earlier one always forestalls.

    Rules that only several earlier ones together leave nothing are not found.
    """
    facts = sorted({each.fact for rule in rules for each in rule.when if each.fact != AMOUNT})
    wanted = [[accepted_by(rule, fact) for fact in facts] for rule in rules]
    bands = [band(rule.when) for rule in rules]
    for later in range(1, len(rules)):
        for earlier in range(later):
            one, other = bands[later], bands[earlier]
            if other is not None and (one is None or not one.within(other)):
                continue
            if all(
                mine.within(theirs)
                for mine, theirs in zip(wanted[later], wanted[earlier], strict=True)
            ):
                yield Fault(
                    f"rules[{later}]",
                    f"is never reached: rules[{earlier}] takes all it could take",
                )
                break
