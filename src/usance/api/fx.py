"""Rates of exchange: of this moment, locked, entered by hand; and what locks expose us to."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.idempotency import Order, asks, proposes
from usance.api.pages import PageOf, whole
from usance.api.problems import Refused
from usance.api.proposals import PROPOSAL, propose
from usance.api.shapes import Asked, page_of, shape
from usance.kernel.errors import NotFound, Refusal
from usance.kernel.ids import FxQuoteId
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.payments import service
from usance.payments.events import QuoteLocked
from usance.payments.model import FixingDay, LockUse, QuoteLock
from usance.payments.service import find_quotes as find
from usance.payments.service.explain import PairExposure, exposures, exposures_now, rate_now
from usance.payments.service.rates import Indicative

router = APIRouter(tags=["fx"])
Reader = Annotated[Asker, Depends(reads("payments:read"))]


class QuoteAsked(Asked):
    """Lock today's rate for a seller, for a while and up to an amount."""

    seller_id: shapes.Party
    amount: shapes.Amount = Field(description="The most that may be sold at the rate.")
    buy: shapes.CurrencyCode = Field(description="What it is sold for.")
    uses: LockUse = Field(
        LockUse.SINGLE, description="`single` for one payment, `multi` for many up to the amount."
    )
    lifetime_seconds: int = Field(
        0, ge=0, le=10**6, description="How long an unused lock lives; 0 for the usual time."
    )


class FixingsAsked(Asked):
    """Propose the reference rates of a day."""

    value_date: shapes.Day
    base: shapes.CurrencyCode
    source: shapes.Reason
    rates: dict[shapes.Word, shapes.Word] = Field(
        min_length=1,
        max_length=200,
        description="Units of each currency for one of the base, as plain decimals.",
        examples=[{"EUR": "1", "GBP": "0.8650", "CNY": "7.8159"}],
    )
    reason: shapes.Reason


QUOTE: Final[Any] = shape(
    QuoteLock,
    "fx_quote",
    without=("quote", "reserved", "used"),
    more={
        "sell": (shapes.CurrencyCode, lambda lock: lock.quote.base),
        "buy": (shapes.CurrencyCode, lambda lock: lock.quote.quote),
        "rate": (str, lambda lock: str(lock.quote.rate)),
        "mid": (str, lambda lock: str(lock.quote.mid)),
        "indicative_rate": (
            str,
            lambda lock: str(
                lock.quote.mid if lock.quote.indicative is None else lock.quote.indicative
            ),
        ),
        "spread_bps": (int, lambda lock: lock.quote.spread_bps),
        "side": (str, lambda lock: lock.quote.side),
        "source": (str, lambda lock: lock.quote.source),
        "quoted_at": (shapes.Moment, lambda lock: lock.quote.quoted_at),
        "expires_at": (shapes.Moment, lambda lock: lock.quote.expires_at),
        "reserved": (Money, lambda lock: Money(lock.reserved, lock.maximum.currency)),
        "used": (Money, lambda lock: Money(lock.used, lock.maximum.currency)),
        "available": (Money, lambda lock: lock.available),
    },
)
RATE: Final = shape(Indicative, "fx_rate", more={"rate": (str, lambda each: str(each.rate))})
EXPOSURE: Final = shape(PairExposure, "fx_exposure")


@router.post("/fx/quotes", status_code=201, response_model=QUOTE)
async def lock_quote(
    asked: QuoteAsked, order: Annotated[Order, Depends(asks("lock_quote"))]
) -> Record | None:
    """Lock a rate.

    A payment that names the quote before it expires holds the rate until it is settled.
    """
    order.require_own("party", asked.seller_id, asked.seller_id)
    outcome = await order.do(
        service.LockQuote(
            asked.seller_id, asked.amount, asked.buy, asked.uses, asked.lifetime_seconds
        )
    )
    return await _quote(order, outcome.part(QuoteLocked).quote_id)


@router.get("/fx/quotes/{quote_id}", response_model=QUOTE)
async def get_quote(quote_id: shapes.FxQuote, asker: Reader) -> Record | None:
    """Show a locked rate: what of it is reserved, used and left."""
    return await _quote(asker, quote_id)


@router.get("/fx/rates", response_model=RATE)
async def get_rate(
    asker: Reader,
    sell: Annotated[shapes.CurrencyCode, Query(description="What is sold.")],
    buy: Annotated[shapes.CurrencyCode, Query(description="What it is sold for.")],
) -> Record:
    """Show the rate of this moment, with its source, side and time. Nobody is bound by it."""
    now = await asker.session.now()
    async with asker.reading() as connection:
        found = await rate_now(connection, sell, buy, now)
    if isinstance(found, Refusal):
        # The pair is what was asked after; a chapter calls it a currency.
        raise Refused(replace(found, field="sell"))
    return found


@router.get("/fx/exposure", response_model=page_of(EXPOSURE))
async def list_exposure(asker: Reader) -> PageOf:
    """List what locked rates may still have the operator convert, by pair of currencies.

    The operator sees besides what sales without a lock add to it, and the limits.
    """
    now = await asker.session.now()
    async with asker.reading() as connection:
        if asker.bound_to is None:
            return whole(await exposures_now(connection, now))
        return whole(exposures(await find.locks_with_exposure(connection, asker.bound_to)))


@router.post("/fx/fixings", status_code=201, response_model=PROPOSAL)
async def propose_fixings(
    asked: FixingsAsked, order: Annotated[Order, Depends(proposes("enter_fixings"))]
) -> Record | None:
    """Propose the reference rates of a day; another person approves them."""
    day = FixingDay(
        asked.value_date, asked.base, asked.source, {str(k): v for k, v in asked.rates.items()}
    )
    return await propose(
        order, "enter_fixings", service.EnterFixings(day, asked.reason), asked.reason
    )


async def _quote(asker: Asker, quote_id: FxQuoteId) -> QuoteLock:
    async with asker.reading() as connection:
        found = await find.quote_lock(connection, quote_id)
    if found is None or not asker.sees(found.seller_id):
        raise NotFound("quote", str(quote_id))
    return found
