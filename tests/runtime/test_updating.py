"""UPDATE: what changed of a row is what the table says afterwards, whatever its columns hold."""

from types import SimpleNamespace
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as some
from tests.runtime.everything import COLUMNS, NOTHING, SHAPE, Everything, rows, texts

from usance.kernel.records import replace
from usance.runtime.copying import copy_rows
from usance.runtime.rows import columns_of
from usance.runtime.updating import update_rows

THINGS = SimpleNamespace(
    name="everything",
    table=sa.Table("everything", sa.MetaData(), *columns_of(Everything, ["id"], {})),
    shape=SHAPE,
    key_columns=("id",),
)
# What an array's text form might be mistaken in.
awkward = some.sampled_from(
    ['"', "\\", '\\"', "{", "},{", ",", "NULL", "null", "", " ", "a\nb", "'"]
)


@pytest.fixture(scope="module")
def updated(in_table):
    """Write records, update them to others, and read what is there, in the order of ids."""

    def there_and_back(before, after):
        async def story(connection):
            await copy_rows(connection, None, "everything", SHAPE.columns, SHAPE.encoder, [before])
            was = before + [replace(each, number=-1) for each in after[len(before) :]]
            missing = await update_rows(connection, THINGS, after, was)
            found = await connection.fetch(f"select {COLUMNS} from everything order by id")
            return missing, SHAPE.from_rows(found)

        return in_table(story)

    return there_and_back


changes = some.lists(
    some.tuples(rows, rows, some.booleans(), texts | awkward, some.none() | awkward),
    min_size=1,
    max_size=4,
)


@settings(max_examples=60)
@given(changes)
def test_rows_are_what_they_were_changed_to(updated, changes):
    before, after = [], []
    for at, (one, other, is_new, text, maybe) in enumerate(changes):
        key = UUID(int=at)
        before.append(replace(one, id=key))
        changed = replace(other, id=key) if is_new else replace(one, id=key)
        after.append(replace(changed, text=text, maybe_text=maybe))

    assert updated(before, after) == (0, after)


@given(rows)
def test_a_row_that_did_not_change_is_left_alone(updated, row):
    assert updated([row], [row]) == (0, [row])


def test_a_row_that_is_gone_is_counted(updated):
    gone = replace(NOTHING, id=UUID(int=2))
    missing, found = updated([NOTHING], [replace(NOTHING, number=5), replace(gone, number=6)])

    assert (missing, found) == (1, [replace(NOTHING, number=5)])
