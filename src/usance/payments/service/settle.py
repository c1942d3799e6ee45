"""A rail – settles – a payment: one chain from the rail's money to the seller's bank account.

Rail's fee → our fee → conversion at the locked rate, the spread as its own leg, the cover deal
at the day's rate → what the seller owes us → what the claim takes (the repayment of advances)
→ a reserve → the rest, which is paid out.

The rail's word is a fact, so what it says is booked even where it is not what we expect: too
little leaves the difference owed by the rail, too much waits in suspense, money for a payment
that never became a sale waits there too.
"""

from collections.abc import Sequence
from uuid import UUID

from usance.kernel.draft import Draft
from usance.kernel.errors import NEGATIVE_AMOUNT, Refusal
from usance.kernel.ids import CaptureId, InstructionId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.ledger.service import expand, post
from usance.payments.errors import CURRENCY_MISMATCH, NOTHING_DUE, UNKNOWN_PAYMENT
from usance.payments.events import SettlementDiffers, SettlementUnmatched
from usance.payments.model import (
    CAPTURE,
    Capture,
    CaptureEvent,
    CaptureStatus,
    Excess,
    InstructionKind,
    Payment,
    PaymentStatus,
    Receipt,
    Settlement,
    SuspenseReason,
    settlement_id_of,
)
from usance.payments.ports import Claim
from usance.payments.rules.postings import EXCESS_SETTLED, UNMATCHED
from usance.payments.service.banked import (
    keep_banked,
    prepare_banked,
    tell_banked,
    untold,
)
from usance.payments.service.capture import capture
from usance.payments.service.captures import book_capture, capture_unanswered, has_room
from usance.payments.service.excesses import (
    AFTER_REFUSAL,
    is_elsewhere,
    keep_excess,
    where_of_excess,
)
from usance.payments.service.proceeds import Arrival, load_reserves, share_out
from usance.payments.service.splits import load_splits
from usance.payments.service.steps import capture_stepped
from usance.payments.service.suspense import (
    prepare_suspense_of,
    suspend_for,
    suspend_overpaid,
)
from usance.payments.service.unwind import unwind, where_of
from usance.payments.tables import (
    AUTHORISATIONS,
    CAPTURES,
    EXCESSES,
    INSTRUCTIONS,
    PAYMENTS,
    SETTLEMENTS,
)
from usance.runtime.commands import Command, Loader

_NO_SALE = {
    PaymentStatus.FAILED,
    PaymentStatus.BLOCKED,
    PaymentStatus.IN_REVIEW,
    PaymentStatus.VOIDED,
}
_UNANSWERED = {PaymentStatus.PENDING, PaymentStatus.REQUIRES_ACTION}


class RecordSettlement(Record, frozen=True):
    """Book a rail's settlement. notice: the rail's reference; gross: before the rail's fee.

    instruction_id: by which the money was collected; capture_id: the capture it settles, where
    it is one of several. None where nobody knows. booking: of our bank, by which it came in one
    sum with others, "" where it came alone. rail: whose reference the notice is, "" for nobody's.
    """

    payment_id: PaymentId
    notice: str
    gross: Money
    rail_fee: Money
    instruction_id: InstructionId | None = None
    capture_id: CaptureId | None = None
    booking: str = ""
    rail: str = ""


class Parted(Record, frozen=True):
    """What of a notice is what, in minor units.

    matched: what the rail owed of it; amount: of that, what is shared out; fee: the rail's, of
    that. kept: the rail's of what it paid too much, which is nobody's yet: the seller does not
    bear the fee of money that is not the seller's.
    """

    matched: int
    amount: int
    fee: int
    kept: int


