"""A sale's money – is shared out –: fees, conversion, what is owed, the claim, reserve, rest.

It happens when the rail settles, and again for money that had been reserved for a refund which
the rail then refused. Our fee and the reserve are taken the first time, whole.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import PaymentId
from usance.kernel.money import Money, Rounding, convert
from usance.kernel.records import Record, replace
from usance.ledger.model import Leg, where_among
from usance.ledger.service import balance_of, expand, net_debit, post, ref_of
from usance.parties.model import OPERATOR
from usance.payments.errors import NOTHING_DUE
from usance.payments.events import PaymentSettled, PayoutWithheld, ReserveReleased
from usance.payments.model import PAYMENT, Payment, PaymentEvent, PaymentStatus, Reserve
from usance.payments.ports import Claim, Proceeds
from usance.payments.rules.postings import OWED, RESERVE_RELEASE, REST, SETTLEMENT
from usance.payments.service.fixings import market_rate
from usance.payments.service.fx_positions import keep_payment
from usance.payments.service.payouts import initiate_payout
from usance.payments.service.quotes import holding_of, use
from usance.payments.service.splits import share, tell_ready
from usance.payments.service.unwind import where_of
from usance.payments.tables import PAYMENTS, RESERVES
from usance.policy.service import look_up
from usance.runtime.commands import Loader

RELEASE_RESERVE: Final = "release_reserve"


class ReleaseReserve(Record, frozen=True):
    """Give a seller what was held back."""

    payment_id: PaymentId


class Arrival(Record, frozen=True):
    """What a rail's notice brought: gross in all, matched to what it owed, rail_fee kept of it.

    is_part: it settles one of several captures, and others may be to come. booking: of our bank,
    by which it came in one sum with others. kept: what the rail kept of what it paid too much.
    """

    notice: str
    gross: Money
    matched: Money
    rail_fee: Money
    is_part: bool = False
    booking: str = ""
    kept: int = 0

    @property
    def too_much(self) -> Money:
        """What came beyond what the rail owed, less what it kept of that."""
        over = self.gross - self.matched
        return Money(over.minor - self.kept, over.currency)


class Amounts(Record, frozen=True):
    """The figures of one sharing out: P in the buyer's currency, S in the seller's."""

    fee: Money
    sold: Money
    bought: Money
    covered: Money
    spread: Money
    rate: Decimal
    holding: Money | None

    @property
    def proceeds(self) -> Money:
        """What the seller is due before anybody is paid from it."""
        due = self.bought - self.spread
        return due if self.holding is None else due - self.holding

    def words(self, arrival: Arrival, *, converted: bool) -> dict[str, Money]:
        """Return the figures under the words of the entry `settlement`."""
        words = {
            "net": arrival.matched - arrival.rail_fee,
            "excess": arrival.too_much,
            "rail_fee": arrival.rail_fee,
            "fee": self.fee,
        }
        if not converted:
            return {**words, "unconverted": self.sold}
        return {
            **words,
            "sold": self.sold,
            "bought": self.bought,
            "spread": self.spread,
            "holding": self.holding or Money(0, self.bought.currency),
            "sold_on": self.sold,
            "covered": self.covered,
            "drift": self.bought - self.covered,
        }


class Turn(Record, frozen=True):
    """What everybody gets of the seller's free money, and the legs that give it."""

    legs: list[Leg]
    owed: Money
    claimed: Money
    reserve: Money
    rest: Money
    release_days: int


async def load_reserves(loader: Loader, payment_ids: Sequence[PaymentId]) -> None:
    """Make the reserves of payments visible that were settled in part before, released or not."""
    found = (loader.get(PAYMENTS, each) for each in payment_ids)
    await loader.rows(RESERVES, [each.id for each in found if each and each.settled_at])


def nothing_new(payment: Payment) -> Arrival:
    """Return the arrival of no money: it was here already."""
    zero = Money(0, payment.gross.currency)
    return Arrival("", zero, zero, zero)


def share_out(
    draft: Draft, claim: Claim, payment: Payment, amount: Money, arrival: Arrival
) -> Refusal | None:
    """Post one chain: what arrived, and the sharing out of `amount` of the sale.

    amount: of what is unsettled, the rail's fee included. payment: as it stands before.
    """
    on = draft.now.date()
    where = where_of(payment)
    amounts = _amounts(draft, payment, amount - arrival.rail_fee)
    shared = share(draft, payment, amount, amounts.proceeds)
    # Where all of a sale waits for refunds nothing is settled yet, and nothing is recalled.
    turn = waterfall(draft, claim if amount.minor else None, payment, shared.own)
    converted = payment.quote.base != payment.quote.quote
    legs = [
        *expand(SETTLEMENT, amounts.words(arrival, converted=converted), where),
        *shared.legs,
        *turn.legs,
    ]
    posted = post(draft, legs, on)
    if isinstance(posted, Refusal):
        return posted
    refusal = use(draft, payment, amount)
    if refusal is not None:
        return refusal
    _keep(draft, payment, amount, arrival, amounts.rate)
    hold_back(draft, payment, turn.reserve, turn.release_days)
    draft.tell(_told(payment, arrival, amounts, turn))
    pay_out_rest(draft, payment, turn.rest)
    tell_ready(draft, payment.id, shared.payable)
    return None


