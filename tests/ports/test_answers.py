"""Which questions a rail is spared, and which of its answers are believed."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from usance.kernel.ids import InstructionId, PaymentId, derive, fresh
from usance.kernel.money import Money, parse
from usance.payments.model import (
    Dispatch,
    InstructionKind,
    InstructionState,
    instruction_of,
    uetr_of,
)
from usance.payments.ports import AnswerKind, Limit, RailAnswer
from usance.payments.rules.answers import believed, not_taken

YES, NO, SILENCE = AnswerKind.CONFIRMED, AnswerKind.REFUSED, AnswerKind.UNKNOWN
PAYMENT = PaymentId(fresh(1, 1))
ASKED = Dispatch(
    InstructionId(derive(1, "ins")),
    InstructionKind.PAYOUT,
    PAYMENT,
    PAYMENT,
    "any",
    "bank:account",
    parse("12.00", "EUR"),
    InstructionState.OPEN,
    datetime(2026, 9, 9, tzinfo=UTC),
)
OTHER = UUID(int=ASKED.id.int ^ 1)


@pytest.mark.parametrize("word", ["a\x00b", "a" * 4097])
@pytest.mark.parametrize("field", ["code", "reference", "own_code", "action"])
@pytest.mark.parametrize("kind", list(AnswerKind))
def test_an_answer_that_cannot_be_written_down_is_no_answer(kind, field, word):
    heard = believed(ASKED, RailAnswer(kind, **{field: word}))

    assert heard == RailAnswer(SILENCE, "unreadable")


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (RailAnswer(YES, "", "r"), YES, ""),
        (RailAnswer(YES, "", "r", about=UUID(int=ASKED.id.int), amount=ASKED.amount), YES, ""),
        (RailAnswer(YES, "", "r", about=OTHER), SILENCE, "answers_another"),
        (RailAnswer(NO, "declined", about=OTHER), SILENCE, "answers_another"),
        (RailAnswer(YES, "", "r", amount=parse("12.01", "EUR")), SILENCE, "amount_differs"),
        (RailAnswer(YES, "", "r", amount=parse("12.00", "GBP")), SILENCE, "currency_differs"),
        (RailAnswer(YES, "", "r", about=OTHER, amount=Money(1, ASKED.amount.currency)), SILENCE,
         "answers_another"),
        (RailAnswer(AnswerKind.ACTION_REQUIRED, "", "r", about=OTHER, action="https://a.example"),
         SILENCE, "answers_another"),
        (RailAnswer(NO, "declined", amount=parse("9.00", "EUR")), NO, "declined"),
        (RailAnswer(SILENCE, "no_answer", about=OTHER), SILENCE, "no_answer"),
    ],
)  # fmt: skip
def test_an_answer_that_contradicts_its_question_is_no_answer(answer, kind, code):
    heard = believed(ASKED, answer)

    assert (heard.kind, heard.code) == (kind, code)
    assert heard.reference == answer.reference


@pytest.mark.parametrize(
    ("capabilities", "limits", "code"),
    [
        ({"payout"}, {"EUR": Limit()}, None),
        ({"payout"}, {"*": Limit()}, None),
        ({"payout"}, {"EUR": Limit(1200, 1200)}, None),
        ({"collect"}, {}, "rail_cannot"),
        ({"payout"}, {"GBP": Limit()}, "currency_not_taken"),
        ({"payout"}, {"EUR": Limit(1201)}, "amount_not_taken"),
        ({"payout"}, {"EUR": Limit(1, 1199), "*": Limit()}, "amount_not_taken"),
    ],
)
def test_what_a_rail_cannot_do_is_refused_before_it_is_sent(capabilities, limits, code):
    refused = not_taken(frozenset(capabilities), limits, ASKED)

    assert (refused.code if refused else None) == code
    if refused:
        assert refused.kind is NO


def test_a_uetr_is_a_uuid_of_version_4_and_leads_back_to_its_instruction():
    uetr = uetr_of(ASKED.id)

    assert UUID(uetr).version == 4
    assert uetr == uetr.lower() == ASKED.uetr
    assert instruction_of(uetr) == ASKED.id


@pytest.mark.parametrize(
    "uetr",
    ["", "not one", str(derive(1, "seven")), uetr_of(ASKED.id).upper(), uetr_of(ASKED.id) + "0"],
)
def test_what_is_no_uetr_leads_nowhere(uetr):
    assert instruction_of(uetr) is None
