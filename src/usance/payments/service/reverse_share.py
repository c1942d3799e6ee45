"""Two people – take back – a share from its payee: the seller has it, nobody's debt is paid."""

from collections.abc import Sequence

from usance.kernel.draft import Draft
from usance.kernel.errors import NEGATIVE_AMOUNT, Refusal
from usance.kernel.ids import PartyId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.ledger.model import where_among
from usance.ledger.service import expand, post
from usance.parties.model import OPERATOR
from usance.payments.errors import (
    CURRENCY_MISMATCH,
    EXCEEDS_SHARE,
    NOT_SPLIT,
    UNKNOWN_PAYMENT,
)
from usance.payments.events import ShareReversed
from usance.payments.model import Payment, Split
from usance.payments.rules.postings import SHARE_REVERSAL
from usance.payments.service.escrow_due import escrow_id_of
from usance.payments.service.splits import load_splits
from usance.payments.tables import ESCROWS, PAYMENTS, SPLITS
from usance.runtime.commands import Command, Loader


class ReverseShare(Record, frozen=True):
    """Take back part of what a payee was paid of a sale. purpose: of the share it is about."""

    payment_id: PaymentId
    payee_id: PartyId
    purpose: str
    amount: Money
    reason: str


async def prepare_reverse_share(loader: Loader, commands: Sequence[Command]) -> None:
    """Load the payments and their splits."""
    wanted = [c.body.payment_id for c in commands if isinstance(c.body, ReverseShare)]
    await loader.rows(PAYMENTS, wanted)
    await load_splits(loader, wanted)


def apply_reverse_share(draft: Draft, body: ReverseShare, _facts: None) -> Refusal | None:
    """Move it from the payee's available money to the seller's.

    Refuses: unknown_payment, not_split, currency_mismatch, negative_amount, exceeds_share,
    insufficient_balance where the payee has drawn it already.
    """
    payment = draft.get(PAYMENTS, body.payment_id)
    if payment is None:
        return UNKNOWN_PAYMENT.refuse("payment_id", body.payment_id)
    split = draft.get(SPLITS, payment.id) if payment.is_split else None
    number = None if split is None else _number(split, payment, body)
    if split is None or number is None:
        return NOT_SPLIT.refuse("payee_id", payment.id)
    if body.amount.currency != split.currency:
        return CURRENCY_MISMATCH.refuse("amount.currency", split.currency)
    if body.amount.minor <= 0:
        return NEGATIVE_AMOUNT.refuse("amount", body.amount)
    reached = _reached(draft, split, number)
    if body.amount.minor > reached:
        return EXCEEDS_SHARE.refuse("amount", Money(reached, split.currency))
    where = where_among(OPERATOR, body.payee_id)
    to = where_among(OPERATOR, payment.seller_id)
    legs = expand(SHARE_REVERSAL, {"reversed": body.amount}, where, to)
    posted = post(draft, legs, draft.now.date())
    if isinstance(posted, Refusal):
        return posted
    draft.put(SPLITS, _after(split, number, body.amount.minor))
    draft.thread(payment.order_id)
    draft.tell(ShareReversed(payment.id, body.payee_id, body.amount, body.reason))
    return None


def _number(split: Split, payment: Payment, body: ReverseShare) -> int | None:
    """Return which share is meant; the seller's and our own are not taken back so."""
    for number, share in enumerate(split.shares):
        is_meant = share.payee_id == body.payee_id and share.purpose == body.purpose
        if is_meant and share.payee_id not in {payment.seller_id, OPERATOR}:
            return number
    return None


def _reached(draft: Draft, split: Split, number: int) -> int:
    """Return what of a share is the payee's by now: what is in escrow is not."""
    share = split.shares[number]
    escrow = draft.get(ESCROWS, escrow_id_of(split.payment_id, number)) if share.escrow else None
    held = 0 if escrow is None else escrow.amount - escrow.released
    return share.paid - share.reversed - held


def _after(split: Split, number: int, amount: int) -> Split:
    shares = list(split.shares)
    shares[number] = replace(shares[number], reversed=shares[number].reversed + amount)
    return replace(split, shares=tuple(shares))
