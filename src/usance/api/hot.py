"""Hot routes: served without the framework, from the framework's own declaration of them.

A well-formed request of a caller who may ask is read, carried out and answered here. Whatever
else comes (a wrong key or scope, a malformed body, a missing header, a query) is passed on whole,
before anything was done: how we say no is said in one place. The route's function, its models
and its status are taken from its declaration, so the two ways cannot say different things.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple, TypeVar, cast, get_type_hints

import msgspec
from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter

from usance.api.access import Asker, Entrance, is_test_book, require_kind, secret_of, session_of
from usance.api.envelope import (
    BODY_MAX,
    REQUEST_ID,
    SECONDS_MAX,
    SECURITY,
    TRACE,
    App,
    Message,
    Receive,
    Scope,
    Send,
    surround,
)
from usance.api.idempotency import KEY_MAX, Order
from usance.api.problems import of_error
from usance.api.sent import keep
from usance.kernel.errors import Unavailable, UsanceError

T = TypeVar("T")
Endpoint = Callable[..., Awaitable[Any]]
_JSON: Final = frozenset(
    {b"application/json", b"application/json; charset=utf-8", b"application/json;charset=utf-8"}
)
_NEEDED: Final = (b"authorization", b"idempotency-key", b"content-type")
_READ: Final = frozenset({*_NEEDED, b"content-length", b"x-request-id", b"traceparent"})
_SECURITY: Final = tuple(
    (name.lower().encode(), value.encode()) for name, value in SECURITY.items()
)


class Hot(NamedTuple):
    """A route to be served so, by its function.

    read and carry_out: instead of its model and its function, where there is a quicker way;
    `read` raises ValueError, MsgspecError or UsanceError for what it does not understand, and
    `carry_out` may return the JSON itself.
    """

    endpoint: Endpoint
    read: Callable[[bytes], Any] | None = None
    carry_out: Endpoint | None = None


class _Route(NamedTuple):
    declared: APIRoute
    verb: str
    scope: str
    read: Callable[[bytes], Any]
    carry_out: Endpoint
    shape: TypeAdapter[Any]
    status: int


class _Passed(Exception):
    """The request is not for us: somebody must say what is wrong with it."""


class HotRoutes:
    """The routes that are served here, by their addresses."""

    def __init__(self, hot: Iterable[Hot], routers: Iterable[APIRouter]) -> None:
        declared = {
            route.endpoint: route
            for router in routers
            for route in router.routes
            if isinstance(route, APIRoute)
        }
        self._routes = {f"/v1{declared[one.endpoint].path}": _route(one, declared) for one in hot}

    async def serve(self, app: App, scope: Scope, receive: Receive, send: Send) -> Receive | None:
        """Serve one request, and return None; or return how it is received by whoever must."""
        post = scope["type"] == "http" and scope["method"] == "POST"
        route = self._routes.get(scope["path"]) if post else None
        if route is None or scope["query_string"]:
            return receive
        scope["app"] = app
        taken: list[Message] = []
        try:
            await _serve(route, scope, _keeping(receive, taken), send)
        except _Passed:
            return _again(taken, receive)
        return None


def _route(hot: Hot, declared: Mapping[Endpoint, APIRoute]) -> _Route:
    route = declared[hot.endpoint]
    [(verb, scope)] = [
        each.call.__dict__["asks"]
        for each in route.dependant.dependencies
        if each.call is not None and "asks" in each.call.__dict__
    ]
    model = cast("type[BaseModel]", get_type_hints(hot.endpoint)["asked"])
    return _Route(
        route,
        verb,
        scope,
        hot.read or model.model_validate_json,
        hot.carry_out or hot.endpoint,
        TypeAdapter(route.response_model),
        route.status_code or 200,
    )


def _keeping(receive: Receive, taken: list[Message]) -> Receive:
    async def kept() -> Message:
        message = await receive()
        taken.append(message)
        return message

    return kept


def _again(taken: list[Message], receive: Receive) -> Receive:
    """Return a `receive` that gives what was taken once more, and then the rest."""
    left = iter(taken)

    async def again() -> Message:
        for message in left:
            return message
        return await receive()

    return again


async def _serve(route: _Route, scope: Scope, receive: Receive, send: Send) -> None:
    headers = _headers(scope)
    request = Request(scope)
    number, trace = surround(
        headers.get(b"x-request-id", b"").decode("latin-1"),
        headers.get(b"traceparent", b"").decode("latin-1"),
    )
    scope.setdefault("state", {})["request_id"] = number
    scope["route"] = route.declared
    marks: dict[str, str] = {}
    limit = asyncio.timeout(SECONDS_MAX)
    try:
        async with limit:
            raw = await _body(receive)
            keep(request, [raw])
            order = await _order(route, request, headers, marks)
            content = _shown(route, await route.carry_out(_asked(route, raw), order))
    except _Passed:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets a problem
        late = Unavailable("It took too long.") if limit.expired() else error
        answer = of_error(request, late)
        answer.headers.update({**SECURITY, REQUEST_ID: number, TRACE: trace})
        await answer(scope, receive, send)
        return
    said = [
        (b"content-length", b"%d" % len(content)),
        (b"content-type", b"application/json"),
        *_SECURITY,
        (REQUEST_ID.encode(), number.encode()),
        (TRACE.encode(), trace.encode()),
    ]
    said += [(name.lower().encode(), value.encode()) for name, value in marks.items()]
    await send({"type": "http.response.start", "status": route.status, "headers": said})
    await send({"type": "http.response.body", "body": content})


def _shown(route: _Route, made: Any) -> bytes:  # noqa: ANN401 - whatever the route makes
    if isinstance(made, bytes):
        return made
    shape = route.shape
    return shape.dump_json(shape.validate_python(made, from_attributes=True), by_alias=True)


def _headers(scope: Scope) -> dict[bytes, bytes]:
    """Return the headers that we read. Raises _Passed unless each that is needed is there once."""
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in _READ:
            if name in found:
                raise _Passed
            found[name] = value
    if any(name not in found for name in _NEEDED):
        raise _Passed
    key = found[b"idempotency-key"].decode("latin-1")
    said = found.get(b"content-length", b"0")
    if (
        not key.strip()
        or len(key) > KEY_MAX
        or found[b"content-type"].lower() not in _JSON
        or not said.isdigit()
        or len(said) > len(str(BODY_MAX))
        or int(said) > BODY_MAX
    ):
        raise _Passed
    return found


async def _body(receive: Receive) -> bytes:
    """Return the whole body. Raises _Passed where it is too large or breaks off."""
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise _Passed
        part = message.get("body", b"")
        size += len(part)
        if size > BODY_MAX:
            raise _Passed
        parts.append(part)
        more = message.get("more_body", False)
    return parts[0] if len(parts) == 1 else b"".join(parts)


async def _order(
    route: _Route, request: Request, headers: Mapping[bytes, bytes], marks: dict[str, str]
) -> Order:
    """Return who asks, once under their key. Raises _Passed where they may not."""
    entrance: Entrance = request.app.state.entrance
    try:
        caller = await entrance.commander(secret_of(headers[b"authorization"].decode("latin-1")))
        require_kind(caller, test_book=await is_test_book(request))
        caller.require(route.scope)
    except UsanceError as refused:
        raise _Passed from refused
    asker = Asker(request, session_of(request), caller)
    return Order(asker, route.verb, headers[b"idempotency-key"].decode("latin-1"), marks)


def _asked(route: _Route, raw: bytes) -> Any:  # noqa: ANN401 - whatever the route reads
    try:
        return route.read(raw)
    except (ValueError, RecursionError, msgspec.MsgspecError, UsanceError) as unread:
        raise _Passed from unread
