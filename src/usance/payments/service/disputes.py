"""A dispute – goes – from stage to stage, as rails say it; the days to answer are policy's.

What a notice moves is booked: a bank takes with a chargeback and where it insists, and gives
back where the sale is presented again, won or reversed.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from usance.kernel.draft import Draft, Standing
from usance.kernel.errors import NEGATIVE_AMOUNT, Refusal
from usance.kernel.ids import DisputeId, InstructionId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.payments.errors import (
    CURRENCY_MISMATCH,
    NOTHING_DUE,
    UNKNOWN_DISPUTE,
    UNKNOWN_PAYMENT,
)
from usance.payments.events import DisputeMoved
from usance.payments.model import (
    DISPUTE,
    OURS_TO_ANSWER,
    Dispute,
    DisputeEvent,
    DisputeStage,
    Payment,
    dispute_key_of,
)
from usance.payments.ports import Claim, NoticeKind
from usance.payments.service.dispute_money import Moved, give, prepare_no_sales, take
from usance.payments.service.splits import load_splits
from usance.payments.tables import DISPUTE_BY_NOTICE, DISPUTES, PAYMENTS
from usance.policy.service import look_up
from usance.runtime.commands import Command, Loader

EXPIRE_DISPUTE: Final = "expire_dispute"
_DAYS: Final = {
    DisputeStage.INQUIRY: "inquiry_days",
    DisputeStage.CHARGEBACK: "chargeback_days",
    DisputeStage.PRE_ARBITRATION: "pre_arbitration_days",
}
_EVENT: Final = {
    NoticeKind.REPRESENTMENT: DisputeEvent.REPRESENTED,
    NoticeKind.PRE_ARBITRATION: DisputeEvent.PRE_ARBITRATION,
    NoticeKind.ARBITRATION: DisputeEvent.ARBITRATION,
    NoticeKind.DISPUTE_WON: DisputeEvent.WON,
    NoticeKind.DISPUTE_LOST: DisputeEvent.LOST,
    NoticeKind.CHARGEBACK_REVERSED: DisputeEvent.REVERSED,
}
_GIVES: Final = frozenset({DisputeEvent.REPRESENTED, DisputeEvent.WON, DisputeEvent.REVERSED})


class RecordDispute(Record, frozen=True):
    """Book a rail's notice about a dispute, other than its chargeback.

    dispute: the rail's reference of the dispute. amount: of an inquiry what is asked about, of
    the others what moves, from the seller or back; fee likewise. respond_by: as the rail says.
    """

    payment_id: PaymentId
    dispute: str
    kind: NoticeKind
    amount: Money
    fee: Money
    reason: str = ""
    respond_by: date | None = None
    instruction_id: InstructionId | None = None


class ExpireDispute(Record, frozen=True):
    """The day to answer a stage is over."""

    dispute_id: DisputeId
    stage: DisputeStage


class DisputeStages:
    """Applies `record_dispute`. claim: who is paid first from what a bank gives back."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim

    async def prepare(self, loader: Loader, commands: Sequence[Command]) -> None:
        """Load the payments and the disputes."""
        bodies = [c.body for c in commands if isinstance(c.body, RecordDispute)]
        payment_ids = [body.payment_id for body in bodies]
        await loader.rows(PAYMENTS, payment_ids)
        await load_splits(loader, payment_ids)
        await loader.found(
            DISPUTE_BY_NOTICE, [dispute_key_of(body.payment_id, body.dispute) for body in bodies]
        )
        await prepare_no_sales(loader, [(body.payment_id, body.instruction_id) for body in bodies])

    def apply(self, draft: Draft, body: RecordDispute, _facts: None) -> Refusal | None:
        """Move the dispute, and the money that the notice moves.

        Refuses: unknown_payment, currency_mismatch, negative_amount, unknown_dispute, nothing_due.
        """
        payment = draft.get(PAYMENTS, body.payment_id)
        refusal = _refusal(payment, body)
        if refusal is not None or payment is None:
            return refusal
        known = draft.find(DISPUTE_BY_NOTICE, dispute_key_of(body.payment_id, body.dispute))
        draft.thread(payment.order_id)
        if body.kind is NoticeKind.INQUIRY:
            return _inquire(draft, payment, known, body)
        if known is None:
            return UNKNOWN_DISPUTE.refuse("dispute", body.dispute)
        event = _EVENT[body.kind]
        if not DISPUTE.may(known.stage, event):
            return NOTHING_DUE.refuse("dispute", known.stage)
        moved = Moved(body.amount, body.fee, body.instruction_id)
        at_stage = reach(draft, payment, known, event, body.reason, body.respond_by)
        if not body.amount.minor and not body.fee.minor:
            return None
        carry_out = give if event in _GIVES else take
        return carry_out(draft, self._claim, payment, at_stage, moved)


