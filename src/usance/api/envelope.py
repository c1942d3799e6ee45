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
from starlette.exceptions import HTTPException

from usance.api.errors import TOO_LARGE
from usance.api.faults import Found
from usance.api.problems import of_error, problem
from usance.api.sent import keep
from usance.kernel.errors import Unavailable

BODY_MAX: Final = 1024 * 1024
MESSAGE_MAX: Final = 16 * 1024 * 1024
# Ten thousand lines of payouts; a day's statement of a bank; a shop's year.
_BODY_MAX_OF: Final = {
    "/v1/payout_batches": 8 * 1024 * 1024,
    "/v1/messages": MESSAGE_MAX,
    "/v1/orders/import": MESSAGE_MAX,
    "/v1/remittances": MESSAGE_MAX,
}
SECONDS_MAX: Final = 30
# A test book's clock may run through months of its time in one request; each entry of a long
# statement is compared with the book.
_SECONDS_MAX_OF: Final = {
    "/v1/test_helpers/clock/advance": 600,
    "/v1/messages": 300,
    "/v1/orders/import": 300,
}
_TRACEPARENT: Final = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,80}")
POLICY: Final = "Content-Security-Policy"
SECURITY: Final = {
    "Cache-Control": "no-store",
    POLICY: "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
REQUEST_ID: Final = "x-request-id"
TRACE: Final = "traceparent"
Scope = Any
Message = Any
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class _BodyTooLarge(HTTPException):
    """The body is longer than it may be, whatever it said it was."""

    def __init__(self, allowed: int) -> None:
        super().__init__(TOO_LARGE.status, str(allowed))


class Envelope:
    """Gives requests their numbers, and an end to those too large or too slow."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        number, trace = surround(
            request.headers.get("x-request-id", ""), request.headers.get("traceparent", "")
        )
        headers = {**SECURITY, REQUEST_ID: number, TRACE: trace}
        request.state.request_id = number
        started = False
        count = 0
        allowed = _BODY_MAX_OF.get(scope["path"], BODY_MAX)
        sent: list[bytes] = []
        keep(request, sent)
        is_json = request.headers.get("content-type", "").lower().startswith("application/json")

        async def counted() -> Message:
            nonlocal count
            message = await receive()
            count += len(message.get("body", b""))
            if count > allowed:
                raise _BodyTooLarge(allowed)
            if is_json:
                sent.append(message.get("body", b""))
            return message

        async def addressed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                found = MutableHeaders(scope=message)
                # A page says itself what it may load; all else may load nothing.
                allowed = found.get(POLICY, headers[POLICY])
                found.update({**headers, POLICY: allowed})
            await send(message)

        async def refuse(answer: Response) -> None:
            if not started:
                await answer(scope, receive, addressed)

        if _said_length(request) > allowed:
            await refuse(problem(request, [Found(TOO_LARGE, "", "body", str(allowed))]))
            return
        try:
            seconds = _SECONDS_MAX_OF.get(scope["path"], SECONDS_MAX)
            async with asyncio.timeout(seconds):
                await self._app(scope, counted, addressed)
        except TimeoutError:
            await refuse(of_error(request, Unavailable("It took too long.")))
        except Exception as bug:  # noqa: BLE001 - whatever it is, the caller gets a problem
            await refuse(of_error(request, bug))


def _said_length(request: Request) -> int:
    said = request.headers.get("content-length", "0")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else 0


def surround(request_id: str, traceparent: str) -> tuple[str, str]:
    """Return the number of a request and the trace it is in, to be sent with its answer.

    request_id, traceparent: as they were sent, "" where they were not.
    """
    chance = os.urandom(36).hex()
    number = request_id if _REQUEST_ID.fullmatch(request_id) else f"req_{chance[:24]}"
    known = _TRACEPARENT.fullmatch(traceparent) if traceparent else None
    trace = known[1] if known else chance[24:56]
    return number, f"00-{trace}-{chance[56:]}-01"
