"""A shop's server that receives webhooks: on this machine, and as good or bad as it is told."""

import asyncio
import json
from contextlib import suppress
from typing import Any

from standardwebhooks import Webhook


class Receiver:
    """Answers with `answers`, one after the other, then with 200; keeps what it has heard.

    An answer is a status, or a text that is sent as it is; None never answers. hung: set once
    somebody waits for an answer that never comes.
    """

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int | str | None] = []
        self.hung = asyncio.Event()
        self.url = ""

    async def open(self) -> "Receiver":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/hear"
        return self

    async def close(self) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head.splitlines()[1:] if line)
        }
        body = await reader.readexactly(int(headers["content-length"]))
        self.heard.append((headers, body))
        answer = self.answers.pop(0) if self.answers else 200
        if answer is None:
            self.hung.set()
            await reader.read()
            writer.close()
            return
        said = answer if isinstance(answer, str) else f"HTTP/1.1 {answer} X\r\n\r\n"
        writer.write(said.encode())
        with suppress(ConnectionError):
            await writer.drain()
        writer.close()

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.heard]

    def events(self, kind: str = "") -> list[dict[str, Any]]:
        read = [json.loads(body) for _, body in self.heard]
        return [event for event in read if kind in {"", event["type"]}]

    def verified(self, secret: str) -> list[dict[str, Any]]:
        """All that was heard, each checked as any library of Standard Webhooks does."""
        return [Webhook(secret).verify(body, headers) for headers, body in self.heard]
