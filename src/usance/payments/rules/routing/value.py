"""What a rail would bring: the amount less every cost, the wait for the money among them.

Figures to compare rails by, in whole minor units; nothing here is ever booked. Costs are rounded
up, so that no rail looks cheaper than it is.
"""

from collections.abc import Iterable
from typing import Final

from usance.kernel.records import Record
from usance.payments.model import RouteQuestion

_WHOLE: Final = 10_000
# Basis points a year, by the day.
_FUNDS: Final = _WHOLE * 365


class RailTerms(Record, frozen=True):
    """What holds for a rail in a corridor today.

    cannot: why it takes nothing there, "" where it does. pays_with: what the buyer must have,
    `bank_account` or `card_token`, "" for nothing. method: what a caller calls it. fee_bps and
    fee_fixed: our fee and the rail's. spread_bps: what the rail itself takes for conversion.
    amount_min, amount_max: in minor units, 0 for no limit. funds_bps: what money costs, a year.
    delay_days: calendar days until the rail has paid.
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


Net = tuple[int, int, int, int, int]


def nets_of(minor: int, several: Iterable[RailTerms], spread_bps: int) -> list[Net]:
    """Return for each rail what is left of an amount, its fee, spread, cost of funds, and days."""
    found = []
    for terms in several:
        fee = -(-minor * terms.fee_bps // _WHOLE) + terms.fee_fixed
        spread = -(-minor * (terms.spread_bps + spread_bps) // _WHOLE)
        days = terms.delay_days
        funds = -(-minor * terms.funds_bps * days // _FUNDS)
        found.append((minor - fee - spread - funds, fee, spread, funds, days))
    return found


def why_not(terms: RailTerms | None, question: RouteQuestion) -> str:
    """Return why a rail cannot take a payment, "" where it can."""
    if terms is None:
        return "capability: not plugged in"
    if terms.cannot:
        return terms.cannot
    if terms.pays_with and not getattr(question, terms.pays_with):
        return f"capability: the buyer has no {terms.pays_with.replace('_', ' ')}"
    if question.method and question.method != terms.method:
        return f"capability: the caller asked for {question.method}"
    if terms.amount_max and question.amount.minor > terms.amount_max:
        return f"limit: takes at most {terms.amount_max} minor units"
    if question.amount.minor < terms.amount_min:
        return f"limit: takes at least {terms.amount_min} minor units"
    return ""
