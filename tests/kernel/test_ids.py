"""Ids: printed and parsed, never mistaken for one another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usance.kernel.errors import Invalid
from usance.kernel.ids import (
    KINDS,
    SERIES_MAX,
    OrderId,
    PaymentId,
    derive,
    fresh,
    made,
    milliseconds_of,
    parse_any,
    series,
)

times = st.integers(0, 2**48 - 1)
entropies = st.integers(0, 2**74 - 1)


@given(milliseconds=times, entropy=entropies)
def test_what_is_printed_is_parsed_again(milliseconds, entropy):
    there = PaymentId(fresh(milliseconds, entropy))

    assert PaymentId(str(there)) == there
    assert parse_any(str(there)) == there
    assert milliseconds_of(there) == milliseconds
    assert there.version == 7


@given(first=times, second=times, entropy=entropies)
def test_ids_sort_by_their_time(first, second, entropy):
    assert (fresh(first, entropy) < fresh(second, entropy)) == (first < second)


def test_the_same_parts_give_the_same_id_and_others_another():
    assert derive(1, "a", "b") == derive(1, "a", "b")
    assert derive(1, "a", "b") != derive(1, "ab", "")
    assert derive(1, "a", 1) != derive(1, "a", 2)


@given(
    milliseconds=times,
    places=st.tuples(st.integers(0, 2**32 - 2), st.integers(0, 2**128 - 1)),
    count=st.integers(1, SERIES_MAX),
)
def test_a_series_has_ids_of_its_own_in_their_order(milliseconds, places, count):
    place, entropy = places
    begins = series(milliseconds, place, entropy)
    one = made(PaymentId, begins + count)

    assert (one.version, one.variant) == (7, fresh(0, 0).variant)
    assert milliseconds_of(one) == milliseconds
    assert made(PaymentId, begins) < one
    assert one < made(PaymentId, series(milliseconds, place + 1, 0))
    assert one not in {
        made(PaymentId, series(milliseconds, place, entropy + 1) + count),
        made(PaymentId, begins + count % SERIES_MAX + 1),
    }


@pytest.mark.parametrize(
    ("_case", "text"),
    [
        ("another kind's prefix", str(OrderId(fresh(1, 1)))),
        ("no prefix", "01k4n3x"),
        ("too short", "pay_01"),
        ("a letter Crockford left out", "pay_" + "u" * 26),
        ("more than 128 bits", "pay_" + "z" * 26),
        ("empty", ""),
    ],
)
def test_what_is_no_payment_id(_case, text):
    with pytest.raises(Invalid, match="Send the id"):
        PaymentId(text)


@given(st.text(max_size=40))
def test_no_text_makes_parse_any_raise_anything_else(text):
    try:
        parsed = parse_any(text)
    except Invalid:
        return
    assert parsed.prefix in KINDS


def test_prefixes_are_unique():
    prefixes = [kind.prefix for kind in KINDS.values()]

    assert len(prefixes) == len(set(prefixes))
