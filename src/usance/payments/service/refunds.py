"""A seller – refunds – a buyer, in part or exactly the remainder."""

from collections.abc import Sequence

from usance.kernel.draft import Draft
from usance.kernel.errors import NEGATIVE_AMOUNT, Refusal
from usance.kernel.ids import GoodsReturnId, PaymentId, RefundId
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.ledger.service import expand, post, post_hold, void_hold
from usance.parties.errors import PARTY_NOT_ACTIVE
from usance.parties.model import PartyStatus
from usance.parties.service import party_of
from usance.payments.errors import (
    CURRENCY_MISMATCH,
    EXCEEDS_REMAINDER,
    UNKNOWN_PAYMENT,
    WRONG_STATE,
)
from usance.payments.events import RefundConfirmed, RefundInitiated, RefundRefused
from usance.payments.model import (
    PAYMENT,
    Instruction,
    InstructionKind,
    Payment,
    PaymentEvent,
    PaymentStatus,
    Refund,
    RefundEvent,
    RefundStatus,
)
from usance.payments.ports import Claim
from usance.payments.rules.postings import LATE_REFUND, REFUND
from usance.payments.service.fx_positions import keep_payment
from usance.payments.service.instructions import instruct
from usance.payments.service.proceeds import nothing_new, share_out
from usance.payments.service.quotes import free_lock
from usance.payments.service.steps import refund_stepped, stepped
from usance.payments.service.unwind import net_with_rail, shrink_advance, unwind, where_of
from usance.payments.tables import PAYMENTS, REFUNDS
from usance.runtime.commands import Command, Loader


class RefundPayment(Record, frozen=True):
    """Pay a buyer back. amount: in the payment's currency, above zero."""

    payment_id: PaymentId
    amount: Money
    reason: str = ""


async def prepare_refund(loader: Loader, commands: Sequence[Command]) -> None:
    """Load the payments to be refunded."""
    wanted = [c.body.payment_id for c in commands if isinstance(c.body, RefundPayment)]
    await loader.rows(PAYMENTS, wanted)


def apply_refund(draft: Draft, body: RefundPayment, _facts: None) -> Refusal | None:
    """Reserve the money where it still lies with the rail, and instruct the rail."""
    payment = draft.get(PAYMENTS, body.payment_id)
    refusal = _refusal(draft, payment, body)
    if refusal is not None or payment is None:
        return refusal
    draft.thread(payment.order_id)
    hold, reserved = None, 0
    if payment.unsettled >= body.amount.minor:
        legs = expand(REFUND, {"amount": body.amount}, where_of(payment))
        posted = post(draft, legs, draft.now.date())
        if isinstance(posted, Refusal):
            return posted
        hold, reserved = posted[0], body.amount.minor
    refund = Refund(
        draft.new_id(RefundId),
        payment.id,
        body.amount,
        body.reason,
        RefundStatus.PENDING,
        hold,
        draft.now,
    )
    draft.put(REFUNDS, refund)
    held = replace(
        payment,
        holding=payment.holding + body.amount.minor,
        unsettled=payment.unsettled - reserved,
    )
    keep_payment(draft, held)
    instruction_id = instruct(
        draft,
        InstructionKind.REFUND,
        refund.id,
        payment.id,
        payment.rail,
        payment.instrument,
        body.amount,
    )
    draft.tell(RefundInitiated(refund.id, payment.id, body.amount, body.reason, instruction_id))
    return None


def keep_return(draft: Draft, goods_return_id: GoodsReturnId) -> None:
    """Note which return the refund made by this command pays back."""
    made = draft.told(RefundInitiated)
    refund = None if made is None else draft.get(REFUNDS, made.refund_id)
    assert refund is not None, "a refund was just made"
    draft.put(REFUNDS, replace(refund, goods_return_id=goods_return_id))


def _refusal(draft: Draft, payment: Payment | None, body: RefundPayment) -> Refusal | None:
    if payment is None:
        return UNKNOWN_PAYMENT.refuse("payment_id", body.payment_id)
    if body.amount.currency != payment.gross.currency:
        return CURRENCY_MISMATCH.refuse("amount.currency", payment.gross.currency)
    if body.amount.minor <= 0:
        return NEGATIVE_AMOUNT.refuse("amount", body.amount)
    if payment.status not in {PaymentStatus.CAPTURED, PaymentStatus.SETTLED}:
        return WRONG_STATE.refuse("payment", payment.status)
    if body.amount.minor > payment.remaining.minor:
        return EXCEEDS_REMAINDER.refuse("amount", payment.remaining)
    buyer = party_of(draft, payment.buyer_id)
    if buyer is not None and buyer.status is PartyStatus.FROZEN:
        return PARTY_NOT_ACTIVE.refuse("buyer_id", buyer.status)
    return None


