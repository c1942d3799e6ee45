"""The choice of a rail: pure, replayable, and with the probability of what was chosen.

A draw between 0 and a million follows from the payment's id and the rule's name. So the same
payment always falls into the same share, and whoever replays the book chooses the same rails.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from operator import itemgetter
from types import MappingProxyType
from typing import Final
from uuid import UUID

from usance.kernel.money import Currency, Money
from usance.kernel.records import Record
from usance.payments.model import BreakerState, Choice, Considered, RouteQuestion, RouteRule
from usance.payments.rules.routing.health import WELL, Standing
from usance.payments.rules.routing.learning import MILLION, Learning, Score
from usance.payments.rules.routing.matching import Router
from usance.payments.rules.routing.slate import CorridorTerms, Slate
from usance.payments.rules.routing.value import RailTerms, Weighed, weighed

# Whether a payment tries a rail that may be back is drawn apart from all else.
TRIAL: Final = b"trial"
_VALUE: Final = itemgetter(0)
_NOBODY: Final[Mapping[str, str]] = MappingProxyType({})


class Known(Record, frozen=True):
    """What is known of rails when a payment asks.

    terms: by rail, for the payment's corridor. scores: what is expected of each; asked only
    where a rule decides by value. standings: of rails that are not well; the others are. owing:
    rails that would owe us more than they may, each with the figures in words.
    """

    terms: CorridorTerms
    scores: Callable[[], Mapping[str, Score]]
    standings: Mapping[str, Standing]
    learning: Learning
    trial: int
    owing: Mapping[str, str] = _NOBODY


class _Field(Record, frozen=True):
    """Among whom a rule chooses. out: why the others are not among them.

    degraded: of rails that do badly just now, how many of their last answers were none of their
    failures, in millionths.
    """

    fit: Sequence[RailTerms]
    out: Sequence[Considered]
    degraded: Mapping[str, int]


def choose(router: Router, question: RouteQuestion, known: Known, payment: UUID) -> Choice | None:
    """Return the rail that takes a payment, None where no rule fits or no rail can."""
    number = router.first(question)
    if number < 0:
        return None
    rule = router.rules[number]
    field = _sorted_out(known.terms.slate(router.rails[number]), question, known, payment)
    if not field.fit:
        return None
    if rule.order:
        return _by_order(rule, number, field)
    draw = drawn(payment, router.salts[number])
    if rule.split:
        return _by_share(rule, number, field, draw)
    return _by_value(rule, number, field, question, known, draw)


def drawn(payment: UUID, salt: bytes) -> int:
    """Return the number below a million that a payment draws in a rule."""
    seed = blake2b(payment.bytes, digest_size=8, key=salt).digest()
    return int.from_bytes(seed, "big") % MILLION


def explained(choice: Choice, currency: str) -> list[str]:
    """Return what was considered, a line for each rail, in the order considered."""
    lines = []
    for each in choice.considered:
        if each.cannot:
            lines.append(f"{each.rail}: cannot ({each.cannot})")
            continue
        chance = f"probability {each.probability / MILLION:.4f}"
        if not each.success:
            lines.append(f"{each.rail}: {chance}")
            continue
        terms = " − ".join(
            f"{name} {_shown(minor, currency)}"
            for name, minor in (("fee", each.fee), ("spread", each.spread), ("funds", each.funds))
        )
        lines.append(
            f"{each.rail}: {each.success / MILLION:.2%} × (amount − {terms}"
            f" for {each.delay_days} days) = {_shown(each.value, currency)}, {chance}"
        )
    return lines


def _shown(minor: int, currency: str) -> str:
    return str(Money(minor, Currency(currency))).split()[0]


def _sorted_out(slate: Slate, question: RouteQuestion, known: Known, payment: UUID) -> _Field:
    """Return the rails to choose among, and why the others are not.

    A rail whose breaker is open is only chosen where no other can.
    """
    able, out = slate.sorted_out(question)
    if known.owing:
        out = (*out, *(_in_debt(each.rail, known) for each in able if each.rail in known.owing))
        able = [each for each in able if each.rail not in known.owing]
    if not known.standings:
        return _Field(able, out, {})
    fit, degraded = [], {}
    resting: list[RailTerms] = []
    why: list[Considered] = []
    for terms in able:
        rail = terms.rail
        stands = known.standings.get(rail, WELL)
        if stands.degraded:
            degraded[rail] = stands.works
        if stands.state is BreakerState.OPEN:
            resting.append(terms)
            why.append(Considered(rail, cannot="breaker: open"))
        elif stands.state is BreakerState.HALF_OPEN and drawn(payment, TRIAL) >= known.trial:
            resting.append(terms)
            why.append(Considered(rail, cannot="breaker: half open, others try it"))
        else:
            fit.append(terms)
    return _Field(fit, (*out, *why), degraded) if fit else _Field(resting, out, degraded)


def _in_debt(rail: str, known: Known) -> Considered:
    return Considered(rail, cannot=f"debt: {known.owing[rail]}")


def _by_order(rule: RouteRule, number: int, field: _Field) -> Choice:
    # Stable: degraded rails go behind the others and keep their order.
    fit = sorted((each.rail for each in field.fit), key=field.degraded.__contains__)
    first, out = fit[0], field.out
    considered = (Considered(first, MILLION), *map(Considered, fit[1:]), *out)
    reason = rule.name
    if first != rule.order[0]:
        left_out = {each.rail: each.cannot for each in out}
        why = left_out.get(rule.order[0], "degraded")
        reason = f"{rule.name}: {first}, as {rule.order[0]} is left out ({why})"
    return Choice(first, MILLION, reason, number, considered, _next(rule, fit, first))


def _by_share(rule: RouteRule, number: int, field: _Field, draw: int) -> Choice:
    fit = [each.rail for each in field.fit]
    percents = {share.rail: share.percent for share in rule.split}
    total = sum(percents[rail] for rail in fit)
    chances = [percents[rail] * MILLION // total for rail in fit]
    chances[0] += MILLION - sum(chances)
    at = _reached(chances, range(len(fit)), draw)
    reason = f"{rule.name}: {fit[at]} takes {percents[fit[at]]} of {total} %"
    ranked = sorted(fit, key=lambda rail: -percents[rail])
    considered = (*map(Considered, fit, chances), *field.out)
    return Choice(fit[at], chances[at], reason, number, considered, _next(rule, ranked, fit[at]))


def _by_value(
    rule: RouteRule, number: int, field: _Field, question: RouteQuestion, known: Known, draw: int
) -> Choice:
    minor = question.amount.minor
    ranked = weighed(minor, question.spread_bps, field.fit, known.scores(), field.degraded)
    # The first of equals stays the first: the order of the rule.
    ranked.sort(key=_VALUE, reverse=True)
    chances = _chances(ranked, known.learning)
    considered = tuple(
        Considered(rail, chance, success, fee, spread, funds, days, value // MILLION)
        for chance, (value, _, rail, success, fee, spread, funds, days) in zip(
            chances, ranked, strict=True
        )
    )
    at = _reached(chances, range(len(chances)), draw)
    chosen = considered[at]
    why = "is tried, to learn how it does" if at else "brings most"
    reason = (
        f"{rule.name}: {chosen.rail} {why}: {chosen.value} expected of {minor},"
        f" {len(considered)} considered"
    )
    fallback = _next(rule, [each.rail for each in considered], chosen.rail)
    return Choice(
        chosen.rail, chosen.probability, reason, number, (*considered, *field.out), fallback
    )


def _chances(ranked: Sequence[Weighed], learning: Learning) -> list[int]:
    """Return how likely each rail is, in millionths: the first takes what is not explored."""
    others = len(ranked) - 1
    if not others:
        return [MILLION]
    top = ranked[0][0]
    chances = [learning.hedge // others] * len(ranked)
    maybe = [place for place, each in enumerate(ranked) if each[1] > top and place]
    for place in maybe:
        chances[place] += learning.explore // len(maybe)
    chances[0] = MILLION - sum(chances[1:])
    return chances


def _reached(chances: Sequence[int], places: Iterable[int], draw: int) -> int:
    """Return the place at which the chances, added up in this order, pass the draw."""
    reached = 0
    for at in places:
        reached += chances[at]
        if draw < reached:
            return at
    raise AssertionError(f"the chances {chances} do not add up to all")


def _next(rule: RouteRule, ranked: Sequence[str], chosen: str) -> tuple[str, ...]:
    if rule.attempts == 1:
        return ()
    return tuple(rail for rail in ranked if rail != chosen)[: rule.attempts - 1]
