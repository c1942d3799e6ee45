"""What a corridor's row says, whom it can pay, and when the money arrives. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from usance.kernel.dates import Calendar
from usance.kernel.errors import Refusal
from usance.kernel.money import Currency, Money
from usance.payments.errors import (
    BENEFICIARY_INCOMPLETE,
    BENEFICIARY_MALFORMED,
    OUTSIDE_CORRIDOR,
)
from usance.payments.model import BeneficiaryField, Corridor, Direction
from usance.policy.model import PolicyRow

ANYWHERE: Final = "*"
_END_OF_DAY: Final = time(18, 0)


def scope_of(country: str, currency: str, method: str) -> str:
    """Return the scope under which a corridor's row stands."""
    return f"{country}/{currency}/{method}"


def corridor_of(row: PolicyRow, fields: Callable[[str], BeneficiaryField]) -> Corridor:
    """Return the corridor that a dated row describes."""
    country, currency, method = row.scope.split("/")
    return Corridor(
        country,
        Currency(currency),
        method,
        Direction(row.text("direction")),
        tuple(fields(name) for name in row.words("fields")),
        row.money("minimum") if row.text("minimum") else None,
        row.money("maximum") if row.text("maximum") else None,
        row.text("cut_off"),
        row.text("time_zone"),
        row.integer("business_days"),
        row.integer("within_seconds"),
        row.integer("cost_bps"),
        row.money("cost_fixed"),
        row.effective_from,
        row.source,
        row.verified,
    )


def field_of(row: PolicyRow) -> BeneficiaryField:
    """Return the beneficiary field that a dated row describes."""
    return BeneficiaryField(
        row.scope,
        row.text("pattern"),
        row.text("label_en"),
        row.text("label_zh"),
        row.text("example"),
    )


def why_not_payable(corridor: Corridor, amount: Money, given: Mapping[str, str]) -> Refusal | None:
    """Return why a corridor does not take a payout, None where it does.

    given: the beneficiary's fields, "" for what is not known. In this order: outside_corridor,
    then for each field in turn beneficiary_incomplete, beneficiary_malformed.
    """
    low, high = corridor.minimum, corridor.maximum
    if (low and amount.minor < low.minor) or (high and amount.minor > high.minor):
        span = f"{low or 0} – {high}" if high else f"≥ {low}"
        return OUTSIDE_CORRIDOR.refuse("amount", f"{amount}; {corridor.method}: {span}")
    for field in corridor.fields:
        value = given.get(field.name, "")
        if not value:
            return BENEFICIARY_INCOMPLETE.refuse(field.name, corridor.method)
        if not _compiled(field.pattern).fullmatch(value):
            return BENEFICIARY_MALFORMED.refuse(field.name, value[:40])
    return None


def payable_by(
    corridors: Sequence[Corridor], amount: Money, given: Mapping[str, str]
) -> Corridor | Refusal | None:
    """Return the first corridor that takes a payout, else why the first of them does not.

    None where the catalogue knows no way there at all, and so nothing against one.
    """
    refused = None
    for corridor in corridors:
        if corridor.direction is Direction.IN:
            continue
        why = why_not_payable(corridor, amount, given)
        if why is None:
            return corridor
        refused = refused or why
    return refused


def arrival(corridor: Corridor, sent_at: datetime, calendar: Calendar) -> datetime:
    """Return when what is sent now should be there, UTC.

    After the cut-off, and on days that are none, it counts as sent on the next business day; it
    arrives by six in the evening of the corridor's own time.
    """
    if corridor.within_seconds:
        return sent_at + timedelta(seconds=corridor.within_seconds)
    zone = ZoneInfo(corridor.time_zone)
    local = sent_at.astimezone(zone)
    day = local.date()
    if corridor.cut_off and local.time() > time.fromisoformat(corridor.cut_off):
        day += timedelta(days=1)
    sent_on = calendar.add_business_days(day, 0)
    arrives = calendar.add_business_days(sent_on, corridor.business_days)
    return datetime.combine(arrives, _END_OF_DAY, zone).astimezone(UTC)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
