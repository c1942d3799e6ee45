"""Writing: few rows in one statement are what many rows by COPY and UPDATE are."""

import asyncio
from decimal import Decimal
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from tests.databases import new_database
from tests.runtime.everything import COLUMNS, LONG_AGO, NOTHING, SHAPE, TABLE, rows
from tests.runtime.test_updating import THINGS

from usance.kernel.records import replace
from usance.runtime.copying import UnwritableRow
from usance.runtime.writing import (
    FEW_ROWS,
    BrokenPromise,
    Changes,
    Fence,
    are_few,
    write_few,
    write_many,
)

EPOCH = 7
FENCE = Fence(EPOCH, 1, LONG_AGO.replace(tzinfo=None))
BOOK = """
    create schema engine;
    create table engine.book (epoch bigint, position bigint, book_time timestamp);
"""
OTHER = replace(NOTHING, id=UUID(int=2))
GONE = replace(NOTHING, id=UUID(int=3))


def thing(number, **fields):
    return replace(NOTHING, id=UUID(int=number), **fields)


@pytest.fixture(scope="module", params=[write_few, write_many], ids=["few", "many"])
def book(request, server_address):
    """A book with one table, whose changes are written one way or the other."""
    write = request.param
    with new_database(server_address, "writing") as dsn, asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(dsn))
        runner.run(connection.execute(BOOK + TABLE))

        async def written(before, changes, fence=FENCE):
            """Return what the table holds, and the book's position, after changes were written."""
            await connection.execute("truncate everything; truncate engine.book")
            await connection.execute(f"insert into engine.book values ({EPOCH}, 0, '2026-09-09')")
            await write_many_rows(before)
            try:
                if write is write_few:
                    await write(connection, fence, [changes])
                else:
                    async with connection.transaction():
                        await write(connection, fence, [changes])
                said = ""
            except BrokenPromise as broken:
                said = str(broken)
            found = await connection.fetch(f"select {COLUMNS} from everything order by id")
            position = await connection.fetchval("select position from engine.book")
            return SHAPE.from_rows(found), position, said

        async def write_many_rows(records):
            await write_many(connection, FENCE, [Changes(THINGS, records)])
            await connection.execute("update engine.book set position = 0")

        yield lambda *arguments: runner.run(written(*arguments))
        runner.run(connection.close())


@settings(max_examples=50)
@given(some.lists(some.tuples(rows, rows, rows), min_size=1, max_size=3))
def test_rows_are_added_and_changed(book, records):
    before = [replace(one, id=UUID(int=at)) for at, (one, _, _) in enumerate(records)]
    changed = [replace(other, id=UUID(int=at)) for at, (_, other, _) in enumerate(records)]
    new = [replace(more, id=UUID(int=100 + at)) for at, (_, _, more) in enumerate(records)]

    found = book(before, Changes(THINGS, new, (), changed, before))

    assert found == (changed + new, FENCE.position, "")


@pytest.mark.parametrize(
    ("fence", "changes", "said"),
    [
        (
            Fence(EPOCH - 1, 1, FENCE.now),
            Changes(THINGS, [OTHER], (), [replace(NOTHING, number=5)], [NOTHING]),
            "Another engine has taken this book.",
        ),
        (Fence(EPOCH - 1, 1, FENCE.now), Changes(THINGS, [OTHER]), "Another engine has taken"),
        (
            FENCE,
            Changes(THINGS, [OTHER], (), [replace(NOTHING, number=5)], [GONE]),
            "",
        ),
        (
            FENCE,
            Changes(
                THINGS,
                [OTHER],
                (),
                [replace(NOTHING, number=5), replace(GONE, number=6)],
                [NOTHING, GONE],
            ),
            "lacks",
        ),
    ],
    ids=["another engine's", "another engine's, added only", "all there", "a row is gone"],
)
def test_all_is_written_or_nothing(book, fence, changes, said):
    found, position, broken = book([NOTHING], changes, fence)

    assert said in broken
    if broken:
        assert (found, position) == ([NOTHING], 0)
    else:
        assert (found, position) == ([replace(NOTHING, number=5), OTHER], FENCE.position)


def test_rows_that_do_not_differ_are_no_reason_to_stop(book):
    assert book([NOTHING], Changes(THINGS, [], (), [NOTHING], [NOTHING])) == (
        [NOTHING],
        FENCE.position,
        "",
    )


def test_a_number_that_is_none_is_refused_with_its_neighbours(book):
    with pytest.raises((ValueError, UnwritableRow), match="no finite number"):
        book([], Changes(THINGS, [OTHER, replace(NOTHING, exact=Decimal("NaN"))]))


@pytest.mark.parametrize(
    ("changes", "few"),
    [
        ([Changes(THINGS, [NOTHING] * FEW_ROWS)], True),
        ([Changes(THINGS, [NOTHING] * (FEW_ROWS + 1))], False),
        ([Changes(THINGS, [NOTHING] * (FEW_ROWS - 1), (), [OTHER] * 2, [OTHER] * 2)], False),
        ([Changes(THINGS, [NOTHING] * FEW_ROWS), Changes(THINGS, [NOTHING])], False),
        ([Changes(THINGS, [NOTHING], [range(1)])], False),
        ([], True),
    ],
    ids=["as many as may be", "one more", "changed ones count", "tables add up", "a block", "none"],
)
def test_what_few_is(changes, few):
    assert are_few(changes) is few
