"""The engine's own tables: the book, its commands, its facts, and what falls due."""

from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from usance.kernel.errors import Refusal
from usance.kernel.records import Record
from usance.runtime.rows import METADATA, cold_table, hot_table, never

SCHEMA: Final = "engine"


class BookRow(Record, frozen=True):
    """The one row of a book. Each batch updates it where the epoch is its own: the fence."""

    id: int
    name: str
    epoch: int
    position: int
    book_time: datetime
    test_clock: bool


class CommandRow(Record, frozen=True):
    """A command that was answered. Its id is its idempotency key.

    input_hash: SHA-256 of the verb and the body. position: the fact it became, None if refused.
    """

    id: UUID
    input_hash: bytes
    position: int | None
    refusal: Refusal | None


class OutboxRow(Record, frozen=True):
    """A fact with what the evidence log commits to.

    payload: the fact's canonical JSON, byte for byte what was hashed. salt: 16 random bytes.
    """

    position: int
    recorded_at: datetime
    verb: str
    thread: UUID | None
    payload: bytes
    salt: bytes


class DueRow(Record, frozen=True):
    """A command that falls due at a moment of book time."""

    id: UUID
    due_at: datetime
    verb: str
    body: bytes
    fired_at: datetime | None


class InboxRow(Record, frozen=True):
    """How far a subscriber has got with the facts."""

    subscriber: str
    position: int


class QuarantineRow(Record, frozen=True):
    """A command whose writing failed although it was accepted: a bug, kept for people."""

    id: UUID
    verb: str
    body: bytes
    error: str
    recorded_at: datetime


BOOK: Final = cold_table(SCHEMA, "book", BookRow, sa.CheckConstraint("id = 1"), key="id")
COMMANDS: Final = hot_table(SCHEMA, "commands", CommandRow, key="id", keep=never)
OUTBOX: Final = hot_table(
    SCHEMA,
    "outbox",
    OutboxRow,
    sa.Index("outbox_thread", "thread", postgresql_where=sa.text("thread is not null")),
    key="position",
    keep=never,
)
DUE: Final = hot_table(
    SCHEMA,
    "due",
    DueRow,
    sa.Index("due_open", "due_at", postgresql_where=sa.text("fired_at is null")),
    key="id",
    keep=lambda row: row.fired_at is None,
    keep_sql="fired_at is null",
)
INBOX: Final = cold_table(SCHEMA, "inbox", InboxRow, key="subscriber")
QUARANTINE: Final = cold_table(SCHEMA, "quarantine", QuarantineRow, key="id")
# Facts told by ordinary transactions; the engine's beat gives them their positions.
OUTBOX_PENDING: Final = sa.Table(
    "outbox_pending",
    METADATA,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("verb", sa.Text, nullable=False),
    sa.Column("actor", sa.Uuid, nullable=False),
    sa.Column("thread", sa.Uuid),
    sa.Column("parts", sa.LargeBinary, nullable=False),
    schema=SCHEMA,
)
