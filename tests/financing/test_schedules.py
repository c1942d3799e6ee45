"""Schedules: published figures, a second way to reckon each, and laws."""

from calendar import isleap
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from usance.financing.errors import ROUNDING_OUTWEIGHS
from usance.financing.rules.effective_rate import effective_rate
from usance.financing.rules.schedules import (
    ROWS_MAX,
    DueDates,
    loan_at_fee,
    loan_at_rate,
    share_of_sales,
)
from usance.kernel.dates import DayCount, Interval, IntervalUnit
from usance.kernel.errors import Invalid
from usance.kernel.money import Currency, Money, decimal_text, parse

MONTHLY = Interval(1, IntervalUnit.MONTH)
NEW_YEAR = date(2024, 1, 1)


def money(text, currency="USD"):
    return parse(text, currency)


def loan(principal, rate, periods, day_count, start=NEW_YEAR, every=MONTHLY, currency="USD"):
    due = DueDates(periods, every, start)
    return loan_at_rate(money(principal, currency), Decimal(rate), due, DayCount(day_count))


def shown(schedule, *columns):
    """The columns of a schedule, as they are printed."""
    return [tuple(decimal_text(getattr(row, name)) for name in columns) for row in schedule.rows]


def total(schedule, column):
    return sum(getattr(row, column).minor for row in schedule.rows)


def half_up(value: Fraction) -> int:
    whole, rest = divmod(value.numerator, value.denominator)
    return whole + (2 * rest >= value.denominator)


# ---- what others publish ----


@pytest.mark.parametrize(
    ("rate", "day_count", "instalments", "interests", "balances"),
    [
        # Apache Fineract (Apache License 2.0), ProgressiveEMICalculatorTest: 100.00 over six
        # months from 2024-01-01.
        (
            "15.678",
            "act/365",
            "17.43 17.43 17.43 17.43 17.43 17.47",
            "1.33 1.05 0.90 0.66 0.46 0.22",
            "83.90 67.52 50.99 34.22 17.25 0.00",
        ),
        (
            "9.4822",
            "30/360",
            "17.13 17.13 17.13 17.13 17.13 17.13",
            "0.79 0.66 0.53 0.40 0.27 0.13",
            "83.66 67.19 50.59 33.86 17.00 0.00",
        ),
    ],
)
def test_loans_as_fineract_publishes_them(rate, day_count, instalments, interests, balances):
    schedule = loan("100.00", rate, 6, day_count)

    expected = zip(instalments.split(), interests.split(), balances.split(), strict=True)
    assert shown(schedule, "instalment", "interest", "balance") == list(expected)


# Apache Fineract (Apache License 2.0), WorkingCapitalAmortizationSchedule.feature: 9000.00
# advanced at a fee of 1000.00, 18 % of 100000.00 a year of 360 days: 200 days of 50.00.
# What each day earns.
FINERACT_INCOMES = """
9.61 9.57 9.52 9.48 9.44 9.39 9.35 9.31 9.27 9.22 9.17 9.14 9.09 9.04 9.01 8.95 8.92 8.87 8.83 8.78
8.74 8.69 8.65 8.61 8.56 8.52 8.48 8.42 8.39 8.34 8.30 8.25 8.21 8.16 8.12 8.07 8.03 7.98 7.94 7.89
7.85 7.81 7.75 7.72 7.67 7.62 7.58 7.53 7.49 7.44 7.40 7.35 7.30 7.26 7.22 7.17 7.12 7.08 7.03 6.98
6.94 6.89 6.85 6.80 6.76 6.71 6.66 6.62 6.57 6.52 6.48 6.43 6.38 6.34 6.29 6.25 6.19 6.16 6.10 6.06
6.01 5.96 5.92 5.87 5.82 5.77 5.73 5.68 5.64 5.58 5.54 5.49 5.44 5.40 5.35 5.30 5.25 5.21 5.15 5.11
5.06 5.02 4.96 4.92 4.87 4.82 4.77 4.73 4.67 4.63 4.58 4.53 4.48 4.44 4.38 4.34 4.28 4.24 4.19 4.14
4.09 4.05 3.99 3.95 3.89 3.85 3.79 3.75 3.70 3.65 3.60 3.55 3.50 3.45 3.40 3.35 3.30 3.25 3.20 3.16
3.10 3.05 3.00 2.95 2.90 2.85 2.80 2.75 2.70 2.65 2.60 2.54 2.50 2.45 2.39 2.35 2.29 2.24 2.20 2.14
2.09 2.03 1.99 1.94 1.88 1.84 1.78 1.73 1.68 1.62 1.58 1.52 1.47 1.43 1.36 1.32 1.26 1.22 1.16 1.11
1.05 1.00 0.96 0.90 0.84 0.80 0.74 0.69 0.63 0.59 0.53 0.47 0.43 0.37 0.32 0.27 0.21 0.16 0.11 0.05
"""
# What is left after some of them, and what of the fee is still to be earned.
FINERACT_BALANCES = {
    1: ("8959.61", "990.39"),
    9: ("8634.94", "915.06"),
    43: ("7223.72", "626.28"),
    77: ("5760.36", "389.64"),
    100: ("4739.90", "260.10"),
    150: ("2433.17", "66.83"),
    183: ("841.89", "8.11"),
    199: ("49.95", "0.05"),
    200: ("0.00", "0.00"),
}


