"""`usance finance schedule`: what it prints, and what it says to a wrong question."""

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from usance.cli.app import app

LOAN = {
    "--principal": "10000.00",
    "--currency": "USD",
    "--rate": "12.0",
    "--periods": "6",
    "--every": "1-month",
    "--start": "2024-01-01",
    "--day-count": "act/act",
}
SHARE = {
    "--kind": "revenue-share",
    "--advance": "9000.00",
    "--fee": "1000.00",
    "--volume": "100000.00",
    "--share": "18",
    "--days-in-year": "360",
}


def asked(options, *flags):
    words = [word for option in options.items() for word in option]
    return CliRunner().invoke(app, ["finance", "schedule", *words, *flags])


def answered(options):
    result = asked(options, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


def test_a_loan_as_one_json_object():
    said = answered(LOAN)

    assert list(said) == ["rows", "totals", "rounding_difference"]
    assert said["rows"][0] == {
        "due_date": "2024-02-01",
        "principal": "1623.52",
        "interest": "101.64",
        "instalment": "1725.16",
        "balance": "8376.48",
    }
    assert [list(row.values()) for row in said["rows"][1:]] == [
        ["2024-03-01", "1645.51", "79.65", "1725.16", "6730.97"],
        ["2024-04-01", "1656.75", "68.41", "1725.16", "5074.22"],
        ["2024-05-01", "1675.25", "49.91", "1725.16", "3398.97"],
        ["2024-06-01", "1690.61", "34.55", "1725.16", "1708.36"],
        ["2024-07-01", "1708.36", "16.80", "1725.16", "0.00"],
    ]
    assert said["totals"] == {
        "principal": "10000.00",
        "interest": "350.96",
        "instalment": "10350.96",
    }
    assert said["rounding_difference"] == "0.00"


def test_a_share_of_sales_as_one_json_object():
    said = answered(SHARE)

    assert said["rows"][0] == {
        "day": 1,
        "payment": "50.00",
        "balance": "8959.61",
        "income": "9.61",
        "deferred": "990.39",
    }
    assert list(said["rows"][-1].values()) == [200, "50.00", "0.00", "0.05", "0.00"]
    assert said["totals"] == {"payment": "10000.00", "income": "1000.00"}
    assert said["rounding_difference"] == "0.00"
    assert said["effective_daily_rate"] == "0.0010678145"


@pytest.mark.parametrize(
    ("_case", "change", "first"),
    [
        ("a month and act/act go without saying", {}, ["2024-02-01", "1725.16"]),
        ("another day count", {"--day-count": "30/360"}, ["2024-02-01", "1725.48"]),
        ("two weeks", {"--every": "2-week"}, ["2024-01-15", "1693.54"]),
        ("a unit in the plural", {"--every": "2-weeks"}, ["2024-01-15", "1693.54"]),
        ("yen", {"--currency": "JPY", "--principal": "10000"}, ["2024-02-01", "1725"]),
        ("a fee only", {"--rate": "", "--fee": "300.00"}, ["2024-02-01", "1716.67"]),
        ("no interest", {"--rate": "0"}, ["2024-02-01", "1666.67"]),
    ],
)
def test_loans_of_other_kinds(_case, change, first):
    usual = {name: LOAN[name] for name in ("--principal", "--rate", "--periods", "--start")}

    row = answered({**usual, **change})["rows"][0]

    assert [row["due_date"], row["instalment"]] == first


def test_no_server_is_asked(monkeypatch):
    def nobody(_environment):
        raise AssertionError("a schedule needs no server")

    monkeypatch.setattr("usance.cli.places.ensure_server", nobody)

    assert asked(LOAN).exit_code == asked(SHARE).exit_code == 0


def test_a_table_in_either_language():
    english, chinese = asked(LOAN), asked(LOAN, "--language", "zh")

    assert english.exit_code == chinese.exit_code == 0
    assert english.stdout.splitlines()[0].split() == [
        "due",
        "principal",
        "interest",
        "instalment",
        "balance",
    ]
    assert english.stdout.splitlines()[-2].split() == ["total", "10000.00", "350.96", "10350.96"]
    assert english.stdout.splitlines()[-1] == "rounding difference: 0.00 USD"
    assert chinese.stdout.splitlines()[0].split() == ["到期日", "本金", "利息", "每期还款", "余额"]


def test_a_table_of_a_fee_says_what_is_earned_and_at_which_rate():
    fee = {"--principal": "100.00", "--fee": "3.00", "--periods": "1", "--start": "2024-01-01"}
    loan, share = asked(fee), asked(SHARE, "--language", "zh")

    assert "fee earned" in loan.stdout
    assert "effective rate per period: 0.0300000000" in loan.stdout
    assert share.stdout.splitlines()[-1] == "实际日利率: 0.0010678145"


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [
        ("--kind", "bullet", "unknown_kind"),
        ("--currency", "XXY", "unknown_currency"),
        ("--currency", "DEM", "currency_withdrawn"),
        ("--principal", "", "option_missing"),
        ("--principal", "-10000.00", "not_positive"),
        ("--principal", "0.00", "not_positive"),
        ("--principal", "10000.001", "too_many_decimals"),
        ("--principal", "1e4", "malformed_amount"),
        ("--principal", "1" * 20, "amount_too_large"),
        ("--rate", "", "option_missing"),
        ("--rate", "-1", "rate_out_of_range"),
        ("--rate", "1e2", "rate_out_of_range"),
        ("--rate", "NaN", "rate_out_of_range"),
        ("--rate", "12,0", "rate_out_of_range"),
        ("--rate", "1000.1", "rate_out_of_range"),
        ("--rate", "0.12345678901", "rate_out_of_range"),
        ("--periods", "0", "periods_out_of_range"),
        ("--periods", "-6", "periods_out_of_range"),
        ("--periods", "100000", "periods_out_of_range"),
        ("--every", "month", "malformed_interval"),
        ("--every", "0-month", "malformed_interval"),
        ("--every", "1-quarter", "malformed_interval"),
        ("--start", "", "option_missing"),
        ("--start", "2024-02-30", "malformed_day"),
        ("--start", "10000-01-01", "malformed_day"),
        ("--start", "9999-08-01", "schedule_too_late"),
        ("--day-count", "act/364", "unknown_day_count"),
        ("--advance", "1.00", "option_not_wanted"),
        ("--days-in-year", "360", "option_not_wanted"),
        ("--fee", "1.00", "option_not_wanted"),
    ],
)
def test_a_wrong_question_about_a_loan_is_named(option, value, code):
    refused(asked({**LOAN, option: value}), {**LOAN, option: value}, option, code)


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [
        ("--fee", "", "option_missing"),
        ("--fee", "-1.00", "negative_fee"),
        ("--fee", "1.005", "too_many_decimals"),
        ("--advance", "-9000.00", "not_positive"),
        ("--volume", "0.00", "not_positive"),
        ("--volume", "100.00", "schedule_too_long"),
        ("--share", "0", "share_out_of_range"),
        ("--share", "101", "share_out_of_range"),
        ("--share", "a fifth", "share_out_of_range"),
        ("--days-in-year", "0", "days_in_year_out_of_range"),
        ("--days-in-year", "367", "days_in_year_out_of_range"),
        ("--rate", "12.0", "option_not_wanted"),
        ("--every", "1-month", "option_not_wanted"),
    ],
)
def test_a_wrong_question_about_a_share_is_named(option, value, code):
    refused(asked({**SHARE, option: value}), {**SHARE, option: value}, option, code)


def refused(result, options, option, code):
    """One sentence with option, value, remedy and code; nothing printed; exit code 2."""
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("usance: ")
    assert len(result.stderr.splitlines()) == 1
    assert option in result.stderr
    assert result.stderr.endswith(f"({code})\n")
    if code not in {"option_missing", "option_not_wanted", "schedule_too_late"}:
        assert options[option].lstrip("-")[:4] in result.stderr or code == "schedule_too_long"


def test_what_is_wrong_is_said_in_chinese_too():
    result = asked({**LOAN, "--day-count": "act/364"}, "--language", "zh")

    assert result.exit_code == 2
    assert "请选择 act/act、act/365、act/360 或 30/360。 (unknown_day_count)" in result.stderr


def test_what_is_no_number_at_all_is_a_wrong_usage_too():
    assert asked({**LOAN, "--periods": "six"}).exit_code == 2


def test_a_schedule_ends_on_the_last_day_there_is():
    last = answered({**LOAN, "--start": "9999-06-30"})["rows"][-1]["due_date"]

    assert date.fromisoformat(last) == date(9999, 12, 30)
