"""A buyer – opens – a payment link: everything the page has to say, read at one moment.

The price and the methods come from the same readings as those of the verb `pay`; what the buyer
saw goes along with it (`Pay.agreed`), so a page that has grown old takes no other amount.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from usance.kernel.errors import Refusal
from usance.kernel.money import Money, Rounding, convert
from usance.kernel.records import Record
from usance.ledger.service import net_debit
from usance.ledger.service.find_accounts import accounts
from usance.parties.model import Party, PartyStatus
from usance.parties.service import find_parties
from usance.payments import store
from usance.payments.model import (
    BuyerAction,
    InstructionKind,
    LinkStatus,
    Payment,
    PaymentLink,
    PaymentStatus,
    RouteQuestion,
)
from usance.payments.rules.links import is_https, status_of
from usance.payments.rules.routing import (
    Known,
    RailTerms,
    choose,
    in_debt,
    scores,
    standing,
)
from usance.payments.service.find_routing import routing_of
from usance.payments.service.fixings import fixings_on
from usance.payments.service.instructions import rail_party
from usance.payments.service.links import LinkPolicy, hash_of_token, link_policy
from usance.payments.service.routing_terms import (
    Corridor,
    active,
    breaker_of,
    corridor_terms,
    routing_policy,
)
from usance.payments.service.standing import Standings, standing_of
from usance.payments.service.step_up import TIMED_OUT
from usance.payments.service.terms import Sale, price_of
from usance.policy.model import ANY_SCOPE
from usance.runtime.database import Connection
from usance.trade.model import Order
from usance.trade.service.find_orders import orders_by_id

_BY_CARD = "card_token"


class OfferedMethod(Record, frozen=True):
    """A way to pay. needs_token: the buyer gives the acquirer's token for it."""

    method: str
    needs_token: bool


class BuyerPrice(Record, frozen=True):
    """What the buyer pays. rate: for one unit of the order's currency; 1 where it is the same.

    source, value_date: of the rate; "" and None where nothing is converted.
    """

    amount: Money
    rate: Decimal
    source: str
    value_date: date | None


class LinkPage(Record, frozen=True):
    """What the page of a link says.

    price: None where the order cannot be paid now; methods: () likewise. payment: the order's
    newest. action_url: where to send the buyer, "" where that is no address of the web. refused:
    why the last attempt came to nothing, "" where it did not. attempt: the number of the next.
    """

    link: PaymentLink
    status: LinkStatus
    order: Order
    seller: str
    price: BuyerPrice | None
    methods: tuple[OfferedMethod, ...]
    payment: Payment | None
    action: BuyerAction | None
    action_url: str
    refused: str
    attempt: int
    policy: LinkPolicy


async def link_page(
    connection: Connection, token: str, now: datetime, *, test_book: bool
) -> LinkPage | None:
    """Return what the page of a token says, None where there is no such link.

    test_book: whether the tokens of simulated cards are taken. A live book takes a card only
    through an acquirer's own form, which no rail offers yet.
    """
    link = await store.link_by_secret(connection, hash_of_token(token))
    if link is None:
        return None
    order = (await orders_by_id(connection, [link.order_id]))[link.order_id]
    seller = await find_parties.party(connection, order.seller_id)
    buyer = await find_parties.party(connection, order.buyer_id)
    assert seller is not None, f"{order.id} has a seller"
    payment = (await store.newest_payments(connection, [order.id])).get(order.id)
    status = status_of(link, payment.status if payment else None, now)
    attempts = await store.link_attempts(connection, link.id)
    last = attempts[-1] if attempts else None
    # An attempt whose end nobody wrote down is asked again, not made anew.
    is_open = last is not None and not last.code and last.payment_id is None
    refused = last.code if last is not None else ""
    if not refused and payment is not None and payment.status is PaymentStatus.FAILED:
        refused = await _refused(connection, payment)
    book = await standing_of(connection, now)
    price: BuyerPrice | None = None
    methods: tuple[OfferedMethod, ...] = ()
    if status is LinkStatus.OPEN and buyer is not None and _both_active(buyer, seller):
        price = _price(book, order, buyer)
        if price is not None:
            methods = await _methods(
                connection, book, link, price.amount, buyer, seller, test_book=test_book
            )
    action = None
    if payment is not None and payment.status is PaymentStatus.REQUIRES_ACTION:
        action = await store.buyer_action(connection, payment.id)
    return LinkPage(
        link,
        status,
        order,
        seller.legal_name,
        price,
        methods,
        payment,
        action,
        action.action if action is not None and is_https(action.action) else "",
        refused,
        len(attempts) + (0 if is_open else 1),
        link_policy(book),
    )


