"""How near an entry is to a movement that is not exactly it: per mille, with the reasons."""

from datetime import timedelta

from rapidfuzz import fuzz

from usance.kernel.records import Record
from usance.payments.model import Movement
from usance.payments.rules.matching.lines import Line

# What each likeness may add to a score of 1000; the amount counts most: it is money.
_OF_AMOUNT, _OF_DAY, _OF_REFERENCE, _OF_PARTY = 450, 150, 250, 150
_TEN_THOUSAND = 10_000


class Tolerance(Record, frozen=True):
    """How far an entry may be from a movement and still be suggested for it.

    amount_bps of the movement or amount_minor, whichever is more: what banks deduct. days: before
    or after. suggest_from: the score, per mille. late_days: after which a movement that no
    statement shows is a break.
    """

    amount_bps: int
    amount_minor: int
    days: int
    suggest_from: int
    late_days: int

    def of(self, minor: int) -> int:
        """Return by how much an amount may differ, in minor units."""
        return max(self.amount_minor, minor * self.amount_bps // _TEN_THOUSAND)


def nearness(line: Line, movement: Movement, tolerance: Tolerance) -> tuple[int, str]:
    """Return a score per mille and why, 0 where the two are too far apart to be one."""
    differs = abs(line.minor - movement.amount.minor)
    allowed = tolerance.of(movement.amount.minor)
    away = abs(line.on - movement.value_date)
    if differs > allowed or away > timedelta(days=tolerance.days):
        return 0, ""
    amount = _OF_AMOUNT - _OF_AMOUNT * differs // (2 * max(allowed, 1))
    day = _OF_DAY - _OF_DAY * away.days // (tolerance.days + 1)
    reference = _OF_REFERENCE * _likeness(line, movement) // 100
    party = 0
    if line.party and movement.counterparty:
        party = _OF_PARTY * round(fuzz.token_set_ratio(line.party, movement.counterparty)) // 100
    said = f"amount {'same' if not differs else f'{differs} off'}, {away.days} days apart"
    why = f"{said}, reference {reference * 100 // _OF_REFERENCE} %"
    return amount + day + reference + party, f"{why}, party {party * 100 // _OF_PARTY} %"


def _likeness(line: Line, movement: Movement) -> int:
    """Return how like the references are, in per cent: the best pair of them counts."""
    best = 0
    for ours in movement.names:
        for theirs in line.names:
            best = max(best, round(fuzz.ratio(ours, theirs)))
        if line.text:
            best = max(best, round(fuzz.partial_ratio(ours, line.text.replace(" ", ""))))
    return best
