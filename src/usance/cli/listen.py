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

from usance.cli.errors import NOBODY_ANSWERS, SAYS_NO
from usance.cli.refusing import UNREACHABLE, no
from usance.cli.voice import Words, says
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
    language: Words = Words.EN,
    transport: httpx.AsyncBaseTransport | None = None,
) -> None:
    """Print what happens from now on until somebody says stop.

    transport: another way to the book than by the network, for tests.
    """
    wanted = {each.strip() for each in types.split(",") if each.strip()}
    secret = written(hashlib.sha256(f"usance listen {key}".encode()).digest())
    if forward_to:
        to = says("Forwarding to {0}, signed with {1}\n", "转发至 {0},签名密钥 {1}\n", language)
        sys.stderr.write(to.format(forward_to, secret))
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(
        base_url=url, headers=headers, timeout=_SECONDS, transport=transport
    ) as client:
        ready = await _asked(client, "/readyz")
        after = ready["facts"]
        said = says(
            "Listening to the book {0} at {1}, behind position {2}: what happens from now on{3}."
            " Ctrl-C ends it.\n",
            "正在收听 {1} 的账簿 {0},自序号 {2} 之后{3}。按 Ctrl-C 结束。\n",
            language,
        )
        sys.stderr.write(said.format(ready["book"], url, after, _of(wanted, language)))
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


def _of(types: set[str], language: Words) -> str:
    return says(", of {0}", ",类型 {0}", language).format(", ".join(sorted(types))) if types else ""


async def _asked(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    try:
        answer = await client.get(path)
    except httpx.TransportError as away:
        ends = no(NOBODY_ANSWERS, "--url", f"{client.base_url}: {away}", ends=UNREACHABLE)
        raise ends from away
    if answer.status_code != httpx.codes.OK:
        problem = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        said = problem.get("detail") or problem.get("reason") or f"status {answer.status_code}"
        raise no(SAYS_NO, "--url", f"{client.base_url}: {said}", ends=UNREACHABLE)
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
