"""Webhook endpoints: where a party is told what happens. A secret is shown once."""

from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, Field, create_model
from pydantic_core import PydanticCustomError

from usance.api import shapes
from usance.api.access import Asker, is_test_book, reads
from usance.api.errors import UNKNOWN_EVENT_TYPE
from usance.api.idempotency import Order, asks
from usance.api.pages import Cursor, Limit, PageOf, after_id, page
from usance.api.shapes import Asked, Shown, page_of, shape
from usance.kernel.errors import NotFound
from usance.kernel.ids import WebhookEndpointId
from usance.kernel.records import Record
from usance.parties import service
from usance.parties.errors import MALFORMED_URL
from usance.parties.model import WebhookEndpoint
from usance.parties.service import find_parties as find
from usance.reporting.service.public_events import TYPES
from usance.runtime.addresses import is_inside, is_loopback, is_public

router = APIRouter(tags=["webhooks"])
Reader = Annotated[Asker, Depends(reads("webhooks:read"))]
_NAMES: Final = ("*", *TYPES)


def _known(name: str) -> str:
    if name not in _NAMES:
        raise PydanticCustomError(
            UNKNOWN_EVENT_TYPE.code, "is not accepted", {"value": ascii(name)[:60]}
        )
    return name


EventName = Annotated[
    shapes.Word, AfterValidator(_known), Field(json_schema_extra={"enum": [*_NAMES]})
]
Url = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(shapes.readable)]


class EndpointAsked(Asked):
    """Be told what happens from now on.

    party_id: whose endpoint; your own where it is not said. types: `*` alone for all.
    """

    url: Url = Field(description="https; a test book takes http as well.")
    types: list[EventName] = Field(default=["*"], min_length=1, max_length=100)
    description: shapes.Text = ""
    party_id: shapes.Party | None = None


class EndpointChange(Asked):
    """Change an endpoint; what is left out stays as it is."""

    url: Url | None = None
    types: list[EventName] | None = Field(default=None, min_length=1, max_length=100)
    description: shapes.Text | None = None
    enabled: bool | None = None


ENDPOINT: Final[Any] = shape(
    WebhookEndpoint, "webhook_endpoint", without=("since", "deleted_at", "secret_version")
)
WITH_SECRET: Final[Any] = create_model(
    "WebhookEndpointWithSecret",
    __base__=ENDPOINT,
    __doc__="An endpoint and its secret: shown now and never again; null when repeated.",
    secret=(str | None, None),
)


@router.post("/webhook_endpoints", status_code=201, response_model=WITH_SECRET)
async def create_webhook_endpoint(
    asked: EndpointAsked, order: Annotated[Order, Depends(asks("create_webhook_endpoint"))]
) -> Shown:
    """Be told what happens from now on.

    The secret is in this answer only. Repeating the request shows the endpoint without it.
    """
    party_id = asked.party_id or order.caller.party_id
    order.require_own("party", party_id, party_id)
    await _require_sendable(order, asked.url)
    body = service.CreateWebhookEndpoint(
        order.new_id(WebhookEndpointId),
        party_id,
        asked.url,
        tuple(asked.types),
        asked.description,
    )
    outcome = await order.do(body)
    return await _with_secret(order, body.id, hidden=outcome.replayed)


@router.get("/webhook_endpoints", response_model=page_of(ENDPOINT))
async def list_webhook_endpoints(asker: Reader, limit: Limit = 20, cursor: Cursor = None) -> PageOf:
    """List endpoints, the oldest first."""
    after = after_id("webhook_endpoints", cursor, WebhookEndpointId)
    async with asker.reading() as connection:
        rows = await find.endpoints(connection, asker.bound_to, after, limit + 1)
    return page("webhook_endpoints", rows, limit, lambda row: row.id)


@router.get("/webhook_endpoints/{endpoint_id}", response_model=ENDPOINT)
async def get_webhook_endpoint(endpoint_id: shapes.Endpoint, asker: Reader) -> Record | None:
    """Show an endpoint."""
    return await endpoint_of(asker, endpoint_id)


