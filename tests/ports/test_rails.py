"""What every rail must keep to, ours and strangers': the conformance suite of the Rail port.

A rail that is plugged in is judged without further ado; its client and its simulator with bad
habits are added in `subjects.py`.
"""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.ports.subjects import (
    LATE,
    LIARS,
    PLUGGED,
    RAILS,
    ROUGH,
    T0,
    WIRED,
    answered,
    asked,
    main_kind,
)

from usance.adapters.rails.simulator import SimulatedRail
from usance.kernel.ids import InstructionId, derive
from usance.kernel.money import Money
from usance.kernel.records import replace
from usance.payments.model import Decline, InstructionKind
from usance.payments.ports import (
    CHARGEBACK,
    PARTLY,
    REMITS,
    RETURNS,
    AnswerKind,
    Limit,
    NoticeKind,
)
from usance.payments.rules.answers import believed, not_taken

MANY = 120
DEFINITE = {AnswerKind.CONFIRMED, AnswerKind.REFUSED}


@pytest.fixture(params=RAILS)
def rail(request):
    return RAILS[request.param]()


@pytest.fixture(params=LIARS)
def liar(request):
    return LIARS[request.param]()


def _send(rail, instruction, at=T0):
    return asyncio.run(rail.send(instruction, at))


def _ask(rail, instruction, at):
    return asyncio.run(rail.ask(instruction, at))


def _notices(rail, instructions, since, until):
    return list(asyncio.run(rail.notices(instructions, since, until)))


def _told(rail, many=MANY):
    """Send instructions, ask until the rail knows, and return them as the book then has them."""
    known = []
    for number in range(many):
        instruction = asked(rail, number)
        first = _send(rail, instruction)
        instruction = replace(instruction, known_as=first.reference)
        at = T0 if first.kind in DEFINITE else T0 + _A_DAY
        last = first if at == T0 else _ask(rail, instruction, at)
        known.append(answered(instruction, last, at))
    return known


_A_DAY = timedelta(days=1)


def test_it_says_what_it_can_do_and_what_it_takes(rail):
    assert rail.name
    assert main_kind(rail) in rail.capabilities
    assert all(isinstance(limit, Limit) for limit in rail.limits.values())
    assert all(1 <= limit.minimum <= limit.maximum for limit in rail.limits.values())


def test_sending_twice_is_the_same_as_once(rail):
    for number in range(MANY):
        assert _send(rail, asked(rail, number)) == _send(rail, asked(rail, number))


def test_an_unknown_answer_becomes_known_and_never_changes_again(rail):
    for number in range(MANY):
        _send(rail, asked(rail, number))
        late = _ask(rail, asked(rail, number), LATE)

        assert late.kind in DEFINITE
        assert _ask(rail, asked(rail, number), LATE + _A_DAY) == late


def test_a_definite_answer_is_never_taken_back(rail):
    for number in range(MANY):
        first = _send(rail, asked(rail, number))
        if first.kind in DEFINITE:
            assert _ask(rail, asked(rail, number), LATE).kind is first.kind


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 410, 422, 429, 500, 503])
@pytest.mark.parametrize("name", WIRED)
def test_a_question_that_was_refused_says_nothing_of_what_it_asked_about(name, status):
    rail = RAILS[name]()
    for number in range(20):
        instruction = asked(rail, number)
        first = _send(rail, instruction)
        known = replace(instruction, known_as=first.reference)
        is_heard = first.kind is not AnswerKind.UNKNOWN
        if is_heard and _ask(rail, known, LATE).kind is AnswerKind.CONFIRMED:
            rail.fail_once(status)
            assert _ask(rail, known, LATE).kind is not AnswerKind.REFUSED
            assert _ask(rail, known, LATE).kind is AnswerKind.CONFIRMED


def test_a_refusal_says_why_in_our_words_and_a_yes_has_a_reference(rail):
    for number in range(MANY):
        _send(rail, asked(rail, number))
        answer = _ask(rail, asked(rail, number), LATE)

        assert bool(answer.code) == (answer.kind is AnswerKind.REFUSED)
        assert bool(answer.reference) == (answer.kind is AnswerKind.CONFIRMED)
        if answer.kind is AnswerKind.REFUSED:
            assert Decline(answer.code)


def test_what_it_says_is_about_what_it_was_asked(rail):
    for number in range(MANY):
        instruction = asked(rail, number)
        for answer in (_send(rail, instruction), _ask(rail, instruction, LATE)):
            assert believed(instruction, answer, rail.capabilities) is answer


def test_the_same_rail_made_anew_says_the_same(request, rail):
    again = RAILS[request.node.callspec.params["rail"]]()

    assert [_send(rail, asked(rail, n)) for n in range(MANY)] == [
        _send(again, asked(again, n)) for n in range(MANY)
    ]


def test_only_what_was_confirmed_is_ever_noticed(rail):
    assert not _notices(rail, [asked(rail, 1)], T0, LATE)
    refused = [each for each in _told(rail) if each.state == "refused"]
    assert not _notices(rail, refused, T0, LATE) or _is_wired(rail)


def _is_wired(rail):
    # A real rail speaks of what it knows, not of what it is given.
    return type(rail).__name__ == "Wired"


