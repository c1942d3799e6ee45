"""Rows: how a record becomes a row of a table, said once.

A chapter declares `hot_table("payments", "payments", Payment, key="id")`; columns, types,
COPY encoding, loading and updating follow from the record's annotations:

    int → bigint · Whole, Decimal → numeric · str, StrEnum, Currency → text · Money → two columns,
    `x_minor` and `x_currency` · Id → uuid · datetime → timestamptz · date → date ·
    bytes → bytea · bool → boolean · other records, tuples, dicts → json

A hot table's rows are kept in memory by the engine while `keep` says so (a payment until it is
final) and are loaded on demand otherwise.
"""

import types
import typing
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.schema import SchemaItem

from usance.kernel.draft import Lookup, Rows
from usance.kernel.ids import Id
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record, Whole, decode_kept, encode
from usance.runtime.copying import Column, CopyEncoder

K = TypeVar("K", bound=Hashable)
R = TypeVar("R", bound=Record)
V = TypeVar("V", bound=Hashable)

METADATA: Final = sa.MetaData()
HOT_TABLES: Final[list["HotTable[Any, Any]"]] = []
HOT_LOOKUPS: Final[list["HotLookup[Any, Any]"]] = []
VIEWS: Final[list["View"]] = []
# For a table each of whose rows changes soon after it was written. Half of each page stays free,
# so the new version of a row stands beside the old one: where no indexed column has changed, no
# index is touched, and the log holds only what is different.
ROOM_TO_CHANGE: Final[Mapping[str, object]] = {"fillfactor": 50}

_SQL_TYPES: Final[dict[type, type[sa.types.TypeEngine[Any]] | sa.types.TypeEngine[Any]]] = {
    bool: sa.Boolean,
    Whole: sa.Numeric,
    int: sa.BigInteger,
    str: sa.Text,
    bytes: sa.LargeBinary,
    UUID: sa.Uuid,
    datetime: sa.DateTime(timezone=True),
    date: sa.Date,
    Decimal: sa.Numeric,
}
# Types of columns in which many rows have the same value.
_SHARED: Final = frozenset({str, UUID, datetime, date})


class Field(msgspec.Struct, frozen=True):
    """One field of a record and the columns it becomes."""

    name: str
    kind: Any
    nullable: bool
    columns: tuple[str, ...]

    @property
    def is_money(self) -> bool:
        """Whether the field takes two columns."""
        return self.kind is Money

    @property
    def is_json(self) -> bool:
        """Whether the field is a nested value that travels as JSON."""
        return not self.is_money and _scalar(self.kind) is None

    @property
    def is_id(self) -> bool:
        """Whether the field always holds an id."""
        return not self.nullable and isinstance(self.kind, type) and issubclass(self.kind, UUID)


def _scalar(kind: Any) -> type | None:  # noqa: ANN401 - any annotation
    """Return the plain type a scalar annotation is stored as, None for nested values."""
    if not isinstance(kind, type):
        return None
    if issubclass(kind, bool):
        return bool
    for plain in (UUID, str, Whole, int, bytes, datetime, date, Decimal):
        if issubclass(kind, plain):
            return plain
    return None


def fields_of(record: type[Record]) -> tuple[Field, ...]:
    """Return the fields of a record in order, with the columns they become."""
    fields = []
    for name, annotation in typing.get_type_hints(record).items():
        if name not in record.__struct_fields__:
            continue
        kind, nullable = _without_none(annotation)
        columns = (f"{name}_minor", f"{name}_currency") if kind is Money else (name,)
        fields.append(Field(name, kind, nullable, columns))
    return tuple(fields)


def _without_none(annotation: Any) -> tuple[Any, bool]:  # noqa: ANN401 - any annotation
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        rest = [part for part in typing.get_args(annotation) if part is not type(None)]
        assert len(rest) == 1, f"{annotation}: a column has one type"
        return rest[0], True
    return annotation, False


def columns_of(
    record: type[Record], key: Sequence[str], references: Mapping[str, str]
) -> list[sa.Column[Any]]:
    """Return the columns a record becomes; `references` gives foreign keys by column."""
    columns: list[sa.Column[Any]] = []
    for field in fields_of(record):
        stored: list[Any]
        if field.is_money:
            stored = [sa.BigInteger, sa.Text]
        elif field.is_json:
            stored = [sa.JSON]
        else:
            stored = [_SQL_TYPES[_plain(field.kind)]]
        for name, sql_type in zip(field.columns, stored, strict=True):
            target = [sa.ForeignKey(references[name])] if name in references else []
            columns.append(
                sa.Column(
                    name,
                    sql_type,
                    *target,
                    primary_key=name in key,
                    nullable=field.nullable,
                    autoincrement=False,
                )
            )
    return columns


def _plain(kind: Any) -> type:  # noqa: ANN401 - any annotation
    plain = _scalar(kind)
    assert plain is not None, kind
    return plain


class _Known(dict[Any, Any]):
    """Values of a column of which there are few, made once each: codes and currencies."""

    def __init__(self, kind: Callable[[Any], Any]) -> None:
        self._kind = kind

    def __missing__(self, raw: Any) -> Any:  # noqa: ANN401 - a code as it is stored
        value = self[raw] = self._kind(raw)
        return value


