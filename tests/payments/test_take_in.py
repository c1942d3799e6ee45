"""What becomes of a message that is taken in: rows once, counts, and no for another content."""

import asyncio
import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime

import asyncpg
import pytest

from usance.kernel.errors import Invalid
from usance.kernel.ids import UserId
from usance.kernel.money import Currency, Money
from usance.kernel.records import replace
from usance.payments.errors import UNKNOWN_MESSAGE
from usance.payments.model import (
    Counterparty,
    CreditTransfer,
    EntryDetail,
    EntryStatus,
    FileReport,
    FileStatus,
    MessageHead,
    MessageItem,
    References,
    Remark,
    Statement,
    StatementBalance,
    StatementClosed,
    StatementEntry,
    StatementKind,
    StatementOpened,
    StatusReport,
    StatusUpdate,
    TransferOrder,
    TransferParty,
)
from usance.payments.rules.messages import identity_of
from usance.payments.service import TakeIn, read_only, take_in
from usance.runtime.roles import SERVICE

EUR = Currency("EUR")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ACTOR = UserId.derived(0, "tester")
LEFT_OUT = Remark("/Document/BkToCstmrStmt/Stmt/Ntry[3]/Amt", "malformed_amount", "x")


def head(name: str, digest: str = "one", kind: str = "camt.053") -> MessageHead:
    return MessageHead(kind, "001.08", validated=True, message_id=name, sender="BANKDEFF",
                       created_at=NOON, digest=digest)  # fmt: skip


def statement(name: str = "S1") -> Statement:
    return Statement(StatementKind.STATEMENT, name, "/Stmt", "DE02120300000000202051", "BANKDEFF",
                     EUR, 1, None, None, None, NOON, (), ())  # fmt: skip


def entry(number: int, *details: EntryDetail) -> StatementEntry:
    return StatementEntry(number, f"/Stmt/Ntry[{number}]", Money(number * 100, EUR),
                          is_credit=True, status=EntryStatus.BOOKED, booked_on=date(2026, 11, 20),
                          value_date=None, references=References(servicer=f"B{number}"),
                          details=details)  # fmt: skip


def detail(name: str) -> EntryDetail:
    return EntryDetail(Money(50, EUR), is_credit=True, references=References(end_to_end_id=name),
                       counterparty=Counterparty(name="Ann", country="GB"))  # fmt: skip


def a_statement(name: str, digest: str = "one", entries: int = 2) -> list[MessageItem]:
    lines = [entry(number) for number in range(1, entries + 1)]
    said = statement(name)
    return [head(name, digest), StatementOpened(said), *lines, StatementClosed(said)]


def taken(dsn: str, items: list[MessageItem], file: str = "", match=None) -> FileReport:
    async def work() -> FileReport:
        connection = await asyncpg.connect(dsn, server_settings={"role": SERVICE})
        digest = hashlib.sha256((file or repr(items)).encode()).hexdigest()
        try:
            command = TakeIn("a.xml", digest, NOON, ACTOR)
            return await take_in(connection, command, iter(items), match)
        finally:
            await connection.close()

    return asyncio.run(work())


def rows(dsn: str, sql: str, *arguments: object) -> list[tuple]:
    async def work() -> list[tuple]:
        connection = await asyncpg.connect(dsn)
        try:
            return [tuple(row) for row in await connection.fetch(sql, *arguments)]
        finally:
            await connection.close()

    return asyncio.run(work())


def counted(dsn: str) -> list[tuple]:
    return rows(
        dsn,
        "select (select count(*) from payments.messages),"
        " (select count(*) from payments.statements),"
        " (select count(*) from payments.entries), (select count(*) from payments.entry_details),"
        " (select count(*) from payments.order_transfers),"
        " (select count(*) from payments.status_updates),"
        " (select count(*) from engine.outbox_pending)",
    )


