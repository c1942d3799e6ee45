"""What only a test book allows: to play rails and banks. In a live book there is none of it."""

from datetime import timedelta
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.clock import FOR_TESTS, test_books_only
from usance.api.errors import NO_SUCH_RAIL
from usance.api.idempotency import Order, asks
from usance.api.payments import PAYMENT, REFUND
from usance.api.payouts import PAYOUT
from usance.api.shapes import Asked, shape
from usance.bootstrap import plugged
from usance.kernel.errors import NotFound
from usance.kernel.ids import PaymentId, PayoutId, RefundId, SteeringId, derive, milliseconds_at
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments import service
from usance.payments.model import Instruction, RailMood, Steering
from usance.payments.ports import AnswerKind, RailAnswer, Steerable
from usance.payments.service import find_payments as find
from usance.payments.service.steering import steer_rail

router = APIRouter(prefix=FOR_TESTS, tags=["test_helpers"], dependencies=[Depends(test_books_only)])
_LONGEST: Final = 60 * 24 * 365


class MoodAsked(Asked):
    """Have a simulated rail behave so for a while of the book's time, from now on."""

    mood: RailMood
    minutes: int = Field(ge=1, le=_LONGEST)
    code: shapes.Word = Field("refused_by_test", description="With which it refuses.")


class AnswerAsked(Asked):
    """Play a rail that answers. A payout that was paid and is refused now comes back."""

    kind: AnswerKind
    code: shapes.Word = Field("refused_by_test", description="With which it refuses.")


class SettlementAsked(Asked):
    """Play a rail that settles: all that it owes, where no amount is said."""

    amount: shapes.Amount | None = None
    fee: shapes.Amount | None = None


STEERING: Final[Any] = shape(Steering, "steering")


@router.post("/rails/{rail}/mood", status_code=201, response_model=STEERING)
async def set_rail_mood(
    rail: shapes.Word,
    asked: MoodAsked,
    asker: Annotated[Asker, Depends(reads("rails:answer"))],
) -> Record:
    """Have a simulated rail be down, keep silent, or refuse what it is asked meanwhile.

    Asking for the same at the same moment is harmless, so no Idempotency-Key is needed.
    """
    if rail not in _steerable():
        raise NO_SUCH_RAIL.invalid("rail", rail)
    now = await asker.session.now()
    code = asked.code if asked.mood is RailMood.REFUSING else ""
    identifier = SteeringId(
        derive(milliseconds_at(now), "steering", rail, asked.mood, asked.minutes, code)
    )
    ends = now + timedelta(minutes=asked.minutes)
    steering = Steering(identifier, rail, asked.mood, now, ends, code, now)
    async with asker.reading() as connection:
        await steer_rail(connection, steering)
    return steering


@router.post("/payments/{payment_id}/answer", response_model=PAYMENT)
async def answer_payment(
    payment_id: shapes.Payment,
    asked: AnswerAsked,
    order: Annotated[Order, Depends(asks("record_answer", "rails:answer"))],
) -> Record | None:
    """Play the rail: a payment was captured, or is refused."""
    await _answer(order, "payment", payment_id, asked)
    async with order.reading() as connection:
        return await find.payment(connection, PaymentId(payment_id))


@router.post("/refunds/{refund_id}/answer", response_model=REFUND)
async def answer_refund(
    refund_id: shapes.Refund,
    asked: AnswerAsked,
    order: Annotated[Order, Depends(asks("record_answer", "rails:answer"))],
) -> Record | None:
    """Play the rail: a refund was made, or is refused."""
    await _answer(order, "refund", refund_id, asked)
    async with order.reading() as connection:
        return await find.refund(connection, RefundId(refund_id))


@router.post("/payouts/{payout_id}/answer", response_model=PAYOUT)
async def answer_payout(
    payout_id: shapes.Payout,
    asked: AnswerAsked,
    order: Annotated[Order, Depends(asks("record_answer", "rails:answer"))],
) -> Record | None:
    """Play the rail: a payout was paid, or is refused; after it was paid, it comes back."""
    await _answer(order, "payout", payout_id, asked)
    async with order.reading() as connection:
        return await find.payout(connection, PayoutId(payout_id))


@router.post("/payments/{payment_id}/settle", response_model=PAYMENT)
async def settle_payment(
    payment_id: shapes.Payment,
    asked: SettlementAsked,
    order: Annotated[Order, Depends(asks("record_settlement", "rails:answer"))],
) -> Record | None:
    """Play the rail: it settles a payment now.

    A simulated rail pays by itself as well, when its day comes: it has then paid twice, and the
    second time waits in suspense as `settlement_excess`.
    """
    async with order.reading() as connection:
        payment = await find.payment(connection, PaymentId(payment_id))
    if payment is None:
        raise NotFound("payment", str(payment_id))
    amount = asked.amount or Money(max(payment.receivable, 0), payment.gross.currency)
    fee = asked.fee or Money(0, amount.currency)
    await order.do(service.RecordSettlement(payment.id, f"test:{order.command_id}", amount, fee))
    async with order.reading() as connection:
        return await find.payment(connection, payment.id)


def _steerable() -> set[str]:
    """Return the rails that can be told how to behave: simulated ones."""
    return {name for name, make in plugged("rails") if isinstance(make(), Steerable)}


async def _answer(order: Order, what: str, subject: UUID, asked: AnswerAsked) -> None:
    instruction = await _instruction(order, what, subject)
    code = "" if asked.kind is AnswerKind.CONFIRMED else asked.code
    answer = RailAnswer(asked.kind, code, f"test:{order.command_id}")
    await order.do(service.RecordAnswer(instruction.id, answer))


async def _instruction(order: Order, what: str, subject: UUID) -> Instruction:
    async with order.reading() as connection:
        found = await find.instruction_about(connection, subject)
    if found is None:
        raise NotFound(what, str(subject))
    return found
