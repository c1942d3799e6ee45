"""A buyer's bank – charges back – a payment. It has happened outside: it is always booked."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from usance.kernel.draft import Draft
from usance.kernel.errors import NEGATIVE_AMOUNT, Refusal
from usance.kernel.ids import InstructionId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.payments.errors import (
    CURRENCY_MISMATCH,
    NOTHING_DUE,
    UNKNOWN_PAYMENT,
    WRONG_STATE,
)
from usance.payments.model import (
    DISPUTE,
    Dispute,
    DisputeEvent,
    DisputeStage,
    Payment,
    PaymentStatus,
    dispute_key_of,
)
from usance.payments.ports import Claim
from usance.payments.service.capture import capture
from usance.payments.service.captures import capture_unanswered
from usance.payments.service.dispute_money import Moved, prepare_no_sales, take
from usance.payments.service.disputes import begin, reach
from usance.payments.service.excesses import is_elsewhere
from usance.payments.service.splits import load_splits
from usance.payments.tables import DISPUTE_BY_NOTICE, PAYMENTS
from usance.runtime.commands import Command, Loader

_UNANSWERED = {
    PaymentStatus.PENDING,
    PaymentStatus.REQUIRES_ACTION,
    PaymentStatus.AUTHORISED,
}
_NEVER_ASKED = {PaymentStatus.BLOCKED, PaymentStatus.IN_REVIEW}


class RecordChargeback(Record, frozen=True):
    """Book a chargeback. notice: the rail's reference; amount may exceed what is left.

    dispute: the rail's reference of the dispute, "" where the notice's own stands for it.
    respond_by: until when the rail takes an answer, None for the days of the policy.
    """

    payment_id: PaymentId
    notice: str
    amount: Money
    fee: Money
    instruction_id: InstructionId | None = None
    dispute: str = ""
    reason: str = ""
    respond_by: date | None = None


class ChargebackStage:
    """Applies `record_chargeback`. claim: takes back part of an advance."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim

    async def prepare(self, loader: Loader, commands: Sequence[Command]) -> None:
        """Load the payments, and the disputes known under these notices."""
        bodies = [c.body for c in commands if isinstance(c.body, RecordChargeback)]
        payment_ids = [body.payment_id for body in bodies]
        await loader.rows(PAYMENTS, payment_ids)
        await load_splits(loader, payment_ids)
        await loader.found(DISPUTE_BY_NOTICE, [_known_as(body) for body in bodies])
        await prepare_no_sales(loader, [(body.payment_id, body.instruction_id) for body in bodies])

    def apply(self, draft: Draft, body: RecordChargeback, _facts: None) -> Refusal | None:
        """Take the money from the sale while the rail holds it, else from the seller."""
        payment = draft.get(PAYMENTS, body.payment_id)
        refusal = _refusal(draft, payment, body)
        if refusal is not None or payment is None:
            return refusal
        draft.thread(payment.order_id)
        elsewhere = is_elsewhere(draft, payment, body.instruction_id)
        if payment.status in _UNANSWERED and not elsewhere:
            captured = _captured(draft, payment, body)
            if isinstance(captured, Refusal):
                return captured
            payment = captured
        notice = body.dispute or body.notice
        known = draft.find(DISPUTE_BY_NOTICE, _known_as(body))
        if known is None:
            dispute = begin(
                draft,
                payment,
                notice,
                DisputeStage.CHARGEBACK,
                body.amount,
                body.reason,
                body.respond_by,
            )
        else:
            asked = replace(known, amount=body.amount)
            event = DisputeEvent.CHARGED_BACK
            dispute = reach(draft, payment, asked, event, body.reason, body.respond_by)
        moved = Moved(body.amount, body.fee, body.instruction_id)
        return take(draft, self._claim, payment, dispute, moved)


def _captured(draft: Draft, payment: Payment, body: RecordChargeback) -> Payment | Refusal:
    """Who charges back has collected, though the answer to that has not reached us."""
    if payment.status is PaymentStatus.AUTHORISED:
        return capture_unanswered(draft, payment, body.notice, body.amount)
    return capture(draft, payment, body.notice)


def _known_as(body: RecordChargeback) -> UUID:
    return dispute_key_of(body.payment_id, body.dispute or body.notice)


def _may_follow(known: Dispute) -> bool:
    """Return whether a chargeback is new to a dispute: an inquiry before, and nothing taken."""
    return not known.taken and DISPUTE.may(known.stage, DisputeEvent.CHARGED_BACK)


def _refusal(draft: Draft, payment: Payment | None, body: RecordChargeback) -> Refusal | None:
    if payment is None:
        return UNKNOWN_PAYMENT.refuse("payment_id", body.payment_id)
    known = draft.find(DISPUTE_BY_NOTICE, _known_as(body))
    if known is not None and not _may_follow(known):
        return NOTHING_DUE.refuse("notice", known.id)
    if {body.amount.currency, body.fee.currency} != {payment.gross.currency}:
        return CURRENCY_MISMATCH.refuse("amount.currency", body.amount.currency)
    if body.amount.minor <= 0 or body.fee.minor < 0:
        return NEGATIVE_AMOUNT.refuse("amount", body.amount)
    if payment.status in _NEVER_ASKED:
        return WRONG_STATE.refuse("payment", payment.status)
    return None
