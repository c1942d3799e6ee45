"""The load of `usance bench http`: a process of its own that knows HTTP and nothing of the house.

It reads its orders as one line of JSON, makes all requests before the clock starts, says
`ready`, waits for a line, keeps every connection busy until the time is over or no request is
left, and says in one line of JSON what it saw. A request's time is from when it is handed to
the socket until its answer is there whole.
"""

import asyncio
import json
import random
import resource
import sys
import time
from collections.abc import Iterator
from typing import Any, Final, cast

import uvloop

_CREATED: Final = b'"created":'
_LENGTH: Final = b"content-length:"


def requests_of(orders: dict[str, Any]) -> list[bytes]:
    """Return the bytes of all requests.

    orders: `path`, `secret`, `accounts` (ids), `requests` (at most), `batch` (transfers in each),
    `seed`, `milliseconds` (from which the ids count).
    """
    chance = random.Random(orders["seed"])  # noqa: S311 - no secret, and the same for everybody
    ids = _ids(chance, orders["milliseconds"])
    made = []
    for _ in range(orders["requests"]):
        items = ",".join(
            _transfer(chance, next(ids), orders["accounts"]) for _ in range(orders["batch"])
        )
        body = f'{{"transfers":[{items}],"value_date":"2026-09-09"}}'
        made.append(
            f"POST {orders['path']} HTTP/1.1\r\nHost: book\r\n"
            f"Authorization: Bearer {orders['secret']}\r\nIdempotency-Key: {next(ids)}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        )
    return made


def _ids(chance: random.Random, milliseconds: int) -> Iterator[str]:
    """Yield UUIDv7, one for each millisecond."""
    while True:
        milliseconds += 1
        rest = f"{chance.getrandbits(72):018x}"
        time_part = f"{milliseconds:012x}"
        yield f"{time_part[:8]}-{time_part[8:]}-7{rest[:3]}-8{rest[3:6]}-{rest[6:]}"


def _transfer(chance: random.Random, identifier: str, accounts: list[str]) -> str:
    debit, credit = chance.sample(accounts, 2)
    amount = f'{{"amount":"{chance.randrange(1, 100)}.00","currency":"GBP"}}'
    return f'{{"id":"{identifier}","debit":"{debit}","credit":"{credit}","amount":{amount}}}'


class _Load:
    """What is still to be sent, and what has come back."""

    def __init__(self, requests: list[bytes], seconds: float) -> None:
        self.under_way = 0
        self._left = iter(requests)
        self._seconds = seconds
        self._until = 0.0
        self.created = 0
        self.wrong: list[str] = []
        self.seconds: list[float] = []
        self.done = asyncio.Event()

    def begin(self) -> None:
        """Start the clock."""
        self._until = time.perf_counter() + self._seconds

    def take(self) -> bytes | None:
        """Return the next request to be sent, None at the end."""
        request = next(self._left, None) if time.perf_counter() < self._until else None
        if request is not None:
            self.under_way += 1
        elif not self.under_way:
            self.done.set()
        return request


class _Connection(asyncio.Protocol):
    """One connection with one request under way at a time."""

    def __init__(self, load: _Load) -> None:
        self._load = load
        self._answer = b""
        self._length = 0
        self._sent = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # The loop's own transport has all the methods of this class and is none of it.
        self._transport = cast("asyncio.Transport", transport)

    def next(self) -> None:
        """Send the next request, if one is left."""
        request = self._load.take()
        if request is not None:
            assert self._transport is not None, "connected first"
            self._sent = time.perf_counter()
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._answer = answer = self._answer + data if self._answer else data
        if not self._length:
            head = answer.find(b"\r\n\r\n")
            if head < 0:
                return
            at = answer.find(_LENGTH) + len(_LENGTH)
            self._length = head + 4 + int(answer[at : answer.index(b"\r", at)])
        if len(answer) < self._length:
            return
        load = self._load
        load.seconds.append(time.perf_counter() - self._sent)
        at = answer.find(_CREATED)
        if answer[9:12] == b"200" and at >= 0:
            load.created += int(answer[at + len(_CREATED) : answer.index(b",", at)])
        else:
            load.wrong.append(answer[:400].decode(errors="replace"))
        self._answer, self._length = b"", 0
        load.under_way -= 1
        self.next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._load.done.is_set():
            self._load.wrong.append(f"the connection was closed: {exc}")
            self._load.done.set()


async def _send(orders: dict[str, Any], load: _Load) -> float:
    loop = asyncio.get_running_loop()
    connections = []
    for _ in range(orders["connections"]):
        _, connection = await loop.create_connection(
            lambda: _Connection(load), "127.0.0.1", orders["port"]
        )
        connections.append(connection)
    began = time.perf_counter()
    load.begin()
    for connection in connections:
        connection.next()
    await load.done.wait()
    return time.perf_counter() - began


def main() -> None:
    """Do what standard input says."""
    orders = json.loads(sys.stdin.readline())
    load = _Load(requests_of(orders), orders["seconds"])
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    before = resource.getrusage(resource.RUSAGE_SELF)
    seconds = uvloop.run(_send(orders, load))
    after = resource.getrusage(resource.RUSAGE_SELF)
    result = {
        "seconds": seconds,
        "cpu_seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "created": load.created,
        "latencies": load.seconds,
        "wrong": load.wrong[:3],
    }
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
