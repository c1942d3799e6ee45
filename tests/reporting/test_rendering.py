"""How pages are printed: aligned for people, exact and harmless for machines."""

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest

from usance.kernel.errors import Invalid
from usance.kernel.ids import AdvanceId, FacilityId, OrderId, PartyId, PaymentId
from usance.kernel.money import Currency, Money
from usance.reporting.model import (
    AsOf,
    BalanceLine,
    FunderTape,
    Statement,
    StatementAccount,
    StatementLine,
    TapeLine,
    Trace,
    TraceLeg,
    TracePart,
    TraceStep,
    TrialBalance,
    Words,
)
from usance.reporting.rules.rendering import grouped, render
from usance.reporting.rules.timeline import trace_text, wrapped

GBP, CNY, JPY = Currency("GBP"), Currency("CNY"), Currency("JPY")
PTY, PAY, ORD = PartyId.derived(1, 1), PaymentId.derived(1, 1), OrderId.derived(1, 1)
NOON = datetime(2026, 9, 9, 12, tzinfo=UTC)

TRIAL = TrialBalance(
    AsOf(7),
    (
        BalanceLine("nostro", GBP, 1_234_567, 0, 0, 500),
        BalanceLine("seller_available", GBP, 0, 1_234_567, 500, 0),
        BalanceLine("nostro", JPY, 90, 0, 0, 0),
        BalanceLine("suspense_unmatched", JPY, 0, 90, 0, 0),
    ),
)


def statement(invoice="536365", name="灯笼贸易"):
    line = StatementLine(
        7, NOON, date(2026, 9, 9), "rest", "seller_settling", ORD, PAY, invoice, 100_050, 100_050
    )
    account = StatementAccount("seller_available", CNY, 0, (line,), 100_050, 50)
    return Statement(PTY, name, date(2026, 9, 9), date(2026, 9, 30), (account,))


def tape(*minors):
    return FunderTape(
        PTY,
        "River Bank",
        date(2026, 10, 9),
        tuple(
            TapeLine(
                AdvanceId.derived(1, n), FacilityId.derived(1, 1), PTY, str(536365 + n),
                Money(13_912, GBP), CNY, 120_000, minor, minor // 2, 300, 0, 0,
                date(2026, 9, 9), date(2026, 10, 1), 8, "drawn", PAY, "captured", None,
            )
            for n, minor in enumerate(minors)
        ),
    )  # fmt: skip


GOLDEN_TRIAL = """\
Trial balance

As of                 now
Last fact             7
Debits equal credits  yes

GBP
Account           Name                             Debits        Credits        Balance  Side    Debits held  Credits held
────────────────  ────────────────────────  ─────────────  ─────────────  ─────────────  ──────  ───────────  ────────────
nostro            Client money at our bank  12,345.67 GBP       0.00 GBP  12,345.67 GBP  debit      0.00 GBP      5.00 GBP
seller_available  A seller may draw              0.00 GBP  12,345.67 GBP  12,345.67 GBP  credit     5.00 GBP      0.00 GBP
────────────────  ────────────────────────  ─────────────  ─────────────  ─────────────  ──────  ───────────  ────────────
                  Total                     12,345.67 GBP  12,345.67 GBP       0.00 GBP             5.00 GBP      5.00 GBP
"""  # noqa: E501 - as it is printed
GOLDEN_STATEMENT_ZH = f"""\
卖家对账单

卖家        灯笼贸易
卖家标识    {PTY}
自          2026-09-09
至          2026-09-30
卖家可用款  1,000.50 CNY

CNY · 卖家可用款
记账时间          事实  摘要        发票号  付款                                  发生额          余额
────────────────  ────  ──────────  ──────  ──────────────────────────────  ────────────  ────────────
                        期初余额                                                              0.00 CNY
2026-09-09 12:00     7  结算余款    536365  {PAY}  1,000.50 CNY  1,000.50 CNY
────────────────  ────  ──────────  ──────  ──────────────────────────────  ────────────  ────────────
                        期末余额                                                          1,000.50 CNY
                        其中已预留                                                            0.50 CNY
"""  # noqa: E501 - as it is printed


def test_a_trial_balance_for_people():
    pounds, yen = render(TRIAL, "text").split("\nJPY\n")

    assert pounds == GOLDEN_TRIAL
    assert [line.split()[0] for line in yen.splitlines()[2:4]] == ["nostro", "suspense_unmatched"]


def test_a_book_that_does_not_balance_says_so_loudly():
    broken = TrialBalance(AsOf(1), (BalanceLine("nostro", GBP, 1, 0, 0, 0),))

    assert not broken.balanced
    assert "Debits equal credits  NO" in render(broken, "text")
    assert json.loads(render(broken, "json"))["balanced"] is False


def test_holds_that_do_not_meet_are_no_balance_either():
    assert not TrialBalance(AsOf(1), (BalanceLine("nostro", GBP, 0, 0, 1, 0),)).balanced


def test_a_statement_for_people_in_chinese_is_aligned_by_width():
    assert render(statement(), "text", "zh") == GOLDEN_STATEMENT_ZH


