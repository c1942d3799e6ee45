"""Which rail pays somebody out: the one that costs least, the wait for the money among its costs.

What a rail costs, takes and how long it needs is what the catalogue of corridors says of its
method on the day, cut-off included. Costs are rounded up, so no rail looks cheaper than it is.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from usance.kernel.errors import Refusal
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments.errors import OUTSIDE_CORRIDOR
from usance.payments.model import Considered, Corridor
from usance.payments.rules.corridors import why_not_payable

_WHOLE: Final = 10_000
_FUNDS: Final = _WHOLE * 365


class PayTerms(Record, frozen=True):
    """What holds for a rail there today.

    cannot: why it takes nothing there, "" where it does. way: its method's corridor, None where
    the catalogue has none. delay_days: until the payee has the money. funds_bps: a year. rests:
    its breaker is open or tries it with others, so it is asked where nobody else can. degraded:
    too many of its last answers were failures, so it goes behind the others.
    """

    rail: str
    cannot: str
    way: Corridor | None
    delay_days: int
    funds_bps: int
    rests: bool = False
    degraded: bool = False


def weighed(
    terms: Sequence[PayTerms], amount: Money, given: Mapping[str, str]
) -> tuple[Considered, ...]:
    """Return the rails with what each costs, the cheapest first, those that cannot last.

    given: the payee's fields, as corridors ask for them. Of equal cost the first named comes first.
    One that rests cannot, unless no other can; a degraded one comes behind those that are well.
    """
    found = [(each, _weighed(each, amount, given)) for each in terms]
    if any(not said.cannot and not each.rests for each, said in found):
        found = [(each, _resting(said) if each.rests else said) for each, said in found]
    found.sort(key=lambda pair: (bool(pair[1].cannot), pair[0].degraded, -pair[1].value))
    return tuple(said for _, said in found)


def _resting(said: Considered) -> Considered:
    return said if said.cannot else Considered(said.rail, cannot="breaker: open")


def _weighed(terms: PayTerms, amount: Money, given: Mapping[str, str]) -> Considered:
    if terms.cannot or terms.way is None:
        return Considered(terms.rail, cannot=terms.cannot or "corridor: nobody says it goes there")
    refused = why_not_payable(terms.way, amount, given)
    if refused is not None:
        return Considered(terms.rail, cannot=_refused(refused, terms.way))
    fee = _up(amount.minor * terms.way.cost_bps, _WHOLE) + terms.way.cost_fixed.minor
    funds = _up(amount.minor * terms.funds_bps * terms.delay_days, _FUNDS)
    return Considered(
        terms.rail, fee=fee, funds=funds, delay_days=terms.delay_days, value=-fee - funds
    )


def _refused(refused: Refusal, way: Corridor) -> str:
    """Return why a corridor does not take a payout, with what it takes."""
    if refused.code != OUTSIDE_CORRIDOR.code:
        return f"{refused.code}: {refused.field}"
    ends = [f"at least {way.minimum}"] if way.minimum else []
    ends += [f"at most {way.maximum}"] if way.maximum else []
    return f"{refused.code}: takes {' and '.join(ends)}"


def told(considered: Sequence[Considered], currency: str) -> str:
    """Return why the first was taken, in words: what it costs, and what the others do."""
    words = [
        f"{each.rail}: {each.cannot}"
        if each.cannot
        else f"{each.rail}: {-each.value} minor units of {currency}, {each.delay_days} days"
        for each in considered
    ]
    return "; ".join(words)


def _up(dividend: int, divisor: int) -> int:
    return -(-dividend // divisor)
