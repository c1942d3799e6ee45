"""Money: laws of nature first, then the border cases in order."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usance.kernel import money
from usance.kernel.errors import Invalid
from usance.kernel.money import Currency, Money, Rounding, convert, decimal_text, parse
from usance.kernel.records import decode, decode_kept, encode

GBP, JPY, KWD, CNY = Currency("GBP"), Currency("JPY"), Currency("KWD"), Currency("CNY")
minors = st.integers(-(10**18), 10**18)
weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any)


@given(minor=minors, weights=weights)
def test_allocation_neither_loses_nor_invents_money(minor, weights):
    parts = Money(minor, GBP).allocate(weights)

    assert sum(part.minor for part in parts) == minor
    assert all(part.minor == 0 for part, weight in zip(parts, weights, strict=True) if not weight)


@given(minor=minors, currency=st.sampled_from([GBP, JPY, KWD]))
def test_text_and_money_are_the_same_thing(minor, currency):
    there = Money(minor, currency)

    assert parse(decimal_text(there), currency) == there


@given(minor=st.integers(0, 10**15), bps=st.integers(0, 10_000))
def test_a_share_rounded_down_and_up_differ_by_less_than_a_minor_unit(minor, bps):
    whole = Money(minor, GBP)
    down, up = whole.share(bps, Rounding.DOWN).minor, whole.share(bps, Rounding.UP).minor

    assert down <= Decimal(minor) * bps / 10_000 <= up
    assert up - down <= 1


@pytest.mark.parametrize(
    ("_case", "amount", "rate", "to", "rounding", "expected"),
    [
        ("two decimals to two", Money(13912, GBP), "9.09904771", CNY, Rounding.DOWN, 126585),
        ("two decimals to none", Money(100, GBP), "196.5", JPY, Rounding.HALF_EVEN, 196),
        ("a half goes to the even one", Money(100, GBP), "197.5", JPY, Rounding.HALF_EVEN, 198),
        ("a half goes up, even or not", Money(100, GBP), "196.5", JPY, Rounding.HALF_UP, 197),
        (
            "less than a half does not",
            Money(100, GBP),
            "196.4",
            JPY,
            Rounding.HALF_UP,
            196,
        ),
        ("a half goes away from nought", Money(100, GBP), "-2.5", JPY, Rounding.HALF_UP, -3),
        ("none to three", Money(1000, JPY), "0.0019999", KWD, Rounding.DOWN, 1999),
        ("up means away from nought", Money(1, GBP), "0.001", CNY, Rounding.UP, 1),
        ("nothing is nothing", Money(0, GBP), "9", CNY, Rounding.UP, 0),
        ("down means towards nought", Money(-100, GBP), "1.999", JPY, Rounding.DOWN, -1),
        ("a rate below nought", Money(100, GBP), "-2.5", JPY, Rounding.HALF_EVEN, -2),
        (
            "more digits than decimals keep",
            Money(2**62, GBP),
            "1e12",
            GBP,
            Rounding.UP,
            2**62 * 10**12,
        ),
    ],
)
def test_conversion(_case, amount, rate, to, rounding, expected):
    assert convert(amount, Decimal(rate), to, rounding) == Money(expected, to)


@given(
    minor=st.integers(-(10**12), 10**12),
    rate=st.decimals("0.00000001", "99999", places=8),
    to=st.sampled_from([GBP, JPY, KWD]),
    rounding=st.sampled_from(Rounding),
)
def test_conversion_agrees_with_decimal_arithmetic(minor, rate, to, rounding):
    moved = Decimal(minor).scaleb(to.exponent - GBP.exponent) * rate

    expected = int(moved.quantize(Decimal(1), rounding=rounding.value))
    assert convert(Money(minor, GBP), rate, to, rounding).minor == expected


@pytest.mark.parametrize(
    ("_case", "text", "currency", "code"),
    [
        ("an unknown currency wins over everything", "x", "ZZZ", "unknown_currency"),
        ("small letters are no currency", "1", "gbp", "unknown_currency"),
        ("gold has no minor unit", "1", "XAU", "unknown_currency"),
        ("what became the euro", "1", "DEM", "currency_withdrawn"),
        ("nothing at all", "", "GBP", "malformed_amount"),
        ("a sign alone", "-", "GBP", "malformed_amount"),
        ("a point first", ".5", "GBP", "malformed_amount"),
        ("an exponent", "1e3", "GBP", "malformed_amount"),
        ("a thousands' comma", "1,000.00", "GBP", "malformed_amount"),
        ("digits of another script", "٣", "GBP", "malformed_amount"),
        ("not a number", "NaN", "GBP", "malformed_amount"),
        ("two points", "1.0.0", "GBP", "malformed_amount"),
        ("larger than a book can hold", "9" * 19, "GBP", "amount_too_large"),
        ("three decimals of a pound", "1.005", "GBP", "too_many_decimals"),
        ("any decimals of a yen", "1.5", "JPY", "too_many_decimals"),
        ("four decimals of a dinar", "1.0005", "KWD", "too_many_decimals"),
        ("so near to a penny more", "1.00" + "9" * 36, "GBP", "too_many_decimals"),
        ("the least bit more", "12.34" + "0" * 30 + "1", "GBP", "too_many_decimals"),
        ("more digits than anybody counts", "1.00" + "9" * 90, "GBP", "too_many_decimals"),
    ],
)
def test_what_is_no_amount(_case, text, currency, code):
    with pytest.raises(Invalid) as refused:
        parse(text, currency)

    assert refused.value.code.code == code


@pytest.mark.parametrize(
    ("_case", "text", "currency", "minor"),
    [
        ("whole", "12", "GBP", 1200),
        ("noughts behind the point", "12.50", "GBP", 1250),
        ("more noughts than decimals are no decimals", "12.5000", "GBP", 1250),
        ("yen", "12", "JPY", 12),
        ("dinar", "0.001", "KWD", 1),
        ("negative, for differences", "-0.01", "GBP", -1),
    ],
)
def test_what_is_an_amount(_case, text, currency, minor):
    assert parse(text, currency).minor == minor


def test_two_currencies_do_not_add():
    with pytest.raises(AssertionError):
        Money(1, GBP) + Money(1, CNY)


@given(st.text(max_size=30), st.text(max_size=5))
def test_no_text_makes_parse_raise_anything_else(text, currency):
    try:
        parsed = money.parse(text, currency)
    except Invalid:
        return
    assert isinstance(parsed, Money)


@given(
    st.integers(-(10**15), 10**15), st.integers(-20_000, 20_000), st.sampled_from(list(Rounding))
)
def test_a_share_is_the_exact_product_rounded(minor: int, bps: int, rounding: Rounding) -> None:
    money = Money(minor, Currency("GBP"))
    exact = (Decimal(minor) * Decimal(bps)).scaleb(-4)
    assert money.share(bps, rounding).minor == exact.quantize(Decimal(1), rounding=rounding.value)


def test_money_of_the_past_is_read_and_not_made():
    marks = parse("12.50", "DEM", past=True)

    assert str(marks) == "12.50 DEM"
    assert marks.currency.is_withdrawn
    assert decode_kept(encode(marks), Money) == marks
    with pytest.raises(Invalid) as refused:
        decode(encode(marks), Money)
    assert refused.value.code.code == "currency_withdrawn"
    with pytest.raises(Invalid, match="ISO 4217"):
        Currency.of_the_past("ZZZ")
    assert not Currency.of_the_past("EUR").is_withdrawn
