"""Small books for the tests of the engine: a few verbs of their own beside the ledger's."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path as FilePath
from typing import Any
from uuid import UUID

import asyncpg

from usance.bootstrap import money_path
from usance.kernel.errors import NEGATIVE_AMOUNT, Unavailable
from usance.kernel.ids import TransferId, derive, fresh
from usance.kernel.records import Record
from usance.ledger.model import Ref, Transfer
from usance.ledger.service import CreateTransfers, OpenAccounts, TransferRequest
from usance.ledger.tables import TRANSFERS
from usance.parties.model import HOUSE, OPERATOR
from usance.risk.service import Screens
from usance.runtime.clock import Clock, FrozenClock
from usance.runtime.commands import Command, Loader, Path, Stage, Verb
from usance.runtime.database import create_tables, open_book
from usance.runtime.engine import Engine
from usance.runtime.facts import Outcome
from usance.runtime.postgres import ServerAddress, create_database, drop_database
from usance.runtime.rows import METADATA
from usance.runtime.tables import DUE
from usance.runtime.wire import RemoteBook, serve_engine

START = datetime(2026, 9, 9, tzinfo=UTC)


class Note(Record, frozen=True):
    """Says something; has no other effect. Also the part it tells."""

    text: str


class Later(Record, frozen=True):
    """Has another note, or something broken, fall due."""

    due_at: datetime
    text: str = ""
    broken: str = ""
    times: int = 1


class Break(Record, frozen=True):
    """Goes wrong where it is told to: `prepare`, `query`, `apply`, `form`, `write`;
    `lost`, `blind`: it loses the engine the connection it writes by, or the one it reads by."""

    where: str
    dsn: str = ""


def note(draft, body, _facts):
    draft.tell(body)


def later(draft, body, _facts):
    for index in range(body.times):
        if body.broken:
            draft.schedule(body.due_at, "break", Break(body.broken))
        else:
            draft.schedule(body.due_at, "note", Note(f"{body.text}{index}"))


async def prepare_break(loader: Loader, commands: Sequence[Command]) -> None:
    for command in commands:
        where = getattr(command.body, "where", "")
        if where == "prepare":
            raise LookupError("no luck in prepare")
        if where == "query":
            await loader.fetch("select * from nowhere")
        if where == "lost":
            await ask(
                command.body.dsn,
                "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and"
                " database = (select oid from pg_database where datname = current_database())",
            )
        if where == "blind":
            mine = await loader.fetch("select pg_backend_pid() as pid")
            await ask(command.body.dsn, "select pg_terminate_backend($1)", mine[0]["pid"])
            await loader.fetch("select 1")


def apply_break(draft, body, _facts):
    draft.tell(Note("never told"))
    if body.where == "apply":
        raise ZeroDivisionError("no luck in apply")
    if body.where == "form":
        raise NEGATIVE_AMOUNT.invalid("amount", "-1")
    if body.where == "write":
        made = draft.new_id(TransferId)
        row = Transfer(made, draft.position, 1, 1, 0, "c", 0, None, date(2026, 1, 1), draft.now)
        draft.put(TRANSFERS, row)


class Entry(Record, frozen=True):
    """Writes a transfer as a payment's entry would: its id was seen by no bulk command."""

    id: UUID


def enter(draft, body, _facts):
    day = date(2026, 9, 9)
    row = Transfer(body.id, draft.position, 1, 2, 5, "c", 0, None, day, draft.now)
    draft.add(TRANSFERS, [row])
    draft.tell(Note("entered"))


def small_path(screens: Screens | None = None) -> Path:
    """The whole money path and a few verbs of our own."""
    return {
        **money_path(screens or Screens()),
        "note": Verb(Note, (Stage(note),)),
        "enter": Verb(Entry, (Stage(enter),)),
        "later": Verb(Later, (Stage(later),)),
        "break": Verb(Break, (Stage(apply_break, prepare_break),)),
    }


def command(number: int, verb: str, body: Record) -> Command:
    """A command whose id follows from its number."""
    return Command(fresh(int(START.timestamp() * 1000), number), verb, HOUSE, body)


def noted(number: int, text: str = "") -> Command:
    return command(number, "note", Note(text or f"note {number}"))


def accounts(number: int, *kinds: str, currency: str = "GBP") -> Command:
    refs = tuple(Ref(kind, currency, OPERATOR) for kind in kinds)
    return command(number, "open_accounts", OpenAccounts(refs))


def transfer(
    number: int,
    debit: int,
    credit: int,
    amount: int,
    flags: int = 0,
    pending_id: UUID | None = None,
) -> Command:
    """A command with one transfer, whose id is the command's with another tail."""
    request = TransferRequest(
        transfer_id(number), debit, credit, amount, "manual", flags, pending_id
    )
    return command(number, "create_transfers", CreateTransfers((request,), date(2026, 9, 9)))


def transfer_id(number: int) -> UUID:
    return derive(int(START.timestamp() * 1000) + number, "transfer", number)


_OURS = ("engine.", "ledger.", "evidence.")
_DATABASE = "runtime"
_made: set[str] = set()


@asynccontextmanager
async def book(address: ServerAddress, *, test_clock: bool = True) -> AsyncIterator[str]:
    """An empty book; its DSN. The database is made once and swept for every test."""
    dsn = address.dsn(_DATABASE)
    if address.url not in _made:
        await drop_database(address, _DATABASE)
        await create_database(address, _DATABASE)
        await create_tables(dsn)
        _made.add(address.url)
    swept = [f"{t.schema}.{t.name}" for t in METADATA.tables.values()]
    await execute(dsn, ";".join(f"delete from {name}" for name in swept if name.startswith(_OURS)))
    await open_book(dsn, _DATABASE, START, test_clock=test_clock)
    yield dsn


@asynccontextmanager
async def running(dsn: str, clock: Clock | None = None) -> AsyncIterator[Engine]:
    """An engine of the book, stopped afterwards."""
    engine = Engine(dsn, small_path(), clock or FrozenClock(START))
    await engine.start()
    try:
        yield engine
    finally:
        await engine.stop()


@asynccontextmanager
async def reached(engine, path=None):
    """A caller's end of the socket of an engine."""
    with tempfile.TemporaryDirectory() as folder:
        socket = FilePath(folder) / "engine.sock"
        server = await serve_engine(engine, path or engine.path, socket)
        remote = RemoteBook(socket)
        await remote.connect()
        try:
            yield remote, socket
        finally:
            await remote.close()
            server.close()


async def ask(dsn: str, sql: str, *arguments: Any) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetch(sql, *arguments)
    finally:
        await connection.close()


async def execute(dsn: str, sql: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


async def unavailable(engine: Engine, *commands: Command) -> str:
    """Submit, expect to be turned away, return why."""
    try:
        outcomes = await asyncio.wait_for(engine.submit(commands), 10)
    except Unavailable as why:
        return str(why)
    raise AssertionError(f"answered: {outcomes}")


def same_answer(one: Outcome, other: Outcome) -> bool:
    return one.fact == other.fact and one.refusal == other.refusal


def next_due(engine):
    """The earliest moment at which something falls due, as far as the engine's memory knows."""
    due = engine._writer.state.rows[DUE.slot].values()
    return min((row.due_at for row in due), default=None)
