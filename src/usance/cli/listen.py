"""`usance listen`: hear events as they happen, and forward them, without an endpoint."""

import asyncio
import hashlib
import json
import sys
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import httpx
from standardwebhooks import Webhook

from usance.kernel.errors import Unavailable
from usance.runtime.clock import wall_now
from usance.worker.secrets import written

_PAUSE: Final = 0.5
_SECONDS: Final = 30


async def hear(
    url: str,
    key: str,
    *,
    forward_to: str = "",
    types: str = "",
    as_json: bool = False,
    transport: httpx.AsyncBaseTransport | None = None,
) -> None:
    """Print what happens from now on until somebody says stop. Raises Unavailable.

    transport: another way to the book than by the network, for tests.
    """
    wanted = {each.strip() for each in types.split(",") if each.strip()}
    secret = written(hashlib.sha256(f"usance listen {key}".encode()).digest())
    if forward_to:
        sys.stderr.write(f"Forwarding to {forward_to}, signed with {secret}\n")
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(
        base_url=url, headers=headers, timeout=_SECONDS, transport=transport
    ) as client:
        ready = await _asked(client, "/readyz")
        after = ready["facts"]
        sys.stderr.write(
            f"Listening to the book {ready['book']} at {url}, behind position {after}:"
            f" what happens from now on{_of(wanted)}. Ctrl-C ends it.\n"
        )
        query: dict[str, str] = {"after": str(after)}
        while True:
            page = await _asked(client, f"/v1/events?{urlencode({**query, 'limit': '100'})}")
            for event in page["data"]:
                after = max(after, event["position"])
                if not wanted or event["type"] in wanted:
                    await _told(event, forward_to, secret, as_json=as_json)
            if page["has_more"]:
                query = {"cursor": page["next_cursor"]}
                continue
            query = {"after": str(after)}
            await asyncio.sleep(_PAUSE)


def _of(types: set[str]) -> str:
    return f", of {', '.join(sorted(types))}" if types else ""


async def _asked(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    try:
        answer = await client.get(path)
    except httpx.TransportError as away:
        raise Unavailable(f"Nobody answers at {client.base_url}: {away}.") from away
    if answer.status_code != httpx.codes.OK:
        problem = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        said = problem.get("detail") or problem.get("reason") or f"status {answer.status_code}"
        raise Unavailable(f"{client.base_url} says no: {said}")
    found: dict[str, Any] = answer.json()
    return found


async def _told(event: Mapping[str, Any], to: str, secret: str, *, as_json: bool) -> None:
    body = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    said = body if as_json else f"{event['timestamp']}  {event['type']:<28} {event['data']['id']}"
    sys.stdout.write(f"{said}\n")
    sys.stdout.flush()
    if not to:
        return
    at = wall_now()
    headers = {
        "Content-Type": "application/json",
        "webhook-id": event["id"],
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(event["id"], at, body),
    }
    try:
        async with httpx.AsyncClient(timeout=_SECONDS) as client:
            answer = await client.post(to, content=body.encode(), headers=headers)
        sys.stderr.write(f"  -> {answer.status_code}\n")
    except httpx.TransportError as away:
        sys.stderr.write(f"  -> {type(away).__name__}\n")
