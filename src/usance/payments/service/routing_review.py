"""Somebody – reviews – a routing before it holds: its mistakes, and the rails that it turns off."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from usance.kernel.draft import Standing
from usance.kernel.money import Currency, parse
from usance.kernel.records import Record
from usance.payments.model import RoutingConfig
from usance.payments.rules.routing import (
    DEFAULT,
    Dropped,
    Fault,
    Offer,
    dropped,
    faults_of,
    faults_together,
    idle_rails,
    reached,
)
from usance.payments.service.routing_terms import config_at, config_of, rails_of, routing_policy
from usance.policy.model import ANY_SCOPE, PolicyRow
from usance.policy.service import find_row


class Review(Record, frozen=True):
    """What is to be said of a configuration before it is adopted.

    faults: for these it is refused. warnings: what it does that may not be meant. drops: the rails
    that whoever asks for their method gets no more; to be named when it is proposed. rails: those
    that are plugged in and collect.
    """

    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    drops: tuple[Dropped, ...]
    rails: tuple[Offer, ...]


def offers_of(book: Standing, rails: Iterable[str]) -> dict[str, Offer]:
    """Return what those of the rails take that are plugged in today."""
    today = book.now.date()
    rows = {rail: find_row(book, "payments.rail", rail, today) for rail in rails}
    return {rail: _offer(rail, row) for rail, row in rows.items() if row is not None}


def faults_by(book: Standing, config: RoutingConfig, rails: Iterable[str] = ()) -> list[Fault]:
    """Return every mistake of a configuration. rails: others that there are, to be named."""
    offers = offers_of(book, (*rails_of(config), *rails_of(DEFAULT), *rails))
    attempts_max = routing_policy(book, ANY_SCOPE).attempts_max
    collecting = [rail for rail, offer in offers.items() if offer.collects]
    found = faults_of(config, {*collecting, *_named(config, offers)}, attempts_max)
    # What rules leave to each other is only known where each of them is right.
    return found or faults_together(config, offers)


def drops_by(book: Standing, config: RoutingConfig, begins_at: datetime) -> tuple[Dropped, ...]:
    """Return the rails that can be got until a configuration begins, and not with it."""
    before = config_at(book, begins_at)
    return dropped(before, config, offers_of(book, (*rails_of(before), *rails_of(config))))


def drops_going_back(book: Standing, number: int) -> tuple[Dropped, ...]:
    """Return the rails that a version does not reach and the one in force does."""
    config = config_of(book, number)
    return () if config is None else drops_by(book, config, book.now)


def review(book: Standing, config: RoutingConfig, rails: Iterable[str]) -> Review:
    """Return all that is to be said of a configuration. rails: all that a book knows."""
    offers = offers_of(book, rails)
    plugged = tuple(offer for offer in offers.values() if offer.collects)
    faults = tuple(faults_by(book, config, offers))
    if faults:
        return Review(faults, (), (), plugged)
    drops = drops_by(book, config, book.now)
    return Review(
        (),
        (*_lost(drops), *idle_rails(config, offers), *_unused(config, offers, drops)),
        drops,
        plugged,
    )


def in_words(drops: Iterable[Dropped]) -> str:
    """Return rails with their methods, as a reader is told of them."""
    return ", ".join(f"{each.rail} ({each.method})" for each in drops)


def _lost(drops: Iterable[Dropped]) -> Iterable[Fault]:
    for each in drops:
        yield Fault(
            "rules",
            f"turns {each.rail} off: whoever asks for {each.method} gets it now and with this"
            f' would not. Where that is meant, propose it with "drops": ["{each.rail}"]',
        )


def _unused(
    config: RoutingConfig, offers: Mapping[str, Offer], drops: Iterable[Dropped]
) -> Iterable[Fault]:
    told = {each.rail for each in drops} | reached(config, offers)
    for rail, offer in offers.items():
        if offer.collects and rail not in told:
            yield Fault(
                "rules", f"{rail} is plugged in and no rule gives it who asks for {offer.method}"
            )


def _named(config: RoutingConfig, offers: Mapping[str, Offer]) -> Iterable[str]:
    return (rail for rail in rails_of(config) if rail in offers)


def _offer(rail: str, row: PolicyRow) -> Offer:
    currencies, countries = row.words("currencies"), row.words("countries")
    return Offer(
        rail,
        row.text("method"),
        row.text("pays_with"),
        None if ANY_SCOPE in currencies else frozenset(currencies),
        None if ANY_SCOPE in countries else frozenset(countries),
        {
            code: parse(amount, Currency(code), "limits").minor
            for code, _, amount in (word.partition(":") for word in row.words("limits"))
            if amount
        },
        row.values.get("collects") != "no",
    )
