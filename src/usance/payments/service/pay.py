"""A buyer – pays – an order: judged, priced, quoted, routed, and sent to a rail. No legs yet."""

from collections.abc import Sequence
from typing import Final

import msgspec

from usance.kernel.decisions import Verdict
from usance.kernel.draft import Draft
from usance.kernel.errors import NEGATIVE_AMOUNT, Refusal
from usance.kernel.fx import Quote
from usance.kernel.ids import FxQuoteId, OrderId, PartyId, PaymentId
from usance.kernel.money import Money, Rounding, convert
from usance.kernel.records import Record
from usance.parties.errors import PARTY_NOT_ACTIVE, UNKNOWN_PARTY
from usance.parties.model import BankAccount, Party, PartyStatus
from usance.parties.service import main_account_of, party_of
from usance.payments.errors import (
    ORDER_ALREADY_PAID,
    PRICE_CHANGED,
    SELLER_HAS_NO_ACCOUNT,
    UNKNOWN_ORDER,
)
from usance.payments.events import PaymentInitiated, PaymentStopped
from usance.payments.model import (
    CaptureMethod,
    Payment,
    PaymentStatus,
    RouteQuestion,
    ShareAsked,
)
from usance.payments.ports import ReleaseGate, ReleaseQuestion
from usance.payments.service.authorise import (
    cannot_authorise,
    instruct_collection,
    request_authorisation,
)
from usance.payments.service.charges import Charge, FeeQuestion, charge_for
from usance.payments.service.quotes import agreed_terms, beyond, prepare_locks, reserve
from usance.payments.service.routing import Route, choose
from usance.payments.service.splits import fix_split
from usance.payments.service.terms import Sale
from usance.payments.tables import OVER, PAYMENT_BY_ORDER, PAYMENTS
from usance.runtime.commands import Command, Loader
from usance.trade.model import Order
from usance.trade.service.find_orders import orders_by_id

Orders = dict[OrderId, Order]
_STATUS: Final = {
    Verdict.ALLOW: PaymentStatus.PENDING,
    Verdict.REVIEW: PaymentStatus.IN_REVIEW,
    Verdict.BLOCK: PaymentStatus.BLOCKED,
}


class Pay(Record, frozen=True):
    """Collect the money for an order.

    method: `card`, `bank_transfer`, `wallet`, `local_instant`, or "" for the cheapest that fits of
    what the buyer is known to have. card_token: the acquirer's token; a card number is never
    taken. capture: `manual` only authorises it. split: who else has a share in it. quote_id: a
    locked rate, None for the day's. card_brand, issuer_country: what the acquirer says of the
    token. metadata: the caller's own words, by which rules may route. agreed: what the buyer saw
    and said yes to, in the buyer's currency; None where the caller sees to that.
    """

    order_id: OrderId
    method: str = ""
    card_token: str = ""
    capture: CaptureMethod = CaptureMethod.AUTOMATIC
    split: tuple[ShareAsked, ...] = ()
    quote_id: FxQuoteId | None = None
    card_brand: str = ""
    issuer_country: str = ""
    metadata: dict[str, str] = msgspec.field(default_factory=dict)
    agreed: Money | None = None


class Priced(Record, frozen=True):
    """What a payment would be: all figures; only its choice of a rail is written."""

    id: PaymentId
    order: Order
    buyer: Party
    seller: Party
    gross: Money
    charge: Charge
    quote: Quote
    route: Route
    instrument: str


class PayStage:
    """Applies `pay`. gate: risk's answer to whether the money may move."""

    def __init__(self, gate: ReleaseGate) -> None:
        self._gate = gate

    async def prepare(self, loader: Loader, commands: Sequence[Command]) -> Orders:
        """Load the orders, and the payments they may have already."""
        bodies = [c.body for c in commands if isinstance(c.body, Pay)]
        wanted = [body.order_id for body in bodies]
        await loader.found(PAYMENT_BY_ORDER, wanted)
        await prepare_locks(loader, [body.quote_id for body in bodies])
        return await orders_by_id(loader, wanted)

    def apply(self, draft: Draft, body: Pay, orders: Orders) -> Refusal | None:
        """Judge, price and instruct; a stopped payment is kept with its reasons."""
        order = orders.get(body.order_id)
        if order is None:
            return UNKNOWN_ORDER.refuse("order_id", body.order_id)
        paid = draft.find(PAYMENT_BY_ORDER, order.id)
        if paid is not None and paid.status not in OVER:
            return ORDER_ALREADY_PAID.refuse("order_id", paid.id)
        priced = _priced(draft, order, body)
        if isinstance(priced, Refusal):
            return priced
        cannot = cannot_authorise(draft, body.capture, priced.route.rail)
        if cannot is not None:
            return cannot
        draft.thread(order.id)
        return self._decide(draft, priced, body)

    def _decide(self, draft: Draft, priced: Priced, body: Pay) -> Refusal | None:
        order, quote = priced.order, priced.quote
        payment_id = priced.id
        book = quote.at_mid(priced.gross)
        ruling = self._gate.judge(
            draft,
            ReleaseQuestion(
                payment_id,
                order.buyer_id,
                priced.buyer.legal_name,
                priced.buyer.country,
                priced.buyer.status is PartyStatus.FROZEN,
                order.seller_id,
                priced.seller.legal_name,
                priced.seller.status is PartyStatus.FROZEN,
                priced.instrument,
                priced.gross,
                book,
            ),
        )
        judgement = ruling.judgement
        payment = Payment(
            payment_id,
            order.id,
            order.invoice_no,
            order.seller_id,
            order.buyer_id,
            priced.route.rail,
            priced.instrument,
            priced.gross,
            priced.charge.fee,
            book,
            quote,
            ruling.decision_id,
            _STATUS[judgement.verdict],
            draft.now,
            fee_basis=priced.charge.basis,
            fallback=priced.route.fallback,
        )
        if body.split:
            divided = fix_split(draft, payment, body.split)
            if isinstance(divided, Refusal):
                return divided
            payment = divided
        draft.put(PAYMENTS, payment)
        request_authorisation(draft, payment, body.capture)
        if payment.status is not PaymentStatus.BLOCKED:
            reserve(draft, payment)
        if payment.status is PaymentStatus.PENDING:
            _initiate(draft, payment, priced, body.capture)
        else:
            draft.tell(
                PaymentStopped(
                    payment.id,
                    order.id,
                    order.seller_id,
                    order.buyer_id,
                    payment.gross,
                    payment.status,
                )
            )
        return None


