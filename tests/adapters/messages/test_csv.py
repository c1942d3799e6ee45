"""Statements in CSV: plain headers, mapping files, and no guess where there are two readings."""

# ruff: noqa: E501 - messages are long lines
from datetime import date

import pytest
from tests.adapters.messages.asking import entries_of, items_of, refused, report_of

from usance.adapters.messages.csv_mapping import StatementMapping, load_mapping, plain_mapping_text
from usance.kernel.errors import Invalid
from usance.kernel.money import Currency, Money

EUR = Currency("EUR")
PLAIN = "Date,Amount,Currency,Reference,Counterparty\n2026-11-20,12.50,EUR,R1,Ann\n"


@pytest.mark.parametrize(
    ("_case", "raw", "minor"),
    [
        ("plain", PLAIN.encode(), [1250]),
        ("with a mark", b"\xef\xbb\xbf" + PLAIN.encode(), [1250]),
        ("UTF-16", PLAIN.encode("utf-16"), [1250]),
        ("Windows-1252", PLAIN.replace("Ann", "Änn").encode("cp1252"), [1250]),
        ("semicolons and commas", b"Datum;Betrag;Currency\n20.11.2026;-1.234,50;EUR\n", [-123450]),
        ("tabs", b"date\tamount\tccy\n20261120\t7\tEUR\n", [700]),
        ("two columns", b"date,credit,debit,currency\n2026-11-20,5.00,,EUR\n2026-11-20,,4.00,EUR\n",
         [500, -400]),
        ("Chinese", "交易日期,收入,支出,币种\n2026年11月20日,5.00,,EUR\n".encode(), [500]),
        ("signs", b"date;amount;currency\n2026-11-20;(1.00);EUR\n2026-11-20;2.00-;EUR\n2026-11-20;+3.00;EUR\n",
         [-100, -200, 300]),
        ("grouped", b"date;amount;currency\n2026-11-20;1'234.50;EUR\n", [123450]),
        ("a day above twelve", b"date,amount,currency\n11/20/2026,1.00,EUR\n11/02/2026,2.00,EUR\n", [100, 200]),
        ("a quoted line end", b'date,amount,currency,details\n2026-11-20,1.00,EUR,"a\nb"\n', [100]),
        ("blank lines", b"\n\ndate,amount,currency\n\n2026-11-20,1.00,EUR\n\n", [100]),
    ],
)  # fmt: skip
def test_a_plain_header_is_understood(_case, raw, minor):
    entries = entries_of(raw)

    assert [e.amount.minor if e.is_credit else -e.amount.minor for e in entries] == minor
    assert entries[0].booked_on == date(2026, 11, 20)
    assert refused(raw) == []


@pytest.mark.parametrize(
    ("_case", "row", "code"),
    [
        ("a word", "2026-11-20,x,EUR", "malformed_amount"),
        ("nothing", "2026-11-20,,EUR", "malformed_amount"),
        ("decimals", "2026-11-20,1.0055,EUR", "too_many_decimals"),
        ("no currency", "2026-11-20,1.00,", "no_currency"),
        ("no currency of ISO", "2026-11-20,1.00,EUX", "unknown_currency"),
        ("no day", "2026-02-30,1.00,EUR", "malformed_day"),
        ("broken quotes", '2026-11-20,"1"x,EUR', "malformed_line"),
    ],
)
def test_a_broken_row_is_left_out_by_its_line(_case, row, code):
    text = f"Date,Amount,Currency\n2026-11-19,1.00,EUR\n{row}\n2026-11-21,2.00,EUR\n"

    assert refused(text) == [("line 3", code)]
    assert report_of(text).entries == 2


@pytest.mark.parametrize(
    ("_case", "text", "what"),
    [
        ("day or month", "date,amount,currency\n02/03/2026,1.00,EUR\n", "date_format"),
        ("a date of its own", "date,amount,currency\nMonday,1.00,EUR\n", "date_format"),
        ("thousands or decimals", 'date,amount,currency\n2026-11-20,"1,234",EUR\n', "decimal_mark"),
        ("both marks", "date;amount;currency\n2026-11-20;1,50;EUR\n2026-11-20;1.50;EUR\n", "decimal_mark"),
    ],
)  # fmt: skip
def test_two_readings_are_no_reading(_case, text, what):
    with pytest.raises(Invalid) as wrong:
        items_of(text)

    assert (wrong.value.code.code, wrong.value.field) == ("broken_statement_mapping", what)


def test_a_mapping_names_columns_and_formats(tmp_path):
    path = tmp_path / "bank.toml"
    path.write_text(
        'delimiter = "|"\ndecimal_mark = ","\ndate_format = "%d/%m/%Y"\nskip_lines = 2\n'
        'account = "DE02"\ncurrency = "EUR"\n[columns]\nbooked_on = "Tag"\namount = "Summe"\n'
    )
    text = "Bank of Somewhere\nNovember\nTag|Summe|Name\n02/03/2026|1,234|Ann\n02/03/2026|5|Ben\n"
    mapping = load_mapping(path)

    report = report_of(text, mapping=mapping)
    [entry] = entries_of(text, mapping=mapping)

    assert [(each.path, each.code) for each in report.refused] == [("line 4", "too_many_decimals")]
    assert (entry.amount, entry.booked_on) == (Money(500, EUR), date(2026, 3, 2))


@pytest.mark.parametrize(
    ("_case", "text"),
    [
        ("no TOML", "=="),
        ("a column nobody has", '[columns]\ncolour = "red"\n'),
        ("a long delimiter", 'delimiter = "--"\n'),
        ("no mark", 'decimal_mark = "x"\n'),
        ("no currency", 'currency = "EUX"\n'),
        ("no encoding", 'encoding = "klingon"\n'),
        ("no day in it", 'date_format = "%H:%M"\n'),
        ("a field nobody knows", "colour = 1\n"),
        ("too many lines", "skip_lines = 5000\n"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(tmp_path, _case, text):
    path = tmp_path / "bank.toml"
    path.write_text(text)

    with pytest.raises(Invalid) as wrong:
        load_mapping(path)

    assert wrong.value.code.code == "broken_statement_mapping"


def test_the_mapping_that_ships_can_be_used_as_it_is(tmp_path):
    path = tmp_path / "bank.toml"
    path.write_text(plain_mapping_text())

    assert len(entries_of(PLAIN, mapping=load_mapping(path))) == 1


def test_a_wrong_encoding_says_so():
    with pytest.raises(Invalid) as wrong:
        items_of(PLAIN.encode() + b"\xff", mapping=StatementMapping(encoding="utf-8"))

    assert wrong.value.code.code == "wrong_encoding"


def test_each_account_of_a_file_is_a_statement_of_its_own():
    text = "date,amount,currency,account\n2026-11-20,1.00,EUR,A\n2026-11-20,2.00,EUR,B\n"

    assert report_of(text).entries == 2
    assert (
        len({item.statement.account for item in items_of(text) if hasattr(item, "statement")}) == 2
    )
