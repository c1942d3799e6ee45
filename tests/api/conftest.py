"""One small book for each file of tests: invented parties, a handful of orders, keys for people."""

import asyncio
import hashlib
import shutil
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta
from json import dumps
from types import SimpleNamespace

import httpx
import pytest
from tests.api.pointing import points_to_what_was_sent
from tests.conftest import server_folder
from tests.restoring import remember, restore

from usance.adapters.rails import e_wallet, local_instant
from usance.adapters.rails.simulator import Behaviour, SimulatedRail
from usance.api import create_app
from usance.api.event_objects import show_object
from usance.financing import service as financing
from usance.kernel.ids import FacilityId, KeyId, OrderId, PartyId, UserId
from usance.kernel.money import parse
from usance.kernel.records import replace
from usance.parties import service as parties
from usance.parties.model import PartyKind, Role
from usance.policy import service as policy
from usance.risk import service as risk
from usance.risk.model import EntityKind, ListedEntity
from usance.risk.ports import Reading
from usance.runtime.postgres import drop_database
from usance.runtime.rows import RowShape
from usance.trade.model import Order
from usance.worker.session import make_book, opened, place_of

T0 = datetime(2026, 9, 9, 8, tzinfo=UTC)
SELLER = parties.cast_party("seller")
OTHER_SELLER = PartyId.derived(0, "other seller")
FACILITY = FacilityId.derived(0, "facility")
ORDERS = 60
LISTED_BUYER = PartyId.derived(0, "listed buyer")
_ORDER = RowShape(Order)


class House(SimpleNamespace):
    """An open book with its application; `run` drives the one event loop it lives in."""

    def run(self, work: Awaitable):
        return self.loop.run_until_complete(work)

    def ask(self, method: str, path: str, *, by: str = "operations", key: str = "", **rest):
        headers = {"Authorization": f"Bearer {self.keys[by]}"} if by else {}
        headers |= {"Idempotency-Key": key} if key else {}
        headers |= rest.pop("headers", {})
        answer = self.run(self.client.request(method, path, headers=headers, **rest))
        points_to_what_was_sent(answer)
        return answer

    def get(self, path: str, **rest):
        return self.ask("GET", path, **rest)

    def post(self, path: str, json: object, **rest):
        rest.setdefault("key", f"key {next(self.numbers)}")
        # Written by hand, so that what no text may hold can be sent too.
        rest["headers"] = {"Content-Type": "application/json", **rest.get("headers", {})}
        return self.ask("POST", path, content=dumps(json), **rest)

    def quiet(self):
        """Let the worker finish what there is to do now."""
        self.run(_quiet(self))


async def _quiet(house: House) -> None:
    await house.worker.quiet(await house.session.now())


def order_id(number: int, seller: PartyId = SELLER) -> OrderId:
    return OrderId.derived(int(T0.timestamp() * 1000) + number, seller, number)


async def _orders(session, seller: PartyId, buyer: PartyId, numbers: range) -> None:
    rows = [
        Order(
            order_id(number, seller),
            seller,
            buyer,
            f"{'A' if seller == SELLER else 'B'}{536000 + number}",
            parse(f"{20 + number}.50", "GBP"),
            T0,
            date(2026, 9, 9),
            "GB",
            1,
        )
        for number in numbers
    ]
    async with session.pool.acquire() as connection:
        await connection.copy_records_to_table(
            "orders",
            schema_name="trade",
            columns=_ORDER.columns,
            records=[_ORDER.to_row(row) for row in rows],
        )


async def _cast(session) -> None:
    done = [await session.do("adopt_policy", policy.AdoptPolicy(policy.shipped_rows(), "new"))]
    for verb, body in parties.cast():
        done.append(await session.do(verb, body, body.id))
    for verb, body in parties.register_invented(7, "shop", "1", "GB", "GBP"):
        done.append(await session.do(verb, body, body.id))
    other = parties.RegisterParty(OTHER_SELLER, PartyKind.SELLER, "Another Shop Ltd", "GB")
    done.append(await session.do("register_party", other))
    listed = parties.RegisterParty(LISTED_BUYER, PartyKind.BUYER, "Ivan Petrovich Nobody", "GB")
    done.append(await session.do("register_party", listed, "listed"))
    user = parties.RegisterUser(
        UserId.derived(0, "other"), OTHER_SELLER, "Otto Other", (Role.SELLER,)
    )
    done.append(await session.do("register_user", user))
    funder = parties.cast_party("funder_one")
    funds = financing.ReceiveFunds(funder, parse("50000", "CNY"), "wire")
    done.append(await session.do("receive_funds", funds))
    facility = financing.OpenFacility(FACILITY, funder, SELLER, parse("40000", "CNY"), "standard")
    done.append(await session.do("open_facility", facility))
    assert [one.refusal for one in done if one.refusal] == []


