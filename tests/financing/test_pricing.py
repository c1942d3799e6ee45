"""What a sale will bring and what advancing it costs, worked out by hand beside each case."""

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.financing.samples import CNY, NOW, cny, payment, quote

from usance.financing.rules.pricing import (
    effective_annual_rate,
    fee_of,
    for_days,
    net_receivable,
    price,
)
from usance.kernel import money
from usance.kernel.dates import calendar
from usance.kernel.money import Money
from usance.kernel.records import replace
from usance.policy.model import PolicyRow


def row(rule: str, **values: int) -> PolicyRow:
    texts = {name: str(value) for name, value in values.items()}
    return PolicyRow(rule, "*", date(2026, 1, 1), texts, "a test", verified=False)


RAIL_FEE = row("payments.rail_fee", bps=90, fixed_minor=10)
PROGRAMME = row(
    "financing.programme",
    advance_rate_bps=8000,
    fee_bps_per_30_days=80,
    fee_minimum_minor=100,
    funder_share_of_fee_bps=8000,
    offer_validity_hours=24,
    tenor_days=30,
    grace_days=5,
    late_charge_bps_per_30_days=150,
)


@pytest.mark.parametrize(
    ("_case", "gross", "fee", "mid", "spread_bps", "returned", "expected"),
    [
        # 100.00 − 1.70 − (0.90 + 0.10) = 97.30; × 9.5 = 924.35; spread 4.62175 → 4.63
        ("pounds", "100.00 GBP", "1.70 GBP", "9.5", 50, 0, "919.72"),
        # 5000 − 95 − (45 + 10) = 4850; × 0.048 = 232.80; spread 1.164 → 1.17
        ("no decimals", "5000 JPY", "95 JPY", "0.048", 50, 0, "231.63"),
        # 100.00 − 1.70 − 1.00 = 97.30, nothing to convert
        ("own currency", "100.00 CNY", "1.70 CNY", "1", 0, 0, "97.30"),
        # 0.333 % of 33.33 is 0.29997 → 0.30, + 0.10: 33.33 − 0.70 − 0.40 = 32.23;
        # × 9.5 = 306.185 → 306.18 (down); spread 1.5309 → 1.54
        ("fractions", "33.33 GBP", "0.70 GBP", "9.5", 50, 0, "304.64"),
        # 100.00 − 40.00 returned − 1.70 − 1.00 = 57.30; × 9.5 = 544.35; spread 2.72175 → 2.73
        ("partly returned", "100.00 GBP", "1.70 GBP", "9.5", 50, 4000, "541.62"),
        ("fees eat it all", "0.50 GBP", "0.50 GBP", "9.5", 50, 0, "0"),
    ],
)
def test_net_receivable(_case, gross, fee, mid, spread_bps, returned, expected):
    amount = money.parse(*gross.split())
    sale = replace(
        payment(gross=amount, fee=money.parse(*fee.split())),
        quote=quote(amount.currency, mid, spread_bps),
        returned=returned,
    )

    assert net_receivable(sale, RAIL_FEE) == cny(expected)


@pytest.mark.parametrize(
    ("_case", "receivable", "principal", "fee", "fee_operator"),
    [
        # 80 % of 919.72 = 735.776; 0.8 % of 735.77 = 5.88616; a fifth of 5.89 = 1.178
        ("rounded", "919.72", "735.77", "5.89", "1.17"),
        # 0.8 % of 40.00 = 0.32: the minimum
        ("minimum fee", "50.00", "40.00", "1.00", "0.20"),
        ("even", "1000.00", "800.00", "6.40", "1.28"),
    ],
)
def test_price(_case, receivable, principal, fee, fee_operator):
    priced = price(cny(receivable), PROGRAMME, NOW, calendar(()))

    assert (priced.principal, priced.fee, priced.fee_operator) == (
        cny(principal),
        cny(fee),
        cny(fee_operator),
    )
    assert priced.expires_at == NOW + timedelta(hours=24)
    assert (priced.tenor_days, priced.due_date) == (30, date(2026, 10, 9))


def test_a_due_date_on_a_holiday_moves_on_and_costs_nothing():
    # 11 September + 30 days = Sunday 11 October; Monday is made a holiday here.
    friday = datetime(2026, 9, 11, 8, tzinfo=UTC)
    plain = price(cny("1000"), PROGRAMME, friday, calendar(()))
    moved = price(cny("1000"), PROGRAMME, friday, calendar([date(2026, 10, 12)]))

    assert (plain.due_date, moved.due_date) == (date(2026, 10, 12), date(2026, 10, 13))
    assert plain.fee == moved.fee


@pytest.mark.parametrize(
    ("_case", "bps", "days", "expected"),
    [
        ("a period", 150, 30, "15.00"),
        ("a third of a period", 150, 10, "5.00"),
        ("7 days at 80: 1.8666…", 80, 7, "1.87"),
        ("no days", 150, 0, "0"),
    ],
)
def test_a_rate_per_30_days(_case, bps, days, expected):
    assert for_days(cny("1000"), bps, days) == cny(expected)


@pytest.mark.parametrize(
    ("_case", "principal", "cost", "days", "expected"),
    [
        # 1.008 ^ (365/30): ln 1.008 = 0.00796817, × 12.16667 = 0.0969461, e^ = 1.101801
        ("0.8 % for 30 days", 80000, 640, 30, "0.1018"),
        ("10 % for a year", 1000, 100, 365, "0.1000"),
        ("10 % for half of it: 1.1² − 1", 1000, 100, 182, "0.2106"),
        ("nothing advanced", 0, 100, 30, ""),
    ],
)
def test_effective_annual_rate(_case, principal, cost, days, expected):
    assert effective_annual_rate(Money(principal, CNY), Money(cost, CNY), days) == expected


def test_the_fee_never_falls_below_the_minimum():
    assert fee_of(cny("0.01"), PROGRAMME, 80) == cny("1.00")
