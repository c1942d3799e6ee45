"""The choice of a rail: pure, replayable, and with the probability of what was chosen.

A draw between 0 and a million follows from the payment's id and the rule's name. So the same
payment always falls into the same share, and whoever replays the book chooses the same rails.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Final
from uuid import UUID

from usance.kernel.money import Currency, Money
from usance.kernel.records import Record
from usance.payments.model import BreakerState, Choice, Considered, RouteQuestion, RouteRule
from usance.payments.rules.routing.health import WELL, Standing
from usance.payments.rules.routing.learning import MILLION, Learning, Score
from usance.payments.rules.routing.matching import Router
from usance.payments.rules.routing.value import RailTerms, nets_of, why_not

# Whether a payment tries a rail that may be back is drawn apart from all else.
_TRIAL: Final = b"trial"


class Known(Record, frozen=True):
    """What is known of rails when a payment asks.

    terms: by rail, for the payment's corridor. scores: what is expected of each; asked only
    where a rule decides by value. standings: of rails that are not well; the others are.
    """

    terms: Mapping[str, RailTerms]
    scores: Callable[[], Mapping[str, Score]]
    standings: Mapping[str, Standing]
    learning: Learning
    trial: int


def choose(router: Router, question: RouteQuestion, known: Known, payment: UUID) -> Choice | None:
    """Return the rail that takes a payment, None where no rule fits or no rail can."""
    number = router.first(question)
    if number < 0:
        return None
    rule = router.rules[number]
    rails = rule.order or rule.by_value or tuple(share.rail for share in rule.split)
    fit, out = _sorted_out(rails, question, known, payment)
    if not fit:
        return None
    if rule.order:
        return _by_order(rule, number, fit, out, known)
    draw = drawn(payment, router.salts[number])
    if rule.split:
        return _by_share(rule, number, fit, out, draw)
    return _by_value(rule, number, fit, out, question, known, draw)


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


def _sorted_out(
    rails: Sequence[str], question: RouteQuestion, known: Known, payment: UUID
) -> tuple[list[str], list[Considered]]:
    """Return the rails to choose among, and why the others are not.

    A rail whose breaker is open is only chosen where no other can.
    """
    fit, out = [], []
    resting: list[Considered] = []
    terms, standings = known.terms, known.standings
    for rail in rails:
        cannot = why_not(terms.get(rail), question)
        if cannot:
            out.append(Considered(rail, cannot=cannot))
            continue
        if not standings:
            fit.append(rail)
            continue
        state = standings.get(rail, WELL).state
        if state is BreakerState.OPEN:
            resting.append(Considered(rail, cannot="breaker: open"))
        elif state is BreakerState.HALF_OPEN and drawn(payment, _TRIAL) >= known.trial:
            resting.append(Considered(rail, cannot="breaker: half open, others try it"))
        else:
            fit.append(rail)
    if not fit:
        return [each.rail for each in resting], out
    return fit, out + resting


def _by_order(
    rule: RouteRule, number: int, fit: list[str], out: list[Considered], known: Known
) -> Choice:
    if known.standings:
        # Stable: degraded rails go behind the others and keep their order.
        fit.sort(key=lambda rail: known.standings.get(rail, WELL).degraded)
    first = fit[0]
    considered = (Considered(first, MILLION), *map(Considered, fit[1:]), *out)
    reason = rule.name
    if first != rule.order[0]:
        left_out = {each.rail: each.cannot for each in out}
        why = left_out.get(rule.order[0], "degraded")
        reason = f"{rule.name}: {first}, as {rule.order[0]} is left out ({why})"
    return Choice(first, MILLION, reason, number, considered, _next(rule, fit, first))


def _by_share(
    rule: RouteRule, number: int, fit: list[str], out: list[Considered], draw: int
) -> Choice:
    percents = {share.rail: share.percent for share in rule.split}
    total = sum(percents[rail] for rail in fit)
    chances = [percents[rail] * MILLION // total for rail in fit]
    chances[0] += MILLION - sum(chances)
    at = _reached(chances, range(len(fit)), draw)
    reason = f"{rule.name}: {fit[at]} takes {percents[fit[at]]} of {total} %"
    ranked = sorted(fit, key=lambda rail: -percents[rail])
    considered = (*map(Considered, fit, chances), *out)
    return Choice(fit[at], chances[at], reason, number, considered, _next(rule, ranked, fit[at]))


def _by_value(
    rule: RouteRule,
    number: int,
    fit: list[str],
    out: list[Considered],
    question: RouteQuestion,
    known: Known,
    draw: int,
) -> Choice:
    scores, standings, terms = known.scores(), known.standings, known.terms
    minor, spread_bps = question.amount.minor, question.spread_bps
    nets = nets_of(minor, [terms[rail] for rail in fit], spread_bps)
    successes, hopes = [], []
    for rail, net in zip(fit, nets, strict=True):
        score = scores[rail]
        success = score.success
        if standings and (stands := standings.get(rail, WELL)).degraded:
            # What the last minutes say weighs more than the days before.
            success = min(success, stands.works)
        successes.append(success)
        hopes.append(score.hope * net[0])
    values = [success * net[0] for success, net in zip(successes, nets, strict=True)]
    best = values.index(max(values))
    chances = _chances(values, hopes, best, known.learning)
    others = (i for i in range(len(fit)) if i != best)
    at = _reached(chances, (best, *others), draw)
    ranked = sorted(range(len(fit)), key=values.__getitem__, reverse=True)
    considered = [
        Considered(fit[i], chances[i], successes[i], *nets[i][1:], values[i] // MILLION)
        for i in ranked
    ]
    why = "brings most" if at == best else "is tried, to learn how it does"
    reason = (
        f"{rule.name}: {fit[at]} {why}: {values[at] // MILLION} expected of {minor},"
        f" {len(fit)} considered"
    )
    fallback = _next(rule, [fit[i] for i in ranked], fit[at])
    return Choice(fit[at], chances[at], reason, number, (*considered, *out), fallback)


def _chances(
    values: Sequence[int], hopes: Sequence[int], best: int, learning: Learning
) -> list[int]:
    """Return how likely each rail is, in millionths: the best one takes what is not explored."""
    others = len(values) - 1
    if not others:
        return [MILLION]
    chances = [learning.hedge // others] * len(values)
    top = values[best]
    maybe = [i for i, hope in enumerate(hopes) if hope > top and i != best]
    for i in maybe:
        chances[i] += learning.explore // len(maybe)
    chances[best] = 0
    chances[best] = MILLION - sum(chances)
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