Read = Callable[[Any], Any]
# What a bank said once may be in a currency that is no more.
_CURRENCY: Final = _Known(Currency.of_the_past).__getitem__


def _reader(field: Field) -> Read | None:
    """Return what makes a field's value from its column's value, None where they are the same."""
    if field.is_json:
        return lambda raw: decode_kept(raw, field.kind)
    if isinstance(field.kind, type) and issubclass(field.kind, Currency):
        return _CURRENCY
    if isinstance(field.kind, type) and issubclass(field.kind, StrEnum):
        return _Known(field.kind).__getitem__
    if isinstance(field.kind, type) and issubclass(field.kind, Id | Whole):
        return field.kind
    return None


def _repeats(field: Field) -> bool:
    """Return whether equal values of a field are likely, and large enough to be shared."""
    return not field.is_json and field.kind in _SHARED


def _values(
    field: Field, read: Read | None, raw: tuple[Any, ...], *, repeats: bool
) -> Iterable[Any]:
    """Return a column's values as the records hold them."""
    if repeats:
        # One object for all equal values: millions of rows repeat a few kinds and moments.
        seen: dict[Any, Any] = {}
        return map(seen.setdefault, raw, raw)
    if read is None:
        return raw
    if field.nullable and None in raw:
        return [None if value is None else read(value) for value in raw]
    return map(read, raw)


def _columns(field: Field) -> tuple[Column, ...]:
    """Return the columns of a field, as COPY writes them."""
    value = attrgetter(field.name)
    if not field.is_money:
        return (Column(field.name, value, _scalar(field.kind), field.nullable),)
    parts: list[Callable[[Any], Any]]
    parts = [attrgetter(f"{field.name}.{part}") for part in ("minor", "currency")]
    if field.nullable:
        parts = [_of_money(value, attrgetter(part)) for part in ("minor", "currency")]
    return tuple(
        Column(name, part, kind, field.nullable)
        for name, part, kind in zip(field.columns, parts, (int, str), strict=True)
    )


