"""What every rail must keep to, ours and strangers': the conformance suite of the Rail port.

A new rail is tested by adding it to `RAILS`.
"""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usance.adapters.rails.demo import bank_transfer, card
from usance.adapters.rails.simulator import Behaviour, Outage, SimulatedRail
from usance.bootstrap import plugged
from usance.kernel.ids import InstructionId, PaymentId, SteeringId, derive, fresh
from usance.kernel.money import Currency, Money
from usance.kernel.records import replace
from usance.payments.model import (
    Instruction,
    InstructionKind,
    InstructionState,
    RailMood,
    Steering,
)
from usance.payments.ports import AnswerKind, NoticeKind

T0 = datetime(2026, 9, 9, 8, 0, tzinfo=UTC)
GBP = Currency("GBP")
_LATE = T0 + timedelta(days=60)
_ROUGH = Behaviour(
    fee_bps=90,
    fee_fixed_minor=10,
    chargeback_fee_minor=1500,
    settlement_business_days=2,
    silent_bps=3000,
    refused_bps=2000,
    charged_back_bps=1500,
    outages=(Outage(T0 + timedelta(hours=1), T0 + timedelta(hours=3)),),
)
_TOLD = [
    Steering(
        SteeringId(derive(0, mood)),
        "told",
        mood,
        T0 + timedelta(hours=hour),
        T0 + timedelta(hours=hour + 1),
        "AC04" if mood is RailMood.REFUSING else "",
        T0,
    )
    for hour, mood in enumerate(RailMood)
]
RAILS = [
    card(),
    bank_transfer(),
    SimulatedRail("rough", 7, _ROUGH),
    SimulatedRail("told", 7, _ROUGH).steered(_TOLD),
]
each_rail = pytest.mark.parametrize("rail", RAILS, ids=lambda rail: rail.name)


def _collection(number: int, minor: int = 10_000) -> Instruction:
    payment = PaymentId(fresh(number, number))
    return Instruction(
        InstructionId(derive(number, "ins", number)),
        InstructionKind.COLLECT,
        payment,
        payment,
        "any",
        "card:token",
        Money(minor, GBP),
        InstructionState.OPEN,
        T0,
    )


def _confirmed(instruction: Instruction, at: datetime = T0) -> Instruction:
    return replace(instruction, state=InstructionState.CONFIRMED, answered_at=at)


def _send(rail, instruction, at=T0):
    return asyncio.run(rail.send(instruction, at))


def _ask(rail, instruction, at):
    return asyncio.run(rail.ask(instruction, at))


def _notices(rail, instructions, since, until):
    return list(asyncio.run(rail.notices(instructions, since, until)))


@each_rail
def test_sending_twice_is_the_same_as_once(rail):
    for number in range(200):
        assert _send(rail, _collection(number)) == _send(rail, _collection(number))


@each_rail
def test_an_unknown_answer_becomes_known_and_never_changes_again(rail):
    for number in range(200):
        late = _ask(rail, _collection(number), _LATE)

        assert late.kind is not AnswerKind.UNKNOWN
        assert _ask(rail, _collection(number), _LATE + timedelta(days=1)) == late


@each_rail
def test_a_definite_answer_is_never_taken_back(rail):
    for number in range(200):
        first = _send(rail, _collection(number))
        if first.kind is not AnswerKind.UNKNOWN:
            assert _ask(rail, _collection(number), _LATE).kind is first.kind


@each_rail
def test_a_refusal_says_why_and_a_yes_has_a_reference(rail):
    for number in range(300):
        answer = _ask(rail, _collection(number), _LATE)

        assert bool(answer.code) == (answer.kind is not AnswerKind.CONFIRMED)
        assert bool(answer.reference) == (answer.kind is AnswerKind.CONFIRMED)


@each_rail
def test_only_what_was_confirmed_is_ever_noticed(rail):
    assert not _notices(rail, [_collection(1)], T0, _LATE)


@each_rail
def test_every_confirmed_collection_is_settled_exactly_once(rail):
    collected = [_confirmed(_collection(number)) for number in range(100)]
    settled = [
        notice.instruction
        for notice in _notices(rail, collected, T0, _LATE)
        if notice.kind is NoticeKind.SETTLED
    ]

    assert sorted(settled) == sorted(each.id for each in collected)


@each_rail
@given(cut=st.integers(0, 60 * 24))
def test_two_windows_side_by_side_say_what_one_says(rail, cut):
    collected = [_confirmed(_collection(number)) for number in range(20)]
    middle = T0 + timedelta(hours=cut)

    assert sorted(
        _notices(rail, collected, T0, middle) + _notices(rail, collected, middle, _LATE),
        key=lambda notice: notice.reference,
    ) == sorted(_notices(rail, collected, T0, _LATE), key=lambda notice: notice.reference)


@each_rail
def test_a_reference_never_repeats_and_a_fee_never_exceeds_the_money(rail):
    collected = [_confirmed(_collection(number, minor=number + 1)) for number in range(100)]
    notices = _notices(rail, collected, T0, _LATE)

    assert len({notice.reference for notice in notices}) == len(notices)
    for notice in notices:
        assert notice.amount.currency == GBP
        if notice.kind is NoticeKind.SETTLED:
            assert 0 <= notice.fee.minor <= notice.amount.minor


@each_rail
def test_what_was_refunded_before_settlement_is_not_settled(rail):
    collected = _confirmed(_collection(5))
    refunded = _confirmed(
        replace(
            collected,
            id=InstructionId(derive(6, "refund")),
            kind=InstructionKind.REFUND,
            amount=Money(2_500, GBP),
        )
    )
    [settled] = [
        notice
        for notice in _notices(rail, [collected, refunded], T0, _LATE)
        if notice.kind is NoticeKind.SETTLED
    ]

    assert settled.amount == Money(7_500, GBP)


@pytest.mark.parametrize(
    ("_case", "at", "answers"),
    [
        ("before", T0 + timedelta(minutes=59), True),
        ("as it begins", T0 + timedelta(hours=1), False),
        ("within", T0 + timedelta(hours=2), False),
        ("as it ends", T0 + timedelta(hours=3), True),
    ],
)
def test_a_rail_that_is_down_answers_nobody(_case, at, answers):
    quiet = replace(_ROUGH, silent_bps=0, refused_bps=0)
    answer = _send(SimulatedRail("down", 1, quiet), _collection(1), at)

    assert (answer.kind is AnswerKind.CONFIRMED) == answers


def test_our_own_rails_enter_by_the_guests_door():
    rails = {name: make() for name, make in plugged("rails")}

    assert set(rails) >= {"card", "bank_transfer"}
    assert all(rail.name == name for name, rail in rails.items())