class SettleStage:
    """Applies `record_settlement`. claim: who is paid before the rest."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim

    async def prepare(self, loader: Loader, commands: Sequence[Command]) -> None:
        """Load the payments, and the settlements known under these notices."""
        bodies = [c.body for c in commands if isinstance(c.body, RecordSettlement)]
        payment_ids = [body.payment_id for body in bodies]
        await loader.rows(PAYMENTS, payment_ids)
        await load_splits(loader, payment_ids)
        await load_reserves(loader, payment_ids)
        await loader.rows(SETTLEMENTS, [_known_as(body) for body in bodies])
        await prepare_banked(loader, payment_ids)
        parts = [body for body in bodies if body.capture_id is not None]
        await loader.rows(CAPTURES, [body.capture_id for body in parts])
        strays = [body for body in bodies if _is_stray(loader, body)]
        collected = [body.instruction_id for body in strays if body.instruction_id]
        in_part = [body.instruction_id for body in bodies if _is_in_part(loader, body)]
        await loader.rows(INSTRUCTIONS, [*collected, *(each for each in in_part if each)])
        await prepare_suspense_of(loader, [*collected, *(body.payment_id for body in strays)])
        await loader.rows(AUTHORISATIONS, [body.payment_id for body in parts])

    def apply(self, draft: Draft, body: RecordSettlement, _facts: None) -> Refusal | None:
        """Post the whole chain or nothing of it."""
        return self.book(draft, body, None)

    def book(self, draft: Draft, body: RecordSettlement, receipt: Receipt | None) -> Refusal | None:
        """Do the same for a rail's notice, or for a receipt that stands for one."""
        payment = draft.get(PAYMENTS, body.payment_id)
        refusal = _refusal(draft, payment, body)
        if refusal is not None or payment is None:
            return refusal
        draft.thread(payment.order_id)
        draft.put(SETTLEMENTS, _known(draft, body))
        if receipt is not None:
            keep_banked(draft, payment.id, receipt.amount)
        excess = None if body.instruction_id is None else draft.get(EXCESSES, body.instruction_id)
        if payment.status in _NO_SALE or _is_no_part(draft, payment, body):
            return _keep_in_suspense(draft, payment, body)
        known = 0 if receipt is not None else _told_again(draft, payment, body)
        captured = _captured(draft, payment, body, known)
        if isinstance(captured, Refusal):
            return captured
        tell_banked(draft, captured, known)
        body = _beyond(body, known)
        refusal = self._settle(draft, captured, body, known)
        if refusal is not None:
            return refusal
        gross = body.gross
        over = Money(gross.minor - min(gross.minor, captured.receivable), gross.currency)
        cleared = _clear(draft, excess, captured, over)
        if isinstance(cleared, Refusal):
            return cleared
        receipt_id = None if receipt is None else receipt.id
        left = over.minor - cleared.minor - _parted(captured, body).kept
        over = Money(max(left, 0), gross.currency)
        suspend_overpaid(draft, payment, over, body.notice, body.instruction_id, receipt_id)
        if left < 0 and body.instruction_id is not None:
            # All of it was collected too much and waits already: less than that has come.
            short, reason = Money(left, gross.currency), SuspenseReason.SETTLEMENT_EXCESS
            suspend_for(draft, payment, body.instruction_id, short, reason, body.notice)
        return None

    def _settle(
        self, draft: Draft, payment: Payment, body: RecordSettlement, known: int
    ) -> Refusal | None:
        """Share out what is new of a notice. known: what of it the bank had booked before."""
        currency = payment.gross.currency
        parted = _parted(payment, body)
        settled = None if body.capture_id is None else draft.get(CAPTURES, body.capture_id)
        expected = payment.receivable
        if settled is not None:
            expected = min(max(settled.amount.minor - known, 0), payment.receivable)
            if CAPTURE.may(settled.status, CaptureEvent.SETTLED):
                draft.put(CAPTURES, capture_stepped(settled, CaptureEvent.SETTLED))
        if known and not body.gross.minor:
            return None  # The bank's bookings have brought all of it.
        if body.gross.minor != expected:
            draft.tell(_differs(payment, body, expected))
        arrival = Arrival(
            body.notice,
            body.gross,
            Money(parted.matched, currency),
            Money(parted.fee, currency),
            is_part=settled is not None,
            booking=body.booking,
            kept=parted.kept,
        )
        amount = Money(parted.amount, currency)
        refusal = share_out(draft, self._claim, payment, amount, arrival)
        beyond = body.rail_fee.minor - parted.fee - parted.kept
        if refusal is not None or not beyond:
            return refusal
        # A fee beyond what there is to settle is taken by the rail all the same.
        borne = unwind(draft, payment, Money(beyond, currency))
        return borne if isinstance(borne, Refusal) else None


def _known_as(body: RecordSettlement) -> UUID:
    return settlement_id_of(body.payment_id, body.rail, body.notice)


def _known(draft: Draft, body: RecordSettlement) -> Settlement:
    return Settlement(_known_as(body), body.payment_id, body.rail, body.notice, draft.now)


