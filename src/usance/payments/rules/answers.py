"""What a rail is not asked at all, and which of its answers are believed. Pure."""

from collections.abc import Mapping
from typing import Final

from usance.payments.model import Decline, Instruction, InstructionKind
from usance.payments.ports import ANY_CURRENCY, PARTLY, AnswerKind, Limit, RailAnswer

# An answer that contradicts its question is none: nobody knows what has happened.
ANSWERS_ANOTHER: Final = "answers_another"
AMOUNT_DIFFERS: Final = "amount_differs"
CURRENCY_DIFFERS: Final = "currency_differs"
# Nor can one be kept whose words no database takes.
UNREADABLE: Final = "unreadable"
_WORD_MAX: Final = 4096
# A payer is sent nowhere on the word of a rail that speaks of another payment.
_TELLING: Final = frozenset(set(AnswerKind) - {AnswerKind.UNKNOWN})


def not_taken(
    capabilities: frozenset[str], limits: Mapping[str, Limit], instruction: Instruction
) -> RailAnswer | None:
    """Return the refusal of what a rail cannot do, None where it may be asked.

    In this order: rail_cannot, currency_not_taken, amount_not_taken.
    """
    amount = instruction.amount
    if instruction.kind not in capabilities:
        return RailAnswer(AnswerKind.REFUSED, Decline.KIND_NOT_TAKEN)
    limit = limits.get(amount.currency) or limits.get(ANY_CURRENCY)
    if limit is None:
        return RailAnswer(AnswerKind.REFUSED, Decline.CURRENCY_NOT_TAKEN)
    if not limit.minimum <= amount.minor <= limit.maximum:
        return RailAnswer(AnswerKind.REFUSED, Decline.AMOUNT_NOT_TAKEN)
    return None


def believed(
    instruction: Instruction,
    answer: RailAnswer,
    capabilities: frozenset[str] = frozenset(),
) -> RailAnswer:
    """Return the answer, or an unknown one where it speaks of something else.

    In this order: unreadable, answers_another, currency_differs, amount_differs. The rail's own
    reference is kept for the people who will have to ask it, but for one that is unreadable.
    capabilities: a rail that may collect less than was asked is believed when it says so.
    """
    if not all(map(_is_readable, (answer.code, answer.reference, answer.own_code, answer.action))):
        return RailAnswer(AnswerKind.UNKNOWN, UNREADABLE)
    if answer.kind not in _TELLING:
        return answer
    if answer.about is not None and answer.about.int != instruction.id.int:
        return _doubted(ANSWERS_ANOTHER, answer)
    if answer.amount is not None and answer.kind is AnswerKind.CONFIRMED:
        if answer.amount.currency != instruction.amount.currency:
            return _doubted(CURRENCY_DIFFERS, answer)
        same = answer.amount.minor == instruction.amount.minor
        if not same and not _is_part(instruction, answer.amount.minor, capabilities):
            return _doubted(AMOUNT_DIFFERS, answer)
    return answer


def _is_readable(word: str) -> bool:
    """Return whether a word can be written down: one row that cannot stops all that go with it."""
    return len(word) <= _WORD_MAX and "\x00" not in word


def _is_part(instruction: Instruction, minor: int, capabilities: frozenset[str]) -> bool:
    is_collection = instruction.kind is InstructionKind.COLLECT
    return PARTLY in capabilities and is_collection and 0 < minor < instruction.amount.minor


def _doubted(code: str, answer: RailAnswer) -> RailAnswer:
    return RailAnswer(AnswerKind.UNKNOWN, code, answer.reference, answer.own_code)
