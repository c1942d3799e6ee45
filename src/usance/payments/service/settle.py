"""A rail – settles – a payment: one chain from the rail's money to the seller's bank account.

Rail's fee → our fee → conversion at the locked rate, the spread as its own leg, the cover deal
at the day's rate → what the seller owes us → what the claim takes (the repayment of advances)
→ a reserve → the rest, which is paid out.

The rail's word is a fact, so what it says is booked even where it is not what we expect: too
little leaves the difference owed by the rail, too much waits in suspense, money for a payment
that never became a sale waits there too.
"""

from collections.abc import Sequence

from usance.kernel.draft import Draft
from usance.kernel.errors import NEGATIVE_AMOUNT, Refusal
from usance.kernel.ids import PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.ledger.service import expand, post
from usance.payments.errors import CURRENCY_MISMATCH, NOTHING_DUE, UNKNOWN_PAYMENT
from usance.payments.events import SettlementDiffers, SettlementUnmatched
from usance.payments.model import Payment, PaymentStatus, Settlement
from usance.payments.ports import Claim
from usance.payments.rules.postings import UNMATCHED
from usance.payments.service.capture import capture
from usance.payments.service.proceeds import Arrival, share_out
from usance.payments.service.splits import load_splits
from usance.payments.service.unwind import unwind, where_of
from usance.payments.tables import PAYMENTS, SETTLEMENTS
from usance.runtime.commands import Command, Loader

_NO_SALE = {PaymentStatus.FAILED, PaymentStatus.BLOCKED, PaymentStatus.IN_REVIEW}


class RecordSettlement(Record, frozen=True):
    """Book a rail's settlement. notice: the rail's reference; gross: before the rail's fee."""

    payment_id: PaymentId
    notice: str
    gross: Money
    rail_fee: Money


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
        await loader.rows(SETTLEMENTS, [body.notice for body in bodies])

    def apply(self, draft: Draft, body: RecordSettlement, _facts: None) -> Refusal | None:
        """Post the whole chain or nothing of it."""
        payment = draft.get(PAYMENTS, body.payment_id)
        refusal = _refusal(draft, payment, body)
        if refusal is not None or payment is None:
            return refusal
        draft.thread(payment.order_id)
        draft.put(SETTLEMENTS, Settlement(body.notice, payment.id, draft.now))
        if payment.status in _NO_SALE:
            return _keep_in_suspense(draft, payment, body)
        if payment.status is PaymentStatus.PENDING:
            # Who settles has collected, though the answer to that has not reached us.
            captured = capture(draft, payment, body.notice)
            if isinstance(captured, Refusal):
                return captured
            payment = captured
        return self._settle(draft, payment, body)

    def _settle(self, draft: Draft, payment: Payment, body: RecordSettlement) -> Refusal | None:
        currency = payment.gross.currency
        matched = min(body.gross.minor, payment.receivable)
        amount = min(matched, payment.unsettled)
        fee = min(body.rail_fee.minor, amount)
        if body.gross.minor != payment.receivable:
            draft.tell(_differs(payment, body))
        arrival = Arrival(body.notice, body.gross, Money(matched, currency), Money(fee, currency))
        refusal = share_out(draft, self._claim, payment, Money(amount, currency), arrival)
        if refusal is not None or fee == body.rail_fee.minor:
            return refusal
        # A fee beyond what there is to settle is taken by the rail all the same.
        borne = unwind(draft, payment, Money(body.rail_fee.minor - fee, currency))
        return borne if isinstance(borne, Refusal) else None


def _refusal(draft: Draft, payment: Payment | None, body: RecordSettlement) -> Refusal | None:
    if payment is None:
        return UNKNOWN_PAYMENT.refuse("payment_id", body.payment_id)
    if draft.get(SETTLEMENTS, body.notice) is not None:
        return NOTHING_DUE.refuse("notice", "booked already")
    if {body.gross.currency, body.rail_fee.currency} != {payment.gross.currency}:
        return CURRENCY_MISMATCH.refuse("gross.currency", body.gross.currency)
    for field, money in (("gross", body.gross), ("rail_fee", body.rail_fee)):
        if money.minor < 0:
            return NEGATIVE_AMOUNT.refuse(field, money)
    return None


def _differs(payment: Payment, body: RecordSettlement) -> SettlementDiffers:
    currency = payment.gross.currency
    difference = payment.receivable - body.gross.minor
    return SettlementDiffers(
        payment.id,
        body.notice,
        Money(payment.receivable, currency),
        body.gross,
        Money(max(difference, 0), currency),
        Money(max(-difference, 0), currency),
        Money(payment.holding, currency),
    )


def _keep_in_suspense(draft: Draft, payment: Payment, body: RecordSettlement) -> Refusal | None:
    """Book the money of a payment that failed or was stopped; nobody is paid from it."""
    currency = payment.gross.currency
    matched = min(body.gross.minor, payment.receivable)
    fee = min(body.rail_fee.minor, matched)
    amounts = {
        "net": matched - fee,
        "fee": fee,
        "excess": body.gross.minor - matched - (body.rail_fee.minor - fee),
    }
    words = {word: Money(minor, currency) for word, minor in amounts.items()}
    posted = post(draft, expand(UNMATCHED, words, where_of(payment)), draft.now.date())
    if isinstance(posted, Refusal):
        return posted
    draft.put(PAYMENTS, replace(payment, receivable=payment.receivable - matched))
    draft.tell(
        SettlementUnmatched(payment.id, body.notice, body.gross, body.rail_fee, payment.status)
    )
    return None