@pytest.mark.parametrize(
    ("_case", "text", "written"),
    [
        ("a formula", "=HYPERLINK(0)", "'=HYPERLINK(0)"),
        ("a sum", "+1", "'+1"),
        ("a difference", "-1", "'-1"),
        ("a function", "@SUM(A1)", "'@SUM(A1)"),
        ("a tab before it", "\t=1", "'\t=1"),
        ("in full width", "\uff1d1", "'\uff1d1"),
        ("an invoice", "C536379", "C536379"),
        ("quotes and commas", 'a"b,c', 'a"b,c'),
        ("a line break", "a\r\nb", "a\r\nb"),
    ],
)
def test_csv_holds_no_formula_and_loses_nothing(_case, text, written):
    printed = render(statement(invoice=text), "csv")
    rows = list(csv.DictReader(io.StringIO(printed, newline="")))

    assert rows[1]["invoice_no"] == written
    assert printed.split("\r\n")[0].startswith("account,currency,recorded_at,value_date,position")


def test_an_amount_below_zero_stays_a_number_in_csv():
    line = StatementLine(
        7, NOON, date(2026, 9, 9), "rest", "nostro", None, None, "", -100_050, -100_050
    )
    account = StatementAccount("owed_by_seller", CNY, 0, (line,), -100_050, 0)
    report = Statement(PTY, "x", date(2026, 9, 9), date(2026, 9, 9), (account,))
    rows = list(csv.DictReader(io.StringIO(render(report, "csv"))))

    assert rows[1]["amount"] == "-1000.50"


def test_the_header_and_keys_are_the_same_in_both_languages():
    for report in (TRIAL, statement(), tape(1)):
        english, chinese = (render(report, "csv", each).split("\r\n")[0] for each in ("en", "zh"))
        both = [json.loads(render(report, "json", each)) for each in ("en", "zh")]

        assert english == chinese
        assert both[0].keys() == both[1].keys()
        for sheet in both[0]["sheets"]:
            assert {*map(frozenset, sheet["rows"])} == {frozenset(english.split(","))}


def test_a_tape_has_a_line_for_each_advance_and_totals():
    report = json.loads(render(tape(96_000, 4_000), "json"))
    [sheet] = report["sheets"]

    assert [row["principal"]["amount"] for row in sheet["rows"]] == ["960.00", "40.00"]
    assert sheet["totals"]["total"]["principal_outstanding"] == {
        "amount": "500.00",
        "currency": "CNY",
    }
    assert sheet["rows"][0]["invoice_amount"] == {"amount": "139.12", "currency": "GBP"}
    assert report["advances"] == 2


def test_text_is_one_line_a_row_whatever_stands_in_a_name():
    assert "evil" in render(statement(name="\x1b[2Jevil\nname"), "text")
    assert "\x1b" not in render(statement(name="\x1b[2Jevil\nname"), "text")
    assert "evilname" in render(statement(name="evil\nname"), "text")


@pytest.mark.parametrize(
    ("minor", "currency", "expected"),
    [
        (123_456_789, GBP, "1,234,567.89 GBP"),
        (-5, GBP, "-0.05 GBP"),
        (-123_456, JPY, "-123,456 JPY"),
        (0, JPY, "0 JPY"),
    ],
)
def test_amounts_for_people(minor, currency, expected):
    assert grouped(Money(minor, currency)) == expected


def test_an_unknown_format_is_refused():
    with pytest.raises(Invalid, match="pdf"):
        render(TRIAL, "pdf")


def test_a_trace_is_a_timeline():
    leg = TraceLeg("payout", "seller_available", "nostro", Money(100_050, CNY), "held", 3, 4)
    part = TracePart("payout_initiated", Words("Paying.", "出款。"))
    steps = (TraceStep(7, NOON, "record_settlement", PTY, (part,), (leg,)),)
    trace = Trace("536365", ORD, "536365", steps)

    assert trace_text(trace, "en", {7: "proved"}) == (
        f"Order {ORD} · invoice 536365 · 1 facts\n"
        "\n"
        "2026-09-09 12:00:00  #7  record_settlement  proved\n"
        "    Paying.\n"
        "      seller_available 3 > nostro 4  1,000.50 CNY  reserved\n"
    )
    assert "    出款。\n" in trace_text(trace, "zh")


def test_codes_stay_codes_for_machines():
    report = tape(1)

    assert json.loads(render(report, "json", "zh"))["sheets"][0]["rows"][0]["status"] == "drawn"
    assert "未结清" in render(report, "text", "zh")


@pytest.mark.parametrize(
    ("_case", "text", "lines"),
    [
        ("fits", "one two", ["  one two"]),
        ("at a blank", "one two three", ["  one two", "  three"]),
        ("a long word stays whole", "a incomprehensible", ["  a", "  incomprehensible"]),
        ("behind a character", "一二三四五六", ["  一二三四", "  五六"]),
        ("a stop stays with its word", "一二三四。五", ["  一二三", "  四。五"]),
        ("an amount stays whole", "退款 25.50 元", ["  退款", "  25.50 元"]),
        ("a character beyond the first plane", "𠮷野家", ["  𠮷野家"]),
        ("nothing", "", ["  "]),
    ],
)
def test_a_sentence_is_wrapped_by_width(_case, text, lines):
    assert [line.rstrip() for line in wrapped(text, 10, "  ")] == [line.rstrip() for line in lines]
