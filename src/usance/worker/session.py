"""A book, opened: its database, its engine or the socket of it, its worker and its log.

Whoever comes first becomes the engine and listens on the book's socket; whoever comes later
uses that socket. The same session serves the command line, the API and the tests.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path as FilePath
from typing import Any, Final

import asyncpg
import structlog

from usance.bootstrap import money_path, plugged, subscriptions
from usance.evidence.model import SignedCheckpoint
from usance.evidence.service import Log, extend, open_log
from usance.kernel.errors import Code, NotFound, Unavailable
from usance.kernel.ids import derive, milliseconds_at
from usance.kernel.records import Record
from usance.parties.model import HOUSE
from usance.payments.ports import Rail, RateSource
from usance.risk.service import Screens, ready_screens
from usance.runtime.clock import FrozenClock, WallClock, wall_now
from usance.runtime.commands import Command, Path
from usance.runtime.database import open_book
from usance.runtime.engine import BookTaken, Engine
from usance.runtime.facts import Outcome
from usance.runtime.migrations import behind, migrate
from usance.runtime.postgres import (
    ServerAddress,
    create_database,
    drop_database,
    unreachable,
)
from usance.runtime.roles import SERVICE
from usance.runtime.standby import LOCK_ID, STANDING, is_to_succeed, wait_for_book
from usance.runtime.wire import Book, RemoteBook, serve_engine
from usance.worker.live_rails import allowed_in
from usance.worker.loop import Worker
from usance.worker.secrets import Secrets
from usance.worker.webhooks import Show, Webhooks

MALFORMED_BOOK: Final = Code(
    "malformed_book",
    422,
    "{field}: {value} cannot be the name of a book.",
    "{field}:{value} 不能作为账簿名称。",
    "Use small letters, digits and underscores, beginning with a letter, at most 40.",
    "请使用小写字母、数字和下划线,以字母开头,最多 40 个字符。",
)
KEPT_BOOK: Final = Code(
    "kept_book",
    409,
    "{field}: {value} goes by the wall clock; it is not thrown away.",
    "{field}:{value} 使用真实时间,不会被清除重建。",
    "Name another book with --book; only a test book is made anew.",
    "请用 --book 指定其他账簿;只有测试账簿可以重建。",
)
_BOOK_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SOCKET_MAX: Final = 100
# Seconds until a book is asked for again after something else went wrong than that it is held.
_TRIES_AGAIN_AFTER: Final = 1.0
_log: Final = structlog.get_logger()


class Place(Record, frozen=True):
    """Where a book lies: the server's URL, the house's folder, the book's name."""

    server_url: str
    home: str
    book: str

    @property
    def database(self) -> str:
        """The name of the book's database."""
        return f"usance_{self.book}"

    @property
    def dsn(self) -> str:
        """How to connect to the book's database."""
        return ServerAddress(self.server_url).dsn(self.database)

    @property
    def folder(self) -> FilePath:
        """Where the book keeps its log's key."""
        return FilePath(self.home) / "books" / self.book

    @property
    def socket(self) -> FilePath:
        """Where the book's engine listens. The operating system allows no long path."""
        path = self.folder / "engine.sock"
        if len(str(path)) <= _SOCKET_MAX:
            return path
        return FilePath("/tmp") / f"usance-{derive(0, str(path)).hex}.sock"  # noqa: S108


def place_of(address: ServerAddress, home: FilePath, book: str) -> Place:
    """Return where a book lies. Raises Invalid(malformed_book)."""
    if not _BOOK_NAME.fullmatch(book):
        raise MALFORMED_BOOK.invalid("book", book[:60])
    return Place(address.url, str(home), book)


