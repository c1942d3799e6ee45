"""COPY: the rows of a table as PostgreSQL's binary format, made column by column.

A column of a fixed width is packed in one go and laid into the rows with a stride; a column
with the same value in every row is written into their common pattern. Only texts, documents,
numerics and columns with gaps are made value by value. The format is described in PostgreSQL's
documentation of COPY ("Binary Format") and, for numerics, in its numeric.c.
"""

import asyncio
import struct
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain, repeat
from operator import is_
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from usance.kernel.records import Record, Whole, encode

HEADER: Final = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)
TRAILER: Final = struct.pack("!h", -1)
# So many rows are packed while the server reads those before them.
CHUNK_ROWS: Final = 2048
# Below this many rows a pattern costs more than it saves.
PATTERN_ROWS: Final = 12
_NULL: Final = struct.pack("!i", -1)
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_EPOCH_DAY: Final = _EPOCH.toordinal()
_DAY_MICROSECONDS: Final = 86_400_000_000
_NUMERIC_BASE: Final = 10_000

Pack = Callable[[Sequence[Any]], bytes]


class UnwritableRow(Exception):
    """A value does not fit its column. The message names both."""


class Column(msgspec.Struct, frozen=True):
    """A column: how its value is taken from a record, and how it is stored.

    kind: int, Whole, str, bytes, bool, UUID, datetime, date or Decimal; None for JSON.
    """

    name: str
    value: Callable[[Any], Any]
    kind: type | None
    nullable: bool


class Packed(msgspec.Struct, frozen=True):
    """A column of a fixed width, its values one after the other as they are stored."""

    raw: bytes
    width: int

    def __getitem__(self, part: slice) -> "Packed":
        """Return some of the values."""
        width = self.width
        return Packed(self.raw[part.start * width : part.stop * width], width)


class Block:
    """Rows that come by column instead of by record.

    columns: by name; values of a length, or `Packed`. highest: their highest id, as an integer.
    """

    def __init__(
        self, length: int, columns: Mapping[str, Sequence[Any] | Packed], highest: int = 0
    ) -> None:
        self._length = length
        self._highest = highest
        self._columns = columns

    def __len__(self) -> int:
        """Return how many rows there are."""
        return self._length

    def __getitem__(self, part: slice) -> "Block":
        """Return some of the rows."""
        rows = slice(part.start, min(part.stop, self._length))
        columns = {name: values[rows] for name, values in self._columns.items()}
        return Block(rows.stop - rows.start, columns)

    def values(self, name: str) -> Sequence[Any] | Packed:
        """Return the values of a column."""
        return self._columns[name]

    def highest(self) -> int:
        """See kernel.draft.Block."""
        return self._highest


def _microseconds(moment: datetime) -> int:
    since = moment - _EPOCH
    return since.days * _DAY_MICROSECONDS + since.seconds * 1_000_000 + since.microseconds