def test_a_share_of_sales_as_fineract_publishes_it():
    schedule = share_of_sales(
        money("9000.00"), money("1000.00"), money("100000.00"), Decimal(18), 360
    )

    rows = shown(schedule, "balance", "deferred")
    assert shown(schedule, "income") == [(each,) for each in FINERACT_INCOMES.split()]
    assert {day: rows[day - 1] for day in FINERACT_BALANCES} == FINERACT_BALANCES
    assert shown(schedule, "payment") == [("50.00",)] * 200
    assert str(schedule.effective_daily_rate) == "0.0010678145"


# ---- reckoned a second time, another way ----


def counted(day_count, start, end):
    """A part of a year, day by day."""
    if day_count == "30/360":
        first = 30 if start.day == 31 else start.day
        last = 30 if end.day == 31 and first == 30 else end.day
        return Fraction(360 * (end.year - start.year) + 30 * (end.month - start.month), 360) + (
            Fraction(last - first, 360)
        )
    year = Fraction(0)
    for number in range((end - start).days):
        leap = isleap((start + timedelta(days=number)).year)
        year += Fraction(1, {"act/act": 366 if leap else 365}.get(day_count) or int(day_count[4:]))
    return year


def second_loan(principal, rate, day_count, start, due_dates):
    """Discount each instalment to the start and divide; then walk, all in fractions."""
    rates = []
    for begin, end in zip([start, *due_dates], due_dates, strict=False):
        rates.append(Fraction(rate) / 100 * counted(day_count, begin, end))
    worth, discount = Fraction(0), Fraction(1)
    for each in rates:
        discount /= 1 + each
        worth += discount
    regular = half_up(principal / worth)
    balance, rows = principal, []
    for each in rates[:-1]:
        interest = half_up(balance * each)
        balance -= regular - interest
        rows.append((regular - interest, interest, regular, balance))
    interest = half_up(balance * rates[-1])
    return [*rows, (balance, interest, balance + interest, 0)]


FIRST = [
    ("one of twelve per cent", "10000.00", "12.0", 6, "2024-01-01", "USD"),
    ("over the end of a leap year", "10000.00", "12.0", 6, "2024-10-01", "USD"),
    ("into a leap year", "250000.00", "7.25", 24, "2023-06-15", "EUR"),
    ("from the end of January", "10000.00", "12.0", 13, "2024-01-31", "USD"),
    ("from 29 February", "777.77", "3.333", 26, "2024-02-29", "GBP"),
    ("no minor digits", "1000000", "4.5", 12, "2025-03-31", "JPY"),
    ("three minor digits", "1234.567", "9.875", 7, "2025-01-30", "KWD"),
    ("one period", "10000.00", "12.0", 1, "2024-01-01", "USD"),
    ("no interest", "1000.00", "0", 7, "2024-01-01", "USD"),
    ("thirty years", "100000.00", "15", 360, "2024-01-01", "USD"),
    ("ten digits of a rate", "99999.99", "8.1234567891", 36, "2024-08-31", "USD"),
]


@pytest.mark.parametrize("day_count", [each.value for each in DayCount])
@pytest.mark.parametrize(("_case", "principal", "rate", "periods", "start", "currency"), FIRST)
def test_a_loan_reckoned_twice(_case, principal, rate, periods, start, currency, day_count):
    begin = date.fromisoformat(start)
    schedule = loan(principal, rate, periods, day_count, begin, currency=currency)

    rows = [
        (row.principal.minor, row.interest.minor, row.instalment.minor, row.balance.minor)
        for row in schedule.rows
    ]
    due_dates = [row.due_date for row in schedule.rows]
    whole = money(principal, currency).minor
    assert rows == second_loan(whole, rate, day_count, begin, due_dates)