def _parted(payment: Payment, body: RecordSettlement) -> Parted:
    matched = min(body.gross.minor, payment.receivable)
    amount = min(matched, payment.unsettled)
    fee = min(body.rail_fee.minor, amount)
    kept = min(body.rail_fee.minor - fee, body.gross.minor - matched)
    return Parted(matched, amount, fee, kept)


def _is_stray(loader: Loader, body: RecordSettlement) -> bool:
    """Return whether a notice is about money that was not to be collected."""
    payment = loader.get(PAYMENTS, body.payment_id)
    if payment is not None and payment.status in _NO_SALE:
        return True
    asked = None if body.capture_id is None else loader.get(CAPTURES, body.capture_id)
    if asked is not None and asked.status is CaptureStatus.REFUSED:
        return True
    instruction_id = body.instruction_id
    is_rerouted = payment is not None and payment.attempt > 1
    is_excess = instruction_id is not None and loader.get(EXCESSES, instruction_id) is not None
    return is_rerouted or is_excess


def _is_no_part(draft: Draft, payment: Payment, body: RecordSettlement) -> bool:
    """Return whether what came is no part of the sale.

    It was collected by a rail that had refused the payment before another took it, or by a
    capture that was refused and for which there is no room any more.
    """
    if is_elsewhere(draft, payment, body.instruction_id):
        return True
    asked = None if body.capture_id is None else draft.get(CAPTURES, body.capture_id)
    if asked is None or asked.status is not CaptureStatus.REFUSED:
        return False
    return not has_room(draft, payment, asked)


def _is_in_part(loader: Loader, body: RecordSettlement) -> bool:
    """Return whether a notice is about a payment of which less is captured than was asked for."""
    payment = loader.get(PAYMENTS, body.payment_id)
    return payment is not None and 0 < payment.captured < payment.gross.minor


def _told_again(draft: Draft, payment: Payment, body: RecordSettlement) -> int:
    """Return what of a notice the bank had booked before: of the same money, it is booked once.

    What was collected too much by an instruction is other money.
    """
    if body.instruction_id is not None and draft.get(EXCESSES, body.instruction_id) is not None:
        return 0
    return min(untold(draft, payment), body.gross.minor)


def _beyond(body: RecordSettlement, known: int) -> RecordSettlement:
    """Return what a notice tells beyond what the bank had booked before."""
    if not known:
        return body
    left = body.gross.minor - known
    currency = body.gross.currency
    fee = min(body.rail_fee.minor, left)
    return replace(body, gross=Money(left, currency), rail_fee=Money(fee, currency))


def _captured(
    draft: Draft, payment: Payment, body: RecordSettlement, known: int
) -> Payment | Refusal:
    """Return a payment as captured: who settles has collected, whether we heard of it or not.

    known: what of the notice was booked before.
    """
    asked = None if body.capture_id is None else draft.get(CAPTURES, body.capture_id)
    booked: Payment | Refusal | None = None
    if asked is not None and asked.status is CaptureStatus.PENDING:
        booked = book_capture(draft, payment, asked, CaptureEvent.CONFIRMED, body.notice)
    elif payment.status in _UNANSWERED:
        booked = capture(draft, payment, body.notice)
    elif _is_late(draft, payment, asked) and asked is not None:
        booked = book_capture(draft, payment, asked, CaptureEvent.LATE_SUCCESS, body.notice)
    elif payment.status is PaymentStatus.AUTHORISED:
        # Nobody has asked for this capture, or its answer has not come: the rail has made it.
        booked = capture_unanswered(draft, payment, body.notice, body.gross)
    elif _is_rest(draft, payment, body):
        rest = Money(body.gross.minor - known - payment.receivable, body.gross.currency)
        if rest.minor > 0:
            booked = capture_unanswered(draft, payment, body.notice, rest)
    if isinstance(booked, Refusal):
        return booked
    found = draft.get(PAYMENTS, payment.id)
    assert found is not None, f"{payment.id} was loaded"
    return found


def _is_rest(draft: Draft, payment: Payment, body: RecordSettlement) -> bool:
    """Return whether a rail settles a collection of which people had attributed a part."""
    if body.instruction_id is None or not 0 < payment.captured < payment.gross.minor:
        return False
    collected = draft.get(INSTRUCTIONS, body.instruction_id)
    return collected is not None and collected.kind is InstructionKind.COLLECT


