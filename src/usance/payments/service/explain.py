"""Somebody asks what a payment costs, or would cost, and what rates there are."""

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal

from usance.kernel.errors import Refusal
from usance.kernel.ids import FxQuoteId, PaymentId
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record, replace
from usance.payments import store
from usance.payments.events import PaymentSettled
from usance.payments.model import Payment, QuoteLock, Reservation
from usance.payments.rules.fees import FeeLine as FeeLine  # noqa: PLC0414 - for the mouths
from usance.payments.rules.fees import fee_lines, total_of
from usance.payments.rules.quotes import held_days, holding_price
from usance.payments.service.charges import FeeQuestion, explained, schedule_of, with_volume
from usance.payments.service.fx_positions import limits_of
from usance.payments.service.rates import Indicative, Pair, indicative
from usance.payments.service.standing import Standings, standing_of
from usance.policy.service import look_up
from usance.runtime.database import Connection
from usance.runtime.reading import facts_after

_ALL = 1_000


class ConversionLine(Record, frozen=True):
    """What the conversion costs: our spread, or holding a locked rate for so many paid days."""

    code: str
    en: str
    zh: str
    basis: Money
    bps: int
    days: int
    amount: Money


class Conversion(Record, frozen=True):
    """The rates of a payment and what they cost. settled: whether the lines are what was taken.

    indicative_rate: the reference when the offer was made; locked_rate: what the seller gets
    after the spread; executed_rate: of the cover deal, None until there is one.
    """

    quote_id: FxQuoteId | None
    source: str
    side: str
    indicative_rate: Decimal
    mid: Decimal
    spread_bps: int
    locked_rate: Decimal
    executed_rate: Decimal | None
    quoted_at: datetime
    expires_at: datetime
    reserved_at: datetime | None
    settled: bool
    lines: tuple[ConversionLine, ...]
    total: Money


class PaymentFees(Record, frozen=True):
    """What a payment costs the seller, line by line. `lines` add up to `fee`.

    conversion: None where nothing is converted.
    """

    payment_id: PaymentId
    rail: str
    gross: Money
    fee: Money
    lines: tuple[FeeLine, ...]
    conversion: Conversion | None


class FeePreview(Record, frozen=True):
    """What a payment would cost today. volume: the seller's of this month, as it was given."""

    rail: str
    gross: Money
    fee: Money
    lines: tuple[FeeLine, ...]
    volume: Money


class PairExposure(Record, frozen=True):
    """What locked rates may still have us convert of a pair: sold to us, and promised for it.

    For the operator alone, besides: converting, sold at a rate without a lock and not settled;
    limit, the most that locked and converting may be together; open and open_limit, the same of
    all pairs in which the currency is sold. A limit is None where no rate says what it is worth.
    """

    sell: Currency
    buy: Currency
    locks: int
    locked: Money
    promised: Money
    converting: Money | None = None
    limit: Money | None = None
    open: Money | None = None
    open_limit: Money | None = None


async def explain_payment(connection: Connection, payment: Payment, now: datetime) -> PaymentFees:
    """Return the lines of a payment's fee and of its conversion."""
    book = await standing_of(connection, now)
    lines = explained(book, payment.fee_basis, payment.gross)
    conversion = None
    if payment.quote.base != payment.quote.quote:
        reservation = await store.reservation(connection, payment.id)
        facts = await facts_after(connection, 0, _ALL, payment.order_id)
        told = [part for fact in facts if (part := fact.part(PaymentSettled)) is not None]
        mine = [part for part in told if part.payment_id == payment.id]
        conversion = _conversion(book, payment, reservation, mine)
    return PaymentFees(
        payment.id, payment.rail, payment.gross, payment.fee, tuple(lines), conversion
    )


