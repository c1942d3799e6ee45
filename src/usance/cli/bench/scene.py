"""The book on which whole payments are measured: shipped rules, lists, buyers and orders.

The orders are those of the two shipped days, taken over and over under new ids and invoice
numbers. Their buyers are the days' own, too; a new set of them comes forward every few cycles,
so that nobody pays more often in a day than the windows of risk allow.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from usance.adapters.watchlists.ofac import OfacSdnList
from usance.adapters.watchlists.un import UnConsolidatedList
from usance.cli.bench.report import WrongResult, doing
from usance.cli.demo.play import DAYS, import_day
from usance.cli.throwaway import new_book
from usance.financing.service import GrantMandate, OpenFacility, ReceiveFunds
from usance.kernel.ids import FacilityId, OrderId, derive, milliseconds_at
from usance.kernel.money import parse
from usance.kernel.records import Record
from usance.parties.model import HOUSE
from usance.parties.service import cast, cast_party, invented_buyer
from usance.payments.service import Pay
from usance.policy.model import PolicyRow
from usance.policy.service import AdoptPolicy, shipped_rows
from usance.risk.service import LoadWatchlist, stage_watchlist
from usance.runtime.commands import Command
from usance.runtime.postgres import ServerAddress
from usance.worker.buyers import SEED, InventedBuyers
from usance.worker.session import Session, opened

BEGINS: Final = datetime(2026, 9, 15, tzinfo=UTC)
_SHOP: Final = "bench"
# So much that neither funds nor limits end an offer: every payment is to be financed.
_FUNDS: Final = "1000000000.00"
_LIMIT: Final = "900000000.00"
_MANDATE: Final = "10000000.00"
_FX_LIMIT: Final = PolicyRow(
    "payments.fx_limit",
    "*",
    date(2026, 1, 1),
    {"pair_max": "1000000000000.00 EUR", "position_max": "1000000000000.00 EUR"},
    "So much that no lock of a measurement is refused",
    verified=False,
)
_CYCLES_PER_BUYER: Final = 4
_LISTS: Final = (UnConsolidatedList(), OfacSdnList())


class Sale(Record, frozen=True):
    """An order of a shipped day, with its buyer's number there."""

    id: OrderId
    customer: str
    country: str


@asynccontextmanager
async def staged(address: ServerAddress, home: Path, name: str) -> AsyncIterator[Session]:
    """A new book with the scene set, open as its engine, and gone at the end."""
    async with (
        new_book(address, home, name, BEGINS) as place,
        opened(place, engine=True) as session,
    ):
        doing("setting the scene")
        await set_the_scene(session)
        yield session


async def set_the_scene(session: Session) -> None:
    """Adopt rules and lists, bring in the cast, the funds and the two shipped days."""
    await adopt_rules(session)
    await bring_in_cast(session)
    for watchlist in _LISTS:
        reading = watchlist.translate(watchlist.shipped())
        async with session.pool.acquire() as connection, connection.transaction():
            version = await stage_watchlist(
                connection, watchlist, reading, date(2026, 2, 27), BEGINS
            )
        await _do(session, "load_watchlist", LoadWatchlist(version), version)
    await session.worker().publish_rates(BEGINS)
    funder, seller = cast_party("funder_one"), cast_party("seller")
    await _do(session, "receive_funds", ReceiveFunds(funder, parse(_FUNDS, "CNY"), "wire"), 1)
    facility = FacilityId.derived(0, _SHOP)
    opening = OpenFacility(facility, funder, seller, parse(_LIMIT, "CNY"), "standard")
    await _do(session, "open_facility", opening, 1)
    await _do(session, "grant_mandate", GrantMandate(seller, parse(_MANDATE, "CNY")), 1)
    for day in DAYS:
        await import_day(session, day)
    await session.worker().beat()


async def adopt_rules(session: Session) -> None:
    """Adopt the shipped rules, with room for a day's trade at locked rates."""
    rows = [each for each in shipped_rows() if each.rule != _FX_LIMIT.rule]
    adopted = AdoptPolicy((*rows, _FX_LIMIT), "a new book")
    await _do(session, "adopt_policy", adopted, "rows")


async def bring_in_cast(session: Session) -> None:
    """Register the parties and users of the story."""
    for number, (verb, body) in enumerate(cast()):
        await _do(session, verb, body, number)


async def sales(session: Session) -> list[Sale]:
    """Return the orders of the shipped days, in the order in which they were placed."""
    rows: list[Any] = await session.pool.fetch(
        "select o.id, split_part(p.reference, ':', 2) as customer, p.country"
        " from trade.orders o join parties.parties p on p.id = o.buyer_id"
        " order by o.placed_at, o.id"
    )
    return [Sale(OrderId(row["id"]), row["customer"], row["country"]) for row in rows]


async def order_again(session: Session, pattern: list[Sale], first: int, count: int) -> list[Pay]:
    """Place `count` orders after the pattern, from the `first` on; return how each is paid."""
    pays, rows, customers = [], [], {}
    for at in range(first, first + count):
        cycle, place = divmod(at, len(pattern))
        sale = pattern[place]
        customer = f"{sale.customer}{cycle // _CYCLES_PER_BUYER:05d}"
        order_id = OrderId.derived(milliseconds_at(BEGINS) + at, _SHOP, at)
        token = invented_buyer(SEED, customer, sale.country).card_token or ""
        pays.append(Pay(order_id, "", token))
        rows.append((order_id, customer, sale.id, f"-{cycle}"))
        customers[customer] = sale.country
    buyers = await InventedBuyers(session, _SHOP).known(
        cast_party("seller"), list(customers.items())
    )
    await session.pool.executemany(
        "insert into trade.orders (id, seller_id, buyer_id, invoice_no, amount_minor,"
        " amount_currency, placed_at, source_date, country, line_count)"
        " select $1, seller_id, $2, invoice_no || $4, amount_minor, amount_currency, $5,"
        " source_date, country, line_count from trade.orders where id = $3",
        [
            (order_id, buyers[customer], old, suffix, BEGINS)
            for order_id, customer, old, suffix in rows
        ],
    )
    return pays


def command(verb: str, body: Record, key: object) -> Command:
    """Return what the house asks; the same verb and key are the same command."""
    return Command(derive(milliseconds_at(BEGINS), verb, key), verb, HOUSE, body)


async def _do(session: Session, verb: str, body: Record, *key: object) -> None:
    outcome = await session.do(verb, body, derive(0, *key))
    if outcome.refusal is not None:
        raise WrongResult(f"the book could not be set up: {verb}: {outcome.refusal}")
