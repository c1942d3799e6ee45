"""Ids: printed and parsed, never mistaken for one another."""

from uuid import RFC_4122

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usance.kernel.errors import Invalid
from usance.kernel.ids import (
    KINDS,
    OrderId,
    PaymentId,
    derive,
    entropy_of,
    fresh,
    milliseconds_of,
    parse_any,
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


@given(st.integers(0, 2**48 - 1), st.uuids())
def test_ids_counted_on_from_another_are_all_different_and_of_one_time(milliseconds, origin):
    start = entropy_of(origin)
    ids = [PaymentId.numbered(milliseconds, start + count) for count in range(20)]

    assert len({one.int for one in ids}) == 20
    assert {milliseconds_of(one) for one in ids} == {milliseconds}
    assert {(one.version, one.variant) for one in ids} == {(7, RFC_4122)}
