"""COPY: whatever a record holds is what the table gives back."""

import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from usance.kernel.money import Currency, Money
from usance.kernel.records import Record, Whole
from usance.runtime.copying import CHUNK_ROWS, PATTERN_ROWS, UnwritableRow, copy_rows
from usance.runtime.postgres import create_database, drop_database
from usance.runtime.rows import RowShape

DATABASE = "test_copying"
TABLE = """
    create table everything (
        id uuid, number bigint, text text, raw bytea, flag boolean, moment timestamptz, day date,
        exact numeric, nested json, price_minor bigint, price_currency text, whole numeric,
        maybe_id uuid, maybe_number bigint, maybe_text text, maybe_raw bytea, maybe_flag boolean,
        maybe_moment timestamptz, maybe_day date, maybe_exact numeric, maybe_nested json,
        maybe_price_minor bigint, maybe_price_currency text, maybe_whole numeric,
        place bigint generated always as identity)
"""


class Nested(Record, frozen=True):
    words: tuple[str, ...]


class Everything(Record, frozen=True):
    id: UUID
    number: int
    text: str
    raw: bytes
    flag: bool
    moment: datetime
    day: date
    exact: Decimal
    nested: Nested
    price: Money
    whole: Whole
    maybe_id: UUID | None
    maybe_number: int | None
    maybe_text: str | None
    maybe_raw: bytes | None
    maybe_flag: bool | None
    maybe_moment: datetime | None
    maybe_day: date | None
    maybe_exact: Decimal | None
    maybe_nested: Nested | None
    maybe_price: Money | None
    maybe_whole: Whole | None


SHAPE = RowShape(Everything)
LONG_AGO, FAR_OFF = datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999999)  # noqa: DTZ001
numbers = some.integers(-(2**63), 2**63 - 1)
texts = some.text(some.characters(exclude_characters="\0", codec="utf-8"), max_size=20)
moments = some.datetimes(LONG_AGO, FAR_OFF, timezones=some.just(UTC))
exacts = some.decimals(allow_nan=False, allow_infinity=False) | some.decimals(
    -(10**30), 10**30, places=7
)
prices = some.builds(Money, numbers, some.sampled_from([Currency("CNY"), Currency("JPY")]))
nests = some.builds(Nested, some.lists(texts, max_size=3).map(tuple))
exactly = (
    some.uuids(),
    numbers,
    texts,
    some.binary(max_size=20),
    some.booleans(),
    moments,
    some.dates(),
    exacts,
    nests,
    prices,
    some.integers(-(2**70), 2**70).map(Whole),
)
rows = some.builds(Everything, *exactly, *(some.none() | kind for kind in exactly))
ZERO = (
    UUID(int=0),
    0,
    "",
    b"",
    False,
    datetime(2000, 1, 1, tzinfo=UTC),
    date(2000, 1, 1),
    Decimal(0),
    Nested(()),
    Money(0, Currency("GBP")),
    Whole(0),
)
NOTHING = Everything(*ZERO, *(None for _ in ZERO))
EXTREMES = (
    UUID(int=2**128 - 1),
    -(2**63),
    "汇票 💶",
    b"\xff\0",
    True,
    FAR_OFF.replace(tzinfo=UTC),
    date(1, 1, 1),
    Decimal("-12345678901234567890.0001"),
    Nested(("a", '"')),
    Money(2**63 - 1, Currency("KWD")),
    Whole(-(2**127)),
)


@pytest.fixture(scope="module")
def written(server_address):
    """Write records into a real table and read them back in order."""
    loop = asyncio.new_event_loop()

    async def begin():
        await create_database(server_address, DATABASE)
        connection = await asyncpg.connect(server_address.dsn(DATABASE))
        await connection.execute(TABLE)
        return connection

    connection = loop.run_until_complete(begin())

    async def there_and_back(records):
        await connection.execute("truncate everything")
        await copy_rows(connection, None, "everything", SHAPE.columns, SHAPE.encoder, [records])
        return [
            SHAPE.from_row(row)
            for row in await connection.fetch(
                f"select {', '.join(SHAPE.columns)} from everything order by place"
            )
        ]

    yield lambda records: loop.run_until_complete(there_and_back(records))
    loop.run_until_complete(connection.close())
    loop.run_until_complete(drop_database(server_address, DATABASE))
    loop.close()


@settings(max_examples=40, deadline=None)
@given(some.lists(rows, min_size=1, max_size=2 * PATTERN_ROWS))
def test_every_value_comes_back(written, records):
    back = written(records)

    assert back == records
    # Equal decimals may differ in their scale; a price list shows it.
    assert [row.exact.as_tuple()[2] for row in back] == [
        min(record.exact.as_tuple()[2], 0) for record in records
    ]


@pytest.mark.parametrize(
    ("_case", "count"),
    [
        ("one row", 1),
        ("the first that follow a pattern", PATTERN_ROWS),
        ("the same at both ends and another between", PATTERN_ROWS + 1),
        ("a whole chunk", CHUNK_ROWS),
        ("more than a chunk", CHUNK_ROWS + 1),
    ],
)
def test_any_number_of_rows_comes_back(written, _case, count):
    full = Everything(*EXTREMES, *EXTREMES)
    records = [NOTHING if number % 3 else full for number in range(count)]

    assert written(records) == records


def test_a_column_with_one_value_comes_back_in_every_row(written):
    records = [Everything(*EXTREMES, *EXTREMES)] * (2 * PATTERN_ROWS)

    assert written(records) == records


@pytest.mark.parametrize(
    ("_case", "at", "value"),
    [
        ("a number too large for eight bytes", 1, 2**63),
        ("half a character", 2, "\ud800"),
        ("a moment without a zone", 5, datetime(2026, 9, 9)),  # noqa: DTZ001
        ("no number", 7, Decimal("NaN")),
    ],
)
@pytest.mark.parametrize("count", [1, PATTERN_ROWS])
def test_what_does_not_fit_is_refused_with_its_column(_case, at, value, count):
    values = [*ZERO, *(None for _ in ZERO)]
    values[at] = value
    records = [NOTHING] * (count - 1) + [Everything(*values)]

    with pytest.raises(UnwritableRow, match=rf"Everything\.{SHAPE.columns[at]} cannot hold"):
        SHAPE.encoder.rows(records)