def _conversion(
    book: Standings, payment: Payment, reservation: Reservation | None, told: list[PaymentSettled]
) -> Conversion:
    quote = payment.quote
    nothing = Money(0, quote.quote)
    days, bps_per_day = _held(book, payment, reservation)
    if told:
        spread = sum((part.spread for part in told), nothing)
        holding = sum((part.holding or nothing for part in told), nothing)
        basis = sum((part.proceeds for part in told), nothing) + spread + holding
    else:
        left = max(payment.remaining.minor - payment.fee.minor, 0)
        basis = quote.at_mid(Money(left, payment.gross.currency))
        spread = quote.spread_of(basis)
        holding = holding_price(basis, spread, days, bps_per_day)
    lines = [
        ConversionLine("spread", "Spread on the rate", "汇差", basis, quote.spread_bps, 0, spread)
    ]
    if reservation is not None:
        lines.append(
            ConversionLine(
                "holding",
                "Holding the locked rate beyond the free days",
                "锁汇超出免费期的持有费",
                basis,
                bps_per_day,
                days,
                holding,
            )
        )
    return Conversion(
        quote.lock,
        quote.source,
        quote.side,
        quote.mid if quote.indicative is None else quote.indicative,
        quote.mid,
        quote.spread_bps,
        quote.rate,
        payment.executed_rate,
        quote.quoted_at,
        quote.expires_at,
        None if reservation is None else reservation.reserved_at,
        bool(told),
        tuple(lines),
        spread + holding,
    )


def _held(book: Standings, payment: Payment, reservation: Reservation | None) -> tuple[int, int]:
    """Return for how many days holding is paid, so far or as expected, and the price of one."""
    if reservation is None:
        return 0, 0
    begun = reservation.reserved_at.date()
    row = look_up(book, "payments.quote_holding", payment.quote.base, begun)
    ends = payment.settled_at.date() if payment.settled_at else None
    ends = ends or max(book.now.date(), payment.settlement_due or date.min)
    return held_days(begun, ends, row.integer("free_days")), row.integer("bps_per_day")


async def preview_fee(
    connection: Connection, question: FeeQuestion, gross: Money, volume: Money, now: datetime
) -> FeePreview:
    """Return what a payment would cost today.

    volume: what the seller has sold this month in the currency of settlement.
    """
    book = await standing_of(connection, now)
    schedule = schedule_of(book, question)
    if schedule.tiers is not None:
        schedule = with_volume(schedule, volume.minor)
    lines = fee_lines(schedule.parts, schedule.bounds, gross)
    return FeePreview(question.rail, gross, total_of(lines, gross), tuple(lines), volume)


async def rate_now(
    connection: Connection, sell: Currency, buy: Currency, now: datetime
) -> Indicative | Refusal:
    """Return the rate of this moment, by which nobody is bound. Refuses: no_rate."""
    return indicative(await standing_of(connection, now), Pair(sell, buy))


def exposures(locks: list[QuoteLock]) -> list[PairExposure]:
    """Return what locks may still have us convert, pair by pair."""
    by_pair: defaultdict[tuple[Currency, Currency], list[QuoteLock]] = defaultdict(list)
    for lock in locks:
        by_pair[lock.quote.base, lock.quote.quote].append(lock)
    return [
        PairExposure(
            sell,
            buy,
            len(among),
            sum((lock.exposed for lock in among), Money(0, sell)),
            sum((lock.quote.at_mid(lock.exposed) for lock in among), Money(0, buy)),
        )
        for (sell, buy), among in sorted(by_pair.items())
    ]


async def exposures_now(connection: Connection, now: datetime) -> list[PairExposure]:
    """Return what is open of every pair, and how much may be."""
    book = await standing_of(connection, now)
    locked = {
        (each.sell, each.buy): each
        for each in exposures(await store.locks_with_exposure(connection))
    }
    found = []
    for position in await store.fx_positions(connection):
        for pair in position.pairs:
            if not pair.locked and not pair.converting:
                continue
            sell, buy = position.sell, pair.buy
            nothing = PairExposure(sell, buy, 0, Money(0, sell), Money(0, buy))
            limits = limits_of(book, Pair(sell, buy))
            found.append(
                replace(
                    locked.get((sell, buy), nothing),
                    converting=Money(pair.converting, sell),
                    limit=None if limits is None else limits.pair,
                    open=position.open,
                    open_limit=None if limits is None else limits.position,
                )
            )
    return sorted(found, key=lambda each: (each.sell, each.buy))