def test_every_confirmed_collection_is_settled_exactly_once(rail):
    known = _told(rail)
    settled = [
        notice.instruction.hex
        for notice in _notices(rail, known, T0, LATE)
        if notice.kind is NoticeKind.SETTLED
    ]
    collected = [
        each.id.hex
        for each in known
        if each.kind is InstructionKind.COLLECT and each.state == "confirmed"
    ]

    assert sorted(settled) == sorted(collected)


def test_money_comes_back_only_where_the_rail_says_that_it_may(rail):
    kinds = {notice.kind for notice in _notices(rail, _told(rail), T0, LATE)}

    assert CHARGEBACK in rail.capabilities or NoticeKind.CHARGEBACK not in kinds
    assert RETURNS in rail.capabilities or NoticeKind.RETURNED not in kinds


@given(cut=st.integers(0, 60 * 24))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_two_windows_side_by_side_say_what_one_says(rail, cut):
    known = _told(rail, 15)
    middle = T0 + timedelta(hours=cut)

    assert sorted(
        _notices(rail, known, T0, middle) + _notices(rail, known, middle, LATE),
        key=lambda notice: notice.reference,
    ) == sorted(_notices(rail, known, T0, LATE), key=lambda notice: notice.reference)


def test_a_reference_never_repeats_and_a_fee_never_exceeds_the_money(rail):
    known = _told(rail)
    currency = known[0].amount.currency
    notices = _notices(rail, known, T0, LATE)

    assert len({notice.reference for notice in notices}) == len(notices)
    for notice in notices:
        assert notice.amount.currency == currency
        if notice.kind is NoticeKind.SETTLED:
            assert 0 <= notice.fee.minor <= notice.amount.minor


def test_a_rail_that_remits_names_the_sum_in_which_each_settlement_comes(rail):
    settled = [
        notice
        for notice in _notices(rail, _told(rail, 20), T0, LATE)
        if notice.kind is NoticeKind.SETTLED
    ]

    assert all(bool(notice.batch) == (REMITS in rail.capabilities) for notice in settled)


def test_what_was_refunded_before_settlement_is_not_settled(rail):
    if {"collect", "refund"} - rail.capabilities:
        pytest.skip(f"{rail.name} does not collect and refund")
    collected = next(each for each in _told(rail, 20) if each.state == "confirmed")
    at = collected.answered_at
    told = _notices(rail, [collected], T0, at + _A_DAY)
    if any(notice.instruction.int == collected.id.int for notice in told):
        pytest.skip(f"{rail.name} settles before anything can be refunded")
    back = replace(
        asked(rail, 1, 2_500, InstructionKind.REFUND),
        id=InstructionId(derive(6, "refund")),
        payment_id=collected.payment_id,
        original=collected.known_as,
    )
    _send(rail, back, at)
    refunded = answered(back, _ask(rail, back, at + _A_DAY), at + _A_DAY)
    settled = [
        notice
        for notice in _notices(rail, [collected, refunded], T0, LATE)
        if notice.kind is NoticeKind.SETTLED and notice.instruction.int == collected.id.int
    ]

    assert refunded.state == "confirmed"
    assert [each.amount.minor for each in settled] == [7_500]


def test_what_it_does_not_take_it_is_not_asked(rail):
    dispatch = asked(rail, 1)
    least = min(limit.minimum for limit in rail.limits.values())
    too_little = replace(dispatch, amount=Money(least - 1, dispatch.amount.currency))

    assert not_taken(rail.capabilities, rail.limits, dispatch) is None
    refused = not_taken(rail.capabilities, rail.limits, too_little)
    assert refused is not None
    assert refused.code == "amount_not_taken"


def test_a_liar_is_never_believed(liar):
    """Whatever a lying rail answers, what is believed is about the instruction and its amount."""
    doubted = 0
    for number in range(MANY):
        instruction = asked(liar, number)
        _send(liar, instruction)
        answer = _ask(liar, instruction, LATE)
        heard = believed(instruction, answer, liar.capabilities)
        if heard is not answer:
            assert heard.kind is AnswerKind.UNKNOWN
            doubted += 1
        else:
            assert answer.about is None or answer.about.int == instruction.id.int
            whole = answer.amount in {None, instruction.amount}
            assert answer.kind is not AnswerKind.CONFIRMED or whole or PARTLY in liar.capabilities

    assert doubted > MANY / 10


def test_what_a_liar_repeats_it_says_under_one_reference(liar):
    if main_kind(liar) is not InstructionKind.COLLECT:
        pytest.skip(f"{liar.name} does not collect")
    known = _told(liar)
    notices = _notices(liar, known, T0, LATE)
    by_reference = {notice.reference: notice for notice in notices}

    assert len(by_reference) < len(notices)
    assert all(by_reference[notice.reference] == notice for notice in notices)


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
    quiet = SimulatedRail("down", 1, replace(ROUGH, silent_bps=0, refused_bps=0))
    answer = _send(quiet, asked(quiet, 1), at)

    assert (answer.kind is AnswerKind.CONFIRMED) == answers


def test_our_own_rails_enter_by_the_guests_door():
    rails = {name: make() for name, make in PLUGGED.items()}

    assert set(rails) >= {"card", "bank_transfer"}
    assert all(rail.name == name for name, rail in rails.items())
