"""A rail's server that is slow, busy, gone or endless: what was asked is then not known."""

import asyncio
import socket

import httpx
import pytest

from usance.adapters.rails.transport import NoAnswer, Patience, Transport

PATIENCE = Patience(seconds=0.2, attempts=3, pause=1.0)


class Server:
    """Answers with what stands in its list, one after the other."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []
        self.waited = []

    def handle(self, request):
        self.asked.append((request.method, request.url.path, request.content))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def sleep(self, seconds):
        self.waited.append(seconds)

    def ask(self, **more):
        under = httpx.MockTransport(self.handle)
        transport = Transport("https://rail.test/", {"x-key": "1"}, PATIENCE, under, self.sleep)
        return asyncio.run(transport.ask("POST", "/pay", body=b"x", **more))


OK, BUSY = httpx.Response(200, content=b"yes"), httpx.Response(503)
GONE = httpx.ConnectError("gone")
SLOW = httpx.ReadTimeout("slow")


@pytest.mark.parametrize(
    ("answers", "waited"),
    [
        ([OK], []),
        ([BUSY, OK], [1.0]),
        ([GONE, SLOW, OK], [1.0, 2.0]),
        ([httpx.Response(429, headers={"retry-after": "7"}), OK], [7.0, 1.0]),
        ([httpx.Response(429, headers={"retry-after": "9999"}), OK], [30.0, 1.0]),
    ],
)
def test_what_may_be_repeated_is_repeated(answers, waited):
    server = Server(*answers)

    assert server.ask().body == b"yes"
    assert server.waited == waited
    assert set(server.asked) == {("POST", "/pay", b"x")}


@pytest.mark.parametrize("answers", [[BUSY] * 3, [GONE] * 3, [SLOW, BUSY, SLOW]])
def test_who_is_never_heard_has_not_said_no(answers):
    server = Server(*answers)
    with pytest.raises(NoAnswer):
        server.ask()
    assert not server.answers


def test_what_may_not_be_repeated_is_asked_once():
    server = Server(SLOW, OK)
    with pytest.raises(NoAnswer):
        server.ask(repeatable=False)
    assert len(server.asked) == 1


def test_a_definite_refusal_is_a_reply():
    assert Server(httpx.Response(402, content=b"no")).ask().status == 402


def test_a_server_that_never_stops_talking_is_not_listened_to():
    with pytest.raises(NoAnswer, match="more than"):
        Server(httpx.Response(200, content=b"x" * (5 << 20))).ask()


def test_a_server_that_keeps_silent_is_given_up_after_its_time():
    """It takes the connection and what is sent, and says nothing."""

    async def ask(port):
        transport = Transport(f"http://127.0.0.1:{port}", {}, Patience(0.1, 2, 0.0))
        with pytest.raises(NoAnswer, match="ReadTimeout"):
            await transport.ask("GET", "/anything")
        await transport.close()

    with socket.create_server(("127.0.0.1", 0)) as deaf:
        asyncio.run(ask(deaf.getsockname()[1]))
