"""What standing rows say of routing: which version holds, what rails cost, how fast we learn.

Fees come from `payments.fee` and `payments.rail_fee`. Where the catalogue of corridors has a row
for the rail's method, its limits hold beside those of `payments.rail`, and it says when the money
arrives; else `payments.settlement` does.
"""

from datetime import datetime, timedelta

from usance.kernel.draft import Standing
from usance.kernel.money import Currency, parse
from usance.kernel.records import Record
from usance.payments.model import Corridor as Way
from usance.payments.model import Retry, RoutingConfig
from usance.payments.rules.corridors import arrival
from usance.payments.rules.routing import (
    DEFAULT,
    Breaker,
    CorridorTerms,
    Learning,
    RailTerms,
    Router,
    compiled,
)
from usance.payments.rules.routing.value import CAPABILITY, CORRIDOR, CURRENCY
from usance.payments.service.charges import BASE
from usance.payments.service.corridors import business_days, corridor_from
from usance.payments.tables import ROUTING_TIMELINES, ROUTING_VERSIONS
from usance.policy.model import ANY_SCOPE, PolicyRow
from usance.policy.service import find_row, look_up

ROUTING = "routing"
# In millionths, as all of routing reckons.
_PER_BPS = 100


class Active(Record, frozen=True):
    """The configuration that holds now. number: 0 for what a new book has."""

    number: int
    router: Router
    rails: tuple[str, ...]


class Corridor(Record, frozen=True):
    """Where a payment comes from, and which rails may be asked."""

    currency: Currency
    country: str
    rails: tuple[str, ...]


class RefusalClass(Record, frozen=True):
    """What a rail's reason means: what may follow, and whether it was the rail's own fault."""

    retry: Retry
    fault_of_rail: bool


class RoutingPolicy(Record, frozen=True):
    """How the house learns, and how many rails one payment may try."""

    learning: Learning
    attempts_max: int


def in_force(book: Standing, key: str) -> Active:
    """Return the newest version that has begun. key: `routing`."""
    number = _number_at(book, key, book.now)
    return active(number, config_of(book, number) or DEFAULT)


def config_at(book: Standing, moment: datetime) -> RoutingConfig:
    """Return the configuration that will hold just before a moment, by what is adopted so far."""
    return config_of(book, _number_at(book, ROUTING, moment)) or DEFAULT


def _number_at(book: Standing, key: str, moment: datetime) -> int:
    timeline = book.get(ROUTING_TIMELINES, key)
    begins = () if timeline is None else timeline.begins
    return max((each.number for each in begins if each.effective_at <= moment), default=0)


def active(number: int, config: RoutingConfig) -> Active:
    """Return a configuration as it would hold."""
    return Active(number, compiled(config), rails_of(config))


def rails_of(config: RoutingConfig) -> tuple[str, ...]:
    """Return every rail that a configuration names, once."""
    named = [
        rail
        for rule in config.rules
        for rail in (*rule.order, *(share.rail for share in rule.split), *rule.by_value)
    ]
    return tuple(dict.fromkeys(named))


def config_of(book: Standing, number: int) -> RoutingConfig | None:
    """Return the configuration of a version, None where there is none; 0 is the default."""
    if number == 0:
        return DEFAULT
    version = book.get(ROUTING_VERSIONS, number)
    return None if version is None else version.config


def corridor_terms(book: Standing, corridor: Corridor) -> CorridorTerms:
    """Return today's terms of rails in a corridor; a rail without a row is not plugged in."""
    today = book.now.date()
    found = {}
    for rail in corridor.rails:
        row = find_row(book, "payments.rail", rail, today)
        if row is not None:
            found[rail] = _terms(book, row, rail, corridor)
    return CorridorTerms(found)


