"""Which lines are a sale, which a return, which neither, and what they come to."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usance.kernel.money import Currency, Money
from usance.kernel.records import replace
from usance.trade.errors import CODES
from usance.trade.model import ShopLine
from usance.trade.rules import LEFT_OUT, left_out, line_amount

GBP = Currency("GBP")
SALE = ShopLine(
    line=2,
    text="the line",
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
    ("_case", "changes", "code", "value"),
    [
        ("a sale", {}, None, ""),
        ("a return", {"cancels": True, "quantity": -6}, None, ""),
        ("postage", {"is_goods": False, "customer_no": ""}, "not_goods", "85123A"),
        ("bad debt", {"adjusts": True, "customer_no": ""}, "adjustment", "536365"),
        ("price below zero", {"unit_price": Decimal(-1)}, "adjustment", "-1"),
        ("breakage", {"quantity": -6, "unit_price": Decimal(0)}, "adjustment", "-6"),
        ("a return of more than nothing", {"cancels": True}, "adjustment", "6"),
        ("nothing", {"quantity": 0}, "zero_quantity", "0"),
        ("a present", {"unit_price": Decimal("0.0")}, "zero_price", "0.0"),
        ("a thousandth", {"unit_price": Decimal("0.0005")}, "zero_price", "0.0005"),
        ("nobody", {"customer_no": "", "country": ""}, "no_customer", ""),
        (
            "nowhere",
            {"country": "", "country_name": "Unspecified"},
            "country_not_named",
            "Unspecified",
        ),
        ("a great deal", {"quantity": 999_999_999, "unit_price": Decimal(999)}, None, ""),
        (
            "far too much",
            {"quantity": 999_999_999, "unit_price": Decimal(999_999_999)},
            "line_too_large",
            "999999998000000001.00 GBP",
        ),
    ],
)
def test_lines_are_judged_in_order_of_precedence(_case, changes, code, value):
    line = replace(SALE, **changes)
    out = left_out(line, line_amount(abs(line.quantity), line.unit_price, GBP))

    assert (code, value) == ((out.code.code, out.value) if out else (None, ""))


def test_every_reason_has_words_in_both_languages():
    assert all(code in CODES for code, _, _ in LEFT_OUT)
    assert all(code.en and code.zh and code.remedy_en and code.remedy_zh for code in CODES)


@pytest.mark.parametrize(
    ("quantity", "unit_price", "currency", "amount"),
    [
        (6, "2.55", "GBP", 1530),
        (1, "0.005", "GBP", 0),
        (3, "0.005", "GBP", 2),
        (1, "0.015", "GBP", 2),
        (7, "0.001", "GBP", 1),
        (3, "0.5", "JPY", 2),
        (5, "0.5", "JPY", 2),
        (1, "1.2345", "KWD", 1234),
    ],
)
def test_amounts_round_half_even_to_the_minor_unit(quantity, unit_price, currency, amount):
    assert line_amount(quantity, Decimal(unit_price), Currency(currency)) == Money(
        amount, Currency(currency)
    )


@given(
    quantity=st.integers(1, 10**9 - 1),
    price=st.decimals(0, 10**9 - 1, places=6, allow_nan=False, allow_infinity=False),
)
def test_an_amount_is_within_half_a_minor_unit_of_the_product(quantity, price):
    exact = quantity * int(price.scaleb(6))
    amount = line_amount(quantity, price, GBP)

    assert abs(amount.minor * 10**4 - exact) * 2 <= 10**4
