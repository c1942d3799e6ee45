"""What rails offer, beside what rules ask of them: rails that never get what they could take."""

from collections.abc import Mapping, Sequence

from usance.kernel.money import Currency, Money
from usance.kernel.records import Record
from usance.payments.model import RouteRule, RoutingConfig
from usance.payments.rules.routing.facts import Accepted, together
from usance.payments.rules.routing.regions import Region, forestalled, region


class Offer(Record, frozen=True):
    """What a rail takes at all, wherever that is.

    method: what callers call it. pays_with: `bank_account`, `card_token` or "". currencies,
    countries: None for all. limits: the most of a currency, in minor units. collects: it takes
    money in.
    """

    rail: str
    method: str
    pays_with: str = ""
    currencies: frozenset[str] | None = None
    countries: frozenset[str] | None = None
    limits: Mapping[str, int] = {}
    collects: bool = True


class Dropped(Record, frozen=True):
    """A rail that whoever asks for its method gets no more."""

    rail: str
    method: str


def rails_in(rule: RouteRule) -> tuple[tuple[str, str], ...]:
    """Return each rail that a rule names, with the path where it stands."""
    named = [("order", rule.order), ("by_value", rule.by_value)]
    named.append(("split", tuple(share.rail for share in rule.split)))
    return tuple((f"{way}[{at}]", rail) for way, rails in named for at, rail in enumerate(rails))


def why_never(asks: Region, offer: Offer) -> str:
    """Return why a rail can take nothing of what a rule takes, "" where it can."""
    if not offer.collects:
        return "it collects nothing, it only pays out"
    amounts = asks.amounts
    currencies = [asks.of("currency")]
    if amounts is not None:
        currencies.append(Accepted(frozenset({amounts.currency}), frozenset()))
    if _apart(currencies, offer.currencies):
        return f"it takes only {_listed(offer.currencies)}"
    if _apart([asks.of("buyer_country")], offer.countries):
        return f"it takes only from {_listed(offer.countries)}"
    if _apart([asks.of("method")], frozenset({"", offer.method})):
        return f"its method is {offer.method}"
    if offer.pays_with and not asks.of(offer.pays_with).has(value=True):
        return f"it needs a buyer's {offer.pays_with.replace('_', ' ')}"
    most = 0 if amounts is None else offer.limits.get(amounts.currency, 0)
    if amounts is not None and most and amounts.low > most:
        return f"it takes at most {Money(most, Currency(amounts.currency))}"
    return ""


def reached(config: RoutingConfig, offers: Mapping[str, Offer]) -> set[str]:
    """Return the rails that somebody who asks for their method can get."""
    regions = [region(rule) for rule in config.rules]
    found: set[str] = set()
    for rail in dict.fromkeys(rail for rule in config.rules for _, rail in rails_in(rule)):
        offer = offers.get(rail)
        if offer is not None and _is_reached(config.rules, regions, offer):
            found.add(rail)
    return found


def dropped(
    before: RoutingConfig, after: RoutingConfig, offers: Mapping[str, Offer]
) -> tuple[Dropped, ...]:
    """Return the rails that could be got by one configuration and cannot by the other.

    A rail is none of them where another one of its method stands in for it everywhere.
    """
    left = reached(after, offers)
    lost = [
        offers[rail]
        for rail in sorted(reached(before, offers) - left)
        if not any(_stands_in(offers[other], offers[rail]) for other in left)
    ]
    return tuple(Dropped(each.rail, each.method) for each in lost)


def _stands_in(other: Offer, lost: Offer) -> bool:
    """Return whether a rail takes by the same method all that another took."""
    return (
        other.method == lost.method
        and other.pays_with in {"", lost.pays_with}
        and _within(lost.currencies, other.currencies)
        and _within(lost.countries, other.countries)
    )


def _within(some: frozenset[str] | None, others: frozenset[str] | None) -> bool:
    return others is None or (some is not None and some <= others)


def _is_reached(rules: Sequence[RouteRule], regions: Sequence[Region], offer: Offer) -> bool:
    """Return whether some rule gives a rail what it could take and no earlier rule takes."""
    asked = [_asking(each, offer) for each in regions]
    for number, (rule, mine) in enumerate(zip(rules, asked, strict=True)):
        names = any(rail == offer.rail for _, rail in rails_in(rule))
        if not names or mine.nothing() or why_never(mine, offer):
            continue
        if forestalled(mine, regions[:number]) is None:
            return True
    return False


def _asking(asks: Region, offer: Offer) -> Region:
    """Return what of a rule's payments asks for a rail's method and could go by it."""
    here = asks.where("method", Accepted(frozenset({offer.method}), frozenset()))
    for fact, values in (("currency", offer.currencies), ("buyer_country", offer.countries)):
        if values is not None:
            here = here.where(fact, Accepted(values, frozenset()))
    if offer.pays_with:
        here = here.where(offer.pays_with, Accepted(frozenset({True}), frozenset()))
    return here


def _apart(accepted: Sequence[Accepted], offered: frozenset[str] | None) -> bool:
    every = [*accepted, Accepted(offered, frozenset())]
    return together(every).nothing()


def _listed(values: frozenset[str] | None) -> str:
    return ", ".join(sorted(values or ()))
