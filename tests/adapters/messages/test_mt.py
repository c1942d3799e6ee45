"""MT940 and MT942: lines are read or refused by their number."""

from datetime import UTC, date, datetime

import pytest
from tests.adapters.messages.asking import entries_of, items_of, noted, refused, report_of
from tests.adapters.messages.places import OURS

from usance.kernel.money import Currency, Money
from usance.payments.model import MessageHead, StatementClosed, StatementKind

EUR = Currency("EUR")
HEAD = ":20:S1\n:25:DE02120300000000202051\n:28C:7/1\n:60F:C261119EUR100,00\n"


def statement(*lines: str, closing: str = "C261120EUR100,00") -> str:
    return HEAD + "".join(f"{line}\n" for line in lines) + f":62F:{closing}\n-\n"


def test_an_interim_report_is_read():
    path = OURS / "mt942.sta"
    head = next(item for item in items_of(path) if isinstance(item, MessageHead))
    closed = next(item for item in items_of(path) if isinstance(item, StatementClosed)).statement
    paid_in, taken_back = entries_of(path)

    assert (head.type, head.sender) == ("MT942", "BANKDEFFXXX".removesuffix("XXX"))
    assert (closed.kind, closed.sequence, closed.page, closed.created_at) == (
        StatementKind.REPORT, 325, 1, datetime(2026, 11, 20, 14, 30, tzinfo=UTC))  # fmt: skip
    assert (paid_in.amount, paid_in.is_credit) == (Money(125050, EUR), True)
    assert paid_in.references.end_to_end_id == "E2E-7"
    assert paid_in.details[0].counterparty.name == "Ann Buyer"
    assert (taken_back.amount, taken_back.is_credit, taken_back.is_reversal) == (
        Money(25000, EUR), False, True)  # fmt: skip
    assert taken_back.references.end_to_end_id == "E2E-6"
    assert noted(path) == []


@pytest.mark.parametrize(
    ("_case", "line", "code"),
    [
        ("no line at all", ":61:hello", "malformed_line"),
        ("a month too many", ":61:261320C1,00NTRFX", "malformed_day"),
        ("too many decimals", ":61:261120C1,005NTRFX", "too_many_decimals"),
        ("two commas", ":61:261120C1,0,5NTRFX", "malformed_amount"),
    ],
)
def test_a_broken_line_is_left_out_by_its_number(_case, line, code):
    text = statement(":61:261120C5,00NTRFA//B", line, ":61:261120D5,00NTRFC//D")

    assert refused(text) == [("line 6", code)]
    assert report_of(text).entries == 2


@pytest.mark.parametrize(
    ("_case", "text", "expected"),
    [
        ("a balance", statement(closing="what"), [("line 5", "malformed_line")]),
        ("no currency", ":61:261120C5,00NTRFX\n", [("line 1", "no_currency")]),
        ("no currency of ISO", statement(closing="C261120EUX100,00"),
         [("line 5", "unknown_currency")]),
        ("half a tag", f"{HEAD}:62F:C261120EUR100,00\n:25\n", [("line 6", "malformed_line")]),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_its_line(_case, text, expected):
    assert refused(text) == expected


@pytest.mark.parametrize(
    ("_case", "text", "expected"),
    [
        ("30 February", statement(":61:260230C0,00NTRFX"), ("line 5", "malformed_day")),
        ("it does not add up", statement(":61:261120C1,00NTRFX"), ("line 1", "balance_differs")),
        ("no account", ":20:S1\n:60F:C261119EUR1,\n", ("line 1", "missing_element")),
        ("a tag of its own", statement(":99X:what"), ("line 5", "unknown_tag")),
        ("a count", statement(":90C:2EUR3,00"), ("line 5", "summary_differs")),
    ],
)
def test_a_reservation_leaves_the_statement_read(_case, text, expected):
    assert expected in noted(text)
    assert report_of(text).status.value == "read"


def test_30_february_is_its_last_day():
    [entry] = entries_of(statement(":61:2602300301D6,00NTRFX"))

    assert (entry.value_date, entry.booked_on) == (date(2026, 2, 28), date(2026, 3, 1))


@pytest.mark.parametrize(
    ("value_date", "booked", "expected"),
    [("251231", "0102", date(2026, 1, 2)), ("260102", "1231", date(2025, 12, 31))],
)
def test_the_year_of_a_booking_date_is_the_nearest(value_date, booked, expected):
    [entry] = entries_of(statement(f":61:{value_date}{booked}C1,00NTRFX"))

    assert entry.booked_on == expected


def test_a_reference_of_34_characters_is_read():
    iban = "NL91ABNA0417164300 and some more 34"
    [entry] = entries_of(statement(f":61:2611201120D1,00N102{iban[:34]}"))

    assert entry.amount == Money(100, EUR)


@pytest.mark.parametrize(
    ("_case", "text"),
    [
        ("blocks", "{1:F01A}{2:I940B}{4:\n" + statement() + "-}"),
        ("blocks on one line", "{1:F01A}{4:" + statement()),
        ("ING", "0000 01INGBNL2AXXXX00001\n940 00\n" + statement()),
        ("Rabobank", ":940:\n" + statement()),
        ("returns and feeds", statement().replace("\n", "\r\n")),
        ("a lone return", statement().replace("\n", "\r")),
    ],
)
def test_envelopes_are_passed_over(_case, text):
    closed = [item for item in items_of(text) if isinstance(item, StatementClosed)]

    assert [each.statement.account for each in closed] == ["DE02120300000000202051"]
    assert refused(text) == []


def test_each_page_is_a_statement_and_adds_up_for_itself():
    first = statement(":61:261120C1,00NTRFX").replace(":62F:C261120EUR100", ":62M:C261120EUR101")
    second = statement(closing="C261120EUR101,00").replace("60F:C261119EUR100", "60M:C261120EUR101")

    assert noted(first + second) == []
    assert sum(isinstance(item, StatementClosed) for item in items_of(first + second)) == 2


def test_a_currency_may_be_given_from_outside():
    assert entries_of(":61:261120C5,00NTRFX\n", currency="EUR")[0].amount == Money(500, EUR)