def _numeric(value: Decimal) -> bytes:
    """Return a numeric: digits to base 10,000, the weight of the first, sign and scale."""
    sign, digits, exponent = value.as_tuple()
    if isinstance(exponent, str):  # "n", "N" or "F"
        raise ValueError(f"{value} is no finite number")  # noqa: TRY004 - the value is wrong
    scale = max(-exponent, 0)
    whole = int("".join(map(str, digits))) * 10 ** max(exponent, 0)
    # The point must fall between two digits to base 10,000.
    whole *= 10 ** (-scale % 4)
    groups: list[int] = []
    while whole:
        whole, group = divmod(whole, _NUMERIC_BASE)
        groups.append(group)
    weight = len(groups) - 1 - -(-scale // 4)
    while groups and groups[0] == 0:
        del groups[0]
    groups.reverse()
    packed_sign = 0x4000 if sign and groups else 0
    return struct.pack(
        f"!hhHH{len(groups)}h", len(groups), weight if groups else 0, packed_sign, scale, *groups
    )


_ZERO: Final = _numeric(Decimal(0))
# How one value is stored, without its length.
_ONE: Final[dict[type | None, Callable[[Any], bytes]]] = {
    bool: lambda value: b"\1" if value else b"\0",
    int: struct.Struct("!q").pack,
    str: str.encode,
    bytes: bytes,
    UUID: lambda value: value.int.to_bytes(16, "big"),
    datetime: lambda value: struct.pack("!q", _microseconds(value)),
    date: lambda value: struct.pack("!i", value.toordinal() - _EPOCH_DAY),
    Decimal: _numeric,
    Whole: lambda value: _numeric(Decimal(value)) if value else _ZERO,
    None: encode,
}


def _pack_ids(values: Sequence[UUID]) -> bytes:
    return b"".join([value.int.to_bytes(16, "big") for value in values])


def _pack_integers(values: Sequence[int]) -> bytes:
    return struct.pack(f"!{len(values)}q", *values)


def _pack_moments(values: Sequence[datetime]) -> bytes:
    return _pack_integers([_microseconds(value) for value in values])


def _pack_days(values: Sequence[date]) -> bytes:
    days = [value.toordinal() - _EPOCH_DAY for value in values]
    return struct.pack(f"!{len(days)}i", *days)


# How a column of a fixed width is stored: the width, and all its values packed.
_MANY: Final[dict[type | None, tuple[int, Pack]]] = {
    bool: (1, bytes),
    int: (8, _pack_integers),
    UUID: (16, _pack_ids),
    datetime: (8, _pack_moments),
    date: (4, _pack_days),
}


class CopyEncoder:
    """Makes the rows of one table."""

    def __init__(self, table_name: str, columns: Sequence[Column]) -> None:
        self._table_name = table_name
        self.columns = tuple(columns)
        self._start = struct.pack("!h", len(columns))

    def rows(self, records: Sequence[Record] | Block) -> bytes:
        """Return the rows of the records, without header and trailer.

        Raises UnwritableRow, naming the column.
        """
        pieces: list[Iterable[bytes]] = []
        pattern = _Pattern(self._start, len(records))
        for column in self.columns:
            values: Sequence[Any] | Packed
            if isinstance(records, Block):
                values = records.values(column.name)
            else:
                values = list(map(column.value, records))
            try:
                if not pattern.takes(column, values):
                    if pattern.length:
                        pieces.append(pattern.rows())
                        pattern = _Pattern(b"", len(records))
                    assert not isinstance(values, Packed), "a pattern takes what is packed"
                    pieces.append(_fields(column.kind, values))
            except (ValueError, TypeError, AttributeError, OverflowError, struct.error) as error:
                where = f"{self._table_name}.{column.name}"
                raise UnwritableRow(f"{where} cannot hold a value: {error}") from error
        if not pieces:
            return bytes(pattern.block())
        if pattern.length:
            pieces.append(pattern.rows())
        return b"".join(chain.from_iterable(zip(*pieces, strict=True)))


class _Pattern:
    """Neighbouring columns that are as wide in every row: their bytes, with holes to fill."""

    def __init__(self, start: bytes, count: int) -> None:
        self._bytes = bytearray(start)
        self._count = count
        self._holes: list[tuple[int, int, bytes]] = []

    @property
    def length(self) -> int:
        """How many bytes each row has of it."""
        return len(self._bytes)

    def takes(self, column: Column, values: Sequence[Any] | Packed) -> bool:
        """Take a column if it is as wide in every row; return whether it is."""
        if isinstance(values, Packed):
            self._takes_packed(values)
            return True
        if self._count < PATTERN_ROWS:
            return False
        kind = column.kind
        first, last = values[0], values[-1]
        if first is last and all(map(is_, values, repeat(first))):
            self._bytes += next(iter(_fields(kind, (first,))))
            return True
        if kind not in _MANY or (column.nullable and any(map(is_, values, repeat(None)))):
            return False
        width, pack = _MANY[kind]
        self._takes_packed(Packed(pack(values), width))
        return True

    def _takes_packed(self, values: Packed) -> None:
        width = values.width
        self._bytes += width.to_bytes(4, "big")
        self._holes.append((len(self._bytes), width, values.raw))
        self._bytes += bytes(width)

    def block(self) -> bytearray:
        """Return the bytes of all rows, one after the other."""
        stride = len(self._bytes)
        block = self._bytes * self._count
        for start, width, packed in self._holes:
            for offset in range(width):
                block[start + offset :: stride] = packed[offset::width]
        return block

    def rows(self) -> list[bytes]:
        """Return the bytes of each row."""
        stride = len(self._bytes)
        block = bytes(self.block())
        return [block[at : at + stride] for at in range(0, len(block), stride)]


def _fields(kind: type | None, values: Sequence[Any]) -> list[bytes]:
    """Return each value with its length before it; a gap has the length -1."""
    one = _ONE[kind]
    fields = []
    for value in values:
        if value is None:
            fields.append(_NULL)
        else:
            stored = one(value)
            fields.append(len(stored).to_bytes(4, "big") + stored)
    return fields


async def copy_rows(
    connection: "asyncpg.Connection[Any] | asyncpg.pool.PoolConnectionProxy[Any]",
    schema: str | None,
    table: str,
    columns: Sequence[str],
    encoder: CopyEncoder,
    several: Sequence[Sequence[Record] | Block],
) -> None:
    """Add the rows of one or more parts to a table.

    Raises UnwritableRow before anything of their chunk is sent; the transaction is lost then.
    """
    parts = [part for part in several if len(part)]

    async def chunks() -> AsyncIterator[bytes]:
        yield HEADER
        for part in parts:
            for start in range(0, len(part), CHUNK_ROWS):
                yield encoder.rows(part[start : start + CHUNK_ROWS])
                await asyncio.sleep(0)  # Lets the chunk go out while the next one is made.
        yield TRAILER

    if sum(map(len, parts)) > CHUNK_ROWS:
        source: Any = chunks()
    else:
        # Bytes would be taken for the path of a file; a bytearray is the data itself.
        source = bytearray().join((HEADER, *map(encoder.rows, parts), TRAILER))
    await connection.copy_to_table(
        table, schema_name=schema, columns=columns, source=source, format="binary"
    )
