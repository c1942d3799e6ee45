"""A statement of which not all could be read is completed by the next reading of it; laws."""

from dataclasses import dataclass
from datetime import date
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.payments.test_take_in import EUR, detail, entry, head, rows, statement, taken

from usance.kernel.money import Money
from usance.kernel.records import replace
from usance.payments.model import (
    FileStatus,
    MessageItem,
    Remark,
    StatementBalance,
    StatementClosed,
    StatementEntry,
    StatementKind,
    StatementOpened,
)

_NUMBERS = count(1)
OPENING = StatementBalance("OPBD", Money(1_000, EUR), date(2026, 11, 19))
CLOSING = StatementBalance("CLBD", Money(4_000, EUR), date(2026, 11, 20))


@dataclass(frozen=True)
class Told:
    """A statement as the bank means it. It has a name, or is known by what it says."""

    name: str
    lines: tuple[StatementEntry, ...]
    is_named: bool = True
    balances: tuple[StatementBalance, ...] = (OPENING, CLOSING)

    def read(self, *broken: int) -> list[MessageItem]:
        """Return a reading: lines of these numbers cannot be read; below 0 a balance, -1 first."""
        number = next(_NUMBERS)
        whole = statement(self.name if self.is_named else "")
        said = replace(
            whole,
            account=whole.account if self.is_named else self.name,
            sequence=1 if self.is_named else None,
            balances=tuple(each for at, each in enumerate(self.balances, 1) if -at not in broken),
        )
        items: list[MessageItem] = [
            head(f"{self.name} {number}", str(number), "camt.053" if self.is_named else "CSV"),
            StatementOpened(said),
        ]
        items += [Remark("/Stmt/Bal", "malformed_amount", "x") for each in broken if each < 0]
        items += [
            Remark(each.place, "malformed_amount", "x") if each.number in broken else each
            for each in self.lines
        ]
        return [*items, StatementClosed(said)]


def _other_balance(said: Told) -> Told:
    closing = replace(CLOSING, amount=Money(9_999, EUR))
    return Told(said.name, said.lines, said.is_named, (OPENING, closing))


def told(name: str, lines: int = 4, *, is_named: bool = True) -> Told:
    return Told(name, tuple(entry(number) for number in range(1, lines + 1)), is_named)


def kept(dsn: str, told: Told) -> list[tuple]:
    """Return what the book has of a statement: number, amount and names of each entry."""
    return rows(
        dsn,
        "select e.number, e.amount_minor, e.servicer_reference, (select string_agg("
        " d.end_to_end_id, ' ' order by d.number) from payments.entry_details d"
        " where d.entry = e.id) from payments.entries e"
        " join payments.statements s on s.id = e.statement"
        " where s.reference = $1 or s.account = $1 order by e.number, e.amount_minor",
        told.name,
    )


def statements(dsn: str, told: Told) -> list[tuple]:
    return rows(
        dsn,
        "select entries, left_out, jsonb_array_length(balances::jsonb) from payments.statements"
        " where reference = $1 or account = $1",
        told.name,
    )


@pytest.mark.parametrize("is_named", [True, False])
def test_the_corrected_statement_adds_what_was_missing_and_says_so(payments_book, is_named):
    said = told(f"mended {is_named}", is_named=is_named)

    broken = taken(payments_book, said.read(2, 3))
    mended = taken(payments_book, said.read())

    assert (broken.status, broken.entries, broken.unmatched) == (FileStatus.PARTLY_READ, 2, 2)
    assert (mended.status, mended.entries, mended.unmatched) == (FileStatus.READ, 4, 4)
    assert [(each.code, each.value) for each in mended.notes] == [("statement_completed", "2")]
    assert [row[:2] for row in kept(payments_book, said)] == [
        (1, 100),
        (2, 200),
        (3, 300),
        (4, 400),
    ]
    assert statements(payments_book, said) == [(4, 0, 2)]


def test_the_file_that_completed_a_statement_is_known_and_shows_all_of_it(payments_book):
    said = told("known since")
    taken(payments_book, said.read(1))
    whole = said.read()
    taken(payments_book, whole)

    again = taken(payments_book, whole)
    broken = taken(payments_book, said.read(4))

    assert (again.status, again.entries, again.unmatched) == (FileStatus.KNOWN, 4, 4)
    assert [each.code for each in again.notes] == ["statement_completed"]
    assert (broken.status, broken.unmatched) == (FileStatus.KNOWN, 4)
    assert len(kept(payments_book, said)) == 4


