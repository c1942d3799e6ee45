"""The agenda gives what a plain list, sorted and looked through, would give."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as some
from tests.runtime.books import START

from usance.kernel.ids import fresh
from usance.runtime.agenda import Agenda
from usance.runtime.tables import DueRow

hours = some.integers(0, 5)
steps = some.lists(
    some.one_of(
        some.tuples(some.just("add"), some.lists(some.tuples(hours, some.booleans()))),
        some.tuples(some.just("take"), some.tuples(hours, some.integers(1, 4))),
        some.tuples(some.just("forget"), some.integers(0, 3)),
        some.tuples(some.just("restart"), some.none()),
    )
)


@given(steps)
def test_what_is_due_comes_in_its_order_and_once(asked):
    agenda, rows, made = Agenda(), {}, 0
    for what, how in asked:
        if what == "add":
            added = []
            for due, fired in how:
                made += 1
                moment = START + timedelta(hours=due)
                # Ids do not rise with the moments.
                identifier = fresh(-made % 1000, made)
                added.append(DueRow(identifier, moment, "note", b"", moment if fired else None))
            rows.update((row.id.int, row) for row in added if row.fired_at is None)
            agenda.add(added)
        elif what == "take":
            now, count = START + timedelta(hours=how[0]), how[1]
            due = sorted(
                (row for row in rows.values() if row.due_at <= now),
                key=lambda row: (row.due_at, row.id),
            )
            assert agenda.take(rows, now, count) == due[:count]
            for row in due[:count]:
                del rows[row.id.int]
        elif what == "forget":
            for number in list(rows)[:how]:
                del rows[number]
        else:
            agenda = Agenda()
            agenda.begin(rows.values())
