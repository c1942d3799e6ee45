"""Payments, refunds, and the disputes that banks bring."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Any, Final

import asyncpg
from fastapi import APIRouter, Depends
from pydantic import AfterValidator, BaseModel, Field, create_model
from pydantic_core import PydanticCustomError

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.errors import CARD_NUMBER
from usance.api.faults import not_a_choice
from usance.api.idempotency import BATCH_MAX, Order, asks
from usance.api.pages import Cursor, Limit, PageOf, after_id, page
from usance.api.problems import Problem, Refused, fault_of
from usance.api.shapes import Asked, page_of, shape
from usance.api.splits import SplitAsked
from usance.bootstrap import plugged
from usance.kernel.errors import NotFound, Refusal
from usance.kernel.ids import DisputeId, FxQuoteId, OrderId, PaymentId, RefundId
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments import service
from usance.payments.errors import METHOD_NOT_SERVED
from usance.payments.events import (
    PaymentInitiated,
    PaymentStopped,
    RefundInitiated,
)
from usance.payments.model import (
    CaptureMethod,
    Dispute,
    InstructionKind,
    Payment,
    PaymentStatus,
    Refund,
)
from usance.payments.service import find_payments as find
from usance.policy.service import shipped_rows
from usance.runtime.facts import Fact, Outcome
from usance.trade.model import Order as TradeOrder
from usance.trade.service.find_orders import orders_by_id, returns_by_id

router = APIRouter(tags=["payments"])
_CARD_NUMBER: Final = re.compile(r"(?:\D*\d){12,19}\D*")


def is_card_number(text: str) -> bool:
    """Return whether a text looks like the number of a card."""
    return text[:1].isdigit() and _CARD_NUMBER.fullmatch(text) is not None


def _token(text: str) -> str:
    if is_card_number(text):
        raise PydanticCustomError(CARD_NUMBER.code, "is not accepted", {"value": ""})
    return text


def _instrument(used: str) -> str:
    """Return what was paid with; of a card's token only its end."""
    kind, _, rest = used.partition(":")
    return used if kind == "bank" else f"{kind}:…{rest[-4:]}"


class PaymentAsked(Asked):
    """Collect the money for an order."""

    order_id: shapes.Order
    method: shapes.Word = Field(
        "", description="`card` or `bank_transfer`; nothing for the cheapest that fits."
    )
    card_token: Annotated[shapes.Word, AfterValidator(_token)] = Field(
        "", description="The acquirer's token. A card number is refused."
    )
    card_brand: Annotated[shapes.Word, AfterValidator(_token)] = Field(
        "", description="What the acquirer says of the token."
    )
    issuer_country: Annotated[shapes.Word, Field(pattern="^([A-Z]{2})?$")] = Field(
        "", description="Where the card was issued: ISO 3166-1 alpha-2."
    )
    metadata: dict[shapes.Word, Annotated[shapes.Word, AfterValidator(_token)]] = Field(
        default_factory=dict, max_length=20, description="Your own words, for rules to route by."
    )

    quote_id: shapes.FxQuote | None = Field(
        None, description="A locked rate; nothing for the rate of the day."
    )
    capture: CaptureMethod = Field(
        CaptureMethod.AUTOMATIC,
        description="`manual` only authorises; capture it with POST /v1/payments/{id}/captures.",
    )
    split: SplitAsked = Field(default_factory=list)

    def told(self) -> service.Pay:
        """Return it as the book is asked."""
        shares = tuple([share.told() for share in self.split])
        return service.Pay(
            self.order_id,
            self.method,
            self.card_token,
            self.capture,
            shares,
            self.quote_id,
            self.card_brand,
            self.issuer_country,
            self.metadata,
        )


class PaymentsAsked(Asked):
    """Collect the money for many orders."""

    payments: list[PaymentAsked] = Field(min_length=1, max_length=BATCH_MAX)


class RefundAsked(Asked):
    """Pay a buyer back, in part or all that is left."""

    amount: shapes.Amount
    reason: shapes.Text = ""