def _initiate(draft: Draft, payment: Payment, priced: Priced, capture: CaptureMethod) -> None:
    instruction_id = instruct_collection(draft, payment, capture)
    draft.tell(
        PaymentInitiated(
            payment.id,
            payment.order_id,
            payment.seller_id,
            payment.buyer_id,
            priced.order.amount,
            payment.gross,
            payment.fee,
            priced.charge.rule,
            payment.quote,
            payment.book,
            payment.rail,
            priced.route.reason,
            instruction_id,
        )
    )


def _priced(draft: Draft, order: Order, body: Pay) -> Priced | Refusal:
    """Price an order in the buyer's currency and quote it into the seller's."""
    buyer, seller = party_of(draft, order.buyer_id), party_of(draft, order.seller_id)
    wrong = _party_refusal("buyer_id", order.buyer_id, buyer)
    wrong = wrong or _party_refusal("seller_id", order.seller_id, seller)
    payout_account = main_account_of(draft, order.seller_id)
    if wrong is not None or buyer is None or seller is None:
        return wrong or UNKNOWN_PARTY.refuse("order_id", order.id)
    if payout_account is None:
        return SELLER_HAS_NO_ACCOUNT.refuse("seller_id", order.seller_id)
    sale = Sale(buyer.country, order.amount.currency, payout_account.currency)
    terms = agreed_terms(draft, sale, order.seller_id, body.quote_id)
    if isinstance(terms, Refusal):
        return terms
    # Pricing moves no money.
    gross = convert(order.amount, terms.rate, terms.currency, Rounding.HALF_EVEN)
    if gross.minor <= 0:
        return NEGATIVE_AMOUNT.refuse("amount", gross)
    if body.agreed is not None and body.agreed != gross:
        return PRICE_CHANGED.refuse("amount", gross)
    bank_account = main_account_of(draft, order.buyer_id)
    payment_id = draft.new_id(PaymentId)
    question = RouteQuestion(
        gross,
        body.method,
        bank_account is not None,
        bool(body.card_token),
        buyer.country,
        seller.country,
        body.card_brand,
        body.issuer_country,
        buyer.risk_grade,
        draft.now.hour,
        terms.quote.spread_bps,
        body.metadata,
    )
    chosen = choose(draft, payment_id, question)
    if isinstance(chosen, Refusal):
        return chosen
    exhausted = beyond(draft, terms.quote, gross)
    if exhausted is not None:
        return exhausted
    priced_as = FeeQuestion(
        chosen.rail,
        buyer.country,
        seller.country,
        seller.risk_grade,
        terms.currency,
        payout_account.currency,
    )
    return Priced(
        payment_id,
        order,
        buyer,
        seller,
        gross,
        charge_for(draft, priced_as, order.seller_id, gross),
        terms.quote,
        chosen,
        _instrument(chosen, buyer, bank_account, body),
    )


def _instrument(chosen: Route, buyer: Party, bank_account: BankAccount | None, body: Pay) -> str:
    """Return what the buyer pays with: an account, a card, or what the rail asks of the buyer."""
    if chosen.pays_with == "bank_account" and bank_account is not None:
        return f"bank:{bank_account.id}"
    return f"card:{body.card_token}" if chosen.pays_with else f"buyer:{buyer.id}"


def _party_refusal(field: str, party_id: PartyId, party: Party | None) -> Refusal | None:
    if party is None:
        return UNKNOWN_PARTY.refuse(field, party_id)
    if party.status is not PartyStatus.ACTIVE:
        return PARTY_NOT_ACTIVE.refuse(field, party.status)
    return None