def second_share(advance, fee, payments):
    """Halve the interval until the rate is known to 50 digits, then walk forwards day by day."""
    with localcontext() as context:
        context.prec = 70
        low, high = Decimal(0), Decimal(max(payments)) / advance + 1
        for _ in range(180):
            rate = (low + high) / 2
            balance = Decimal(advance)
            for payment in payments:
                balance += balance * rate - payment
            low, high = (low, rate) if balance > 0 else (rate, high)
        balance, earned, rows = Decimal(advance), Decimal(0), []
        for payment in payments:
            earned += balance * rate
            balance += balance * rate - payment
            before = rows[-1][1] if rows else fee
            deferred = fee - int(earned.quantize(Decimal(1), ROUND_HALF_UP))
            rows.append((before - deferred, deferred))
        return rate, rows


@pytest.mark.parametrize(
    ("_case", "advance", "fee", "volume", "share", "days", "currency"),
    [
        ("whole days", "9000.00", "1000.00", "100000.00", "18", 360, "USD"),
        ("a rest on the last day", "9000.00", "1000.00", "100000.00", "18", 365, "USD"),
        ("a share with digits", "5000.00", "321.09", "77777.77", "12.345", 366, "GBP"),
        ("no minor digits", "500000", "40000", "9000000", "10", 360, "JPY"),
        ("three minor digits", "900.000", "75.125", "12000.000", "15", 365, "KWD"),
        ("one day", "40.00", "10.00", "100000.00", "18", 360, "USD"),
    ],
)
def test_a_share_reckoned_twice(_case, advance, fee, volume, share, days, currency):
    lent, price = money(advance, currency), money(fee, currency)
    schedule = share_of_sales(lent, price, money(volume, currency), Decimal(share), days)

    payments = [row.payment.minor for row in schedule.rows]
    rate, rows = second_share(lent.minor, price.minor, payments)
    assert [(row.income.minor, row.deferred.minor) for row in schedule.rows] == rows
    assert schedule.effective_daily_rate == rate.quantize(Decimal("1e-10"), ROUND_HALF_UP)
    daily = half_up(money(volume, currency).minor * Fraction(share) / 100 / days)
    assert payments[:-1] == [daily] * (len(payments) - 1)
    assert 0 < payments[-1] <= daily


@pytest.mark.parametrize(
    ("_case", "principal", "fee", "periods", "currency"),
    [
        ("a flat fee", "10000.00", "300.00", 6, "USD"),
        ("repaid at once", "10000.00", "300.00", 1, "USD"),
        ("no minor digits", "100000", "7777", 12, "JPY"),
        ("three minor digits", "100.000", "2.345", 9, "KWD"),
    ],
)
def test_a_loan_at_a_fee_reckoned_twice(_case, principal, fee, periods, currency):
    lent, price = money(principal, currency), money(fee, currency)
    schedule = loan_at_fee(lent, price, DueDates(periods, MONTHLY, date(2024, 1, 31)))

    payments = [row.instalment.minor for row in schedule.rows]
    rate, rows = second_share(lent.minor, price.minor, payments)
    assert [row.interest.minor for row in schedule.rows] == [income for income, _ in rows]
    assert schedule.effective_period_rate == rate.quantize(Decimal("1e-10"), ROUND_HALF_UP)
    assert payments[:-1] == [half_up(Fraction(sum(payments), periods))] * (periods - 1)


# ---- border cases ----


def test_due_dates_know_the_first_day_again_after_a_short_month():
    schedule = loan("10000.00", "12.0", 4, "act/act", date(2024, 1, 31))

    assert [str(row.due_date) for row in schedule.rows] == [
        "2024-02-29",
        "2024-03-31",
        "2024-04-30",
        "2024-05-31",
    ]


@pytest.mark.parametrize(
    ("_case", "principal", "rate", "periods", "currency", "instalments", "difference"),
    [
        ("half a cent goes up", "100.01", "0", 2, "USD", "50.01 50.00", "-0.01"),
        ("a third is paid at last", "100.00", "0", 3, "USD", "33.33 33.33 33.34", "0.01"),
        ("one period", "10000.00", "12.0", 1, "USD", "10100.00", "0.00"),
        ("half a yen of interest goes up", "150", "4", 1, "JPY", "151", "0"),
        ("all of the rest at last", "7", "0", 5, "JPY", "1 1 1 1 3", "2"),
        ("rounding eats the principal", "1", "600", 3, "JPY", "1 1 2", "1"),
    ],
)
def test_what_rounding_does_to_instalments(
    _case, principal, rate, periods, currency, instalments, difference
):
    schedule = loan(principal, rate, periods, "30/360", currency=currency)

    assert shown(schedule, "instalment") == [(each,) for each in instalments.split()]
    assert decimal_text(schedule.rounding_difference) == difference


