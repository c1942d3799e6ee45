"""The house – chooses – the rail of a payout, and another one after a definite no.

Which rails pay out in a currency is policy. Where there is one, it is taken; of several the one
that costs least for this amount, to this account, today. A caller may name one of them.
"""

from typing import Final

from usance.kernel.draft import Draft, Standing
from usance.kernel.errors import Refusal
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record, replace
from usance.parties.model import BankAccount, Beneficiary
from usance.payments.errors import NO_RAIL
from usance.payments.model import Corridor, Direction, Retry
from usance.payments.rules.corridors import arrival
from usance.payments.rules.routing.paying import PayTerms, told, weighed
from usance.payments.service.corridors import business_days, corridors_to, fields_of
from usance.payments.service.routing import rests, standing_of_rail
from usance.payments.service.routing_terms import refusal_class
from usance.policy.model import ANY_SCOPE
from usance.policy.service import find_row, look_up

RULE: Final = "payments.payout_route"
ONLY: Final = "the only rail that pays out"
NAMED: Final = "named by the caller"


class PayoutRoute(Record, frozen=True):
    """The rail of a payout, why, and what may be tried after a definite no, between blanks."""

    rail: str
    reason: str
    fallback: str = ""


class _Ways(Record, frozen=True):
    """The rails that pay out to a country in a currency, and how many one payout may try."""

    terms: tuple[PayTerms, ...]
    attempts_max: int


def route_payout(
    draft: Draft, account: BankAccount | Beneficiary, amount: Money, named: str = ""
) -> PayoutRoute | Refusal:
    """Return by which rail an account is paid. named: by a caller, "" for whichever costs least.

    Refuses: no_rail, where none of them can, or the one that is named.
    """
    rails = draft.recall(_rails, amount.currency)
    if named and named not in rails:
        others = f"in {amount.currency} {', '.join(rails)} pay out, and {named} does not"
        return NO_RAIL.refuse("rail", others)
    if len(rails) == 1:
        return PayoutRoute(rails[0], NAMED if named else ONLY)
    ways = draft.recall(_ways, (account.country, amount.currency))
    terms = [_as_it_stands(draft, each) for each in ways.terms if named in {"", each.rail}]
    considered = weighed(terms, amount, fields_of(account))
    can = [each.rail for each in considered if not each.cannot]
    reason = told(considered, amount.currency)
    if not can:
        return NO_RAIL.refuse("rail", reason)
    if named:
        return PayoutRoute(named, NAMED)
    return PayoutRoute(can[0], reason, " ".join(can[1 : ways.attempts_max]))


def may_try_elsewhere(draft: Draft, code: str) -> bool:
    """Return whether a rail's no is of a kind after which another rail may be asked."""
    return draft.recall(refusal_class, code).retry is Retry.ELSEWHERE


def _as_it_stands(draft: Draft, terms: PayTerms) -> PayTerms:
    degraded = standing_of_rail(draft, terms.rail).degraded
    resting = rests(draft, terms.rail)
    return replace(terms, rests=resting, degraded=degraded) if resting or degraded else terms


def _rails(book: Standing, currency: Currency) -> tuple[str, ...]:
    return tuple(look_up(book, RULE, currency, book.now.date()).words("rails"))


def _ways(book: Standing, to: tuple[str, Currency]) -> _Ways:
    _country, currency = to
    on = book.now.date()
    row = look_up(book, RULE, currency, on)
    known = {
        each.method: each for each in corridors_to(book, to) if each.direction is not Direction.IN
    }
    funds = look_up(book, "payments.cost_of_funds", currency, on).integer("annual_bps")
    terms = tuple(_terms(book, rail, currency, known, funds) for rail in _rails(book, currency))
    return _Ways(terms, row.integer("attempts_max"))


def _terms(
    book: Standing, rail: str, currency: Currency, known: dict[str, Corridor], funds: int
) -> PayTerms:
    row = find_row(book, "payments.rail", rail, book.now.date())
    if row is None:
        return PayTerms(rail, "unknown: no such rail is plugged in", None, 0, funds)
    takes = row.words("currencies")
    if currency not in takes and ANY_SCOPE not in takes:
        return PayTerms(rail, f"currency: takes no {currency}", None, 0, funds)
    way = known.get(row.text("method"))
    days = 0
    if way is not None:
        there = arrival(way, book.now, business_days(book, currency))
        days = max(0, (there.date() - book.now.date()).days)
    return PayTerms(rail, "", way, days, funds)
