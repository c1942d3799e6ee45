"""The CSV reader takes anything and answers for every line."""

import gzip
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usance.adapters.marketplaces.csv_upload import invoice_numbers, translate
from usance.adapters.marketplaces.files import CsvOrderFile
from usance.adapters.marketplaces.mapping import load
from usance.kernel.errors import Invalid
from usance.trade.model import Reject, ShopLine

UCI = load()
HEADER = b"InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
GOOD = b"536365,85123A,WHITE HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n"
DATA = files("usance.adapters.marketplaces") / "data"


def read(*lines: bytes) -> list[ShopLine | Reject]:
    return list(translate(BytesIO(HEADER + b"".join(lines)), UCI))


def code_of(item: ShopLine | Reject) -> str:
    return item.code.code if isinstance(item, Reject) else ""


def test_a_line_is_read_field_by_field():
    (line,) = read(GOOD)

    assert line == ShopLine(
        line=2,
        text=GOOD.decode().rstrip("\n"),
        invoice_no="536365",
        cancels=False,
        adjusts=False,
        is_goods=True,
        stock_code="85123A",
        description="WHITE HEART",
        quantity=6,
        unit_price=Decimal("2.55"),
        placed_at=datetime(2010, 12, 1, 8, 26, tzinfo=UTC),
        source_date=date(2010, 12, 1),
        customer_no="17850",
        country="GB",
        country_name="United Kingdom",
    )


@pytest.mark.parametrize(
    ("_case", "line", "code", "invoice_no"),
    [
        ("latin-1 bytes", GOOD.replace(b"HEART", b"CAF\xe9"), "broken_bytes", "536365"),
        ("utf-16 bytes", "536365,x\n".encode("utf-16")[:-1], "broken_bytes", ""),
        ("a NUL", GOOD.replace(b"HEART", b"HE\0RT"), "nul_byte", "536365"),
        ("a field too many", GOOD.replace(b"WHITE", b"WHITE,"), "wrong_field_count", ""),
        ("a field too few", b"536365,85123A\n", "wrong_field_count", ""),
        ("only separators", b",,,,,,,\n", "malformed_code", ""),
        ("open quote", GOOD.replace(b"WHITE", b'"WHITE'), "unclosed_quote", ""),
        ("after the quote", GOOD.replace(b"WHITE", b'"W"x'), "broken_quotes", ""),
        ("a line of a megabyte", b"x" * 1_000_000 + b"\n", "line_too_long", ""),
        ("long description", GOOD.replace(b"WHITE", b"W" * 1001), "field_too_long", "536365"),
        ("long invoice", GOOD.replace(b"536365", b"5" * 61), "field_too_long", ""),
        ("no invoice", GOOD.replace(b"536365", b" "), "malformed_code", ""),
        ("no stock code", GOOD.replace(b"85123A", b""), "malformed_code", "536365"),
        ("half a piece", GOOD.replace(b",6,", b",6.5,"), "malformed_quantity", "536365"),
        ("other digits", GOOD.replace(b",6,", ",６,".encode()), "malformed_quantity", "536365"),
        ("exponent", GOOD.replace(b"2.55", b"1e3"), "malformed_price", "536365"),
        ("not a number", GOOD.replace(b"2.55", b"NaN"), "malformed_price", "536365"),
        ("comma in price", GOOD.replace(b"2.55", b'"2,55"'), "malformed_price", "536365"),
        ("month 13", GOOD.replace(b"2010-12", b"2010-13"), "malformed_time", "536365"),
        ("year 1", GOOD.replace(b"2010-12", b"0001-12"), "malformed_time", "536365"),
    ],
)
def test_a_broken_line_is_told_and_the_file_goes_on(_case, line, code, invoice_no):
    broken, good = read(line, GOOD)

    assert (code, invoice_no) == (code_of(broken), broken.invoice_no)
    assert isinstance(good, ShopLine)


@pytest.mark.parametrize(
    ("_case", "line", "description"),
    [
        ("quoted separator", GOOD.replace(b"WHITE HEART", b'"HEART, WHITE"'), "HEART, WHITE"),
        ("doubled quote", GOOD.replace(b"WHITE HEART", b'"5"" HEART"'), '5" HEART'),
        ("lone inch sign", GOOD.replace(b"WHITE HEART", b'HEART 5"'), 'HEART 5"'),
        ("carriage return", GOOD.replace(b"\n", b"\r\n"), "WHITE HEART"),
        ("chinese", GOOD.replace(b"WHITE HEART", "白色爱心".encode()), "白色爱心"),
        ("no last line feed", GOOD.rstrip(), "WHITE HEART"),
    ],
)
def test_a_line_that_looks_odd_is_good(_case, line, description):
    (found,) = read(line)

    assert isinstance(found, ShopLine)
    assert description == found.description