def _is_late(draft: Draft, payment: Payment, asked: Capture | None) -> bool:
    """Return whether a capture that was refused is settled, and there is room to book it."""
    is_refused = asked is not None and asked.status is CaptureStatus.REFUSED
    return asked is not None and is_refused and has_room(draft, payment, asked)


def _clear(draft: Draft, excess: Excess | None, payment: Payment, over: Money) -> Money | Refusal:
    """What the rail paid beyond the sale is first of all what it had collected too much.

    Returns how much of it that was: it waits in suspense already.
    """
    if excess is None:
        return Money(0, over.currency)
    cleared = Money(max(min(over.minor, excess.receivable), 0), over.currency)
    legs = expand(EXCESS_SETTLED, {"amount": cleared}, where_of_excess(payment, excess))
    posted = post(draft, legs, draft.now.date())
    if isinstance(posted, Refusal):
        return posted
    draft.put(EXCESSES, replace(excess, receivable=excess.receivable - cleared.minor))
    return cleared


def _refusal(draft: Draft, payment: Payment | None, body: RecordSettlement) -> Refusal | None:
    if payment is None:
        return UNKNOWN_PAYMENT.refuse("payment_id", body.payment_id)
    if draft.get(SETTLEMENTS, _known_as(body)) is not None:
        return NOTHING_DUE.refuse("notice", "booked already")
    if _is_all_banked(draft, payment, body):
        return NOTHING_DUE.refuse("notice", "the bank's booking settled it")
    if {body.gross.currency, body.rail_fee.currency} != {payment.gross.currency}:
        return CURRENCY_MISMATCH.refuse("gross.currency", payment.gross.currency)
    for field, money in (("gross", body.gross), ("rail_fee", body.rail_fee)):
        if money.minor < 0:
            return NEGATIVE_AMOUNT.refuse(field, money)
    return None


def _is_all_banked(draft: Draft, payment: Payment, body: RecordSettlement) -> bool:
    """Return whether a notice tells what the bank's bookings have settled, whole and for good.

    Of a sale captured in parts it is kept: which of the money was told of matters to the others.
    """
    is_whole = body.capture_id is None and payment.captured >= payment.gross.minor
    if not is_whole or payment.receivable > 0:
        return False
    known = _told_again(draft, payment, body)
    return known > 0 and known == body.gross.minor


def _differs(payment: Payment, body: RecordSettlement, expected: int) -> SettlementDiffers:
    currency = payment.gross.currency
    difference = expected - body.gross.minor
    return SettlementDiffers(
        payment.id,
        body.notice,
        Money(expected, currency),
        body.gross,
        Money(max(difference, 0), currency),
        Money(max(-difference, 0), currency),
        Money(payment.holding, currency),
    )


def _keep_in_suspense(draft: Draft, payment: Payment, body: RecordSettlement) -> Refusal | None:
    """Book the money of a payment that failed or was stopped; nobody is paid from it.

    Where a rail settles what it had refused, it has collected it: that goes back to the buyer.
    """
    currency = payment.gross.currency
    instruction_id = body.instruction_id
    instruction = None if instruction_id is None else draft.get(INSTRUCTIONS, instruction_id)
    if instruction is not None and draft.get(EXCESSES, instruction.id) is None:
        refusal = keep_excess(draft, payment, instruction, body.gross, AFTER_REFUSAL)
        if refusal is not None:
            return refusal
    excess = None if instruction is None else draft.get(EXCESSES, instruction.id)
    receivable = 0 if excess is None else excess.receivable
    matched = min(body.gross.minor, receivable)
    fee = min(body.rail_fee.minor, matched)
    amounts = {
        "net": matched - fee,
        "fee": fee,
        "excess": body.gross.minor - matched - (body.rail_fee.minor - fee),
    }
    words = {word: Money(minor, currency) for word, minor in amounts.items()}
    where = where_of(payment) if excess is None else where_of_excess(payment, excess)
    posted = post(draft, expand(UNMATCHED, words, where), draft.now.date())
    if isinstance(posted, Refusal):
        return posted
    if excess is not None:
        draft.put(EXCESSES, replace(excess, receivable=receivable - matched))
    subject = payment.id if excess is None else excess.instruction_id
    moved = words["excess"] - words["fee"]
    reason = SuspenseReason.SETTLEMENT_UNMATCHED
    suspend_for(draft, payment, subject, moved, reason, body.notice)
    draft.tell(
        SettlementUnmatched(
            payment.id, body.notice, body.gross, body.rail_fee, payment.status, body.booking
        )
    )
    return None