PAYMENT: Final[Any] = shape(
    Payment,
    "payment",
    without=("returned", "holding", "quote", "charged", "fee_basis"),
    more={
        "set_aside": (Money, lambda payment: Money(payment.set_aside, payment.book.currency)),
        "instrument": (str, lambda payment: _instrument(payment.instrument)),
        "rate": (str, lambda payment: str(payment.quote.rate)),
        "captured": (Money, lambda payment: payment.sold),
        "rate_source": (str, lambda payment: payment.quote.source),
        "quote_id": (FxQuoteId | None, lambda payment: payment.quote.lock),
        "refunded": (Money, lambda payment: payment.gone_back),
        "refunding": (Money, lambda payment: Money(payment.holding, payment.gross.currency)),
        "remaining": (Money, lambda payment: payment.remaining),
    },
)
REFUND: Final[Any] = shape(Refund, "refund", without=("hold",))
DISPUTE: Final[Any] = shape(
    Dispute, "dispute", without=("known_as", "taken", "early", "counted", "contest_id")
)


BATCH_ITEM: Final = create_model(
    "BatchItem",
    __doc__="What became of one of many: the payment, or why there is none.",
    payment=(PAYMENT | None, None),
    problem=(Problem | None, None),
)


BATCH: Final = create_model(
    "Batch",
    __doc__="What became of each, in the order asked.",
    accepted=(int, ...),
    refused=(int, ...),
    results=(list[BATCH_ITEM], ...),  # type: ignore[valid-type]
)


@router.post("/payments", status_code=201, response_model=PAYMENT)
async def create_payment(
    asked: PaymentAsked, order: Annotated[Order, Depends(asks("pay"))]
) -> Record | None:
    """Collect the money for an order.

    Risk may stop the payment: then its status is `in_review` or `blocked` and no rail was asked.
    """
    if order.bound_to is not None:
        _require_order(order, asked.order_id, await order.together(orders_by_id, asked.order_id))
    try:
        outcome = await order.do(asked.told())
    except Refused as no:
        if (
            no.refusal.code == METHOD_NOT_SERVED.code
            and asked.method
            and asked.method not in ways_to_pay()
        ):
            raise not_a_choice("body", "method", asked.method, ways_to_pay()) from no
        raise
    assert outcome.fact is not None
    return await payment_seen(order, _made_by(outcome.fact))


@router.post("/payments/batch", response_model=BATCH)
async def create_payments(
    asked: PaymentsAsked, order: Annotated[Order, Depends(asks("pay"))]
) -> BaseModel:
    """Collect the money for up to 1000 orders; each is accepted or refused by itself."""
    await _require_orders(order, [each.order_id for each in asked.payments])
    outcomes = await order.do_all([each.told() for each in asked.payments])
    made = [None if o.fact is None else _made_by(o.fact) for o in outcomes]
    async with order.reading() as connection:
        rows = await find.payments_by_id(connection, [one for one in made if one is not None])
    by_id = {row.id: PAYMENT.model_validate(row) for row in rows}
    results = [
        BATCH_ITEM(problem=fault_of(order.request, _refusal(outcome), "payments", index))
        if identifier is None
        else BATCH_ITEM(payment=by_id[identifier])
        for index, (identifier, outcome) in enumerate(zip(made, outcomes, strict=True))
    ]
    accepted = sum(one is not None for one in made)
    return BATCH(accepted=accepted, refused=len(made) - accepted, results=results)


