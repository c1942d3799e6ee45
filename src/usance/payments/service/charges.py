"""The house – charges – a seller for a payment, by dated rows that add up line by line.

Which rows apply follows from standing rows and a few figures of the payment, so it is read once
for all payments that share them; only where a schedule has tiers the seller's volume of the month
is asked. A payment keeps which rows its fee came from: the lines are reckoned again from those.
"""

from datetime import date
from typing import Final

from usance.kernel.draft import Draft, Standing
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record, replace
from usance.parties.service import party_of
from usance.payments.model import Payment, Volume
from usance.payments.rules.fees import (
    Bounds,
    FeeLine,
    FeeRef,
    Part,
    fee_lines,
    fee_total,
    read,
    tier_bps,
    written,
)
from usance.payments.rules.pricing import fee_of
from usance.payments.tables import VOLUMES
from usance.policy.model import PolicyRow
from usance.policy.service import find_row, look_up, row_of_day

BASE: Final = "payments.fee"
CORRIDOR: Final = "payments.fee.corridor"
VOLUME: Final = "payments.fee.volume"
RISK: Final = "payments.fee.risk"
CREDIT: Final = "payments.fee.credit"
BOUNDS: Final = "payments.fee.bounds"
# The scope of our fee on what comes in by itself.
_RECEIVING: Final = "receiving_account"


class FeeQuestion(Record, frozen=True):
    """What a schedule depends on. grade, settled_in: the seller's, for which volumes count."""

    rail: str
    buyer_country: str
    seller_country: str
    grade: str
    currency: Currency
    settled_in: Currency


class Schedule(Record, frozen=True):
    """The parts of a fee, before it is known what it is on.

    bps, fixed_minor: what the parts come to. tiers: the row whose rate depends on the seller's
    volume, if there is one. rule: in words.
    """

    parts: tuple[Part, ...]
    bps: int
    fixed_minor: int
    bounds: Bounds | None
    tiers: PolicyRow | None
    basis: str
    rule: str


class Charge(Record, frozen=True):
    """Our fee. basis: the rows it comes from, see `rules.fees.written`; rule: in words."""

    fee: Money
    basis: str
    rule: str


def charge_for(draft: Draft, question: FeeQuestion, seller_id: object, gross: Money) -> Charge:
    """Return what we take for a payment of a seller today."""
    schedule = draft.recall(schedule_of, question)
    if schedule.tiers is not None:
        volume = volume_of(draft, seller_id, question.settled_in)
        schedule = with_volume(schedule, volume)
    fee = fee_total(schedule.bps, schedule.fixed_minor, schedule.bounds, gross)
    return Charge(fee, schedule.basis, schedule.rule)


def charge_again(draft: Draft, payment: Payment, rail: str) -> Charge:
    """Return what we take for a payment that goes by another rail than it was priced for."""
    buyer, seller = party_of(draft, payment.buyer_id), party_of(draft, payment.seller_id)
    assert buyer is not None, f"{payment.id} has a buyer"
    assert seller is not None, f"{payment.id} has a seller"
    question = FeeQuestion(
        rail,
        buyer.country,
        seller.country,
        seller.risk_grade,
        payment.gross.currency,
        payment.book.currency,
    )
    return charge_for(draft, question, seller.id, payment.gross)


def fee_on_receipt(draft: Draft, amount: Money) -> Money:
    """Return what we take today of money that came in by itself: it has no corridor, no tiers."""
    part = draft.recall(_part_of, _RECEIVING)
    return fee_of(amount, part.bps, part.fixed_minor)


def _part_of(book: Standing, scope: str) -> Part:
    return _part(look_up(book, BASE, scope, book.now.date()))


def schedule_of(book: Standing, question: FeeQuestion) -> Schedule:
    """Return the parts of today's fee; what costs nothing is left out."""
    on = book.now.date()
    rows = [look_up(book, BASE, question.rail, on)]
    rows += [
        row
        for row in (
            corridor_row(book, question.buyer_country, question.seller_country, on),
            find_row(book, RISK, _risk_of(book, question.buyer_country, on), on),
            find_row(book, CREDIT, question.grade, on),
        )
        if row is not None and (row.integer("bps") or row.integer("fixed_minor"))
    ]
    return _schedule(
        tuple(_part(row) for row in rows),
        _bounds(book, question, on),
        _tiers(book, question.settled_in),
    )


def _schedule(parts: tuple[Part, ...], bounds: Bounds | None, tiers: PolicyRow | None) -> Schedule:
    refs = [FeeRef(part.rule, part.scope, part.effective_from, part.volume) for part in parts]
    if bounds is not None:
        refs.append(FeeRef(bounds.rule, bounds.scope, bounds.effective_from))
    return Schedule(
        parts,
        sum(part.bps for part in parts),
        sum(part.fixed_minor for part in parts),
        bounds,
        tiers,
        written(tuple(refs)),
        "; ".join(map(_in_words, parts)),
    )