def test_a_long_month_may_cost_more_than_its_instalment_and_the_next_makes_up_for_it():
    schedule = loan("100000.00", "15", 360, "act/365")

    assert shown(schedule, "principal", "interest", "instalment", "balance")[:2] == [
        ("-8.86", "1273.97", "1265.11", "100008.86"),
        ("73.22", "1191.89", "1265.11", "99935.64"),
    ]
    # A third of a cent too little each month, at 15 % over thirty years.
    assert decimal_text(schedule.rounding_difference) == "7.43"


def test_the_longest_schedules_close():
    daily = Interval(1, IntervalUnit.DAY)
    schedule = loan("10000000.00", "7.1234567891", ROWS_MAX, "act/act", every=daily)
    sold = share_of_sales(money("90.00"), money("10.00"), money("3.60"), Decimal(100), 360)

    assert (len(schedule.rows), schedule.rows[-1].balance.minor) == (ROWS_MAX, 0)
    assert (len(sold.rows), sold.rows[-1].balance.minor) == (ROWS_MAX, 0)


# ---- laws ----

amounts = st.integers(1, 10**10)
currencies = st.sampled_from(["USD", "JPY", "KWD"])
due_dates = st.builds(
    DueDates,
    st.integers(1, 60),
    st.builds(Interval, st.integers(1, 3), st.sampled_from(IntervalUnit)),
    st.dates(date(1999, 12, 1), date(2031, 1, 31)),
)


def unless_too_small(reckon):
    """What is reckoned; an example whose rounding outweighs it is left aside."""
    try:
        return reckon()
    except Invalid as refused:
        if refused.code is not ROUNDING_OUTWEIGHS:
            raise
        return reject()


def check_laws(schedule, lent):
    """What every loan does, at a rate or at a fee."""
    balance = lent.minor
    for row in schedule.rows:
        balance -= row.principal.minor
        assert row.interest.minor >= 0
        assert row.instalment == row.principal + row.interest
        assert row.balance.minor == balance
        assert (balance > 0) is (row is not schedule.rows[-1])
    assert balance == 0
    assert len({row.instalment for row in schedule.rows[:-1]}) <= 1
    assert total(schedule, "principal") == lent.minor
    days = [row.due_date for row in schedule.rows]
    assert days == sorted(set(days))


@given(amounts, currencies, st.integers(0, 10**5), due_dates, st.sampled_from(DayCount))
def test_a_loan_closes_and_its_principal_adds_up(minor, currency, rate, due, day_count):
    lent = Money(minor, Currency(currency))

    schedule = unless_too_small(lambda: loan_at_rate(lent, Decimal(rate) / 1000, due, day_count))

    check_laws(schedule, lent)
    if rate == 0:
        assert total(schedule, "interest") == 0


@given(amounts, st.integers(0, 10**9), currencies, due_dates)
@settings(max_examples=50)
def test_a_loan_at_a_fee_closes_and_earns_the_fee(minor, fee, currency, due):
    lent, price = Money(minor, Currency(currency)), Money(fee, Currency(currency))

    schedule = unless_too_small(lambda: loan_at_fee(lent, price, due))

    check_laws(schedule, lent)
    assert min(row.principal.minor for row in schedule.rows) >= 0
    assert total(schedule, "interest") == fee


@given(amounts, st.integers(0, 10**9), st.integers(1, 10**11), st.integers(1, 100))
@settings(max_examples=50)
def test_a_share_closes_and_earns_the_fee(advance, fee, volume, share):
    usd = Currency("USD")
    lent, price, sold = Money(advance, usd), Money(fee, usd), Money(volume, usd)
    daily = half_up(Fraction(volume * share, 36000))
    assume(daily * 400 >= advance + fee)

    schedule = share_of_sales(lent, price, sold, Decimal(share), 360)

    balance, deferred = advance, fee
    for day, row in enumerate(schedule.rows, start=1):
        balance += row.income.minor - row.payment.minor
        deferred -= row.income.minor
        assert row.day == day
        assert row.income.minor >= 0
        assert (row.balance.minor, row.deferred.minor) == (balance, deferred)
    assert (balance, deferred, schedule.rounding_difference.minor) == (0, 0, 0)


@given(amounts, st.lists(st.integers(0, 10**9), min_size=1, max_size=40))
def test_the_rate_found_makes_the_payments_worth_the_outlay(outlay, payments):
    payments = [*payments, max(0, outlay - sum(payments))]
    rate = effective_rate(outlay, payments)

    with localcontext() as context:
        context.prec = 80
        worth = sum(payment / (1 + rate) ** day for day, payment in enumerate(payments, start=1))
    assert rate >= 0
    assert abs(worth - outlay) < Decimal("1e-25")