class _TinyList:
    code = "tiny"
    source = "invented for a test"


async def _watchlist(session) -> None:
    """Adopt a list with one name: without any list every payment would wait for a person."""
    listed = ListedEntity("tiny", "T.1", ("Ivan Petrovich Nobody",), EntityKind.PERSON)
    async with session.pool.acquire() as connection, connection.transaction():
        reading = Reading((listed,), ())
        version = await risk.stage_watchlist(connection, _TinyList(), reading, T0.date(), T0)
    assert (await session.do("load_watchlist", risk.LoadWatchlist(version))).refusal is None


def _secret(name: str) -> str:
    return parties.secret_of(hashlib.sha256(name.encode()).digest()[:30], live=False)


async def issue_key(session, name: str, user: UserId) -> str:
    secret = _secret(name)
    body = parties.IssueKey(
        KeyId.derived(0, name), user, parties.prefix_of(secret), parties.hash_of(secret)
    )
    outcome = await session.do("issue_key", body, name)
    assert outcome.refusal is None, outcome
    return secret


_USERS = {
    name: parties.cast_user(name)
    for name in (
        "admin",
        "admin_two",
        "ledger",
        "operations",
        "risk",
        "risk_two",
        "seller",
        "seller_two",
        "funder_one",
        "funder_two",
        "regulator",
        "developer",
    )
} | {"other": UserId.derived(0, "other")}


def plain_rails() -> dict[str, SimulatedRail]:
    """Rails that always answer and never charge back."""
    figures = {"fee_fixed_minor": 10, "settlement_business_days": 2}
    card = Behaviour(fee_bps=90, chargeback_fee_minor=1500, **figures)
    bank = Behaviour(fee_bps=0, chargeback_fee_minor=0, **figures)
    quick = Behaviour(
        fee_bps=0, chargeback_fee_minor=0, payer_after=timedelta(seconds=10), **figures
    )
    return {
        "card": SimulatedRail("card", 1, card),
        "bank_transfer": SimulatedRail("bank_transfer", 1, bank),
        "pix": local_instant.simulated(behaviour=quick),
        "e_wallet": e_wallet.simulated(behaviour=quick),
    }


async def _furnish(session) -> None:
    """What every house begins with."""
    await _cast(session)
    await _watchlist(session)
    await _orders(session, SELLER, parties.buyer_id("shop", "1"), range(ORDERS))
    await _orders(session, OTHER_SELLER, parties.buyer_id("shop", "1"), range(2))
    await _orders(session, SELLER, LISTED_BUYER, range(500, 501))
    for name, user in _USERS.items():
        await issue_key(session, name, user)
    await session.worker(plain_rails(), show_object, localhost=True).publish_rates(T0)


@pytest.fixture(scope="session")
def furnished(server_address):
    """A book to which every file's house returns."""
    home = server_folder()
    place = place_of(server_address, home, "api")

    async def make() -> None:
        await make_book(place, T0, test_clock=True, anew=True)
        async with opened(place) as session:
            await _furnish(session)
        await remember(place.dsn)

    asyncio.run(make())
    yield place
    asyncio.run(drop_database(server_address, place.database))
    shutil.rmtree(home)


async def _open(place, stack: AsyncExitStack) -> House:
    await restore(place.dsn)
    session = await stack.enter_async_context(opened(place))
    keys = {name: _secret(name) for name in _USERS}
    worker = session.worker(plain_rails(), show_object, localhost=True)
    app = create_app(session, worker)
    transport = httpx.ASGITransport(app, raise_app_exceptions=True)
    client = await stack.enter_async_context(
        httpx.AsyncClient(transport=transport, base_url="http://book")
    )
    numbers = iter(range(10**9))
    return House(app=app, session=session, worker=worker, client=client, keys=keys, numbers=numbers)


@pytest.fixture(scope="module")
def house(furnished):
    """An open book with its application, as new for each file of tests."""
    loop = asyncio.new_event_loop()
    stack = AsyncExitStack()
    # Keys and secrets lie beside the database.
    home = server_folder()
    without_socket = shutil.ignore_patterns("*.sock")
    shutil.copytree(furnished.home, home, dirs_exist_ok=True, ignore=without_socket)
    place = replace(furnished, home=str(home))
    opened_house = loop.run_until_complete(_open(place, stack))
    opened_house.loop = loop
    yield opened_house
    loop.run_until_complete(stack.aclose())
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()
    shutil.rmtree(home)