def waterfall(draft: Draft, claim: Claim | None, payment: Payment, own: Money) -> Turn:
    """Serve everybody from the seller's free money in their order: debts, claims, reserve, rest.

    own: what the legs posted before have put into the seller's settling account. Others' shares
    and what is in escrow never come here.
    """
    where = where_of(payment)
    debt = net_debit(balance_of(draft, ref_of("owed_by_seller", where, own)))
    owed = Money(max(0, min(debt, own.minor)), own.currency)
    due = Proceeds(payment.id, payment.order_id, payment.seller_id, own - owed, draft.now.date())
    claims = [] if claim is None else claim.repay(draft, due)
    claimed = Money(_taken(claims), own.currency)
    left = own - owed - claimed
    reserve, release_days = _reserve(draft, payment, left)
    rest = left - reserve
    legs = [
        *expand(OWED, {"owed": owed}, where),
        *claims,
        *expand(REST, {"reserve": reserve, "rest": rest}, where),
    ]
    return Turn(legs, owed, claimed, reserve, rest, release_days)


def _amounts(draft: Draft, payment: Payment, after_rail: Money) -> Amounts:
    """Return the figures of what the rail has left; the cover deal at the day's rate."""
    quote = payment.quote
    # Taken the first time, whole; of a sale captured in parts, what the parts have added to it.
    is_sale = payment.status is PaymentStatus.CAPTURED
    due = payment.fee_on_sold.minor - payment.charged if is_sale else 0
    fee = Money(min(due, after_rail.minor), payment.fee.currency)
    sold = after_rail - fee
    bought = quote.at_mid(sold)
    # What a rail has settled is booked even on a day without rates: at the locked one.
    market = market_rate(draft, quote.base, quote.quote) or quote.mid
    covered = convert(sold, market, quote.quote, Rounding.DOWN)
    spread = quote.spread_of(bought)
    holding = holding_of(draft, payment, bought, spread)
    return Amounts(fee, sold, bought, covered, spread, market, holding)


def _reserve(draft: Draft, payment: Payment, left: Money) -> tuple[Money, int]:
    programme = look_up(draft, "payments.reserve", payment.rail, draft.now.date())
    is_first = payment.status is PaymentStatus.CAPTURED
    bps = programme.integer("bps") if is_first else 0
    return left.share(bps, Rounding.DOWN), programme.integer("release_days")


def _taken(claims: Sequence[Leg]) -> int:
    """Return what legs take from the money that is being shared out."""
    return sum(leg.amount for leg in claims if leg.debit.kind == "seller_settling")


def _keep(
    draft: Draft, payment: Payment, amount: Money, arrival: Arrival, executed: Decimal
) -> None:
    """Write the payment as it stands afterwards; settled once some of it was shared out."""
    receivable = payment.receivable - arrival.matched.minor
    is_settled = payment.status is PaymentStatus.CAPTURED and amount.minor > 0
    if arrival.is_part and receivable > 0:
        is_settled = False
    status = PAYMENT.step(payment.status, PaymentEvent.SETTLED) if is_settled else payment.status
    if status is PaymentStatus.SETTLED and payment.is_gone:
        # A refund was to bring what the buyer's bank had taken meanwhile, and was refused.
        status = PAYMENT.step(status, PaymentEvent.CHARGED_BACK)
    keep_payment(
        draft,
        replace(
            payment,
            status=status,
            settled_at=payment.settled_at or draft.now,
            unsettled=payment.unsettled - amount.minor,
            receivable=receivable,
            charged=payment.fee_on_sold.minor if amount.minor else payment.charged,
            executed_rate=executed if payment.quote.base != payment.quote.quote else None,
        ),
    )


def _told(payment: Payment, arrival: Arrival, amounts: Amounts, turn: Turn) -> PaymentSettled:
    return PaymentSettled(
        payment.id,
        arrival.notice,
        arrival.gross,
        arrival.rail_fee,
        amounts.fee,
        amounts.sold,
        amounts.proceeds,
        amounts.spread,
        str(payment.quote.mid),
        str(amounts.rate),
        amounts.covered - amounts.bought,
        turn.owed,
        turn.claimed,
        turn.reserve,
        turn.rest,
        amounts.holding,
        arrival.booking,
    )


def pay_out_rest(draft: Draft, payment: Payment, rest: Money) -> None:
    """Pay the rest out; where that cannot be, it stays the seller's to draw."""
    if rest.minor == 0:
        return
    refusal = initiate_payout(draft, payment.seller_id, rest, "settlement", payment.id)
    if refusal is not None:
        draft.tell(PayoutWithheld(payment.id, payment.seller_id, rest, refusal.code))


def hold_back(draft: Draft, payment: Payment, reserve: Money, days: int) -> None:
    """Keep what a turn has held back, so that it is released on its day."""
    if reserve.minor == 0:
        return
    release_on: date = draft.now.date() + timedelta(days=days)
    known = draft.get(RESERVES, payment.id)
    if known is not None and not known.released:
        reserve = reserve + known.amount  # Of a sale settled in parts; released with the last.
    draft.put(RESERVES, Reserve(payment.id, payment.seller_id, reserve, release_on))
    due_at = datetime.combine(release_on, time(), UTC)
    draft.schedule(due_at, RELEASE_RESERVE, ReleaseReserve(payment.id))


def apply_release_reserve(draft: Draft, body: ReleaseReserve, _facts: None) -> Refusal | None:
    """Give back what is left of a reserve; a chargeback may have taken from the seller's."""
    reserve = draft.get(RESERVES, body.payment_id)
    if reserve is None or reserve.released:
        return NOTHING_DUE.refuse("reserve", "released")
    if draft.now.date() < reserve.release_on:
        return NOTHING_DUE.refuse("reserve", reserve.release_on)
    where = where_among(OPERATOR, reserve.seller_id)
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