def _inquire(
    draft: Draft, payment: Payment, known: Dispute | None, body: RecordDispute
) -> Refusal | None:
    if known is not None:
        return NOTHING_DUE.refuse("dispute", known.stage)
    begin(
        draft,
        payment,
        body.dispute,
        DisputeStage.INQUIRY,
        body.amount,
        body.reason,
        body.respond_by,
    )
    return None


def begin(
    draft: Draft,
    payment: Payment,
    notice: str,
    stage: DisputeStage,
    amount: Money,
    reason: str,
    respond_by: date | None,
) -> Dispute:
    """Write a new dispute and return it."""
    dispute = Dispute(
        draft.new_id(DisputeId),
        notice,
        payment.id,
        amount,
        Money(0, amount.currency),
        Money(0, payment.book.currency),
        draft.now,
        dispute_key_of(payment.id, notice),
        stage,
        reason,
    )
    return _due(draft, payment, dispute, respond_by)


def reach(
    draft: Draft,
    payment: Payment,
    dispute: Dispute,
    event: DisputeEvent,
    reason: str = "",
    respond_by: date | None = None,
) -> Dispute:
    """Bring a dispute to its next stage and return it as written."""
    moved = replace(
        dispute,
        stage=DISPUTE.step(dispute.stage, event),
        reason=reason or dispute.reason,
        due_at=None,
        contest_id=None,
    )
    return _due(draft, payment, moved, respond_by)


def _due(draft: Draft, payment: Payment, dispute: Dispute, respond_by: date | None) -> Dispute:
    """Write a dispute with the moment until which its stage may be answered."""
    due_at = None
    if dispute.stage in OURS_TO_ANSWER:
        due_at = draft.now + timedelta(days=draft.recall(_days, (payment.rail, dispute.stage)))
        if respond_by is not None:
            due_at = datetime.combine(respond_by, time(23, 59), UTC)
        draft.schedule(due_at, EXPIRE_DISPUTE, ExpireDispute(dispute.id, dispute.stage))
    written = replace(dispute, due_at=due_at)
    draft.put(DISPUTES, written)
    draft.tell(
        DisputeMoved(dispute.id, payment.id, dispute.stage, dispute.amount, dispute.reason, due_at)
    )
    return written


def _days(book: Standing, of: tuple[str, DisputeStage]) -> int:
    rail, stage = of
    return look_up(book, "payments.dispute", rail, book.now.date()).integer(_DAYS[stage])


async def prepare_expire_dispute(loader: Loader, commands: Sequence[Command]) -> None:
    """Load the disputes and the payments they are about."""
    wanted = [c.body.dispute_id for c in commands if isinstance(c.body, ExpireDispute)]
    await loader.rows(DISPUTES, wanted)
    found = [each for each in (loader.get(DISPUTES, key) for key in wanted) if each]
    await loader.rows(PAYMENTS, [each.payment_id for each in found])


def apply_expire_dispute(draft: Draft, body: ExpireDispute, _facts: None) -> Refusal | None:
    """Give a stage up that nobody has answered; evidence that is under way is waited for."""
    dispute = draft.get(DISPUTES, body.dispute_id)
    is_due = (
        dispute is not None
        and dispute.stage is body.stage
        and dispute.contest_id is None
        and dispute.due_at is not None
        and draft.now >= dispute.due_at
    )
    if dispute is None or not is_due:
        return NOTHING_DUE.refuse("dispute", "unknown" if dispute is None else dispute.stage)
    payment = draft.get(PAYMENTS, dispute.payment_id)
    assert payment is not None, f"{dispute.payment_id} was loaded"
    draft.thread(payment.order_id)
    reach(draft, payment, dispute, DisputeEvent.EXPIRED)
    return None


def _refusal(payment: Payment | None, body: RecordDispute) -> Refusal | None:
    if payment is None:
        return UNKNOWN_PAYMENT.refuse("payment_id", body.payment_id)
    if {body.amount.currency, body.fee.currency} != {payment.gross.currency}:
        return CURRENCY_MISMATCH.refuse("amount.currency", payment.gross.currency)
    if body.amount.minor < 0 or body.fee.minor < 0:
        return NEGATIVE_AMOUNT.refuse("amount", body.amount)
    return None