def test_a_statement_is_taken_in_with_its_entries_and_told(payments_book):
    report = taken(payments_book, a_statement("told"))

    assert (report.status, report.type, report.version, report.entries, report.unmatched) == (
        FileStatus.READ, "camt.053", "001.08", 2, 2)  # fmt: skip
    [(entries, remarks)] = rows(
        payments_book, "select entries, remarks from payments.messages where message_id = 'told'"
    )
    assert (entries, remarks) == (2, "[]")
    assert rows(
        payments_book,
        "select e.number, e.amount_minor, e.is_credit, e.account, e.servicer_reference,"
        " e.state from payments.entries e join payments.statements s on s.id = e.statement"
        " join payments.messages m on m.id = s.message where m.message_id = 'told' order by 1",
    ) == [
        (1, 100, True, "DE02120300000000202051", "B1", "unmatched"),
        (2, 200, True, "DE02120300000000202051", "B2", "unmatched"),
    ]


@pytest.mark.parametrize("file", ["the same file", "another file with the same message"])
def test_taken_in_again_creates_nothing(payments_book, file):
    items = a_statement(f"again {file}")
    first = taken(payments_book, items, "the same file" + file)
    before = counted(payments_book)

    second = taken(payments_book, items, file + file)

    assert (first.status, second.status) == (FileStatus.READ, FileStatus.KNOWN)
    assert (second.entries, second.unmatched) == (2, 2)
    assert counted(payments_book) == before


def test_a_statement_of_which_nothing_could_be_read_may_come_again(payments_book):
    before = counted(payments_book)
    whole = a_statement("unread")
    opened, closed = whole[1], whole[-1]

    first = taken(payments_book, [head("unread"), opened, LEFT_OUT, closed], "unread")
    left = counted(payments_book)
    second = taken(payments_book, whole, "unread")

    assert (first.entries, [each.code for each in first.refused]) == (0, ["malformed_amount"])
    assert left == before
    assert (second.status, second.entries) == (FileStatus.READ, 2)


def an_order(name: str, digest: str = "one", kind: str = "pain.001") -> list[MessageItem]:
    ann = TransferParty("Ann")
    transfer = CreditTransfer("/CdtTrfTxInf", References(end_to_end_id="E1", uetr="u"),
                              Money(5, EUR), ann, ann, ann, ann)  # fmt: skip
    order = TransferOrder(kind, name, NOON, "Ann", 1, "", (transfer,))
    return [head(name, digest, kind), order]


def test_the_same_id_with_other_content_is_refused(payments_book):
    taken(payments_book, an_order("reused"))
    before = counted(payments_book)

    report = taken(payments_book, an_order("reused", digest="two"))

    assert report.status is FileStatus.REFUSED
    assert [(each.code, each.value) for each in report.refused] == [("message_id_reused", "reused")]
    assert counted(payments_book) == before


def test_another_sender_or_type_may_use_the_same_id(payments_book):
    mine = an_order("shared")
    theirs = [replace(mine[0], sender="OTHRGB22"), *mine[1:]]
    other_type = [replace(mine[0], type="pacs.008"), *mine[1:]]

    assert [taken(payments_book, each).status for each in (mine, theirs, other_type)] == [
        FileStatus.READ
    ] * 3


def test_a_bank_may_use_the_id_of_its_message_again(payments_book):
    taken(payments_book, a_statement("monday"))
    tuesday = [head("monday", "two"), *a_statement("tuesday", entries=3)[1:]]

    report = taken(payments_book, tuesday)
    again = taken(payments_book, tuesday, "once more")

    assert (report.status, report.entries, report.refused) == (FileStatus.READ, 3, ())
    assert [(each.code, each.value) for each in report.notes] == [("message_id_repeated", "monday")]
    assert (again.status, again.entries) == (FileStatus.KNOWN, 3)


@pytest.mark.parametrize("entries", [2, 6_000])
def test_the_same_statement_in_another_message_creates_nothing(payments_book, entries):
    name = f"sent twice {entries}"
    first = taken(payments_book, a_statement(name, entries=entries))
    before = counted(payments_book)
    resent = [head(f"resent {entries}", "two"), *a_statement(name, entries=entries)[1:]]

    report = taken(payments_book, resent)

    assert (first.status, report.status) == (FileStatus.READ, FileStatus.KNOWN)
    assert (report.entries, report.unmatched) == (entries, entries)
    assert counted(payments_book) == before