@router.get("/payments", response_model=page_of(PAYMENT))
async def list_payments(
    asker: Annotated[Asker, Depends(reads("payments:read"))],
    order_id: shapes.Order | None = None,
    status: PaymentStatus | None = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> PageOf:
    """List payments, the newest first."""
    before = after_id("payments", cursor, PaymentId)
    async with asker.reading() as connection:
        rows = await find.payments(
            connection,
            asker.bound_to,
            order_id=order_id,
            status=status,
            before=before,
            limit=limit + 1,
        )
    return page("payments", rows, limit, lambda row: row.id)


@router.get("/payments/{payment_id}", response_model=PAYMENT)
async def get_payment(
    payment_id: shapes.Payment, asker: Annotated[Asker, Depends(reads("payments:read"))]
) -> Record | None:
    """Show a payment."""
    return await payment_seen(asker, payment_id)


@router.post("/payments/{payment_id}/refunds", status_code=201, response_model=REFUND)
async def create_refund(
    payment_id: shapes.Payment,
    asked: RefundAsked,
    order: Annotated[Order, Depends(asks("refund"))],
) -> Record | None:
    """Pay a buyer back.

    A refund is pending until the rail has made it.
    """
    await payment_seen(order, payment_id)
    outcome = await order.do(service.RefundPayment(payment_id, asked.amount, asked.reason))
    async with order.reading() as connection:
        return await find.refund(connection, outcome.part(RefundInitiated).refund_id)


@router.post("/goods_returns/{return_id}/refund", status_code=201, response_model=REFUND)
async def refund_goods_return(
    return_id: shapes.GoodsReturn,
    asked: shapes.Nothing,  # noqa: ARG001 - an empty object, so that unknown fields are refused
    order: Annotated[Order, Depends(asks("refund_return"))],
) -> Record | None:
    """Pay a buyer back for goods that came back; one return is paid back once."""
    async with order.reading() as connection:
        found = (await returns_by_id(connection, [return_id])).get(return_id)
    if found is not None:
        order.require_own("goods return", return_id, found.seller_id)
    outcome = await order.do(service.RefundReturn(return_id))
    async with order.reading() as connection:
        return await find.refund(connection, outcome.part(RefundInitiated).refund_id)


@router.get("/payments/{payment_id}/refunds", response_model=page_of(REFUND))
async def list_refunds(
    payment_id: shapes.Payment,
    asker: Annotated[Asker, Depends(reads("payments:read"))],
    limit: Limit = 20,
    cursor: Cursor = None,
) -> PageOf:
    """List the refunds of a payment, the newest first."""
    await payment_seen(asker, payment_id)
    before = after_id("refunds", cursor, RefundId)
    async with asker.reading() as connection:
        rows = await find.refunds(connection, payment_id, before, limit + 1)
    return page("refunds", rows, limit, lambda row: row.id)


@router.get("/payments/{payment_id}/disputes", response_model=page_of(DISPUTE))
async def list_disputes(
    payment_id: shapes.Payment,
    asker: Annotated[Asker, Depends(reads("payments:read"))],
    limit: Limit = 20,
    cursor: Cursor = None,
) -> PageOf:
    """List the disputes about a payment, the newest first."""
    await payment_seen(asker, payment_id)
    before = after_id("disputes", cursor, DisputeId)
    async with asker.reading() as connection:
        rows = await find.disputes(connection, payment_id, before, limit + 1)
    return page("disputes", rows, limit, lambda row: row.id)


@router.get("/refunds/{refund_id}", response_model=REFUND)
async def get_refund(
    refund_id: shapes.Refund, asker: Annotated[Asker, Depends(reads("payments:read"))]
) -> Record | None:
    """Show a refund."""
    async with asker.reading() as connection:
        found = await find.refund(connection, refund_id)
        payment = found and await find.payment(connection, found.payment_id)
    if not payment or not asker.sees(payment.seller_id):
        raise NotFound("refund", str(refund_id))
    return found


@lru_cache(maxsize=1)
def ways_to_pay() -> tuple[str, ...]:
    """Return what a caller may ask for: the methods of the rails that collect."""
    rows = [row for row in shipped_rows() if row.rule == "payments.rail"]
    collecting = [row.text("method") for row in rows if row.text("collects") == "yes"]
    return tuple(dict.fromkeys(collecting))


@lru_cache(maxsize=1)
def methods() -> tuple[str, ...]:
    """Return the rails that collect."""
    return tuple(
        name for name, make in plugged("rails") if InstructionKind.COLLECT in make().capabilities
    )


async def payment_seen(asker: Asker, payment_id: PaymentId) -> Payment:
    """Return a payment that the asker may see. Raises NotFound."""
    found = await asker.together(_payments_by_id, payment_id)
    if found is None or not asker.sees(found.seller_id):
        raise NotFound("payment", str(payment_id))
    return found


async def _payments_by_id(
    connection: "asyncpg.Connection[Any]", ids: Sequence[PaymentId]
) -> Mapping[PaymentId, Payment]:
    return {row.id: row for row in await find.payments_by_id(connection, ids)}


async def _require_orders(asker: Asker, order_ids: list[OrderId]) -> None:
    """Raise NotFound for an order that is another seller's; one of nobody the engine refuses."""
    if asker.bound_to is None:
        return
    async with asker.reading() as connection:
        orders = await orders_by_id(connection, order_ids)
    for order_id in order_ids:
        _require_order(asker, order_id, orders.get(order_id))


def _require_order(asker: Asker, order_id: OrderId, found: TradeOrder | None) -> None:
    if found is None or not asker.sees(found.seller_id):
        raise NotFound("order", str(order_id))


def _refusal(outcome: Outcome) -> Refusal:
    assert outcome.refusal is not None, "what is not accepted is refused"
    return outcome.refusal


def _made_by(fact: Fact) -> PaymentId:
    stopped = fact.part(PaymentStopped)
    if stopped is not None:
        return stopped.payment_id
    initiated = fact.part(PaymentInitiated)
    assert initiated is not None, list(fact.parts)
    return initiated.payment_id
