"""What every reader of hooks must keep to; a rail that posts to us is added to `READERS`."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usance.adapters.rails.demo import bank_transfer, card
from usance.adapters.rails.simulated_hooks import signed
from usance.bootstrap import plugged
from usance.kernel.ids import derive
from usance.kernel.money import parse
from usance.payments.ports import (
    AnswerKind,
    HookAnswer,
    HookNews,
    HookReader,
    HookVerdict,
    NoticeKind,
    RailAnswer,
    RailNotice,
)

T0 = datetime(2026, 9, 9, 8, tzinfo=UTC)
NEWS = HookNews(
    "evt-1",
    T0,
    (HookAnswer(derive(0, "one"), RailAnswer(AnswerKind.REFUSED, "said_so")),),
    (
        RailNotice(
            NoticeKind.SETTLED,
            "set-1",
            derive(0, "two"),
            parse("5", "GBP"),
            parse("0.10", "GBP"),
            T0.date(),
        ),
    ),
)
# The reader, and how its rail signs NEWS with a secret at a moment.
READERS = [(card(), signed), (bank_transfer(), signed)]
each_reader = pytest.mark.parametrize(
    ("reader", "sign"), READERS, ids=[reader.name for reader, _ in READERS]
)


def test_every_plugged_rail_that_reads_hooks_is_here():
    reading = {name for name, make in plugged("rails") if isinstance(make(), HookReader)}

    assert reading <= {reader.name for reader, _ in READERS}


@each_reader
def test_what_was_signed_is_believed_and_says_what_was_said(reader, sign):
    body, headers = sign(NEWS, "secret", T0)

    assert reader.verify(body, headers, "secret", T0) is HookVerdict.GENUINE
    assert reader.translate(body) == NEWS


@each_reader
@pytest.mark.parametrize("late", [-3600, -301, 301, 86400])
def test_what_comes_at_another_time_is_replayed(reader, sign, late):
    body, headers = sign(NEWS, "secret", T0)

    at = T0 + timedelta(seconds=late)
    assert reader.verify(body, headers, "secret", at) is HookVerdict.REPLAYED
    # Who cannot sign is no more than that, whenever it comes.
    assert reader.verify(body, headers, "other", at) is HookVerdict.FORGED


@each_reader
@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_bit_that_was_changed_is_seen(reader, sign, place, bit):
    body, headers = sign(NEWS, "secret", T0)
    changed = bytearray(body)
    changed[place % len(body)] ^= 1 << bit

    assert reader.verify(bytes(changed), headers, "secret", T0) is HookVerdict.FORGED


@each_reader
@given(raw=st.binary(max_size=300), headers=st.dictionaries(st.text(max_size=30), st.text()))
def test_nothing_that_comes_brings_a_reader_down(reader, sign, raw, headers):
    assert reader.verify(raw, headers, "secret", T0) is not HookVerdict.GENUINE
    reader.translate(raw)
    for name in sign(NEWS, "secret", T0)[1]:
        for said in headers.values():
            assert reader.verify(raw, {name: said}, "secret", T0) is not HookVerdict.GENUINE


@each_reader
@given(cut=st.integers(0, 10_000))
def test_a_body_that_breaks_off_is_not_read_as_something_else(reader, sign, cut):
    body, _ = sign(NEWS, "secret", T0)

    assert reader.translate(body[: cut % len(body)]) is None
