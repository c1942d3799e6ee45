"""A buyer's bank – charges back – a payment. It has happened outside: it is always booked."""

from collections.abc import Sequence

from usance.kernel.draft import Draft
from usance.kernel.errors import NEGATIVE_AMOUNT, Refusal
from usance.kernel.ids import DisputeId, InstructionId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.ledger.service import expand, post
from usance.payments.errors import (
    CURRENCY_MISMATCH,
    NOTHING_DUE,
    UNKNOWN_PAYMENT,
    WRONG_STATE,
)
from usance.payments.events import ChargedBack
from usance.payments.model import PAYMENT, Dispute, Payment, PaymentEvent, PaymentStatus
from usance.payments.ports import Claim
from usance.payments.rules.postings import CHARGEBACK_EARLY, CHARGEBACK_UNMATCHED
from usance.payments.service.capture import capture
from usance.payments.service.quotes import free_lock
from usance.payments.service.splits import load_splits
from usance.payments.service.steps import stepped
from usance.payments.service.unwind import net_with_rail, shrink_advance, unwind, where_of
from usance.payments.tables import DISPUTE_BY_NOTICE, DISPUTES, EXCESSES, PAYMENTS
from usance.runtime.commands import Command, Loader

_NO_SALE = {PaymentStatus.FAILED, PaymentStatus.VOIDED}
_UNANSWERED = {
    PaymentStatus.PENDING,
    PaymentStatus.REQUIRES_ACTION,
    PaymentStatus.AUTHORISED,
}
_NEVER_ASKED = {PaymentStatus.BLOCKED, PaymentStatus.IN_REVIEW}


class RecordChargeback(Record, frozen=True):
    """Book a chargeback. notice: the rail's reference; amount may exceed what is left."""

    payment_id: PaymentId
    notice: str
    amount: Money
    fee: Money
    instruction_id: InstructionId | None = None


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
        await loader.found(DISPUTE_BY_NOTICE, [body.notice for body in bodies])

    def apply(self, draft: Draft, body: RecordChargeback, _facts: None) -> Refusal | None:
        """Take the money from the sale while the rail holds it, else from the seller."""
        payment = draft.get(PAYMENTS, body.payment_id)
        refusal = _refusal(draft, payment, body)
        if refusal is not None or payment is None:
            return refusal
        draft.thread(payment.order_id)
        if payment.status in _NO_SALE:
            return self._of_no_sale(draft, payment, body)
        if payment.status in _UNANSWERED:
            # Who charges back has collected, though the answer to that has not reached us.
            captured = capture(draft, payment, body.notice)
            if isinstance(captured, Refusal):
                return captured
            payment = captured
        before = payment.status is PaymentStatus.CAPTURED
        early = min(body.amount.minor, payment.unsettled)
        late = Money(body.amount.minor - early + body.fee.minor, body.amount.currency)
        taken = Money(early, body.amount.currency)
        legs = expand(CHARGEBACK_EARLY, {"amount": taken}, where_of(payment))
        posted = post(draft, legs, draft.now.date())
        if isinstance(posted, Refusal):
            return posted
        bearing = unwind(draft, payment, late)
        if isinstance(bearing, Refusal):
            return bearing
        back = Money(min(body.amount.minor, payment.remaining.minor), body.amount.currency)
        after = net_with_rail(
            draft,
            replace(
                payment,
                returned=payment.returned + back.minor,
                unsettled=payment.unsettled - early,
                receivable=payment.receivable - early,
            ),
        )
        if isinstance(after, Refusal):
            return after
        is_gone = after.returned == after.captured
        if is_gone and PAYMENT.may(after.status, PaymentEvent.CHARGED_BACK):
            after = stepped(after, PaymentEvent.CHARGED_BACK)
        draft.put(PAYMENTS, after)
        self._keep(draft, body, taken, bearing["owed"], before=before)
        freed = free_lock(draft, payment, taken)
        return freed or shrink_advance(draft, self._claim, after, back)

    def _of_no_sale(self, draft: Draft, payment: Payment, body: RecordChargeback) -> Refusal | None:
        """Book it against what waits to be claimed: the rail has collected after its refusal."""
        currency = payment.gross.currency
        excess = None if body.instruction_id is None else draft.get(EXCESSES, body.instruction_id)
        receivable = 0 if excess is None else excess.receivable
        owed = Money(min(body.amount.minor, receivable), currency)
        amounts = {"amount": owed, "paid": body.amount - owed + body.fee}
        legs = expand(CHARGEBACK_UNMATCHED, amounts, where_of(payment))
        posted = post(draft, legs, draft.now.date())
        if isinstance(posted, Refusal):
            return posted
        if excess is not None:
            draft.put(EXCESSES, replace(excess, receivable=receivable - owed.minor))
        nothing = Money(0, payment.book.currency)
        self._keep(draft, body, owed, nothing, before=receivable > 0)
        return None

    def _keep(
        self, draft: Draft, body: RecordChargeback, taken: Money, owed: Money, *, before: bool
    ) -> None:
        dispute_id = draft.new_id(DisputeId)
        draft.put(
            DISPUTES,
            Dispute(
                dispute_id, body.notice, body.payment_id, body.amount, body.fee, owed, draft.now
            ),
        )
        draft.tell(
            ChargedBack(
                dispute_id,
                body.payment_id,
                body.amount,
                body.fee,
                taken,
                owed,
                before_settlement=before,
            )
        )


def _refusal(draft: Draft, payment: Payment | None, body: RecordChargeback) -> Refusal | None:
    if payment is None:
        return UNKNOWN_PAYMENT.refuse("payment_id", body.payment_id)
    known = draft.find(DISPUTE_BY_NOTICE, body.notice)
    if known is not None:
        return NOTHING_DUE.refuse("notice", known.id)
    if {body.amount.currency, body.fee.currency} != {payment.gross.currency}:
        return CURRENCY_MISMATCH.refuse("amount.currency", body.amount.currency)
    if body.amount.minor <= 0 or body.fee.minor < 0:
        return NEGATIVE_AMOUNT.refuse("amount", body.amount)
    if payment.status in _NEVER_ASKED:
        return WRONG_STATE.refuse("payment", payment.status)
    return None