class Session:
    """What a mouth needs of an open book."""

    def __init__(
        self, place: Place, path: Path, book: Book, pool: "asyncpg.Pool[Any]", log: Log
    ) -> None:
        self.place = place
        self.path = path
        self.book = book
        self.pool = pool
        self.log = log
        self.secrets = Secrets(place.folder)
        self.engine = book if isinstance(book, Engine) else None

    async def now(self) -> datetime:
        """Return the book's time."""
        row = await self.pool.fetchrow("select book_time, test_clock from engine.book")
        assert row is not None, "an open book has its row"
        return row["book_time"] if row["test_clock"] else wall_now()

    async def is_test(self) -> bool:
        """Return whether the book goes by a test clock."""
        return bool(await self.pool.fetchval("select test_clock from engine.book"))

    async def do(self, verb: str, body: Record, *key: object) -> Outcome:
        """Have the house itself carry out one verb; the same key is the same command."""
        command_id = derive(milliseconds_at(await self.now()), verb, *key)
        [outcome] = await self.book.submit([Command(command_id, verb, HOUSE, body)])
        return outcome

    async def extend_log(self) -> SignedCheckpoint | None:
        """Take the facts that are not in the evidence log yet into it, and sign."""
        async with self.pool.acquire() as connection:
            return await extend(connection, self.log, await self.now())

    def worker(
        self,
        rails: Mapping[str, Rail] | None = None,
        show: Show | None = None,
        *,
        localhost: bool = False,
    ) -> Worker:
        """Return a worker for the book; `rails` stand in for those that are plugged in.

        show: how objects are shown to webhook endpoints; without it none is told anything.
        localhost: a test book's endpoints may be on this machine.
        """
        if rails is None:
            rails = {name: make() for name, make in plugged("rails")}
        rates: RateSource = next(make() for _, make in plugged("rates"))
        webhooks = None
        if show is not None:
            webhooks = Webhooks(
                self.pool, self.book, show, self.secrets.of_endpoint, localhost=localhost
            )
        sources = {name: make() for name, make in plugged("quotes")}
        return Worker(
            self.pool,
            self.book,
            rails,
            rates,
            subscriptions(),
            sources,
            webhooks,
            self.secrets.of_rail,
            allowed_in(os.environ),
            next((make() for _, make in plugged("payee_checks")), None),
        )


async def make_book(place: Place, start: datetime, *, test_clock: bool, anew: bool) -> None:
    """Make a book's database and tables. anew: what was there is thrown away first.

    Raises BookTaken, Invalid(kept_book), ServerUnavailable.
    """
    if anew:
        await throw_away(place)
    await create_database(ServerAddress(place.server_url), place.database)
    await migrate(place.dsn)
    await open_book(place.dsn, place.book, start, test_clock=test_clock)


async def throw_away(place: Place) -> None:
    """Drop a test book with its log's key: one key never signs two histories.

    Harmless when there is none. Raises BookTaken, Invalid(kept_book), ServerUnavailable.
    """
    await _require_spare(place)
    await drop_database(ServerAddress(place.server_url), place.database)
    _log_key(place).unlink(missing_ok=True)
    Secrets(place.folder).forget()


async def _require_spare(place: Place) -> None:
    """Raise where a book is in use, or is no test book."""
    try:
        connection = await asyncpg.connect(place.dsn)
    except asyncpg.InvalidCatalogNameError:
        return
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise unreachable(ServerAddress(place.server_url), error) from error
    try:
        if not await connection.fetchval("select pg_try_advisory_lock($1)", LOCK_ID):
            raise BookTaken(
                f"An engine holds the book {place.book}. End it first, or name another with --book."
            )
        made = await connection.fetchval("select to_regclass('engine.book') is not null")
        if made and await connection.fetchval("select not test_clock from engine.book"):
            raise KEPT_BOOK.invalid("book", place.book)
    finally:
        await connection.close()


def _log_key(place: Place) -> FilePath:
    return place.folder / "log.key"


@asynccontextmanager
async def opened(
    place: Place,
    *,
    engine: bool | None = None,
    standby: bool = False,
    patient: bool = False,
) -> AsyncIterator[Session]:
    """Open a book for use.

    engine: True, be its engine or raise BookTaken; False, reach its engine or raise
    Unavailable; None, whichever there is. standby: where another engine lives, wait until it has
    ended or gives no sign of life, and take over. patient: an engine that does not listen yet is
    no reason to raise; what is asked of the book meanwhile raises Unavailable. Where a mere command
    holds the book, its successor is whoever is patient and may be the engine. Raises NotFound
    where there is no such book, and Unavailable where its tables are behind this version.
    """
    await _require_current(place)
    screens = Screens()
    path = money_path(screens)
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(
            asyncpg.create_pool(
                place.dsn,
                min_size=1,
                max_size=8,
                server_settings={"role": SERVICE, "application_name": STANDING if engine else ""},
                reset=_as_it_is,
            )
        )
        place.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if standby:
            book: Book = await _engine_in_turn(place, path, screens, pool, stack)
        else:
            book = await _book(place, path, screens, pool, stack, engine=engine, patient=patient)
        log = open_log(f"usance.example/{place.book}", _log_key(place))
        session = Session(place, path, book, pool, log)
        if patient and engine is None and session.engine is None:
            succession = asyncio.create_task(_succeed(session, screens, stack))
            stack.push_async_callback(_ended, succession)
        yield session