@pytest.mark.parametrize("entries", [3, 6_000])
def test_the_same_statement_with_other_content_is_refused(payments_book, entries):
    name = f"corrected {entries}"
    taken(payments_book, a_statement(name))
    before = counted(payments_book)
    other = [head(f"other {entries}", "two"), *a_statement(name, entries=entries)[1:]]

    report = taken(payments_book, other)

    assert (report.status, report.entries) == (FileStatus.REFUSED, 0)
    assert [(each.code, each.value) for each in report.refused] == [("statement_reused", name)]
    assert counted(payments_book) == before


def test_of_several_statements_the_new_one_is_kept(payments_book):
    taken(payments_book, a_statement("old one"))
    known, new = a_statement("old one"), a_statement("new one", entries=3)
    differs = a_statement("old one", entries=1)

    report = taken(payments_book, [head("several", "two"), *known[1:], *new[1:], *differs[1:]])

    assert (report.status, report.entries) == (FileStatus.PARTLY_READ, 5)
    assert [each.code for each in report.refused] == ["statement_reused"]
    assert rows(
        payments_book,
        "select s.reference, s.entries, m.entries from payments.statements s"
        " join payments.messages m on m.id = s.message where m.message_id = 'several'",
    ) == [("new one", 3, 3)]


@pytest.mark.parametrize(
    "other",
    [
        {"account": "GB33BUKB20201555555555"},
        {"kind": StatementKind.REPORT},
        {"reference": "another"},
        {"sequence": 2},
        {"page": 2},
        {"from_time": NOON},
        {"to_time": NOON},
        {"balances": (StatementBalance("CLBD", Money(1, EUR), date(2026, 11, 21)),)},
    ],
)
def test_what_tells_one_statement_from_another(other):
    said, bank = statement(), head("", "")
    same = replace(said, place="/elsewhere", created_at=NOON, owner="Ann")

    assert identity_of(replace(said, **other), bank, "") != identity_of(said, bank, "")
    assert identity_of(same, bank, "other") == identity_of(said, bank, "")
    other_bank = replace(bank, sender="OTHRGB22")
    assert identity_of(said, other_bank, "") != identity_of(said, bank, "")


@pytest.mark.parametrize(
    ("kind", "reference", "number", "is_named"),
    [
        ("camt.053", "S1", None, True),
        ("camt.053", "", 7, True),
        ("camt.053", "", None, False),
        ("MT940", "STARTUMS", 7, True),
        ("MT940", "STARTUMS", 0, False),
        ("MT940", "STARTUMS", None, False),
    ],
)
def test_a_statement_without_a_name_is_told_by_what_it_says(kind, reference, number, is_named):
    said = replace(statement(reference), sequence=number)
    bank = head("", "", kind)

    same = identity_of(said, bank, "one") == identity_of(said, bank, "two")

    assert same is is_named


def test_good_entries_are_read_and_broken_ones_reported(payments_book):
    items = a_statement("partly")
    items.insert(-1, LEFT_OUT)

    report = taken(payments_book, items)
    again = taken(payments_book, items)

    assert (report.status, report.entries, report.refused) == (FileStatus.PARTLY_READ, 2,
                                                               (LEFT_OUT,))  # fmt: skip
    assert (again.status, again.refused) == (FileStatus.KNOWN, (LEFT_OUT,))


def test_where_nothing_could_be_read_nothing_is_kept_and_the_id_stays_free(payments_book):
    report = taken(payments_book, [head("free"), LEFT_OUT])

    assert report.status is FileStatus.REFUSED
    assert taken(payments_book, a_statement("free", digest="mended")).status is FileStatus.READ


