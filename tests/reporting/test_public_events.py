"""What is told outside: nothing is forgotten, and no name is ever taken away."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from usance.api.event_objects import KINDS
from usance.kernel.ids import EventId, PaymentId, derive
from usance.kernel.records import encode
from usance.payments.events import PaymentFailed
from usance.reporting.rules.public_events import INSIDE, PUBLIC, TYPES
from usance.reporting.service.public_events import happened, position_of
from usance.reporting.service.trace import EVENT_ROOMS, events_of
from usance.runtime.facts import Fact

T0 = datetime(2026, 9, 9, tzinfo=UTC)
PAYMENT = PaymentId.derived(0, "a payment")


def test_every_event_of_every_chapter_is_told_or_says_why_not():
    every = [event for room in EVENT_ROOMS for event in events_of(room)]
    told = {event.part for event in PUBLIC}

    assert len(every) > 40
    assert [event.__name__ for event in every if event not in told and event not in INSIDE] == []
    assert told & set(INSIDE) == set()
    assert (told | set(INSIDE)) - set(every) == set()


def test_no_type_is_ever_taken_away():
    # Each name that was published stands here for ever; a new one is added to the file.
    published = (Path(__file__).parent / "event_types.txt").read_text().split()

    assert sorted(TYPES) == published


def test_names_are_of_one_form_and_different():
    assert [name for name, count in Counter(TYPES).items() if count > 1] == []
    assert [name for name in TYPES if not re.fullmatch(r"[a-z_]+\.[a-z_]+", name)] == []
    assert [event.name for event in PUBLIC if event.name.partition(".")[0] != event.noun] == []
    assert {event.noun for event in PUBLIC} == set(KINDS)
    assert [event.name for event in PUBLIC if not (event.en and event.zh)] == []


def fact(position: int, at: datetime = T0) -> Fact:
    part = PaymentFailed(PAYMENT, derive(0, "order"), "said_so")
    return Fact(
        position,
        "record_answer",
        derive(0, "command", position),
        derive(0, "house"),
        at,
        None,
        {"payment_failed": msgspec.Raw(encode(part)), "answer_awaited": msgspec.Raw(b"{}")},
    )


@given(st.integers(1, 2**53 - 1), st.integers(1, 10**9))
def test_an_id_says_where_its_event_is_and_is_always_the_same(position, seconds):
    at = T0 + timedelta(seconds=seconds)
    [event] = happened(fact(position, at))
    [again] = happened(fact(position, at))

    assert event == again
    assert position_of(EventId(str(event.id))) == position
    assert (event.type, event.object, event.object_id) == ("payment.failed", "payment", PAYMENT)


@given(st.lists(st.integers(1, 2**53 - 1), min_size=2, unique=True))
def test_different_facts_are_different_events_in_their_order(positions):
    ids = [happened(fact(position))[0].id for position in sorted(positions)]

    assert sorted(set(ids)) == ids
