"""A rail – settles – a payment: one chain from the rail's money to the seller's bank account.

Rail's fee → our fee → conversion at the locked rate, the spread as its own leg, the cover deal
at the day's rate → what the seller owes us → what the claim takes (the repayment of advances)
→ a reserve → the rest, which is paid out.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import PaymentId
from usance.kernel.money import Currency, Money, Rounding, convert
from usance.kernel.records import Record, replace
from usance.ledger.model import Leg, Where
from usance.ledger.service import balance_of, expand, net_debit, post, ref_of
from usance.payments.errors import (
    CURRENCY_MISMATCH,
    NO_RATE,
    NOTHING_DUE,
    NOTICE_DIFFERS,
    UNKNOWN_PAYMENT,
    WRONG_STATE,
)
from usance.payments.events import PaymentSettled, ReserveReleased, SettlementLate
from usance.payments.model import Payment, PaymentStatus, Reserve, Settlement
from usance.payments.ports import Claim, Proceeds
from usance.payments.rules.postings import OWED, RESERVE_RELEASE, REST, SETTLEMENT
from usance.payments.rules.pricing import cross_rate
from usance.payments.service.fixings import fixings_on
from usance.payments.service.payouts import initiate_payout
from usance.payments.service.unwind import where_of
from usance.payments.tables import PAYMENTS, RESERVES, SETTLEMENTS
from usance.policy.service import calendar, look_up
from usance.runtime.commands import Command, Loader

CHECK_SETTLEMENT: Final = "check_settlement"
RELEASE_RESERVE: Final = "release_reserve"


class RecordSettlement(Record, frozen=True):
    """Book a rail's settlement. notice: the rail's reference; gross: before the rail's fee."""

    payment_id: PaymentId
    notice: str
    gross: Money
    rail_fee: Money


class CheckSettlement(Record, frozen=True):
    """Look whether a payment was settled in time."""

    payment_id: PaymentId


class ReleaseReserve(Record, frozen=True):
    """Give a seller what was held back."""

    payment_id: PaymentId


class Amounts(Record, frozen=True):
    """The figures of one settlement: P in the buyer's currency, S in the seller's."""

    rail_fee: Money
    fee: Money
    sold: Money
    bought: Money
    covered: Money
    spread: Money

    @property
    def proceeds(self) -> Money:
        """What the seller is due before anybody is paid from it."""
        return self.bought - self.spread

    def words(self, *, converted: bool) -> dict[str, Money]:
        """Return the figures under the words of the entry `settlement`."""
        words = {
            "net": self.sold + self.fee,
            "rail_fee": self.rail_fee,
            "fee": self.fee,
        }
        if not converted:
            return {**words, "unconverted": self.sold}
        return {
            **words,
            "sold": self.sold,
            "bought": self.bought,
            "spread": self.spread,
            "sold_on": self.sold,
            "covered": self.covered,
            "drift": self.bought - self.covered,
        }


class SettleStage:
    """Applies `record_settlement`. claim: who is paid before the rest."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim

    async def prepare(self, loader: Loader, commands: Sequence[Command]) -> None:
        """Load the payments, and the settlements known under these notices."""
        bodies = [c.body for c in commands if isinstance(c.body, RecordSettlement)]
        await loader.rows(PAYMENTS, [body.payment_id for body in bodies])
        await loader.rows(SETTLEMENTS, [body.notice for body in bodies])

    def apply(self, draft: Draft, body: RecordSettlement, _facts: None) -> Refusal | None:
        """Post the whole chain or nothing of it."""
        payment = draft.get(PAYMENTS, body.payment_id)
        refusal = _refusal(draft, payment, body)
        if refusal is not None or payment is None:
            return refusal
        draft.thread(payment.order_id)
        amounts = _amounts(draft, payment, body)
        if isinstance(amounts, Refusal):
            return amounts
        return self._post(draft, payment, body, amounts)

    def _post(
        self, draft: Draft, payment: Payment, body: RecordSettlement, amounts: Amounts
    ) -> Refusal | None:
        on = draft.now.date()
        where = where_of(payment)
        proceeds = amounts.proceeds
        debt = net_debit(balance_of(draft, ref_of("owed_by_seller", where, proceeds)))
        owed = Money(max(0, min(debt, proceeds.minor)), proceeds.currency)
        claims = self._claim.repay(
            draft, Proceeds(payment.id, payment.seller_id, proceeds - owed, on)
        )
        claimed = Money(_taken(claims), proceeds.currency)
        left = proceeds - owed - claimed
        programme = look_up(draft, "payments.reserve", payment.rail, on)
        reserve = left.share(programme.integer("bps"), Rounding.DOWN)
        rest = left - reserve
        converted = payment.quote.base != payment.quote.quote
        legs = [
            *expand(SETTLEMENT, amounts.words(converted=converted), where),
            *expand(OWED, {"owed": owed}, where),
            *claims,
            *expand(REST, {"reserve": reserve, "rest": rest}, where),
        ]
        posted = post(draft, legs, on)
        if isinstance(posted, Refusal):
            return posted
        draft.put(SETTLEMENTS, Settlement(body.notice, payment.id, draft.now))
        draft.put(PAYMENTS, replace(payment, status=PaymentStatus.SETTLED, settled_at=draft.now))
        _hold_back(draft, payment, reserve, programme.integer("release_days"))
        draft.tell(_told(payment, body, amounts, (owed, claimed, reserve, rest)))
        if rest.minor == 0:
            return None
        return initiate_payout(draft, payment.seller_id, rest, "settlement", payment.id)


def _refusal(draft: Draft, payment: Payment | None, body: RecordSettlement) -> Refusal | None:
    if payment is None:
        return UNKNOWN_PAYMENT.refuse("payment_id", body.payment_id)
    if draft.get(SETTLEMENTS, body.notice) is not None:
        return NOTHING_DUE.refuse("notice", "booked already")
    if {body.gross.currency, body.rail_fee.currency} != {payment.gross.currency}:
        return CURRENCY_MISMATCH.refuse("gross.currency", body.gross.currency)
    if payment.status is not PaymentStatus.CAPTURED:
        return WRONG_STATE.refuse("payment", payment.status)
    if body.gross.minor != payment.gross.minor - payment.returned:
        return NOTICE_DIFFERS.refuse("gross", body.gross)
    if not 0 <= body.rail_fee.minor <= payment.remaining.minor:
        return NOTICE_DIFFERS.refuse("rail_fee", body.rail_fee)
    return None


def _amounts(draft: Draft, payment: Payment, body: RecordSettlement) -> Amounts | Refusal:
    """Return the figures of a settlement, the cover deal at the day's rate."""
    quote = payment.quote
    after_rail = payment.remaining - body.rail_fee
    fee = Money(min(payment.fee.minor, after_rail.minor), payment.fee.currency)
    sold = after_rail - fee
    bought = quote.at_mid(sold)
    fixings = fixings_on(draft, draft.now.date())
    market = None if fixings is None else cross_rate(fixings, quote.base, quote.quote)
    if market is None:
        return NO_RATE.refuse("currency", f"{quote.base}/{quote.quote}")
    covered = convert(sold, market, quote.quote, Rounding.DOWN)
    return Amounts(body.rail_fee, fee, sold, bought, covered, quote.spread_of(bought))


