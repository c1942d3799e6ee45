"""What surrounds every request: its number, its trace, how large and how long it may be.

Plain ASGI, so that a body is counted while it arrives and no later layer can forget it.
"""

import asyncio
import os
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import MutableHeaders

from usance.api.problems import TOO_LARGE, of_error, problem
from usance.kernel.errors import Unavailable

BODY_MAX: Final = 1024 * 1024
SECONDS_MAX: Final = 30
# A test book's clock may run through months of its time in one request.
_SECONDS_MAX_OF: Final = {"/v1/test_helpers/clock/advance": 600}
_TRACEPARENT: Final = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,80}")
_SECURITY: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
Scope = Any
Message = Any
App = Callable[[Scope, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Any]


class _BodyTooLarge(Exception):
    """The body is longer than BODY_MAX, whatever it said it was."""


class Envelope:
    """Gives requests their numbers, and an end to those too large or too slow."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        headers = _headers(request)
        request.state.request_id = headers["X-Request-Id"]
        started = False
        count = 0

        async def counted() -> Message:
            nonlocal count
            message = await receive()
            count += len(message.get("body", b""))
            if count > BODY_MAX:
                raise _BodyTooLarge
            return message

        async def addressed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                MutableHeaders(scope=message).update(headers)
            await send(message)

        async def refuse(answer: Response) -> None:
            if not started:
                await answer(scope, receive, addressed)

        if _said_length(request) > BODY_MAX:
            await refuse(problem(request, [(TOO_LARGE, "", "", str(BODY_MAX))]))
            return
        try:
            seconds = _SECONDS_MAX_OF.get(scope["path"], SECONDS_MAX)
            async with asyncio.timeout(seconds):
                await self._app(scope, counted, addressed)
        except _BodyTooLarge:
            await refuse(problem(request, [(TOO_LARGE, "", "", str(BODY_MAX))]))
        except TimeoutError:
            await refuse(of_error(request, Unavailable("It took too long.")))
        except Exception as bug:  # noqa: BLE001 - whatever it is, the caller gets a problem
            await refuse(of_error(request, bug))


def _said_length(request: Request) -> int:
    said = request.headers.get("content-length", "0")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else 0


def _headers(request: Request) -> dict[str, str]:
    """Return what every answer carries: the number of the request and of the trace it is in."""
    asked = request.headers.get("x-request-id", "")
    number = asked if _REQUEST_ID.fullmatch(asked) else f"req_{os.urandom(12).hex()}"
    known = _TRACEPARENT.fullmatch(request.headers.get("traceparent", ""))
    trace = known[1] if known else os.urandom(16).hex()
    parent = f"00-{trace}-{os.urandom(8).hex()}-01"
    return {**_SECURITY, "X-Request-Id": number, "traceparent": parent}
