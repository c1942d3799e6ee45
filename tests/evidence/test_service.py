"""The log over a real outbox: it grows, signs, proves, and notices what was changed behind it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.databases import bare_book

from usance.evidence import service, tables
from usance.evidence.errors import KeyUnusable, LogBroken, NotInLogYet
from usance.kernel.errors import Invalid, NotFound
from usance.kernel.records import Record
from usance.runtime.clock import FrozenClock
from usance.runtime.commands import Command, Stage, Verb
from usance.runtime.engine import Engine
from usance.runtime.postgres import ServerAddress
from usance_verify import Mismatch, verify

START = datetime(2026, 9, 9, tzinfo=UTC)
SOMEBODY = UUID(int=1)
LOG = service.Log("book.example/test", Ed25519PrivateKey.from_private_bytes(bytes(32)))


class Remark(Record, frozen=True):
    about: UUID
    words: str


def _remark(draft: Any, body: Remark, _facts: object) -> None:
    draft.thread(body.about)
    draft.tell(body)


PATH = {"remark": Verb(Remark, (Stage(_remark),))}


@pytest.fixture(scope="module")
def dsn(server_address: ServerAddress) -> Iterator[str]:
    with bare_book(server_address, "evidence_test", START) as dsn:
        yield dsn


@pytest.fixture
def book(dsn: str) -> Callable[[Callable[["Book"], Awaitable[None]]], None]:
    """Runs a story in an empty book."""

    async def told(story: Callable[[Book], Awaitable[None]]) -> None:
        async with opened(dsn) as book:
            await story(book)

    return lambda story: asyncio.run(told(story))


@asynccontextmanager
async def opened(dsn: str) -> AsyncIterator["Book"]:
    connection = await asyncpg.connect(dsn)
    await connection.execute(
        "truncate engine.outbox, engine.commands, evidence.tiles, evidence.checkpoints;"
        "update engine.book set position = 0"
    )
    engine = Engine(dsn, PATH, FrozenClock(START))
    await engine.start()
    try:
        yield Book(engine, connection)
    finally:
        await engine.stop()
        await connection.close()


class Book:
    """A book in which remarks are made."""

    def __init__(self, engine: Engine, connection: "asyncpg.Connection[Any]") -> None:
        self.engine = engine
        self.connection = connection
        self._made = 0

    async def remark(self, count: int) -> None:
        commands = [
            Command(UUID(int=self._made + n), "remark", SOMEBODY, Remark(SOMEBODY, f"Nr. {n} – 好"))
            for n in range(1, count + 1)
        ]
        self._made += count
        await self.engine.submit(commands)

    async def extend(self) -> int:
        signed = await service.extend(self.connection, LOG, START)
        return signed.checkpoint.size if signed else 0

    async def told(self, positions: list[int], under: int | None = None) -> list[str]:
        bundle = await service.prove(self.connection, positions, under)
        return verify(json.loads(service.written(bundle)), LOG.policy())


def test_every_fact_of_the_book_is_proved_to_a_stranger(book):
    async def story(book: Book) -> None:
        await book.remark(300)
        assert await book.extend() == 300

        told = await book.told(list(range(1, 301)))

        assert told[0] == 'The checkpoint of "book.example/test" over 300 facts is signed.'
        assert told[-1] == "Fact 300 is in the log, word for word."
        assert len(told) == 301
        assert await service.audit(book.connection) == 300

    book(story)


def test_the_log_grows_in_any_steps_and_older_papers_stay_good(book):
    async def story(book: Book) -> None:
        for count in (1, 254, 1, 1, 300, 0):
            await book.remark(count)
            await book.extend()

        assert await book.extend() == 557
        for under in (1, 255, 256, 257, 557):
            told = await book.told([1, under], under)
            assert told[-1] == "The newer checkpoint over 557 facts continues this one."
        assert await service.audit(book.connection) == 557
        signed = await book.connection.fetch("select size from evidence.checkpoints order by size")
        assert [row["size"] for row in signed] == [1, 255, 256, 257, 557]

    book(story)


def test_a_book_without_facts_has_no_checkpoint(book):
    async def story(book: Book) -> None:
        assert await service.extend(book.connection, LOG, START) is None
        assert await service.newest_checkpoint(book.connection) is None
        assert await service.audit(book.connection) == 0

    book(story)


def test_two_keepers_at_once_sign_each_size_once(book, dsn):
    async def story(book: Book) -> None:
        await book.remark(50)
        other = await asyncpg.connect(dsn)

        both = await asyncio.gather(
            service.extend(book.connection, LOG, START), service.extend(other, LOG, START)
        )

        await other.close()
        assert [signed.checkpoint.size for signed in both if signed] == [50, 50]
        assert both[0] == both[1]

    book(story)


@pytest.mark.parametrize(
    ("positions", "under", "error"),
    [
        ([4], None, NotInLogYet),
        ([5], None, NotFound),
        ([0], None, NotFound),
        ([3], 2, NotFound),
        ([2**70], None, NotFound),
        ([], None, Invalid),
    ],
)
def test_what_cannot_be_proved_is_said(book, positions, under, error):
    async def story(book: Book) -> None:
        await book.remark(3)
        await book.extend()
        await book.remark(1)

        with pytest.raises(error):
            await service.prove(book.connection, positions, under)

    book(story)


def test_a_fact_changed_in_the_database_is_refused_by_stranger_and_audit(book):
    async def story(book: Book) -> None:
        await book.remark(10)
        await book.extend()
        await book.connection.execute(
            "update engine.outbox set payload ="
            " replace(convert_from(payload, 'UTF8'), 'Nr. 5', 'Nr. 6')::text::bytea"
            " where position = 5"
        )

        with pytest.raises(Mismatch, match="The proof of fact 5 does not lead"):
            await book.told([5])
        with pytest.raises(LogBroken, match="not what the checkpoint over 10 facts was signed"):
            await service.audit(book.connection)

    book(story)


@pytest.mark.parametrize(
    ("_case", "damage", "why"),
    [
        (
            "a hash changed",
            "update evidence.tiles set hashes = set_byte(hashes, 3, 255 - get_byte(hashes, 3))",
            "is not the one that was signed",
        ),
        ("a tile lost", "delete from evidence.tiles", "Tile 0 of level 0 is missing"),
        ("a fact lost", "delete from engine.outbox where position = 11", "no fact at position 11"),
        (
            "a root changed",
            "update evidence.checkpoints set root = sha256(root)",
            "is not the one that was signed",
        ),
        (
            "another name",
            "update evidence.checkpoints set origin = 'other'",
            "does not go on as book.example/test",
        ),
    ],
)
def test_a_log_that_was_tampered_with_signs_nothing_more(book, _case, damage, why):
    async def story(book: Book) -> None:
        await book.remark(10)
        await book.extend()
        await book.remark(2)
        await book.connection.execute(damage)

        with pytest.raises(LogBroken, match=why):
            await book.extend()
        assert await book.connection.fetchval("select max(size) from evidence.checkpoints") == 10

    book(story)


def test_a_key_made_anew_does_not_go_on_with_the_log(book):
    async def story(book: Book) -> None:
        await book.remark(3)
        await book.extend()
        await book.remark(1)
        stranger = replace(LOG, key=Ed25519PrivateKey.generate())

        with pytest.raises(LogBroken, match="signed by another key"):
            await service.extend(book.connection, stranger, START)

    book(story)


def test_the_tables_keep_one_checkpoint_for_a_size(book):
    async def story(book: Book) -> None:
        await book.remark(1)
        await book.extend()

        with pytest.raises(asyncpg.UniqueViolationError):
            await book.connection.execute(
                "insert into evidence.checkpoints select * from evidence.checkpoints"
            )
        assert tables.CHECKPOINTS.primary_key.columns.keys() == ["size"]

    book(story)


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path):
    path = tmp_path / "book" / "log.key"

    log = service.open_log("book.example/test", path)

    assert path.stat().st_mode & 0o777 == 0o600
    assert service.open_log("book.example/test", path).policy() == log.policy()
    assert list(path.parent.iterdir()) == [path]


def test_two_processes_that_make_the_key_agree_on_the_first(tmp_path: Path):
    path = tmp_path / "log.key"
    first = service.open_log("log", path)

    service._write_key(path, Ed25519PrivateKey.generate())

    assert service.open_log("log", path).policy() == first.policy()


def _pem(key: Any) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    ("mode", "content", "why"),
    [
        (0o644, _pem(LOG.key), "chmod 600"),
        (0o600, b"", "holds no private key"),
        (0o600, b"-----BEGIN PRIVATE KEY-----", "holds no private key"),
        (0o600, _pem(generate_private_key(SECP256R1())), "not Ed25519"),
    ],
)
def test_a_key_file_unfit_for_use_is_named_and_kept(mode, content, why, tmp_path: Path):
    path = tmp_path / "log.key"
    path.write_bytes(content)
    path.chmod(mode)

    with pytest.raises(KeyUnusable, match=why) as refusal:
        service.open_log("log", path)

    assert str(path) in str(refusal.value)
    assert path.read_bytes() == content
