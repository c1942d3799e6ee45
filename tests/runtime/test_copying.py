"""COPY: whatever a record holds is what the table gives back."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from tests.runtime.everything import (
    COLUMNS,
    FAR_OFF,
    NOTHING,
    SHAPE,
    ZERO,
    Everything,
    Nested,
    rows,
)

from usance.kernel.money import Currency, Money
from usance.kernel.records import Whole
from usance.runtime.copying import CHUNK_ROWS, PATTERN_ROWS, UnwritableRow, copy_rows

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
def written(in_table):
    """Write records into a real table and read them back in order."""

    def there_and_back(records):
        async def story(connection):
            await copy_rows(connection, None, "everything", SHAPE.columns, SHAPE.encoder, [records])
            return SHAPE.from_rows(
                await connection.fetch(f"select {COLUMNS} from everything order by place")
            )

        return in_table(story)

    return there_and_back


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