def _of_money(value: Callable[[Any], Any], part: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def found(record: object) -> Any:  # noqa: ANN401 - a part of money
        money = value(record)
        return None if money is None else part(money)

    return found


class RowShape(Generic[R]):
    """Between a record and the tuple of its columns, both ways."""

    def __init__(self, record: type[R]) -> None:
        self.record = record
        self.fields = fields_of(record)
        self.columns = tuple(name for field in self.fields for name in field.columns)
        # Most shapes can be read in one go, without a step of Python for each field.
        self._plain = all(
            not field.is_json and not (field.is_money and field.nullable) for field in self.fields
        )
        names = [
            name
            for field in self.fields
            for name in (
                (f"{field.name}.minor", f"{field.name}.currency")
                if field.is_money
                else (field.name,)
            )
        ]
        self._all = attrgetter(*names, self.fields[0].name)
        self._writers = tuple((field.name, field.is_money, field.is_json) for field in self.fields)
        self._readers = tuple(
            (field, field.is_money, _reader(field), _repeats(field)) for field in self.fields
        )
        self.encoder = CopyEncoder(
            record.__name__, [column for field in self.fields for column in _columns(field)]
        )

    def to_row(self, record: R) -> tuple[Any, ...]:
        """Return the column values of a record, in the order of `columns`."""
        if self._plain:
            return self._all(record)[:-1]
        values: list[Any] = []
        for name, is_money, is_json in self._writers:
            value = getattr(record, name)
            if is_money:
                pair = (None, None) if value is None else (value.minor, value.currency)
                values.extend(pair)
            elif is_json and value is not None:
                values.append(encode(value).decode())
            else:
                values.append(value)
        return tuple(values)

    def from_row(self, row: Sequence[Any]) -> R:
        """Return the record of a row whose values stand in the order of `columns`."""
        return self.from_rows((row,))[0]

    def from_rows(self, rows: Sequence[Sequence[Any]]) -> list[R]:
        """Return the records of rows whose values stand in the order of `columns`.

        Column by column: a start reads millions of rows, and no step of Python is taken for each.
        """
        if not rows:
            return []
        raw = zip(*rows, strict=True)
        values: list[Iterable[Any]] = []
        for field, is_money, read, repeats in self._readers:
            column = next(raw)
            if not is_money:
                values.append(_values(field, read, column, repeats=repeats))
                continue
            currencies = next(raw)
            if field.nullable and None in column:
                pairs = zip(column, currencies, strict=True)
                values.append([None if m is None else Money(m, _CURRENCY(c)) for m, c in pairs])
            else:
                values.append(map(Money, column, map(_CURRENCY, currencies)))
        return list(map(self.record, *values))


def _are_ids(fields: Iterable[Field], names: tuple[str, ...]) -> bool:
    return len(names) == 1 and any(field.is_id for field in fields if field.name == names[0])


def _in_memory(names: tuple[str, ...], *, by_id: bool) -> Callable[[Any], Any]:
    """Return what memory finds a record by: UUIDs hash in Python, their numbers do not."""
    return attrgetter(f"{names[0]}.int") if by_id else attrgetter(*names)


class HotLookup(Lookup[V, R]):
    """A unique way into a hot table besides its key."""

    def __init__(
        self,
        table: "HotTable[Any, R]",
        fields: tuple[str, ...],
        slot: int,
        is_over: Callable[[R], bool] | None,
        among: str,
    ) -> None:
        self.table = table
        self.among = among
        self.fields = fields
        self.name = f"{table.name}({', '.join(fields)})"
        self.slot = slot
        self.by_id = _are_ids(table.shape.fields, fields)
        self.value: Callable[[R], Any] = _in_memory(fields, by_id=self.by_id)
        self.is_over = is_over


class HotTable(Rows[K, R]):
    """A table whose rows commands read and write through the engine."""

    def __init__(
        self,
        table: sa.Table,
        shape: RowShape[R],
        key: tuple[str, ...],
        keep: Callable[[R], bool],
        keep_sql: str,
        *,
        added_only: bool = False,
        standing: bool = False,
    ) -> None:
        self.table = table
        self.shape = shape
        self.key_columns = key
        self.by_id = _are_ids(shape.fields, key)
        self.key: Callable[[R], Any] = _in_memory(key, by_id=self.by_id)
        self.name_of: Callable[[R], Any] = attrgetter(*key)
        self.keep = keep
        self.keep_sql = keep_sql
        self.added_only = added_only or keep is never
        self.standing = standing
        self.name = f"{table.schema}.{table.name}"
        self.slot = len(HOT_TABLES)
        self.lookups: list[HotLookup[Any, R]] = []

    def lookup(
        self, *fields: str, is_over: Callable[[R], bool] | None = None, among: str = "true"
    ) -> "HotLookup[Any, R]":
        """Return a lookup by fields whose values are unique among rows and never change.

        is_over: which rows do not count where another has the same value, such as an order's
        payment that failed. Such a row is found only where there is no other. among: which rows
        are looked for in the database, in SQL; the predicate of the index that is to find them,
        where that is a partial one.
        """
        found: HotLookup[Any, R] = HotLookup(self, fields, len(HOT_LOOKUPS), is_over, among)
        HOT_LOOKUPS.append(found)
        self.lookups.append(found)
        return found


def always(_row: object) -> bool:
    """Keep every row in memory."""
    return True


def never(_row: object) -> bool:
    """Keep no row in memory once it is written: it is only ever added."""
    return False


def on_demand(_row: object) -> bool:
    """Keep no row in memory though it may change: each command loads what it names."""
    return False


def hot_table(
    schema: str,
    name: str,
    record: type[R],
    *constraints: SchemaItem,
    key: str | tuple[str, ...],
    references: Mapping[str, str] | None = None,
    keep: Callable[[R], bool] = always,
    keep_sql: str = "true",
    added_only: bool = False,
    standing: bool = False,
    storage: Mapping[str, object] | None = None,
) -> HotTable[Any, R]:
    """Declare a table of `record`s that the engine reads and writes.

    keep and keep_sql say the same of a row, in Python and in SQL: whether it stays in memory.
    storage: PostgreSQL's storage parameters of the table, such as its fillfactor.
    added_only: rows are never changed, and the database does not let the engine change them; so
    are those of a table that keeps none in memory.
    standing: rows are written seldom and read by everybody; see Draft.recall.
    Unique constraints are decided in memory first; those given here are the last line.
    """
    keys = (key,) if isinstance(key, str) else key
    options: dict[str, Any] = {"postgresql_with": dict(storage)} if storage else {}
    table = sa.Table(
        name,
        METADATA,
        *columns_of(record, keys, references or {}),
        *constraints,
        schema=schema,
        **options,
    )
    if keep is never or keep is on_demand:
        keep_sql = "false"
    hot = HotTable[Any, R](
        table, RowShape(record), keys, keep, keep_sql, added_only=added_only, standing=standing
    )
    HOT_TABLES.append(hot)
    return hot


def cold_table(
    schema: str,
    name: str,
    record: type[Record],
    *constraints: SchemaItem,
    key: str | tuple[str, ...],
    references: Mapping[str, str] | None = None,
) -> sa.Table:
    """Declare a table of `record`s that ordinary transactions write and the engine only reads."""
    keys = (key,) if isinstance(key, str) else key
    return sa.Table(
        name,
        METADATA,
        *columns_of(record, keys, references or {}),
        *constraints,
        schema=schema,
    )


class View(msgspec.Struct, frozen=True):
    """A query of a chapter under a name, `ledger.v_transfers`, that others may read."""

    name: str
    sql: str


def view(schema: str, name: str, sql: str) -> View:
    """Publish a view of a chapter's own tables: reports read views, never tables.

    It may stand on views declared before it. Views hold no data: they are made anew after the
    tables, so that a change of one is a change of its text here.
    """
    published = View(f"{schema}.{name}", sql)
    VIEWS.append(published)
    return published
