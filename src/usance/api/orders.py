"""Trade orders, their lines, and the goods that came back."""

import re
import tempfile
from datetime import UTC
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AfterValidator, BaseModel, Field, create_model
from pydantic_core import PydanticCustomError

from usance.adapters.marketplaces.errors import MALFORMED_CODE, MALFORMED_PRICE
from usance.adapters.marketplaces.files import CsvOrderFile
from usance.adapters.marketplaces.mapping import load
from usance.adapters.marketplaces.rejects_file import FirstRejects
from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.clock import test_books_only
from usance.api.pages import Cursor, Limit, PageOf, after_id, page, whole
from usance.api.problems import Problem, Refused, language_of, problem_of
from usance.api.shapes import Asked, page_of, shape
from usance.kernel.errors import MALFORMED_INPUT, NotFound, Refusal, UsanceError
from usance.kernel.ids import OrderId, PartyId, UserId
from usance.kernel.records import Record, replace
from usance.parties.errors import PARTY_NOT_ACTIVE
from usance.parties.model import Party, PartyKind, PartyStatus
from usance.parties.service.find_parties import party
from usance.trade.model import GoodsReturn, ImportReport, Order, OrderLine
from usance.trade.ports import Buyers
from usance.trade.service import find_orders as find
from usance.trade.service.import_orders import ImportOrders, import_orders
from usance.trade.service.place_order import LineAsked, Placed, PlaceOrder, place_order
from usance.worker.buyers import InventedBuyers, KnownBuyer, NamedBuyer

router = APIRouter(tags=["orders"])
ORDER: Final[Any] = shape(Order, "order")
ORDER_LINE: Final = shape(OrderLine)
GOODS_RETURN: Final = shape(GoodsReturn, "goods_return")
Reader = Annotated[Asker, Depends(reads("orders:read"))]
Writer = Annotated[Asker, Depends(reads("orders:write"))]
_ORDERS_AT_ONCE: Final = 100
_LINES_MAX: Final = 1000
_REJECTS_MAX: Final = 1000
# Whose fields an order has, where the request says who has bought.
_OF_THE_BUYER: Final = {
    "buyer_id": "buyer.customer_no",
    "customer_no": "buyer.customer_no",
    "country": "buyer.country",
    "country_name": "buyer.country",
}
_price: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?").fullmatch


def _priced(text: str) -> str:
    if not _price(text):
        raise PydanticCustomError(MALFORMED_PRICE.code, "is not accepted", {"value": text})
    return text