def _both_active(buyer: Party, seller: Party) -> bool:
    return buyer.status is PartyStatus.ACTIVE and seller.status is PartyStatus.ACTIVE


async def _refused(connection: Connection, payment: Payment) -> str:
    """Return the rail's reason; where it gave up what the buyer left undone, that."""
    said = await store.instruction_about(connection, payment.id)
    if said is None:
        return ""
    return TIMED_OUT if said.kind is InstructionKind.VOID else said.answer_code


def _price(book: Standings, order: Order, buyer: Party) -> BuyerPrice | None:
    currency = order.amount.currency
    # In which currency the seller is settled has no part in what the buyer pays.
    price = price_of(book, Sale(buyer.country, currency, currency))
    if isinstance(price, Refusal):
        return None
    amount = convert(order.amount, price.rate, price.currency, Rounding.HALF_EVEN)
    if amount.minor <= 0:
        return None
    pair = (currency, price.currency)
    fixings = None if price.currency == currency else fixings_on(book, book.now.date(), *pair)
    if fixings is None:
        return BuyerPrice(amount, price.rate, "", None)
    return BuyerPrice(amount, price.rate, fixings.source, fixings.value_date)


async def _methods(
    connection: Connection,
    book: Standings,
    link: PaymentLink,
    amount: Money,
    buyer: Party,
    seller: Party,
    *,
    test_book: bool,
) -> tuple[OfferedMethod, ...]:
    """Return the ways to pay for which the routing in force finds a rail for this buyer."""
    version = (await routing_of(connection, book.now)).in_force
    routing = active(version.number, version.config)
    terms = corridor_terms(book, Corridor(amount.currency, buyer.country, routing.rails))
    learning = routing_policy(book, ANY_SCOPE).learning
    healths = await store.healths(connection)
    known = Known(
        terms,
        lambda: scores(None, None, routing.rails, book.now, learning),
        {each.rail: standing(each, book.now, breaker_of(book, each.rail)) for each in healths},
        learning,
        breaker_of(book, ANY_SCOPE).trial,
        await _owing(connection, terms.watched, amount),
    )
    has_account = bool(await find_parties.bank_accounts_of(connection, buyer.id))
    offered = []
    for method in dict.fromkeys(each.method for each in terms.values()):
        if link.methods and method not in link.methods:
            continue
        question = RouteQuestion(
            amount,
            method,
            has_account,
            card_token=test_book,
            buyer_country=buyer.country,
            seller_country=seller.country,
            risk_grade=buyer.risk_grade,
            hour=book.now.hour,
        )
        choice = choose(routing.router, question, known, link.id)
        if choice is not None:
            needs = terms[choice.rail].pays_with == _BY_CARD
            offered.append(OfferedMethod(method, needs))
    return tuple(offered)


async def _owing(
    connection: Connection, watched: Sequence[RailTerms], amount: Money
) -> dict[str, str]:
    """Return the rails that would owe us more than they may, as `Known` has them."""
    found = {}
    for terms in watched:
        known = await accounts(connection, rail_party(terms.rail), "rail_receivable")
        owed = sum(
            net_debit(each.balance) for each in known if each.account.currency == amount.currency
        )
        why = in_debt(terms, owed, amount)
        if why:
            found[terms.rail] = why
    return found
