"""A payment in review – goes on – when its case is closed: the gate is asked once more.

What two people have cleared stops it no more; what is not theirs to clear (a frozen party, a
name that was listed meanwhile) stops it as before. A case that is confirmed blocks it for good.
"""

from collections.abc import Sequence

from usance.kernel.decisions import Verdict
from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import OrderId, PaymentId
from usance.kernel.records import Record, replace
from usance.parties.model import Party, PartyStatus
from usance.parties.service import party_of
from usance.payments.errors import NOTHING_DUE, UNKNOWN_PAYMENT
from usance.payments.events import PaymentInitiated, PaymentStopped
from usance.payments.model import PAYMENT, Payment, PaymentEvent, PaymentStatus
from usance.payments.ports import ReleaseGate, ReleaseQuestion
from usance.payments.service.authorise import instruct_collection, method_of
from usance.payments.service.quotes import unlock
from usance.payments.service.steps import stepped
from usance.payments.service.terms import Sale, terms_of
from usance.payments.tables import AUTHORISATIONS, PAYMENTS
from usance.runtime.commands import Command, Loader
from usance.trade.model import Order
from usance.trade.service.find_orders import orders_by_id

_AFTER_REVIEW = "released after review"


class ReleasePayment(Record, frozen=True):
    """The case of a payment in review was cleared."""

    payment_id: PaymentId


class BlockPayment(Record, frozen=True):
    """The case of a payment in review was confirmed."""

    payment_id: PaymentId


class ReviewStage:
    """Applies `release_payment` and `block_payment`. gate: asked again before money moves."""

    def __init__(self, gate: ReleaseGate) -> None:
        self._gate = gate

    async def prepare(self, loader: Loader, commands: Sequence[Command]) -> dict[OrderId, Order]:
        """Load the payments and their orders."""
        bodies = [c.body for c in commands]
        wanted = [b.payment_id for b in bodies if isinstance(b, ReleasePayment | BlockPayment)]
        await loader.rows(PAYMENTS, wanted)
        await loader.rows(AUTHORISATIONS, wanted)
        found = [each for each in (loader.get(PAYMENTS, key) for key in wanted) if each]
        return await orders_by_id(loader, [each.order_id for each in found])

    def apply_release(
        self, draft: Draft, body: ReleasePayment, orders: dict[OrderId, Order]
    ) -> Refusal | None:
        """Ask the gate, and the rail. Refuses: unknown_payment, nothing_due."""
        payment = _in_review(draft, body.payment_id)
        if isinstance(payment, Refusal):
            return payment
        draft.thread(payment.order_id)
        buyer, seller = party_of(draft, payment.buyer_id), party_of(draft, payment.seller_id)
        assert buyer is not None, f"{payment.id} has a buyer"
        assert seller is not None, f"{payment.id} has a seller"
        ruling = self._gate.judge(draft, _question(payment, buyer, seller))
        judged = replace(payment, decision_id=ruling.decision_id)
        if ruling.judgement.verdict is Verdict.BLOCK:
            _stop(draft, stepped(judged, PaymentEvent.BLOCKED))
        elif ruling.judgement.verdict is Verdict.REVIEW:
            _stop(draft, judged)
        else:
            order = orders[payment.order_id]
            _go_on(draft, stepped(judged, PaymentEvent.RELEASED), order, buyer)
        return None

    def apply_block(
        self, draft: Draft, body: BlockPayment, _orders: dict[OrderId, Order]
    ) -> Refusal | None:
        """Stop it for good. Refuses: unknown_payment, nothing_due."""
        payment = _in_review(draft, body.payment_id)
        if isinstance(payment, Refusal):
            return payment
        draft.thread(payment.order_id)
        _stop(draft, stepped(payment, PaymentEvent.BLOCKED))
        return None


def _in_review(draft: Draft, payment_id: PaymentId) -> Payment | Refusal:
    payment = draft.get(PAYMENTS, payment_id)
    if payment is None:
        return UNKNOWN_PAYMENT.refuse("payment_id", payment_id)
    if not PAYMENT.may(payment.status, PaymentEvent.RELEASED):
        return NOTHING_DUE.refuse("payment", payment.status)
    return payment


def _question(payment: Payment, buyer: Party, seller: Party) -> ReleaseQuestion:
    return ReleaseQuestion(
        payment.id,
        payment.buyer_id,
        buyer.legal_name,
        buyer.country,
        buyer.status is PartyStatus.FROZEN,
        payment.seller_id,
        seller.legal_name,
        seller.status is PartyStatus.FROZEN,
        payment.instrument,
        payment.gross,
        payment.book,
    )


def _stop(draft: Draft, payment: Payment) -> None:
    draft.put(PAYMENTS, payment)
    if payment.status is PaymentStatus.BLOCKED:
        unlock(draft, payment)
    draft.tell(
        PaymentStopped(
            payment.id,
            payment.order_id,
            payment.seller_id,
            payment.buyer_id,
            payment.gross,
            payment.status,
        )
    )


def _go_on(draft: Draft, payment: Payment, order: Order, buyer: Party) -> None:
    released = _requoted(draft, payment, order, buyer)
    draft.put(PAYMENTS, released)
    instruction_id = instruct_collection(draft, released, method_of(draft, released.id))
    draft.tell(
        PaymentInitiated(
            released.id,
            released.order_id,
            released.seller_id,
            released.buyer_id,
            order.amount,
            released.gross,
            released.fee,
            "as quoted before the review",
            released.quote,
            released.book,
            released.rail,
            _AFTER_REVIEW,
            instruction_id,
        )
    )


def _requoted(draft: Draft, payment: Payment, order: Order, buyer: Party) -> Payment:
    """Renew a quote that ran out during the review; the buyer pays what was asked for.

    On a day without rates the old one stands; a rate that is reserved has no end.
    """
    if payment.quote.lock is not None or draft.now < payment.quote.expires_at:
        return payment
    sale = Sale(buyer.country, order.amount.currency, payment.quote.quote)
    terms = draft.recall(terms_of, sale)
    if isinstance(terms, Refusal) or terms.quote.base != payment.gross.currency:
        return payment
    return replace(payment, quote=terms.quote, book=terms.quote.at_mid(payment.gross))
