"""Sending to an address that a party has named: to public machines alone, and nowhere twice.

The name is resolved here and the request goes to the very address that was checked, so a name
that leads elsewhere a moment later is no way in. Redirects are answers like any other, proxies
of the environment are not used, and certificates are checked against the name.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

import httpx

from usance.kernel.records import Record
from usance.runtime.addresses import is_loopback, is_public

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
# What is read of an answer: nobody needs it, and it must not fill our memory.
_ANSWER_MAX: Final = 16 * 1024
# Of a host's addresses, where it does not answer at the first: one of a machine without IPv6, say.
_TRIED: Final = 3
_PORTS: Final = {"http": 80, "https": 443}


class Answered(Record, frozen=True):
    """What came of a request. status: 0 where there was no answer; code: why not, else ""."""

    status: int
    code: str = ""


class Manners(Record, frozen=True):
    """What is allowed. http: unencrypted; localhost: machines that are this one. Of test books."""

    timeout_seconds: int
    http: bool = False
    localhost: bool = False


async def resolved(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host, as the system resolves it."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class Outgoing:
    """Posts to the outside. resolve: another way to find addresses, for tests."""

    def __init__(self, resolve: Resolve = resolved, trusted: ssl.SSLContext | None = None) -> None:
        self._resolve = resolve
        self._trusted = trusted or ssl.create_default_context()

    async def post(
        self, url: str, body: bytes, headers: Mapping[str, str], manners: Manners
    ) -> Answered:
        """Post a body; never raises for what the other side does.

        Codes: not_https, not_resolved, private_address, timed_out, tls_failed, no_connection,
        redirected, refused (any other status that is no success).
        """
        try:
            async with asyncio.timeout(manners.timeout_seconds):
                return await self._post(url, body, headers, manners)
        except TimeoutError:
            return Answered(0, "timed_out")

    async def _post(
        self, url: str, body: bytes, headers: Mapping[str, str], manners: Manners
    ) -> Answered:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme != "https" and not manners.http:
            return Answered(0, "not_https")
        try:
            addresses = await self._resolve(host, parts.port or _PORTS[parts.scheme])
        except (OSError, UnicodeError):
            return Answered(0, "not_resolved")
        if not addresses:
            return Answered(0, "not_resolved")
        for address in addresses:
            # One that may not be is enough: which of them is used must not matter.
            if not is_public(address) and not (manners.localhost and is_loopback(address)):
                return Answered(0, "private_address")
        answered = Answered(0, "no_connection")
        for address in addresses[:_TRIED]:
            answered = await self._sent(url, address, body, headers, manners)
            if answered.code != "no_connection":
                break
        return answered

    async def _sent(
        self,
        url: str,
        address: str,
        body: bytes,
        headers: Mapping[str, str],
        manners: Manners,
    ) -> Answered:
        named = httpx.URL(url)
        request = httpx.Request(
            "POST",
            named.copy_with(host=address.partition("%")[0]),
            headers={**headers, "Host": named.netloc.decode("ascii")},
            content=body,
            extensions={
                "sni_hostname": named.raw_host.decode("ascii"),
                "timeout": httpx.Timeout(manners.timeout_seconds).as_dict(),
            },
        )
        transport = httpx.AsyncHTTPTransport(verify=self._trusted, retries=0, trust_env=False)
        try:
            async with transport:
                response = await transport.handle_async_request(request)
                try:
                    await _read(response)
                finally:
                    await response.aclose()
        except httpx.TimeoutException:
            return Answered(0, "timed_out")
        except (httpx.TransportError, httpx.StreamError, OSError) as broken:
            return Answered(0, "tls_failed" if _is_tls(broken) else "no_connection")
        return _answered(response.status_code)


def _answered(status: int) -> Answered:
    if 200 <= status < 300:
        return Answered(status)
    return Answered(status, "redirected" if 300 <= status < 400 else "refused")


async def _read(response: httpx.Response) -> None:
    """Read an answer as far as it is reasonable, so that the other side can end it in peace."""
    seen = 0
    async for part in response.aiter_raw():
        seen += len(part)
        if seen > _ANSWER_MAX:
            return


def _is_tls(broken: BaseException | None) -> bool:
    while broken is not None:
        if isinstance(broken, ssl.SSLError):
            return True
        broken = broken.__cause__ or broken.__context__
    return False