@router.post("/webhook_endpoints/{endpoint_id}", response_model=ENDPOINT)
async def update_webhook_endpoint(
    endpoint_id: shapes.Endpoint,
    asked: EndpointChange,
    order: Annotated[Order, Depends(asks("update_webhook_endpoint"))],
) -> Record | None:
    """Change an endpoint, or switch it on or off.

    What happens while it is off is not told there; resend single events where you need them.
    """
    await endpoint_of(order, endpoint_id)
    if asked.url is not None:
        await _require_sendable(order, asked.url)
    body = service.UpdateWebhookEndpoint(
        endpoint_id,
        asked.url,
        None if asked.types is None else tuple(asked.types),
        asked.description,
        asked.enabled,
    )
    await order.do(body)
    return await endpoint_of(order, endpoint_id)


@router.post("/webhook_endpoints/{endpoint_id}/rotate_secret", response_model=WITH_SECRET)
async def rotate_webhook_secret(
    endpoint_id: shapes.Endpoint,
    asked: shapes.Nothing,  # noqa: ARG001 - an empty object, so that unknown fields are refused
    order: Annotated[Order, Depends(asks("rotate_webhook_secret"))],
) -> Shown:
    """Sign with a new secret.

    Until `previous_until` the one before signs as well, so that you can change without a gap.
    """
    await endpoint_of(order, endpoint_id)
    outcome = await order.do(service.RotateWebhookSecret(endpoint_id))
    return await _with_secret(order, endpoint_id, hidden=outcome.replayed)


@router.post("/webhook_endpoints/{endpoint_id}/ping", status_code=202, response_model=ENDPOINT)
async def ping_webhook_endpoint(
    endpoint_id: shapes.Endpoint,
    asked: shapes.Nothing,  # noqa: ARG001 - an empty object, so that unknown fields are refused
    order: Annotated[Order, Depends(asks("ping_webhook_endpoint"))],
) -> Record | None:
    """Have `webhook_endpoint.pinged` sent to an endpoint, whatever types it is told."""
    await endpoint_of(order, endpoint_id)
    await order.do(service.PingWebhookEndpoint(endpoint_id))
    return await endpoint_of(order, endpoint_id)


@router.post("/webhook_endpoints/{endpoint_id}/delete", response_model=ENDPOINT)
async def delete_webhook_endpoint(
    endpoint_id: shapes.Endpoint,
    asked: shapes.Nothing,  # noqa: ARG001 - an empty object, so that unknown fields are refused
    order: Annotated[Order, Depends(asks("delete_webhook_endpoint"))],
) -> Record | None:
    """Forget an endpoint; what was on its way there is not sent any more."""
    known = await endpoint_of(order, endpoint_id, deleted=True)
    await order.do(service.DeleteWebhookEndpoint(endpoint_id))
    return known


async def endpoint_of(
    asker: Asker, endpoint_id: WebhookEndpointId, *, deleted: bool = False
) -> WebhookEndpoint:
    """Return an endpoint that the caller may see. Raises NotFound."""
    async with asker.reading() as connection:
        found = await find.endpoint(connection, endpoint_id, deleted=deleted)
    if found is None or not asker.sees(found.party_id):
        raise NotFound("webhook endpoint", str(endpoint_id))
    return found


async def _with_secret(order: Order, endpoint_id: WebhookEndpointId, *, hidden: bool) -> Shown:
    found = await endpoint_of(order, endpoint_id)
    secret = order.session.secrets.of_endpoint(endpoint_id, found.secret_version)
    shown: Shown = WITH_SECRET.model_validate(found)
    return shown.model_copy(update={"secret": None if hidden else secret})


async def _require_sendable(asker: Asker, url: str) -> None:
    """Raise Invalid(malformed_url) for what could never be sent to, seen by its form.

    What its name leads to is looked at each time something is sent.
    """
    test = await is_test_book(asker.request)
    fault = service.url_fault(url)
    if fault is not None:
        raise MALFORMED_URL.invalid("url", fault.value)
    parts = urlsplit(url)
    host = parts.hostname or ""
    literal = ":" in host or host.replace(".", "").isdigit()
    inside = not is_public(host) if literal else is_inside(host)
    if (parts.scheme != "https" and not test) or (inside and not (test and is_loopback(host))):
        raise MALFORMED_URL.invalid("url", url[:60])
