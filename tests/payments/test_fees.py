"""Fees line by line: figures worked out by hand, then laws."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usance.kernel.money import Currency, Money
from usance.payments.rules.fees import (
    NAMES,
    Bounds,
    FeeRef,
    Part,
    fee_lines,
    fee_total,
    read,
    tier_bps,
    total_of,
    written,
)
from usance.payments.rules.pricing import fee_of

GBP = Currency("GBP")
DAY = date(2026, 1, 1)


def part(rule, bps, fixed=0):
    return Part(rule, "*", DAY, bps, fixed)


def bounds(minimum, maximum):
    return Bounds("payments.fee.bounds", "*", DAY, minimum, maximum)


BASE = part("payments.fee", 60, 20)
CORRIDOR = part("payments.fee.corridor", 25, 5)
VOLUME = part("payments.fee.volume", -10)


@pytest.mark.parametrize(
    ("_case", "parts", "limits", "gross", "lines"),
    [
        ("one line", (BASE,), None, 10_000, [("base", 80)]),
        # 100.10 GBP: 60.06 up to 61, then 85.085 up to 86; by itself the second were 26
        (
            "shares are rounded once",
            (BASE, CORRIDOR),
            None,
            10_010,
            [("base", 61 + 20), ("corridor", 25 + 5)],
        ),
        ("a discount", (BASE, VOLUME), None, 10_000, [("base", 80), ("volume", -10)]),
        ("a minimum", (BASE,), bounds(100, 0), 10_000, [("base", 80), ("minimum", 20)]),
        ("a maximum", (BASE,), bounds(0, 50), 10_000, [("base", 80), ("maximum", -30)]),
        ("within both", (BASE,), bounds(10, 500), 10_000, [("base", 80)]),
        (
            "never more than the payment",
            (BASE,),
            bounds(100, 0),
            15,
            [("base", 21), ("minimum", 79), ("not_above_payment", -85)],
        ),
        (
            "nothing is paid out",
            (part("payments.fee", 5), VOLUME),
            None,
            10_000,
            [("base", 5), ("volume", -10), ("not_below_zero", 5)],
        ),
        (
            "a part of nothing is no line",
            (BASE, part("payments.fee.risk", 0)),
            None,
            0,
            [("base", 20), ("not_above_payment", -20)],
        ),
    ],
)
def test_lines(_case, parts, limits, gross, lines):
    found = fee_lines(parts, limits, Money(gross, GBP))

    assert [(line.code, line.amount.minor) for line in found] == lines


parts = st.lists(
    st.builds(part, st.sampled_from(list(NAMES)), st.integers(-300, 2_000), st.integers(-50, 100)),
    min_size=1,
    max_size=6,
).map(tuple)
limits = st.none() | st.builds(
    lambda minimum, more, has_maximum: bounds(minimum, minimum + more if has_maximum else 0),
    st.integers(0, 500),
    st.integers(1, 5_000),
    st.booleans(),
)
grosses = st.integers(0, 10**12).map(lambda minor: Money(minor, GBP))


@given(parts, limits, grosses)
def test_lines_add_up_to_the_fee_that_was_charged(parts, limits, gross):
    lines = fee_lines(parts, limits, gross)
    bps, fixed = sum(p.bps for p in parts), sum(p.fixed_minor for p in parts)

    fee = fee_total(bps, fixed, limits, gross)
    assert total_of(lines, gross) == fee
    assert 0 <= fee.minor <= gross.minor
    if limits is not None:
        assert fee.minor >= min(limits.minimum, gross.minor)
        assert not limits.maximum or fee.minor <= limits.maximum


@given(st.integers(0, 2_000), st.integers(0, 100), grosses)
def test_a_schedule_of_one_line_is_what_it_always_was(bps, fixed, gross):
    assert fee_total(bps, fixed, None, gross) == fee_of(gross, bps, fixed)


@given(parts, grosses, st.randoms())
def test_the_order_of_parts_changes_lines_and_never_the_total(parts, gross, random):
    other = list(parts)
    random.shuffle(other)

    lines = [fee_lines(tuple(each), None, gross) for each in (parts, other)]
    assert total_of(lines[0], gross) == total_of(lines[1], gross)


@pytest.mark.parametrize(
    ("volume", "bps"), [(0, 0), (99_999, 0), (100_000, -5), (500_000, -10), (10**15, -10)]
)
def test_tiers_begin_where_they_say(volume, bps):
    assert tier_bps(volume, (0, 100_000, 500_000), (0, -5, -10)) == bps


refs = st.lists(
    st.builds(
        FeeRef,
        st.sampled_from([*NAMES, "payments.fee.bounds"]),
        st.sampled_from(["*", "card", "GB>CN", "EEA>*", "card/GBP", "D", "CNY"]),
        st.dates(),
        st.integers(0, 2**62),
    ),
    max_size=6,
).map(tuple)


@given(refs)
def test_what_a_payment_keeps_reads_back(refs):
    assert read(written(refs)) == refs