async def _succeed(session: Session, screens: Screens, stack: AsyncExitStack) -> None:
    """Become the book's engine when the command that holds it has ended.

    Whatever goes wrong meanwhile is logged and tried again: nobody else waits for the book, and
    without an engine nothing that is asked of it can be done.

    Our own way to the book stays its socket, behind which we are then ourselves.
    """
    while session.engine is None:
        try:
            if not await is_to_succeed(session.place.dsn):
                return
            session.engine = await _engine(
                session.place, session.path, screens, session.pool, stack
            )
        except BookTaken:
            continue  # Somebody else was quicker.
        except Exception as broken:  # noqa: BLE001 - the server goes on; so does its waiting
            _log.error("book_not_taken_over", book=session.place.book, exc_info=broken)
            await asyncio.sleep(_TRIES_AGAIN_AFTER)
    assert isinstance(session.book, RemoteBook), "whoever is the engine succeeds nobody"
    _log.info("took_the_book_over", book=session.place.book)
    with suppress(Unavailable):  # Whoever asks next connects.
        await session.book.connect()


async def _ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _as_it_is(connection: "asyncpg.Connection[Any]") -> None:
    """Lend a connection again without asking the server to reset it.

    Nothing here changes a connection's settings or listens on it beyond a transaction, so that
    would be one more round trip for every reading.
    """


async def _require_current(place: Place) -> None:
    try:
        lacking = await behind(place.dsn)
    except asyncpg.InvalidCatalogNameError as nothing:
        raise NotFound("book", place.book) from nothing
    except OSError as error:
        raise unreachable(ServerAddress(place.server_url), error) from error
    if lacking:
        raise Unavailable(
            f"The book {place.book} is behind this Usance ({', '.join(lacking)})."
            f" Run: usance migrate --book {place.book}"
        )


async def _book(
    place: Place,
    path: Path,
    screens: Screens,
    pool: "asyncpg.Pool[Any]",
    stack: AsyncExitStack,
    *,
    engine: bool | None,
    patient: bool,
) -> Book:
    if engine is not False:
        try:
            return await _engine(place, path, screens, pool, stack)
        except BookTaken:
            if engine:
                raise
    remote = RemoteBook(place.socket)
    stack.push_async_callback(remote.close)
    try:
        await remote.connect()
    except Unavailable:
        if not patient:
            raise
    return remote


async def _engine_in_turn(
    place: Place,
    path: Path,
    screens: Screens,
    pool: "asyncpg.Pool[Any]",
    stack: AsyncExitStack,
) -> Engine:
    while True:
        await wait_for_book(place.dsn)
        try:
            return await _engine(place, path, screens, pool, stack)
        except BookTaken:
            continue  # Another standby was quicker.


async def _engine(
    place: Place,
    path: Path,
    screens: Screens,
    pool: "asyncpg.Pool[Any]",
    stack: AsyncExitStack,
) -> Engine:
    row = await pool.fetchrow("select book_time, test_clock from engine.book")
    assert row is not None, f"{place.book} was never made"
    clock = FrozenClock(row["book_time"]) if row["test_clock"] else WallClock()
    async with pool.acquire() as connection:
        await ready_screens(connection, screens)
    engine = Engine(place.dsn, path, clock)
    await engine.start()
    try:
        server = await serve_engine(engine, path, place.socket)
    except BaseException:
        await engine.stop()  # Nobody could reach it, and nobody else could take the book.
        raise
    stack.push_async_callback(engine.stop)
    stack.callback(server.close)
    return engine
