"""The log's tables: its tiles, which only grow at their end, and its checkpoints, never changed.

The facts themselves lie in the outbox with their salts; they are not stored twice.
"""

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from usance.kernel.records import Record
from usance.runtime.rows import cold_table


class TileRow(Record, frozen=True):
    """A tile of the tree: up to 256 hashes of 32 bytes, one after the other."""

    level: int
    number: int
    hashes: bytes


class CheckpointRow(Record, frozen=True):
    """A checkpoint that was signed. One size is signed once, so the log cannot tell two stories."""

    size: int
    origin: str
    root: bytes
    note: str
    signed_at: datetime


TILES: Final = cold_table(
    "evidence",
    "tiles",
    TileRow,
    sa.CheckConstraint("octet_length(hashes) between 32 and 8192"),
    sa.CheckConstraint("mod(octet_length(hashes), 32) = 0"),
    key=("level", "number"),
)
CHECKPOINTS: Final = cold_table(
    "evidence",
    "checkpoints",
    CheckpointRow,
    sa.CheckConstraint("size > 0"),
    sa.CheckConstraint("octet_length(root) = 32"),
    key="size",
)