@pytest.mark.parametrize(
    ("_case", "other"),
    [
        ("another amount in a line that was read", lambda said: _other_line(said, 1)),
        ("more lines than were left out", lambda said: told(said.name, 6)),
        ("a line that was read is not in it", lambda said: Told(said.name, said.lines[1:])),
        ("another balance", _other_balance),
    ],
)
def test_a_really_different_statement_stays_refused(payments_book, _case, other):
    said = told(f"other {_case}")
    taken(payments_book, said.read(3))
    before = kept(payments_book, said)

    report = taken(payments_book, other(said).read())

    assert report.status is FileStatus.REFUSED
    assert [each.code for each in report.refused] == ["statement_reused"]
    assert kept(payments_book, said) == before


def _other_line(said: Told, number: int) -> Told:
    lines = [
        replace(each, amount=Money(7, EUR)) if each.number == number else each
        for each in said.lines
    ]
    return Told(said.name, tuple(lines))


def test_lines_that_are_told_in_another_order_are_the_same_statement(payments_book):
    said = told("turned round")
    taken(payments_book, said.read(2))
    lines = [replace(each, number=5 - each.number) for each in reversed(said.lines)]

    report = taken(payments_book, Told(said.name, tuple(lines)).read())

    assert [(each.code, each.value) for each in report.notes] == [("statement_completed", "1")]
    assert sorted(row[1] for row in kept(payments_book, said)) == [100, 200, 300, 400]


def test_statements_without_a_name_that_share_nothing_are_two(payments_book):
    first = told("an account", is_named=False)
    lines = tuple(replace(each, amount=Money(7, EUR)) for each in told("", 5).lines)
    other = Told("an account", lines, is_named=False)
    taken(payments_book, first.read(2))

    report = taken(payments_book, other.read())

    assert (report.status, report.notes) == (FileStatus.READ, ())
    assert len(kept(payments_book, first)) == 8


def test_only_what_was_added_is_matched_anew(payments_book):
    said = told("matched before")

    async def match(connection, messages) -> None:
        await connection.execute(
            "update payments.entries e set state = 'matched' from payments.statements s"
            " where s.id = e.statement and s.message = any($1::uuid[])",
            list(messages),
        )

    taken(payments_book, said.read(3), match=match)
    report = taken(payments_book, said.read(), match=match)

    assert (report.matched, report.unmatched) == (4, 0)


alike = st.lists(st.integers(1, 3), min_size=1, max_size=6)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    amounts=alike,
    breaks=st.lists(st.sets(st.sampled_from([-2, -1, 1, 2, 3, 4, 5, 6])), max_size=4),
    is_named=st.booleans(),
    has_details=st.booleans(),
)
def test_any_split_into_broken_and_corrected_lines_ends_in_the_same_book(
    payments_book, amounts, breaks, is_named, has_details
):
    details = (detail("one"), detail("two")) if has_details else ()
    lines = tuple(
        replace(
            entry(7, *details), number=number, place=f"/Ntry[{number}]", amount=Money(each, EUR)
        )
        for number, each in enumerate(amounts, 1)
    )
    said = Told(f"law {next(_NUMBERS)}", lines, is_named)
    at_once = Told(f"law {next(_NUMBERS)}", lines, is_named)

    for broken in breaks:
        taken(payments_book, said.read(*(each for each in broken if each <= len(lines))))
    taken(payments_book, said.read())
    taken(payments_book, said.read())
    taken(payments_book, at_once.read())

    assert kept(payments_book, said) == kept(payments_book, at_once)
    assert statements(payments_book, said) == [(len(lines), 0, 2)]


def test_a_report_is_completed_like_a_statement(payments_book):
    said = told("a report")
    first, last = said.read(2), said.read()
    for items in (first, last):
        for at in (1, -1):
            kind = replace(items[at].statement, kind=StatementKind.REPORT)
            items[at] = replace(items[at], statement=kind)

    taken(payments_book, first)
    report = taken(payments_book, last)

    assert [each.value for each in report.notes] == ["1"]