def _terms(book: Standing, row: PolicyRow, rail: str, corridor: Corridor) -> RailTerms:
    today, currency = book.now.date(), corridor.currency
    # What a seller or a corridor pays besides is the same by every rail.
    ours = look_up(book, BASE, rail, today)
    theirs = look_up(book, "payments.rail_fee", rail, today)
    way = corridor_from(book, corridor.country, currency, row.text("method"))
    most = [_limit(row, currency), 0 if way is None or way.maximum is None else way.maximum.minor]
    return RailTerms(
        rail,
        _cannot(row, corridor),
        row.text("pays_with"),
        row.text("method"),
        min(filter(None, most), default=0),
        ours.integer("bps") + theirs.integer("bps"),
        ours.integer("fixed_minor") + theirs.integer("fixed_minor"),
        row.integer("spread_bps"),
        look_up(book, "payments.cost_of_funds", currency, today).integer("annual_bps"),
        _days_until_paid(book, rail, currency, way),
        0 if way is None or way.minimum is None else way.minimum.minor,
        _owes_max(book, rail, currency),
    )


def _owes_max(book: Standing, rail: str, currency: Currency) -> int:
    """Return how much of a currency a rail may owe us, 0 where nobody says."""
    row = find_row(book, "payments.carrier_limit", f"{rail}/{currency}", book.now.date())
    if row is None:
        return 0
    most = row.money("maximum")
    return most.minor if most.currency == currency else 0


def _days_until_paid(book: Standing, rail: str, currency: Currency, way: Way | None) -> int:
    today = book.now.date()
    days = business_days(book, currency)
    if way is not None:
        return max(0, (arrival(way, book.now, days).date() - today).days)
    settlement = look_up(book, "payments.settlement", rail, today)
    return (days.add_business_days(today, settlement.integer("business_days")) - today).days


def _cannot(row: PolicyRow, corridor: Corridor) -> str:
    if row.values.get("collects") == "no":
        return f"{CAPABILITY}: collects nothing"
    if corridor.currency not in (known := row.words("currencies")) and ANY_SCOPE not in known:
        return f"{CURRENCY}: takes no {corridor.currency}"
    if corridor.country not in (known := row.words("countries")) and ANY_SCOPE not in known:
        return f"{CORRIDOR}: takes nothing from {corridor.country}"
    return ""


def _limit(row: PolicyRow, currency: Currency) -> int:
    """Return the most a rail takes of a currency, 0 for no limit: `GBP:1000.00 EUR:1200.00`."""
    for word in row.words("limits"):
        code, _, amount = word.partition(":")
        if code == currency:
            return parse(amount, code, "limits").minor
    return 0


def routing_policy(book: Standing, scope: str) -> RoutingPolicy:
    """Return how the house learns now. scope: `*`."""
    row = look_up(book, "payments.routing", scope, book.now.date())
    learning = Learning(
        timedelta(hours=row.integer("half_life_hours")),
        row.integer("memory"),
        row.integer("prior"),
        row.integer("prior_success_bps") * _PER_BPS,
        row.integer("hedge_bps") * _PER_BPS,
        row.integer("explore_bps") * _PER_BPS,
        row.integer("doubt_percent"),
    )
    return RoutingPolicy(learning, row.integer("attempts_max"))


def breaker_of(book: Standing, rail: str) -> Breaker:
    """Return when the breaker of a rail opens and closes."""
    row = look_up(book, "payments.breaker", rail, book.now.date())
    return Breaker(
        timedelta(seconds=row.integer("half_life_seconds")),
        row.integer("answers_min"),
        row.integer("opens_bps") * _PER_BPS,
        row.integer("degraded_bps") * _PER_BPS,
        timedelta(seconds=row.integer("open_seconds")),
        row.integer("trial_bps") * _PER_BPS,
        row.integer("trials"),
    )


def refusal_class(book: Standing, code: str) -> RefusalClass:
    """Return what a rail's reason means; one that is not listed is final."""
    row = look_up(book, "payments.refusal", code, book.now.date())
    return RefusalClass(Retry(row.text("retry")), row.text("fault_of_rail") == "yes")
