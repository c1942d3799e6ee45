"""Payment links: addresses at which a buyer pays an order, handed out by its seller."""

import base64
import os
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field, create_model

from usance.api import shapes
from usance.api.access import Asker, let_in, reads
from usance.api.errors import KEY_MISSING
from usance.api.idempotency import Key, Order
from usance.api.orders import order_of
from usance.api.pages import Cursor, Limit, PageOf, after_id, page
from usance.api.problems import Refused
from usance.api.shapes import Asked, Shown, page_of, shape
from usance.kernel.errors import KeyReused, NotFound, Refusal
from usance.kernel.ids import PaymentLinkId, UserId
from usance.payments.model import LinkStatus, PaymentLink
from usance.payments.service import find_payments as find
from usance.payments.service.links import (
    ENTROPY_BYTES,
    LinkShown,
    cancel_link,
    create_link,
    hash_of_token,
    links_shown,
)
from usance.runtime.clock import wall_now

router = APIRouter(tags=["payment_links"])
WRITES: Final = "payments:write"
PATH: Final = "/pay"


class PaymentLinkAsked(Asked):
    """Let whoever has the address pay an order."""

    order_id: shapes.Order
    methods: list[shapes.Word] = Field(
        [], max_length=20, description="Nothing for every method that can take the payment."
    )
    expires_at: shapes.Moment | None = Field(None, description="Nothing for the usual time.")
    return_url: shapes.Text = Field("", description="An https address to go on to afterwards.")
    language: Literal["", "en", "zh"] = Field("", description="Nothing for the browser's.")


def _field(name: str) -> Any:  # noqa: ANN401 - what `shape` takes
    return lambda shown: getattr(shown.link, name)


LINK: Final[Any] = shape(
    LinkShown,
    "payment_link",
    called_model="PaymentLink",
    without=("link",),
    more={
        "id": (PaymentLinkId, _field("id")),
        **{
            name: (PaymentLink.__annotations__[name], _field(name))
            for name in PaymentLink.__struct_fields__
            if name not in {"id", "secret_sha256", "made_at"}
        },
    },
)
MADE: Final[Any] = create_model(
    "MadePaymentLink",
    __base__=LINK,
    __doc__="A new link. url: shown now and never again; null when the request is repeated.",
    url=(str | None, None),
)


async def maker(request: Request, response: Response, key: Key) -> Order:
    """Return who may make links, once under this key."""
    asker = await let_in(request, WRITES)
    if not key.strip():
        raise KEY_MISSING.invalid()
    return Order(asker, "", key, response.headers)


maker.__dict__["scopes"] = (WRITES,)
Reader = Annotated[Asker, Depends(reads("payments:read"))]


@router.post("/payment_links", status_code=201, response_model=MADE)
async def create_payment_link(
    asked: PaymentLinkAsked, order: Annotated[Order, Depends(maker)]
) -> Shown:
    """Let whoever has the address pay an order, once.

    The address is in this answer only. Repeating the request shows the link without it.
    """
    trade_order = await order_of(order, asked.order_id)
    link_id = order.new_id(PaymentLinkId)
    async with order.reading() as connection:
        known = await find.link(connection, link_id)
    if known is not None:
        return MADE.model_validate(await _again(order, asked, known))  # type: ignore[no-any-return]
    token = base64.urlsafe_b64encode(os.urandom(ENTROPY_BYTES)).rstrip(b"=").decode()
    now = await order.session.now()
    link = PaymentLink(
        link_id,
        trade_order.id,
        trade_order.seller_id,
        hash_of_token(token),
        tuple(asked.methods),
        asked.language,
        asked.return_url,
        UserId(order.caller.user_id),
        now,
        now,
        wall_now(),
    )
    async with order.reading() as connection:
        made = await create_link(connection, link, now, asked.expires_at)
    if isinstance(made, Refusal):
        raise Refused(made)
    url = f"{str(order.request.base_url).rstrip('/')}{PATH}/{token}"
    shown = LinkShown(made, LinkStatus.OPEN, None)
    return MADE.model_validate(shown).model_copy(update={"url": url})  # type: ignore[no-any-return]


async def _again(order: Order, asked: PaymentLinkAsked, known: PaymentLink) -> LinkShown:
    """Return a link that was made under this idempotency key before, without its address."""
    same = (
        known.order_id == asked.order_id
        and known.methods == tuple(asked.methods)
        and known.language == asked.language
        and known.return_url == asked.return_url
        and asked.expires_at in {None, known.expires_at}
    )
    if not same:
        raise KeyReused(order.key)
    order.replays()
    return await _shown(order, known)


@router.get("/payment_links", response_model=page_of(LINK))
async def list_payment_links(
    asker: Reader,
    order_id: shapes.Order | None = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> PageOf:
    """List payment links, the newest first."""
    before = after_id("payment_links", cursor, PaymentLinkId)
    async with asker.reading() as connection:
        rows = await find.links(
            connection, asker.bound_to, order_id=order_id, before=before, limit=limit + 1
        )
        shown = await links_shown(connection, rows, await asker.session.now())
    return page("payment_links", [shown[row.id] for row in rows], limit, lambda row: row.link.id)


@router.get("/payment_links/{payment_link_id}", response_model=LINK)
async def get_payment_link(payment_link_id: shapes.PaymentLink, asker: Reader) -> LinkShown:
    """Show a payment link, and whether it was paid."""
    return await _shown(asker, await _link(asker, payment_link_id))


@router.delete("/payment_links/{payment_link_id}", response_model=LINK)
async def cancel_payment_link(
    payment_link_id: shapes.PaymentLink, asker: Annotated[Asker, Depends(reads(WRITES))]
) -> LinkShown:
    """Let nobody begin to pay there any more. A payment under way goes on.

    Asking twice is harmless, so no Idempotency-Key is needed.
    """
    await _link(asker, payment_link_id)
    async with asker.reading() as connection:
        await cancel_link(connection, payment_link_id, await asker.session.now())
    return await _shown(asker, await _link(asker, payment_link_id))


async def _link(asker: Asker, link_id: PaymentLinkId) -> PaymentLink:
    async with asker.reading() as connection:
        found = await find.link(connection, link_id)
    if found is None or not asker.sees(found.seller_id):
        raise NotFound("payment link", str(link_id))
    return found


async def _shown(asker: Asker, link: PaymentLink) -> LinkShown:
    async with asker.reading() as connection:
        return (await links_shown(connection, [link], await asker.session.now()))[link.id]
