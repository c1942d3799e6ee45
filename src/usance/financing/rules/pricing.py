"""What a sale will bring and what advancing it costs: pure figures from dated rows."""

from datetime import date, datetime, timedelta
from math import isqrt
from typing import Final

from usance.kernel.dates import Calendar
from usance.kernel.fx import Quote
from usance.kernel.money import Money, Rounding, divided
from usance.kernel.records import Record, replace
from usance.payments.model import Payment
from usance.policy.model import PolicyRow

_WHOLE_BPS: Final = 10_000
# Programmes state fees and charges per this many days.
_FEE_PERIOD_DAYS: Final = 30
# Annual rates are reckoned in whole numbers of 15 digits after the point, and stated with four.
_ONE: Final = 10**15
_APR_SCALE: Final = 10**4


class Price(Record, frozen=True):
    """What is offered on a receivable. See `model.Offer` and `events.OfferMade`."""

    receivable: Money
    advance_rate_bps: int
    principal: Money
    fee: Money
    fee_operator: Money
    fee_rule: str
    apr: str
    tenor_days: int
    due_date: date
    expires_at: datetime
    fee_bps_per_30_days: int
    servicing_bps: int


def net_receivable(payment: Payment, rail_fee: PolicyRow) -> Money:
    """Return what the sale will bring the seller, in the settlement currency.

    What remains of what was captured, less our fee and an allowance for the rail's, at the locked
    mid, less our spread; of that, what is neither another's share nor held in escrow.
    rail_fee: the row of `payments.rail_fee` for the rail; the allowance is rounded up, and what
    the rail really keeps is known only at settlement.
    """
    allowance = payment.sold.share(rail_fee.integer("bps"), Rounding.UP).minor
    kept = payment.fee_on_sold.minor + allowance + rail_fee.integer("fixed_minor")
    left = Money(max(payment.remaining.minor - kept, 0), payment.gross.currency)
    converted = payment.quote.at_mid(left)
    return payment.own_part(converted - payment.quote.spread_of(converted))


def order_value(amount: Money, quote: Quote) -> Money:
    """Return what an order would bring if it were paid now, in the settlement currency.

    At the mid of the moment less our spread; what fees will take is left to the advance rate.
    """
    converted = quote.at_mid(amount)
    return converted - quote.spread_of(converted)


def price(
    receivable: Money,
    programme: PolicyRow,
    now: datetime,
    calendar: Calendar,
    own_bps: int | None = None,
) -> Price:
    """Return principal (rounded down), fee, due date and expiry by a programme's row.

    own_bps: what the funder asks per 30 days in place of the programme's rate.
    The fee runs for the programme's tenor; a due date that falls on a holiday moves on and
    costs nothing. The operator's part of the fee is rounded down: the funder has the rest.
    """
    rate, tenor = programme.integer("advance_rate_bps"), programme.integer("tenor_days")
    principal = receivable.share(rate, Rounding.DOWN)
    bps = programme.integer("fee_bps_per_30_days") if own_bps is None else own_bps
    fee = fee_of(principal, programme, bps)
    servicing = _WHOLE_BPS - programme.integer("funder_share_of_fee_bps")
    return Price(
        receivable=receivable,
        advance_rate_bps=rate,
        principal=principal,
        fee=fee,
        fee_operator=fee.share(servicing, Rounding.DOWN),
        fee_rule=_fee_rule(programme, bps),
        apr=effective_annual_rate(principal, fee, tenor),
        tenor_days=tenor,
        due_date=calendar.add_business_days(now.date() + timedelta(days=tenor), 0),
        expires_at=now + timedelta(hours=programme.integer("offer_validity_hours")),
        fee_bps_per_30_days=bps,
        servicing_bps=servicing,
    )


def part_of(whole: Price, principal: int) -> Price:
    """Return the price of a part that one of several funders takes.

    At its rate and without a minimum, which is for what one funder finances alone.
    """
    amount = Money(principal, whole.principal.currency)
    fee = for_days(amount, whole.fee_bps_per_30_days, whole.tenor_days)
    servicing = fee.share(whole.servicing_bps, Rounding.DOWN)
    return replace(whole, principal=amount, fee=fee, fee_operator=servicing)


def fee_of(principal: Money, programme: PolicyRow, bps: int) -> Money:
    """Return the fee for a programme's tenor: a rate per 30 days, but never below a minimum."""
    fee = for_days(principal, bps, programme.integer("tenor_days"))
    return Money(max(fee.minor, programme.integer("fee_minimum_minor")), fee.currency)


def for_days(amount: Money, bps_per_30_days: int, days: int) -> Money:
    """Return what a rate per 30 days costs on an amount over some days, rounded half-even."""
    cost = amount.minor * bps_per_30_days * days
    whole = _FEE_PERIOD_DAYS * _WHOLE_BPS
    return Money(divided(cost, whole, Rounding.HALF_EVEN), amount.currency)


def effective_annual_rate(principal: Money, cost: Money, days: int) -> str:
    """Return (1 + cost ÷ principal) ^ (365 ÷ days) − 1 to four digits, "0.1023" for 10.23 %.

    The seller has `principal` at once and gives it back with `cost` after `days`; "" where
    there is nothing to reckon from.
    """
    if principal.minor <= 0 or days <= 0:
        return ""
    growth = _ONE + cost.minor * _ONE // principal.minor
    periods = 365  # in `days` each
    while growth > _ONE + _ONE // 10:
        # The same growth over half the time, twice as often: the series needs a small one.
        growth, periods = isqrt(growth * _ONE), periods * 2
    # (1 + x) ^ n = 1 + n x + n (n - 1) / 2 x² + …, n = periods ÷ days, until a term is nothing.
    term, rate, step = _ONE, 0, 0
    while term:
        term = term * (growth - _ONE) * (periods - step * days) // (_ONE * days * (step + 1))
        rate, step = rate + term, step + 1
    whole, digits = divmod(divided(rate * _APR_SCALE, _ONE, Rounding.HALF_EVEN), _APR_SCALE)
    return f"{whole}.{digits:04d}"


def _fee_rule(programme: PolicyRow, bps: int) -> str:
    return (
        f"{bps} bps of principal per 30 days,"
        f" {programme.integer('tenor_days')} days,"
        f" at least {programme.integer('fee_minimum_minor')} minor units"
    )
