"""What a rail would bring: the amount less every cost, the wait for the money among them.

Figures to compare rails by, in whole minor units; nothing here is ever booked. Costs are rounded
up, so that no rail looks cheaper than it is.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments.model import RouteQuestion
from usance.payments.rules.routing.learning import MILLION, Score

_WHOLE: Final = 10_000
# Basis points a year, by the day.
_FUNDS: Final = _WHOLE * 365
_SURE: Final = Score(MILLION, MILLION)
# With these words a rail's `cannot` begins, a colon after them.
CAPABILITY: Final = "capability"
CURRENCY: Final = "currency"
CORRIDOR: Final = "corridor"


class RailTerms(Record, frozen=True):
    """What holds for a rail in a corridor today.

    cannot: why it takes nothing there, "" where it does. pays_with: what the buyer must have,
    `bank_account` or `card_token`, "" for nothing. method: what a caller calls it. fee_bps and
    fee_fixed: our fee and the rail's. spread_bps: what the rail itself takes for conversion.
    amount_min, amount_max: in minor units, 0 for no limit. funds_bps: what money costs, a year.
    delay_days: calendar days until the rail has paid. owes_max: how much it may owe us, with what
    it is asked to collect; 0 where nobody says.
    """

    rail: str
    cannot: str
    pays_with: str
    method: str
    amount_max: int
    fee_bps: int
    fee_fixed: int
    spread_bps: int
    funds_bps: int
    delay_days: int
    amount_min: int = 0
    owes_max: int = 0


# What a rail is worth and may with some luck be worth (both a millionfold), its name, how likely
# it succeeds (in millionths), its fee, spread, cost of funds, and days.
Weighed = tuple[int, int, str, int, int, int, int, int]


def weighed(
    minor: int,
    spread_bps: int,
    several: Iterable[RailTerms],
    scores: Mapping[str, Score],
    degraded: Mapping[str, int],
) -> list[Weighed]:
    """Return what each rail would bring of an amount, in the order given.

    degraded: what the last minutes say of the success of rails that do badly just now; it weighs
    more than the days before.
    """
    found = []
    # A division that rounds down gives what is owed rounded up.
    owed = -minor
    for terms in several:
        rail, days = terms.rail, terms.delay_days
        fee = terms.fee_fixed - owed * terms.fee_bps // _WHOLE
        spread = -(owed * (terms.spread_bps + spread_bps) // _WHOLE)
        funds = -(owed * (terms.funds_bps * days) // _FUNDS)
        net = minor - fee - spread - funds
        score = scores[rail]
        success = score.success
        if degraded and rail in degraded:
            success = min(success, degraded[rail])
        found.append((success * net, score.hope * net, rail, success, fee, spread, funds, days))
    return found


def net_of(minor: int, terms: RailTerms, spread_bps: int) -> int:
    """Return what a rail leaves of an amount where it succeeds."""
    [sure] = weighed(minor, spread_bps, (terms,), {terms.rail: _SURE}, {})
    return sure[0] // MILLION


def in_debt(terms: RailTerms, owed: int, amount: Money) -> str:
    """Return that a rail would owe us more than it may, in words; "" where it would not.

    owed: what it owes us now, in minor units of the amount's currency.
    """
    if not terms.owes_max or owed + amount.minor <= terms.owes_max:
        return ""
    now, most = Money(owed, amount.currency), Money(terms.owes_max, amount.currency)
    return f"{terms.rail} owes {now} and may owe {most}"


def why_never(terms: RailTerms | None) -> str:
    """Return why a rail takes nothing in a corridor, "" where it takes something."""
    return f"{CAPABILITY}: not plugged in" if terms is None else terms.cannot


def why_not(terms: RailTerms | None, question: RouteQuestion) -> str:
    """Return why a rail cannot take a payment, "" where it can."""
    if terms is None or terms.cannot:
        return why_never(terms)
    if terms.pays_with and not getattr(question, terms.pays_with):
        return f"capability: the buyer has no {terms.pays_with.replace('_', ' ')}"
    if question.method and question.method != terms.method:
        return f"capability: the caller asked for {question.method}"
    if terms.amount_max and question.amount.minor > terms.amount_max:
        return f"limit: takes at most {terms.amount_max} minor units"
    if question.amount.minor < terms.amount_min:
        return f"limit: takes at least {terms.amount_min} minor units"
    return ""
