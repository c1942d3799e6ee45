"""docs/reference/financing/schedules.md says what the code does: every table, every command."""

import re
import shlex
from calendar import isleap
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from tests.house.tree import ROOT
from typer.testing import CliRunner

from usance.cli.app import app
from usance.financing.rules.effective_rate import effective_rate
from usance.financing.service.schedules import DueDates, loan_at_rate, share_of_sales
from usance.kernel.dates import DayCount, Interval, IntervalUnit, year_fraction
from usance.kernel.money import decimal_text, parse

PAGE = (ROOT / "docs/reference/financing/schedules.md").read_text()
COMMANDS = re.findall(r"```\n\$ usance (.+)\n((?:.+\n)+)```", PAGE)
CENT = Decimal("0.01")


def table(head):
    """The rows of the table that begins with `head`, each as its cells."""
    lines = PAGE[PAGE.index(f"| {head}") :].split("\n\n", 1)[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def dollars(text):
    return parse(text, "USD")


def the_loan(day_count):
    due = DueDates(6, Interval(1, IntervalUnit.MONTH), date(2024, 1, 1))
    return loan_at_rate(dollars("10000.00"), Decimal("12.0"), due, DayCount(day_count))


def digits(value, places):
    with localcontext() as context:
        context.prec = 50
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        return str(exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


@pytest.mark.parametrize(("command", "printed"), COMMANDS)
def test_commands_print_what_the_page_shows(command, printed):
    result = CliRunner().invoke(app, shlex.split(command))

    lines = [line.split() for line in result.stdout.splitlines()]
    shown = [line.split() for line in printed.splitlines()]
    if ["…"] in shown:
        cut = shown.index(["…"])
        lines[cut : len(lines) - (len(shown) - cut - 1)] = [["…"]]
    assert result.exit_code == 0
    assert lines == shown


def test_the_page_shows_a_command_of_each_kind():
    assert len(COMMANDS) == 3


def test_parts_of_a_year():
    periods = [
        ("2024-01-31", "2024-02-29"),
        ("2024-12-15", "2025-01-15"),
        ("2024-02-29", "2024-03-31"),
    ]
    for name, _, *parts in table("`--day-count`"):
        for (start, end), part in zip(periods, parts, strict=True):
            found = year_fraction(
                DayCount(name.strip("`")), date.fromisoformat(start), date.fromisoformat(end)
            )
            assert found == sum(map(Fraction, part.split(" + ")))


def test_the_other_readings_of_day_counts_differ_as_said():
    for opening, part, said in [
        ("6696.08", Fraction(32, 360), "71.42"),
        ("6696.08", Fraction(31, 360), "69.19"),
        ("6698.08", Fraction(17, 366) + Fraction(14, 365), "68.16"),
        ("6698.08", Fraction(31, 366), "68.08"),
        ("6698.08", Fraction(31, 365), "68.27"),
    ]:
        assert said in PAGE
        assert digits(Fraction(opening) * Fraction(12, 100) * part, 2) == said


def test_the_working_of_a_loan():
    balance, start, factors = Fraction(10000), date(2024, 1, 1), []
    for due, days, factor, opening, exact, interest, principal, left in table("due | days"):
        end = date.fromisoformat(due)
        assert int(days) == (end - start).days
        factors.append(1 + Fraction(12, 100) * Fraction(int(days), 366 if isleap(2024) else 365))
        assert factor == digits(factors[-1], 12)
        assert Fraction(opening) == balance
        assert exact == digits(balance * (factors[-1] - 1), 6)
        assert interest == digits(balance * (factors[-1] - 1), 2)
        balance -= Fraction(principal)
        assert Fraction(left) == balance
        start = end
    growth, annuity = Fraction(1), Fraction(0)
    for factor in factors:
        growth, annuity = growth * factor, annuity * factor + 1
    assert f"{digits(growth, 12)} ÷ {digits(annuity, 12)} = 1,725.159733" in PAGE
    assert digits(10000 * growth / annuity, 6) == "1725.159733"


def test_the_loan_by_every_day_count():
    rows = table("day count | instalment")

    assert [name.strip("`") for name, *_ in rows] == [each.value for each in DayCount]
    for name, *said in rows:
        found = the_loan(name.strip("`"))
        interest = sum(row.interest.minor for row in found.rows)
        assert said == [
            decimal_text(found.rows[0].instalment),
            decimal_text(found.rows[-1].instalment),
            str(Decimal(interest).scaleb(-2)),
            decimal_text(found.rounding_difference),
        ]


def test_the_working_of_a_share():
    rate = effective_rate(900_000, [5_000] * 200)
    said = {row[0]: row[1:] for row in table("day | opening")}
    balance, total, before, alone = Decimal(9000), Decimal(0), Decimal("0.00"), Decimal(0)
    with localcontext() as context:
        context.prec = 50
        for day in range(1, 201):
            opening, earned = balance, balance * rate
            total += earned
            balance += earned - 50
            rounded = total.quantize(CENT, ROUND_HALF_UP)
            alone += earned.quantize(CENT, ROUND_HALF_UP)
            if str(day) in said:
                exact = [str(each.quantize(Decimal("1e-6"))) for each in (opening, earned, total)]
                cents = (rounded, rounded - before, 9000 + rounded - 50 * day, 1000 - rounded)
                assert said[str(day)] == exact + [str(each) for each in cents]
            before = rounded
    assert f"rounded by itself, {alone} of the fee" in PAGE


def test_the_other_readings_of_a_share_differ_as_said():
    found = share_of_sales(
        dollars("9000.00"), dollars("1000.00"), dollars("100000.00"), Decimal(18), 365
    )
    level = effective_rate(900_000, [4_932] * 203)
    exact = effective_rate(900_000, [5_000] * 200)

    said = {row[0]: row[1:] for row in table("what | here")}
    payment, rate = list(said.values())[2:]
    assert [decimal_text(row.payment) for row in found.rows] == ["49.32"] * 202 + ["37.36"]
    assert payment[0] == "rounded, 49.32 for 202 days, then 37.36"
    rest = digits(10000 - 202 * Fraction(18000, 365), 2)
    assert payment[1] == f"not rounded, with {rest} on the last day"
    assert rate[0].endswith(str(found.effective_daily_rate))
    assert rate[1].endswith(str(level.quantize(Decimal("1e-10"))))
    assert said["ten digits"][1].endswith(str(exact.quantize(Decimal("1e-12"))))
