"""How a rail is reached by HTTP: with timeouts, repeats, and a limit to what is listened to.

Nothing is repeated unless the rail takes a repeat as the same: a read, or a request under a key.
When this gives up nobody knows what has happened, so it raises `NoAnswer` and never says no.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import httpx

from usance.kernel.records import Record

_BODY_MAX: Final = 4 << 20
_ERROR: Final = 400
_BUSY: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_PAUSE_MAX: Final = 30.0


class NoAnswer(Exception):
    """A rail could not be heard. What was asked may have been done; ask again later."""


class Reply(Record, frozen=True):
    """What a rail's server answered. headers: with names in small letters."""

    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def is_error(self) -> bool:
        """Whether the server could or would not answer.

        Where it was asked to do something, that may be its no. Where it was asked what became of
        something, it is about the question alone.
        """
        return self.status >= _ERROR


class Patience(Record, frozen=True):
    """How long one request may take, in seconds, how often it is repeated, and how far apart."""

    seconds: float = 10.0
    attempts: int = 3
    pause: float = 0.5


class Transport:
    """Speaks to one rail's server. under: replaces the network in tests."""

    def __init__(
        self,
        base_url: str,
        headers: Mapping[str, str],
        patience: Patience = Patience(),  # noqa: B008 - immutable
        under: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._headers = dict(headers)
        self._patience = patience
        self._under = under
        self._sleep = sleep
        self._client: httpx.AsyncClient | None = None

    async def ask(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        repeatable: bool = True,
    ) -> Reply:
        """Send a request, again where it may be, and return the first reply that is one.

        A busy server's last reply counts as no answer. Raises NoAnswer.
        """
        attempts = self._patience.attempts if repeatable else 1
        why = ""
        for attempt in range(attempts):
            if attempt:
                await self._sleep(self._patience.pause * 2 ** (attempt - 1))
            try:
                reply = await self._once(method, path, body, headers or {})
            except (httpx.HTTPError, TimeoutError) as failed:
                why = type(failed).__name__
                continue
            if reply.status not in _BUSY:
                return reply
            why = f"HTTP {reply.status}"
            wait = reply.headers.get("retry-after", "")
            if wait.isdigit() and attempt + 1 < attempts:
                await self._sleep(min(float(wait), _PAUSE_MAX))
        raise NoAnswer(f"{method} {path}: {why}")

    async def close(self) -> None:
        """Let go of the connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _once(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        if self._client is None:
            self._client = httpx.AsyncClient(
                base_url=self._base_url,
                headers=self._headers,
                timeout=self._patience.seconds,
                transport=self._under,
                follow_redirects=False,
            )
        stream = self._client.stream(method, path, content=body or None, headers=dict(headers))
        async with asyncio.timeout(self._patience.seconds * 2):
            async with stream as response:
                received = bytearray()
                async for part in response.aiter_bytes():
                    received += part
                    if len(received) > _BODY_MAX:
                        raise NoAnswer(f"{method} {path}: more than {_BODY_MAX} bytes")
                named = {name.lower(): value for name, value in response.headers.items()}
                return Reply(response.status_code, bytes(received), named)