@pytest.mark.parametrize("has_schema_first", [True, False])
def test_a_twin_is_said_to_be_valid_as_it_is_itself(payments_book, has_schema_first):
    note = Remark("/Document", "no_schema", "camt.053", left_out=False)
    whole = a_statement(f"twins {has_schema_first}")
    without = [replace(whole[0], validated=False), note, *whole[1:]]
    both = [whole, without] if has_schema_first else [without, whole]

    first, second = (taken(payments_book, each) for each in both)

    assert (first.status, second.status) == (FileStatus.READ, FileStatus.KNOWN)
    for report in (first, second):
        assert report.validated is ([each.code for each in report.notes] == [])


def test_a_reservation_does_not_make_a_file_partly_read(payments_book):
    note = replace(LEFT_OUT, left_out=False)

    report = taken(payments_book, [*a_statement("noted"), note])

    assert (report.status, report.refused, report.notes) == (FileStatus.READ, (), (note,))


def test_what_breaks_off_while_it_is_read_leaves_nothing(payments_book):
    before = counted(payments_book)

    def cut_off() -> Iterator[MessageItem]:
        yield from a_statement("cut off")
        raise UNKNOWN_MESSAGE.invalid("", "the rest")

    async def work() -> None:
        connection = await asyncpg.connect(payments_book)
        try:
            await take_in(connection, TakeIn("a", "cut", NOON, ACTOR), cut_off())
        finally:
            await connection.close()

    with pytest.raises(Invalid):
        asyncio.run(work())
    assert counted(payments_book) == before


def test_the_one_transaction_of_an_entry_stands_in_its_row_and_several_beside_it(payments_book):
    items = a_statement("details", entries=0)
    items[2:2] = [entry(1, detail("one")), entry(2, detail("two"), detail("three"))]

    taken(payments_book, items)

    assert rows(
        payments_book,
        "select e.number, e.end_to_end_id, e.counterparty_name, e.servicer_reference, e.details,"
        " (select count(*) from payments.entry_details d where d.entry = e.id)"
        " from payments.entries e join payments.statements s on s.id = e.statement"
        " join payments.messages m on m.id = s.message where m.message_id = 'details' order by 1",
    ) == [(1, "one", "Ann", "B1", 1, 0), (2, "", "", "B2", 2, 2)]


def test_an_order_and_a_report_are_kept_with_all_they_say(payments_book):
    update = StatusUpdate("/TxInfAndSts", References(end_to_end_id="E1"), "RJCT", ("AC01",))
    report = StatusReport("pacs.002", "report", NOON, "order", "", (update,))

    ordered = taken(payments_book, an_order("order"))
    reported = taken(payments_book, [head("report", kind="pacs.002"), report])

    assert (ordered.entries, reported.entries) == (1, 1)
    assert (ordered.unmatched, reported.unmatched) == (0, 0)
    assert rows(
        payments_book,
        "select t.uetr, t.end_to_end_id, t.amount_minor from payments.order_transfers t"
        " join payments.messages m on m.id = t.message where m.message_id = 'order'",
    ) == [("u", "E1", 5)]
    assert rows(payments_book, "select status, reasons, original_message from"
                " payments.status_updates") == [("RJCT", '["AC01"]', "order")]  # fmt: skip


def test_matching_sees_the_entries_before_they_are_committed_and_is_counted(payments_book):
    async def match(connection, messages) -> None:
        await connection.execute(
            "update payments.entries e set state = 'matched' from payments.statements s"
            " where s.id = e.statement and s.message = any($1::uuid[]) and e.number = 1",
            list(messages),
        )

    report = taken(payments_book, a_statement("matched"), match=match)

    assert (report.matched, report.suggested, report.unmatched) == (1, 0, 1)


def test_several_messages_in_one_file_are_counted_together(payments_book):
    items = [*a_statement("first of two"), *a_statement("second of two")]

    report = taken(payments_book, items)

    assert (report.status, report.entries) == (FileStatus.READ, 4)
    assert taken(payments_book, items).entries == 4


def test_without_a_book_the_same_is_reported():
    items = a_statement("no book")

    report = read_only("a.xml", iter([*items, LEFT_OUT]))

    assert (report.status, report.entries, report.unmatched) == (FileStatus.PARTLY_READ, 2, 2)
