"""Who is repaid, in which turn, tier by tier; what a shrunk sale asks back. Pure."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from usance.financing.model import Advance, AdvanceStatus
from usance.financing.rules.pricing import for_days
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.policy.model import PolicyRow


class Paid(Record, frozen=True):
    """What one advance gets, in minor units, by tier."""

    fee: int = 0
    charge: int = 0
    principal: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return self.fee + self.charge + self.principal


# Each tier is served in full before the next one gets anything.
WATERFALL: Final[list[tuple[str, Callable[[Advance], int]]]] = [
    ("fee", lambda advance: advance.fee_outstanding),
    ("charge", lambda advance: advance.charge_outstanding),
    ("principal", lambda advance: advance.principal_outstanding),
]


def serve(advance: Advance, available: int) -> Paid:
    """Return how an advance is repaid from `available`: tier by tier, never more than it owes."""
    paid: dict[str, int] = {}
    for tier, owed in WATERFALL:
        paid[tier] = min(owed(advance), available)
        available -= paid[tier]
    return Paid(**paid)


def serve_group(advances: Sequence[Advance], available: int) -> list[Paid]:
    """Return how the parts of one offer are repaid: side by side, tier by tier, by what is owed.

    No part is ahead of its share by more than a minor unit.
    """
    if len(advances) == 1:
        return [serve(advances[0], available)]
    by_tier: dict[str, list[int]] = {}
    for tier, owed in WATERFALL:
        by_tier[tier] = pro_rata([owed(each) for each in advances], available)
        available -= sum(by_tier[tier])
    return [Paid(**{tier: by_tier[tier][at] for tier in by_tier}) for at in range(len(advances))]


def pro_rata(owed: Sequence[int], available: int) -> list[int]:
    """Return how much of what each is owed is there for it; what is over goes to the earliest."""
    total = sum(owed)
    if available >= total:
        return list(owed)
    parts = [max(available, 0) * each // total for each in owed]
    bearers = [at for at, each in enumerate(owed) if each]
    for at in bearers[: max(available, 0) - sum(parts)]:
        parts[at] += 1
    return parts


def serve_claims(advances: Sequence[Advance], available: int) -> list[Paid]:
    """Return what the parts of one offer get from the settlement of another sale.

    All they owe when their own sale is gone; else only what that sale no longer carries.
    """
    if advances[0].status is AdvanceStatus.RECALLED:
        return serve_group(advances, available)
    parts = pro_rata([each.claimed for each in advances], available)
    return [Paid(principal=part) for part in parts]


def groups(advances: Iterable[Advance]) -> list[list[Advance]]:
    """Return advances by the offer they were drawn from, in the order of their turns."""
    found: dict[UUID, list[Advance]] = {}
    for advance in advances:
        found.setdefault(advance.offer_id, []).append(advance)
    return list(found.values())


def after(advance: Advance, paid: Paid) -> Advance:
    """Return the advance once it has got `paid`; repaid when nothing is outstanding."""
    rest = replace(
        advance,
        fee_outstanding=advance.fee_outstanding - paid.fee,
        charge_outstanding=advance.charge_outstanding - paid.charge,
        principal_outstanding=advance.principal_outstanding - paid.principal,
        claimed=max(0, advance.claimed - paid.principal),
    )
    return rest if rest.outstanding else replace(rest, status=AdvanceStatus.REPAID)


def in_turn(recalled: Iterable[Advance], own: Iterable[Advance]) -> list[Advance]:
    """Return who is repaid from a settlement: first claims, oldest first, then the sale's own."""
    first = sorted(recalled, key=lambda advance: (advance.drawn_at, advance.id))
    known = {advance.id for advance in first}
    return first + [advance for advance in own if advance.id not in known]


def operator_part(advance: Advance, fee_paid: int) -> int:
    """Return what of a fee payment is ours. Over all payments it adds up to `fee_operator`."""
    paid_before = advance.fee.minor - advance.fee_outstanding
    return _earned(advance, paid_before + fee_paid) - _earned(advance, paid_before)


def _earned(advance: Advance, paid: int) -> int:
    if not advance.fee.minor:
        return 0
    return advance.fee_operator.allocate([paid, advance.fee.minor - paid])[0].minor


def excess(advance: Advance, left: Money, gross: Money) -> int:
    """Return what is outstanding beyond the advance rate of what is left of its sale.

    An advance shrinks with its sale: at most principal × left ÷ gross, rounded down.
    """
    gone = Money(gross.minor - left.minor, gross.currency)
    allowed = advance.principal.allocate([gone.minor, left.minor])[1].minor
    return max(0, advance.principal_outstanding - allowed)


def is_late(advance: Advance, programme: PolicyRow, on: date) -> bool:
    """Return whether the days of grace after the due date are over."""
    return on > advance.due_date + timedelta(days=programme.integer("grace_days"))


def charged(advance: Advance, programme: PolicyRow, on: date) -> Advance:
    """Return the advance with its charge for lateness reckoned up to `on`.

    Once the grace is over the days of grace count too. The charge is on what is outstanding of
    the principal, so reckon before repaying.
    """
    since = advance.late_until or advance.due_date
    if not is_late(advance, programme, on) or on <= since or not advance.principal_outstanding:
        return advance
    owed = Money(advance.principal_outstanding, advance.currency)
    charge = for_days(owed, programme.integer("late_charge_bps_per_30_days"), (on - since).days)
    return replace(
        advance, charge_outstanding=advance.charge_outstanding + charge.minor, late_until=on
    )
