"""A steady load counts from the schedule: whoever is late is not forgiven."""

import asyncio

import pytest

from usance.cli.bench.generator import _Connection, _Load, requests_of
from usance.cli.bench.offered import Offered, Round, figures
from usance.cli.bench.report import WrongResult, percentile
from usance.kernel.errors import Unavailable


def offered(rate: int, count: int, send) -> Round:
    load = Round(rate, count)
    asyncio.run(load.run(send))
    load.commands, load.batches = count, 1
    return load


def test_all_that_is_offered_is_answered():
    seen = []

    def send(number, ended):
        seen.append(number)
        ended()

    load = offered(2000, 200, send)

    assert seen == list(range(200))
    assert figures([load], 2000)["turned_away"] == 0
    assert len(load.seconds) == 200
    assert min(load.seconds) >= 0


def test_who_had_to_wait_for_a_stall_is_counted_from_when_it_was_due():
    def send(number, ended):
        if number == 10:
            # Nothing at all happens for a while: the schedule goes on.
            import time

            time.sleep(0.1)
        ended()

    load = offered(1000, 200, send)

    # Some ninety requests were due during the stall, though none was sent in it.
    assert sum(seconds > 0.01 for seconds in load.seconds) > 50
    assert percentile(load.seconds, 90) > 0.05


def test_a_rate_that_cannot_be_kept_is_told():
    async def story():
        load = Round(1000, 100)
        waiting: asyncio.Queue = asyncio.Queue()

        async def slowly():
            for _ in range(100):
                await asyncio.sleep(0.005)
                (await waiting.get())()

        send = lambda _number, ended: waiting.put_nowait(ended)
        _, achieved = await asyncio.gather(slowly(), load.run(send))
        load.commands, load.batches = 100, 100
        return load, achieved

    load, achieved = asyncio.run(story())

    assert achieved < 250
    assert figures([load], 1000)["kept"] is False


def test_who_is_turned_away_is_counted_and_not_waited_for():
    def send(number, ended):
        if number % 2:
            raise Unavailable("too much is waiting")
        ended()

    load = offered(1000, 50, send)

    assert (load.turned_away, len(load.seconds)) == (25, 25)


@pytest.mark.parametrize("why", [Unavailable("the engine has failed"), WrongResult("refused")])
def test_an_answer_that_is_none_ends_the_round(why):
    async def story():
        load = Offered("", 1000, 1)
        load.rounds.append(Round(1000, 3))
        answers = [asyncio.get_running_loop().create_future() for _ in range(3)]

        def then(_outcome):
            raise why

        def send(number, _ended):
            load.answered(answers[number], then)
            if isinstance(why, Unavailable):
                answers[number].set_exception(why)
            elif number == 1:
                answers[number].set_result(["an outcome"])

        await asyncio.wait_for(load.rounds[-1].run(send), 60)

    with pytest.raises(type(why), match=str(why)):
        asyncio.run(story())


ORDERS = {
    "path": "/x",
    "secret": "uk",
    "accounts": ["a", "b", "c"],
    "requests": 3,
    "batch": 2,
    "seed": 1,
    "milliseconds": 7,
}


def test_the_generator_makes_the_same_requests_of_the_same_orders():
    made = requests_of(ORDERS)

    assert made == requests_of(ORDERS)
    assert len(set(made)) == 3
    for request in made:
        head, _, body = request.partition(b"\r\n\r\n")
        assert b"Content-Length: %d" % len(body) in head
        assert body.count(b'"debit"') == 2


ANSWER = (
    b"HTTP/1.1 200 OK\r\ncontent-length: 38\r\ncontent-type: application/json\r\n\r\n"
    b'{"position":3,"created":2,"results":1}'
)


class Wire:
    def __init__(self):
        self.sent = []

    def write(self, data):
        self.sent.append(data)


@pytest.mark.parametrize("size", [1, 7, 60, 1000])
def test_an_answer_in_pieces_is_one_answer(size):
    load = _Load([b"one", b"two"], 60)
    load.begin()
    connection, wire = _Connection(load), Wire()
    connection.connection_made(wire)
    connection.next()
    for _ in range(2):
        for at in range(0, len(ANSWER), size):
            connection.data_received(ANSWER[at : at + size])

    assert wire.sent == [b"one", b"two"]
    assert (load.created, load.under_way, load.wrong) == (4, 0, [])
    assert load.done.is_set()


def test_no_request_is_sent_when_the_time_is_over():
    load = _Load([b"one"], 0)
    load.begin()

    assert load.take() is None
    assert load.done.is_set()
