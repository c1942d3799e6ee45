"""kill -9 of a separate engine: those who serve its book and work for it stay, and go on."""

import asyncio
import itertools
import shutil
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest
from tests.conftest import server_folder
from tests.crash.served import begun, free_port, told_to_stop
from tests.runtime.books import ask

from usance.cli.keys import issue
from usance.cli.refusing import UNREACHABLE
from usance.kernel.ids import fresh
from usance.parties.model import HOUSE, OPERATOR, PartyKind, Role
from usance.parties.service import RegisterParty, RegisterUser, cast_user
from usance.runtime.postgres import drop_database
from usance.worker.session import Place, make_book, opened, place_of

START = datetime(2026, 9, 9, tzinfo=UTC)
PATIENCE = 60
EITHER, OTHER = UUID(int=1), UUID(int=2)


@pytest.fixture
def place(server_address):
    home = server_folder()
    place = place_of(server_address, home, "served")
    yield place
    asyncio.run(drop_database(server_address, place.database))
    shutil.rmtree(home)


async def made(place: Place) -> str:
    """Make a book in which a program may move what is its own; return the program's key."""
    await make_book(place, START, test_clock=True, anew=True)
    program = cast_user("ledger")
    async with opened(place, engine=True) as session:
        for verb, body in (
            ("register_party", RegisterParty(OPERATOR, PartyKind.OPERATOR, "Op Ltd", "GB")),
            ("register_user", RegisterUser(HOUSE, OPERATOR, "The house", (Role.OPERATIONS,))),
            ("register_user", RegisterUser(program, OPERATOR, "It", (Role.LEDGER,))),
        ):
            assert (await session.do(verb, body, body.id)).refusal is None
        return await issue(session, program)


class Program:
    """Moves one unit at a time, and repeats under the same key what was answered with 503."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.statuses: Counter[int] = Counter()
        self.moved = 0
        self.over = False
        self._numbers = itertools.count(1)

    async def post(self, address: str, body: object, key: str) -> httpx.Response:
        """Ask until the answer is another one than 503."""
        while True:
            answer = await self.client.post(address, json=body, headers={"Idempotency-Key": key})
            self.statuses[answer.status_code] += 1
            if answer.status_code != 503:
                return answer
            assert answer.headers["retry-after"] == "2"
            await asyncio.sleep(0.05)

    async def opens(self) -> None:
        accounts = [{"id": str(each), "currency": "GBP", "code": 1} for each in (EITHER, OTHER)]
        answer = await self.post("/v1/ledger/named_accounts", {"accounts": accounts}, "accounts")
        assert answer.json()["results"] == ["created"] * 2

    async def moves(self) -> None:
        while not self.over:
            number = next(self._numbers)
            transfer = {
                "id": str(fresh(int(START.timestamp() * 1000), number)),
                "debit": str(EITHER),
                "credit": str(OTHER),
                "amount": {"amount": "0.01", "currency": "GBP"},
            }
            address = "/v1/ledger/named_transfers"
            answer = await self.post(address, {"transfers": [transfer]}, f"move {number}")
            assert answer.json()["results"] == ["created"], answer.text
            self.moved += 1

    async def goes_on(self) -> None:
        """Return when it was told of some more."""
        wanted = self.moved + 20
        async with asyncio.timeout(PATIENCE):
            while self.moved < wanted:  # noqa: ASYNC110 - nobody tells us
                await asyncio.sleep(0.02)


async def readiness(client: httpx.AsyncClient, status: int) -> httpx.Response:
    """Return what /readyz says once it answers with this status."""
    async with asyncio.timeout(PATIENCE):
        while True:
            with suppress(httpx.TransportError):  # It does not listen yet.
                answer = await client.get("/readyz")
                if answer.status_code == status:
                    return answer
            await asyncio.sleep(0.05)


def test_the_api_and_the_worker_outlive_the_engine_and_nothing_is_lost_or_doubled(place):
    processes = []

    def process(what: str, port: int = 0):
        processes.append(begun(what, place, port))
        return processes[-1]

    async def listening() -> None:
        async with asyncio.timeout(PATIENCE):
            while not place.socket.exists():  # noqa: ASYNC110 - nobody tells us
                await asyncio.sleep(0.02)

    async def story(key: str, port: int) -> None:
        # Given an engine, one that stands by, the API and a worker, each a process
        place.socket.unlink()  # Of the engine that made the book.
        worker, engine = process("worker"), process("engine")
        await listening()
        standby, serve = process("standby"), process("serve", port)
        headers = {"Authorization": f"Bearer {key}"}
        url = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=PATIENCE) as client:
            await readiness(client, 200)
            program = Program(client)
            await program.opens()
            callers = [asyncio.create_task(program.moves()) for _ in range(4)]
            await program.goes_on()
            # When the engine is killed, then the callers go on with the one that stood by
            engine.kill()
            engine.join()
            await program.goes_on()
            # When that one is killed too, then the API says why it cannot
            standby.kill()
            standby.join()
            silent = await readiness(client, 503)
            assert silent.headers["retry-after"] == "2"
            assert not silent.json()["ready"]
            assert "engine" in silent.json()["reason"]
            # When an engine comes, then all goes on
            process("engine")
            await program.goes_on()
            await readiness(client, 200)
            program.over = True
            await asyncio.gather(*callers)
        assert set(program.statuses) == {200, 503}, program.statuses
        [row] = await ask(
            place.dsn,
            "select (select epoch from engine.book) as epoch,"
            " (select count(*) from ledger.transfers) as moved,"
            " (select min(debits_posted) from ledger.balances where debits_posted > 0) as balance",
        )
        # The engine that made the book was the first.
        assert dict(row) == {"epoch": 4, "moved": program.moved, "balance": program.moved}
        assert serve.is_alive()
        assert worker.is_alive()
        assert [told_to_stop(each) for each in (worker, serve)] == [0, 0]

    key = asyncio.run(made(place))
    try:
        asyncio.run(story(key, free_port()))
    finally:
        for each in processes:
            each.kill()
            each.join()


def test_the_api_that_is_its_own_engine_ends_when_that_has_failed(place):
    """Nobody else mends it: whoever started the process sees its end and starts it again."""
    asyncio.run(made(place))
    serve = begun("serve", place, port := free_port())

    async def story() -> None:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            await readiness(client, 200)
        await ask(
            place.dsn,
            "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and"
            " database = (select oid from pg_database where datname = current_database())",
        )

    try:
        asyncio.run(story())
        serve.join(PATIENCE)
        assert serve.exitcode == UNREACHABLE
    finally:
        serve.kill()
        serve.join()