def _taken(claims: Sequence[Leg]) -> int:
    """Return what legs take from the money that is being settled."""
    return sum(leg.amount for leg in claims if leg.debit.kind == "seller_settling")


def _told(
    payment: Payment,
    body: RecordSettlement,
    amounts: Amounts,
    shares: tuple[Money, Money, Money, Money],
) -> PaymentSettled:
    sold = amounts.sold.minor
    executed = payment.quote.mid * amounts.covered.minor / amounts.bought.minor if sold else 0
    return PaymentSettled(
        payment.id,
        body.notice,
        body.gross,
        amounts.rail_fee,
        amounts.fee,
        amounts.sold,
        amounts.proceeds,
        amounts.spread,
        str(payment.quote.mid),
        f"{executed:.8f}",
        amounts.covered - amounts.bought,
        *shares,
    )


def _hold_back(draft: Draft, payment: Payment, reserve: Money, days: int) -> None:
    if reserve.minor == 0:
        return
    release_on = draft.now.date() + timedelta(days=days)
    draft.put(RESERVES, Reserve(payment.id, payment.seller_id, reserve, release_on))
    due_at = datetime.combine(release_on, time(), UTC)
    draft.schedule(due_at, RELEASE_RESERVE, ReleaseReserve(payment.id))


def apply_release_reserve(draft: Draft, body: ReleaseReserve, _facts: None) -> Refusal | None:
    """Give back what is left of a reserve; a chargeback may have taken from the seller's."""
    reserve = draft.get(RESERVES, body.payment_id)
    if reserve is None or reserve.released:
        return NOTHING_DUE.refuse("reserve", "released")
    where = Where(seller=reserve.seller_id)
    there = balance_of(draft, ref_of("seller_reserve", where, reserve.amount))
    amount = Money(
        min(reserve.amount.minor, there.credits_posted - there.debits_posted),
        reserve.amount.currency,
    )
    posted = post(draft, expand(RESERVE_RELEASE, {"reserve": amount}, where), draft.now.date())
    if isinstance(posted, Refusal):
        return posted
    draft.put(RESERVES, replace(reserve, released=True))
    # The payment has left memory long since; its id leads a trace to the order.
    draft.thread(reserve.payment_id)
    draft.tell(ReserveReleased(reserve.payment_id, reserve.seller_id, amount))
    return None


def apply_check_settlement(draft: Draft, body: CheckSettlement, _facts: None) -> Refusal | None:
    """Raise the alarm where a settlement is late. The rail's notice settles, never the clock."""
    payment = draft.get(PAYMENTS, body.payment_id)
    if payment is None or payment.status is not PaymentStatus.CAPTURED:
        return NOTHING_DUE.refuse("payment", payment.status if payment else "settled")
    assert payment.settlement_due is not None
    draft.thread(payment.order_id)
    draft.tell(SettlementLate(payment.id, payment.rail, payment.settlement_due))
    return None


def settlement_day(draft: Draft, rail: str, currency: Currency) -> tuple[date, datetime]:
    """Return the day a rail should settle what it captures now, and when that is late."""
    today = draft.now.date()
    row = look_up(draft, "payments.settlement", rail, today)
    days = calendar(draft, look_up(draft, "payments.calendar", currency, today).text("calendar"))
    due = days.add_business_days(today, row.integer("business_days"))
    late = days.add_business_days(due, row.integer("late_after_business_days"))
    return due, datetime.combine(late, time(23, 59), UTC)