def _in_words(part: Part) -> str:
    what = part.scope if part.rule == BASE else f"{part.rule.rpartition('.')[2]} {part.scope}"
    return (
        f"{part.bps} bps + {part.fixed_minor} minor units, {what},"
        f" from {part.effective_from.isoformat()}"
    )


def with_volume(schedule: Schedule, volume: int) -> Schedule:
    """Return a schedule with the rate of the tier that a volume has reached."""
    row = schedule.tiers
    assert row is not None, "there are tiers"
    part = _part(row, volume)
    parts = (*schedule.parts, part) if part.bps else schedule.parts
    return _schedule(parts, schedule.bounds, row)


def _part(row: PolicyRow, volume: int = 0) -> Part:
    fixed_minor = 0
    if row.rule == VOLUME:
        bps = tier_bps(volume, row.integers("from_minor"), row.integers("bps"))
    else:
        bps, fixed_minor = row.integer("bps"), row.integer("fixed_minor")
    return Part(row.rule, row.scope, row.effective_from, bps, fixed_minor, volume)


def corridor_row(book: Standing, buyer: str, seller: str, on: date) -> PolicyRow | None:
    """Return the row of a corridor: of the two countries, else of their regions, else of one.

    Scopes in order: `GB>CN`, `GB>ASIA`, `EUROPE>CN`, `EUROPE>ASIA`, `GB>*`, `EUROPE>*`, `*>CN`,
    `*>ASIA`, `*`.
    """
    of_buyer, of_seller = (_region_of(book, country, on) for country in (buyer, seller))
    scopes = (
        f"{buyer}>{seller}",
        f"{buyer}>{of_seller}",
        f"{of_buyer}>{seller}",
        f"{of_buyer}>{of_seller}",
        f"{buyer}>*",
        f"{of_buyer}>*",
        f"*>{seller}",
        f"*>{of_seller}",
    )
    for scope in scopes:
        row = find_row(book, CORRIDOR, scope, on)
        if row is not None and row.scope == scope:
            return row
    return find_row(book, CORRIDOR, "*", on)


def _region_of(book: Standing, country: str, on: date) -> str:
    row = find_row(book, "payments.region", country, on)
    return "OTHER" if row is None else row.text("region")


def _risk_of(book: Standing, country: str, on: date) -> str:
    row = find_row(book, "risk.country", country, on)
    return "allow" if row is None else row.text("verdict")


def _bounds(book: Standing, question: FeeQuestion, on: date) -> Bounds | None:
    """Return the least and the most a fee may be: of rail and currency, else of the rail."""
    exact = f"{question.rail}/{question.currency}"
    row = find_row(book, BOUNDS, exact, on)
    if row is not None and row.scope != exact:
        row = find_row(book, BOUNDS, question.rail, on)
    if row is None or not (row.integer("minimum_minor") or row.integer("maximum_minor")):
        return None
    return _bounds_of(row)


def _bounds_of(row: PolicyRow) -> Bounds:
    return Bounds(
        row.rule,
        row.scope,
        row.effective_from,
        row.integer("minimum_minor"),
        row.integer("maximum_minor"),
    )


# ---- volume ----


def _tiers(book: Standing, currency: str) -> PolicyRow | None:
    """Return the tiers of a currency in which sellers settle, None where all pay the same."""
    row = find_row(book, VOLUME, currency, book.now.date())
    return None if row is None or row.integers("bps") == (0,) else row


def volume_of(draft: Draft, seller_id: object, currency: Currency) -> int:
    """Return what a seller has sold this month so far, in minor units of a currency."""
    month = draft.now.date().replace(day=1)
    found = draft.get(VOLUMES, (seller_id, month, currency))
    return 0 if found is None else found.minor


def count_volume(draft: Draft, payment: Payment, captured: Money) -> None:
    """Count what was captured, at mid in the settlement currency, where a schedule has tiers.

    What goes back to buyers later is not taken off: the tier is for what was sold.
    """
    if draft.recall(_tiers, captured.currency) is None:
        return
    month = draft.now.date().replace(day=1)
    key = (payment.seller_id, month, captured.currency)
    counted = draft.get(VOLUMES, key) or Volume(*key, 0)
    draft.put(VOLUMES, replace(counted, minor=counted.minor + captured.minor))


# ---- explained ----


def explained(book: Standing, basis: str, gross: Money) -> list[FeeLine]:
    """Return the lines of a fee again, from the rows that a payment says it came from.

    Rows are never edited, so they add up to what they added up to. Of a payment that does not
    say, there are none.
    """
    parts: list[Part] = []
    bounds = None
    for ref in read(basis):
        row = row_of_day(book, ref.rule, ref.scope, ref.effective_from)
        assert row is not None, f"{ref.rule}/{ref.scope} has lost its row of {ref.effective_from}"
        if ref.rule == BOUNDS:
            bounds = _bounds_of(row)
        else:
            parts.append(_part(row, ref.volume))
    return fee_lines(tuple(parts), bounds, gross)