def _coded(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise PydanticCustomError(MALFORMED_CODE.code, "is not accepted", {"value": text})
    return text.strip()


ShopCode = Annotated[str, Field(max_length=60), AfterValidator(_coded)]


class LineOfOrder(Asked):
    """Some goods of an order."""

    stock_code: ShopCode
    description: Annotated[str, Field(max_length=1000), AfterValidator(shapes.readable)] = ""
    quantity: int = Field(ge=1, le=999_999_999)
    unit_price: Annotated[str, AfterValidator(_priced)] = Field(
        description="A plain decimal in the order's currency.", examples=["12.75"]
    )


class BuyerNamed(Asked):
    """Who has bought: known to you by a number, registered when it is first named."""

    customer_no: ShopCode
    legal_name: shapes.Text
    country: shapes.Word = Field(description="ISO 3166-1 alpha-2.")


class OrderAsked(Asked):
    """What a buyer has bought of a seller at one time: one invoice."""

    seller_id: shapes.Party
    invoice_no: ShopCode = Field(description="Of the seller; it names the order for ever.")
    currency: shapes.CurrencyCode
    placed_at: shapes.Moment
    buyer: BuyerNamed | None = Field(None, description="Who has bought, or `buyer_id`.")
    buyer_id: shapes.Party | None = Field(
        None, description="A party that is registered already, in place of `buyer`."
    )
    lines: list[LineOfOrder] = Field(min_length=1, max_length=_LINES_MAX)


class OrdersAsked(Asked):
    """Place many orders."""

    orders: list[OrderAsked] = Field(min_length=1, max_length=_ORDERS_AT_ONCE)


class RejectedLine(Record, frozen=True):
    """A line that stays out, and why. line: where it begins in the file, from 1."""

    line: int
    invoice_no: str
    code: str
    field: str
    reason: str


ORDER_IMPORT: Final = shape(
    ImportReport,
    "order_import",
    more={"rejects": (list[RejectedLine], lambda _: [])},
)
ORDER_ITEM: Final[Any] = create_model(
    "OrderItem",
    __doc__="What became of one of many: the order, or why there is none.",
    order=(ORDER | None, None),
    problem=(Problem | None, None),
)
ORDER_BATCH: Final[Any] = create_model(
    "OrderBatch",
    __doc__="What became of each, in the order asked. known: of the accepted, those not new.",
    accepted=(int, ...),
    known=(int, ...),
    refused=(int, ...),
    results=(list[ORDER_ITEM], ...),
)


@router.post(
    "/orders",
    status_code=201,
    response_model=ORDER,
    responses={200: {"model": ORDER, "description": "The order was known; nothing is new."}},
)
async def create_order(asked: OrderAsked, response: Response, asker: Writer) -> Record:
    """Place one order, all of its lines or nothing of it.

    The seller's invoice number is the key: the same order again is known and answered with 200,
    with other words it is refused with `differs_from_known`. So no Idempotency-Key is needed.
    """
    placed = await _placed(asker, asked)
    if not placed.is_new:
        response.status_code = 200
    return placed.order


@router.post("/orders/batch", response_model=ORDER_BATCH)
async def create_orders(request: Request, asked: OrdersAsked, asker: Writer) -> BaseModel:
    """Place up to 100 orders; each is accepted or refused by itself.

    Doing it again is harmless, as with one order.
    """
    results, known = [], 0
    for index, each in enumerate(asked.orders):
        try:
            placed = await _placed(asker, each)
        except UsanceError as no:
            results.append(ORDER_ITEM(problem=problem_of(request, no, "orders", index)))
        else:
            known += not placed.is_new
            results.append(ORDER_ITEM(order=ORDER.model_validate(placed.order)))
    accepted = sum(one.order is not None for one in results)
    refused = len(results) - accepted
    made: BaseModel = ORDER_BATCH(accepted=accepted, known=known, refused=refused, results=results)
    return made


@router.post(
    "/orders/import",
    response_model=ORDER_IMPORT,
    dependencies=[Depends(test_books_only)],
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def import_order_lines(
    request: Request,
    asker: Writer,
    seller_id: shapes.Party,
    currency: Annotated[
        shapes.CurrencyCode | None, Query(description="Of the prices; GBP where it is left out.")
    ] = None,
    shop: Annotated[
        shapes.Word,
        Query(
            description="Names a shop that sellers share; nothing for the seller's own customers."
        ),
    ] = "",
) -> BaseModel:
    """Take a shop's order lines in from the body, a CSV, as `usance import orders` does.

    In test books alone: buyers whom no order has named before are invented. At most 16 MiB. Lines
    left out are named with their reason, the first thousand; doing it again is harmless.
    """
    asker.require_own("seller", seller_id, seller_id)
    await _active(asker, seller_id, "seller")
    rejects = FirstRejects(_REJECTS_MAX)
    command = ImportOrders(seller_id, UserId(asker.caller.user_id))
    buyers = InventedBuyers(asker.session, shop)
    with tempfile.NamedTemporaryFile(prefix="orders-", suffix=".csv") as kept:
        kept.write(await request.body())
        kept.flush()
        file = CsvOrderFile(Path(kept.name), load(None, str(currency or "")))
        async with asker.reading() as connection:
            report = await import_orders(connection, command, file, buyers, rejects.add)
    language = language_of(request)
    named = [
        RejectedLine(
            each.line,
            each.invoice_no,
            each.code.code,
            each.field,
            each.code.title(language, each.field, each.value),
        )
        for each in rejects.in_order()
    ]
    plain = {name: getattr(report, name) for name in ImportReport.__struct_fields__}
    made: BaseModel = ORDER_IMPORT.model_validate({**plain, "rejects": named})
    return made


@router.get("/orders", response_model=page_of(ORDER))
async def list_orders(
    asker: Reader,
    seller_id: shapes.Party | None = None,
    invoice_no: Annotated[
        shapes.Word | None, Query(description="The order that this invoice of the seller is.")
    ] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> PageOf:
    """List orders, the earliest first."""
    after = after_id("orders", cursor, OrderId)
    if not asker.sees(seller_id or asker.bound_to):
        return whole([])
    seller = asker.bound_to or seller_id
    async with asker.reading() as connection:
        if invoice_no is None:
            rows = await find.orders(connection, seller, after, limit + 1)
            return page("orders", rows, limit, lambda row: row.id)
        if seller is None:
            raise MALFORMED_INPUT.invalid("seller_id", "whose invoice it is must be said")
        one = await find.order_of_invoice(connection, seller, invoice_no)
    return whole([] if one is None else [one])


@router.get("/orders/{order_id}", response_model=ORDER)
async def get_order(order_id: shapes.Order, asker: Reader) -> Record | None:
    """Show an order."""
    return await order_of(asker, order_id)


@router.get("/orders/{order_id}/lines", response_model=page_of(ORDER_LINE))
async def list_order_lines(order_id: shapes.Order, asker: Reader) -> PageOf:
    """List the lines of an order."""
    await order_of(asker, order_id)
    async with asker.reading() as connection:
        return whole(await find.lines_of_order(connection, order_id))


@router.get("/orders/{order_id}/returns", response_model=page_of(GOODS_RETURN))
async def list_goods_returns(order_id: shapes.Order, asker: Reader) -> PageOf:
    """List what came back of an order."""
    await order_of(asker, order_id)
    async with asker.reading() as connection:
        return whole(await find.returns_of_order(connection, order_id))


async def order_of(asker: Asker, order_id: OrderId) -> Order:
    """Return an order that the caller may see. Raises NotFound."""
    async with asker.reading() as connection:
        found = (await find.orders_by_id(connection, [order_id])).get(order_id)
    if found is None or not asker.sees(found.seller_id):
        raise NotFound("order", str(order_id))
    return found


async def _placed(asker: Asker, asked: OrderAsked) -> Placed:
    """Place an order. Raises NotFound, Invalid, Refused."""
    asker.require_own("seller", asked.seller_id, asked.seller_id)
    await _active(asker, asked.seller_id, "seller")
    buyers, customer_no, country = await _buyer(asker, asked)
    command = PlaceOrder(
        asked.seller_id,
        UserId(asker.caller.user_id),
        asked.invoice_no,
        asked.currency,
        asked.placed_at.astimezone(UTC),
        asked.placed_at.date(),
        customer_no,
        country,
        tuple(
            LineAsked(
                each.stock_code, each.description.strip(), each.quantity, Decimal(each.unit_price)
            )
            for each in asked.lines
        ),
    )
    now = await asker.session.now()
    async with asker.reading() as connection:
        placed = await place_order(connection, command, buyers, now)
    if isinstance(placed, Refusal):
        raise Refused(replace(placed, field=_as_asked(asked, placed.field)))
    return placed


def _as_asked(asked: OrderAsked, field: str) -> str:
    """Return the field of the request that an order's own is made of."""
    if asked.buyer_id is not None:
        return "buyer_id" if field in {"country", "country_name", "customer_no"} else field
    return _OF_THE_BUYER.get(field, field)


async def _buyer(asker: Asker, asked: OrderAsked) -> tuple[Buyers, str, str]:
    """Return who knows the buyer, with number and country. Raises Invalid, NotFound, Refused."""
    if (asked.buyer is None) is (asked.buyer_id is None):
        raise MALFORMED_INPUT.invalid("buyer", "name either the buyer or a buyer_id")
    if asked.buyer is not None:
        named = asked.buyer
        return NamedBuyer(asker.session, named.legal_name), named.customer_no, named.country
    assert asked.buyer_id is not None
    if asker.bound_to is not None:
        async with asker.reading() as connection:
            # A party that has never bought of this seller does not exist for it.
            if not await find.has_bought(connection, asked.seller_id, asked.buyer_id):
                raise NotFound("buyer", str(asked.buyer_id))
    found = await _active(asker, asked.buyer_id, "buyer")
    return KnownBuyer(found.id), str(found.id), found.country


async def _active(asker: Asker, identifier: PartyId, kind: str) -> Party:
    async with asker.reading() as connection:
        found = await party(connection, identifier)
    if found is None or found.kind is not PartyKind(kind):
        raise NotFound(kind, str(identifier))
    if found.status is not PartyStatus.ACTIVE:
        raise Refused(PARTY_NOT_ACTIVE.refuse(f"{kind}_id", found.status))
    return found