def test_a_quoted_field_may_span_lines_and_numbers_stay_the_files():
    first, second = read(GOOD.replace(b"WHITE HEART", b'"WHITE\nHEART"'), GOOD)

    assert (first.line, first.description) == (2, "WHITE\nHEART")
    assert second.line == 4


def test_a_forgotten_quote_costs_one_line_only():
    found = read(GOOD.replace(b"WHITE", b'"WHITE'), *[GOOD] * 100)

    assert ["unclosed_quote", *[""] * 100] == [code_of(item) for item in found]


@pytest.mark.parametrize(
    ("_case", "header", "says"),
    [
        ("empty file", b"", "no header"),
        ("utf-16", HEADER.decode().encode("utf-16"), "no header"),
        ("a column is missing", HEADER.replace(b"UnitPrice,", b""), "no column UnitPrice"),
        ("a column twice", HEADER.replace(b"StockCode", b"Quantity"), "no column StockCode"),
        ("separator", HEADER.replace(b",", b";"), "no column InvoiceNo: uci_online_retail.toml"),
    ],
)
def test_a_wrong_header_is_one_clear_error(_case, header, says):
    with pytest.raises(Invalid, match=says):
        list(translate(BytesIO(header + GOOD if header else b""), UCI))


def test_a_byte_order_mark_and_blank_lines_are_nothing():
    found = list(translate([b"\xef\xbb\xbf" + HEADER, b"\r\n", GOOD, b"\n"], UCI))

    assert [item.line for item in found] == [3]


SOUP = st.lists(
    st.one_of(
        st.binary(max_size=80).map(lambda raw: raw.replace(b"\n", b"") + b"\n"),
        st.just(GOOD),
        st.lists(
            st.sampled_from([b'"', b",", b"\r", b"1", b"-2", b"C536", b"\xff", b"\0", b"2.5"]),
            max_size=30,
        ).map(lambda parts: b"".join(parts) + b"\n"),
    ),
    max_size=40,
)


@given(lines=SOUP)
def test_whatever_the_file_every_physical_line_is_told_once(lines):
    found = read(*lines)

    covered = Counter()
    for item in found:
        covered.update(range(item.line, item.line + item.text.count("\n") + 1))
    blank = {n for n, raw in enumerate(lines, 2) if not raw.decode("utf-8", "replace").strip()}
    assert set(range(2, len(lines) + 2)) - blank <= set(covered)
    assert all(times == 1 for times in covered.values())
    assert [(item.line, item.invoice_no) for item in found] == list(
        invoice_numbers([HEADER, *lines], UCI)
    )


@given(lines=st.lists(st.binary(max_size=60), max_size=20))
def test_whatever_the_header_the_only_error_is_invalid(lines):
    with pytest.raises(Invalid) as caught:
        list(translate(lines, UCI))

    assert caught.value.code.code in {"no_header", "missing_column"}


@pytest.mark.parametrize(
    ("_day", "lines", "invoices"), [("2010-12-01.csv", 3108, 143), ("2011-03-15.csv", 1292, 65)]
)
def test_the_days_that_ship_can_be_read_whole(_day, lines, invoices):
    file = CsvOrderFile(Path(str(DATA / _day)), UCI)
    found = list(file.lines())

    assert lines == len(found)
    assert all(isinstance(item, ShopLine) for item in found)
    assert invoices == len({item.invoice_no for item in found})


def test_a_gzipped_file_is_known_by_its_first_bytes(tmp_path):
    path = tmp_path / "orders.data"
    path.write_bytes(gzip.compress(HEADER + GOOD))
    file = CsvOrderFile(path, UCI)

    assert 1 == len(list(file.lines())) == len(list(file.invoice_numbers()))
    assert file.bytes_total == file.bytes_read


def test_a_gzipped_file_that_breaks_off_is_one_clear_error(tmp_path):
    path = tmp_path / "orders.csv.gz"
    path.write_bytes(gzip.compress(HEADER + GOOD * 1000)[:-20])

    with pytest.raises(Invalid, match=r"orders\.csv\.gz cannot be read"):
        list(CsvOrderFile(path, UCI).lines())


def test_a_line_too_long_does_not_take_the_next_with_it(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_bytes(HEADER + b"x" * 300_000 + b"\n" + GOOD)

    assert [code_of(item) for item in CsvOrderFile(path, UCI).lines()] == ["line_too_long", ""]