def confirm_refund(draft: Draft, claim: Claim, instruction: Instruction) -> Refusal | None:
    """Book a refund the rail has made; an advance on the sale shrinks with it."""
    refund, payment = _both(draft, instruction)
    after = replace(
        payment,
        returned=payment.returned + refund.amount.minor,
        holding=payment.holding - refund.amount.minor,
    )
    draft.put(REFUNDS, refund_stepped(refund, RefundEvent.CONFIRMED))
    draft.tell(RefundConfirmed(refund.id, payment.id, refund.amount))
    if refund.hold is None:
        bearing = unwind(draft, payment, refund.amount)
        return bearing if isinstance(bearing, Refusal) else _returned(draft, claim, after, refund)
    refusal = post_hold(draft, refund.hold, "refund_confirmed", draft.now.date())
    refusal = refusal or free_lock(draft, payment, refund.amount)
    after = replace(after, receivable=after.receivable - refund.amount.minor)
    return refusal or _returned(draft, claim, after, refund)


def _returned(draft: Draft, claim: Claim, after: Payment, refund: Refund) -> Refusal | None:
    """Write a payment of which some went back, and let an advance on it shrink."""
    netted = net_with_rail(draft, after)
    if isinstance(netted, Refusal):
        return netted
    if netted.is_gone and PAYMENT.may(netted.status, PaymentEvent.REFUNDED):
        netted = stepped(netted, PaymentEvent.REFUNDED)
    keep_payment(draft, netted)
    return shrink_advance(draft, claim, netted, refund.amount)


def refuse_refund(
    draft: Draft, claim: Claim, instruction: Instruction, code: str
) -> Refusal | None:
    """Undo a refund the rail did not make. If it has settled meanwhile, the money is shared out."""
    refund, payment = _both(draft, instruction)
    freed = replace(payment, holding=payment.holding - refund.amount.minor)
    draft.put(REFUNDS, refund_stepped(refund, RefundEvent.REFUSED))
    draft.tell(RefundRefused(refund.id, payment.id, refund.amount, code))
    if refund.hold is None:
        if freed.is_gone and freed.status is PaymentStatus.SETTLED:
            freed = stepped(freed, PaymentEvent.CHARGED_BACK)
        keep_payment(draft, freed)
        return None
    freed = replace(freed, unsettled=freed.unsettled + refund.amount.minor)
    keep_payment(draft, freed)
    refusal = void_hold(draft, refund.hold, "refund_refused", draft.now.date())
    here = Money(freed.unsettled - freed.receivable, freed.gross.currency)
    if refusal is not None or here.minor <= 0:
        return refusal
    return share_out(draft, claim, freed, here, nothing_new(freed))


def late_refund(draft: Draft, claim: Claim, instruction: Instruction) -> Money | Refusal:
    """Book a refund the rail has made after refusing it; return what the seller owes for it."""
    refund, payment = _both(draft, instruction)
    early = Money(min(refund.amount.minor, payment.unsettled), refund.amount.currency)
    legs = expand(LATE_REFUND, {"amount": early}, where_of(payment))
    posted = post(draft, legs, draft.now.date())
    if isinstance(posted, Refusal):
        return posted
    bearing = unwind(draft, payment, refund.amount - early)
    if isinstance(bearing, Refusal):
        return bearing
    after = replace(
        payment,
        returned=payment.returned + refund.amount.minor,
        unsettled=payment.unsettled - early.minor,
        receivable=payment.receivable - early.minor,
    )
    draft.put(REFUNDS, refund_stepped(refund, RefundEvent.LATE_SUCCESS))
    freed = free_lock(draft, payment, early)
    return freed or _returned(draft, claim, after, refund) or bearing["owed"]


def _both(draft: Draft, instruction: Instruction) -> tuple[Refund, Payment]:
    refund = draft.get(REFUNDS, instruction.subject)
    assert refund is not None, f"refund {instruction.subject} was not loaded"
    payment = draft.get(PAYMENTS, refund.payment_id)
    assert payment is not None, f"payment {refund.payment_id} was not loaded"
    return refund, payment
