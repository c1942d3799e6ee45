"""A rail – has – a buyer's money: the payment is a sale, and its settlement falls due."""

from datetime import UTC, date, datetime, time
from typing import Final

from usance.kernel.draft import Draft, Standing
from usance.kernel.errors import Refusal
from usance.kernel.ids import PaymentId
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record, replace
from usance.ledger.service import expand, post
from usance.payments.errors import NOTHING_DUE
from usance.payments.events import PaymentCaptured, SettlementLate
from usance.payments.model import PAYMENT, Payment, PaymentEvent, PaymentStatus
from usance.payments.rules.postings import CAPTURE
from usance.payments.rules.pricing import fee_of, net_proceeds
from usance.payments.service.charges import count_volume
from usance.payments.service.fx_positions import keep_payment
from usance.payments.service.step_up import action_over
from usance.payments.service.unwind import where_of
from usance.payments.tables import PAYMENTS
from usance.policy.model import PolicyRow
from usance.policy.service import calendar, look_up

CHECK_SETTLEMENT: Final = "check_settlement"


class CheckSettlement(Record, frozen=True):
    """Look whether a payment was settled in time."""

    payment_id: PaymentId


def capture(
    draft: Draft, payment: Payment, reference: str, amount: Money | None = None
) -> Payment | Refusal:
    """Book a payment, or a part of an authorised one, as captured; return it as it then stands.

    amount: of gross, None for all of it.
    """
    on = draft.now.date()
    taken = payment.gross if amount is None else amount
    posted = post(draft, expand(CAPTURE, {"gross": taken}, where_of(payment)), on)
    if isinstance(posted, Refusal):
        return posted
    due, late, rail_fee = draft.recall(rail_terms, (payment.rail, payment.gross.currency))
    action_over(draft, payment)
    captured = replace(
        payment,
        status=PAYMENT.step(payment.status, PaymentEvent.CAPTURED),
        captured_at=draft.now,
        settlement_due=due,
        unsettled=payment.unsettled + taken.minor,
        receivable=payment.receivable + taken.minor,
        captured=payment.captured + taken.minor,
    )
    keep_payment(draft, captured)
    count_volume(draft, captured, captured.quote.at_mid(taken))
    draft.schedule(late, CHECK_SETTLEMENT, CheckSettlement(payment.id))
    part = _part(captured, taken)
    expected = fee_of(taken, rail_fee.integer("bps"), rail_fee.integer("fixed_minor"))
    draft.tell(
        PaymentCaptured(
            payment.id,
            payment.order_id,
            payment.seller_id,
            payment.buyer_id,
            taken,
            part.own_part(net_proceeds(part, expected)),
            due,
            reference,
        )
    )
    return captured


def _part(captured: Payment, taken: Money) -> Payment:
    """Return a payment as if nothing but one of its captures had been made."""
    if captured.captured == taken.minor:
        return captured
    return replace(captured, captured=taken.minor, returned=0, holding=0)


def rail_terms(book: Standing, of: tuple[str, Currency]) -> tuple[date, datetime, PolicyRow]:
    """Return when a rail should settle what it captures now, when that is late, and its fee."""
    rail, currency = of
    today = book.now.date()
    row = look_up(book, "payments.settlement", rail, today)
    days = calendar(book, look_up(book, "payments.calendar", currency, today).text("calendar"))
    due = days.add_business_days(today, row.integer("business_days"))
    late = days.add_business_days(due, row.integer("late_after_business_days"))
    fee = look_up(book, "payments.rail_fee", rail, today)
    return due, datetime.combine(late, time(23, 59), UTC), fee


def apply_check_settlement(draft: Draft, body: CheckSettlement, _facts: None) -> Refusal | None:
    """Raise the alarm where a settlement is late. The rail's notice settles, never the clock."""
    payment = draft.get(PAYMENTS, body.payment_id)
    if payment is None or payment.status is not PaymentStatus.CAPTURED:
        return NOTHING_DUE.refuse("payment", payment.status if payment else "settled")
    assert payment.settlement_due is not None
    draft.thread(payment.order_id)
    draft.tell(SettlementLate(payment.id, payment.rail, payment.settlement_due))
    return None
