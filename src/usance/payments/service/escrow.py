"""Somebody – releases, disputes, decides – money held in escrow; a payee gives a share back.

Released to the seller it goes the way of a settlement: debts and advances come before the rest.
Released to another payee it is that payee's, and nobody else's debt is paid from it.
"""

from collections.abc import Sequence
from typing import Final

from usance.kernel.draft import Draft
from usance.kernel.errors import NEGATIVE_AMOUNT, Refusal
from usance.kernel.ids import EscrowId, PartyId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.ledger.model import Leg, where_among
from usance.ledger.service import expand, post
from usance.parties.model import OPERATOR
from usance.payments.errors import (
    CURRENCY_MISMATCH,
    EXCEEDS_ESCROW,
    NOT_A_SIDE,
    NOT_SPLIT,
    NOTHING_DUE,
    UNKNOWN_ESCROW,
    UNKNOWN_PAYMENT,
    WRONG_STATE,
)
from usance.payments.events import (
    DeliveryConfirmed,
    EscrowAgreed,
    EscrowDisputed,
    EscrowMoved,
    EscrowReleased,
    EscrowResolved,
    EscrowReturned,
    Payable,
    PayoutWithheld,
)
from usance.payments.model import Escrow, EscrowStatus
from usance.payments.ports import Claim
from usance.payments.rules.postings import ESCROW_RELEASE, ESCROW_RETURN
from usance.payments.service.escrow_due import (
    ReleaseDue,
    escrow_ids,
    schedule_release,
    taken_out,
)
from usance.payments.service.payouts import initiate_payout
from usance.payments.service.proceeds import hold_back, load_reserves, waterfall
from usance.payments.service.splits import load_splits, tell_ready
from usance.payments.tables import ESCROWS, PAYMENTS, SPLITS
from usance.runtime.commands import Command, Loader

BY_HAND: Final = "two people"
DELIVERED: Final = "delivery"
AGREED: Final = "both_agree"
DAYS_OVER: Final = "days"


class ConfirmDelivery(Record, frozen=True):
    """The goods of a payment have arrived. evidence: what says so, a tracking number or a note."""

    payment_id: PaymentId
    evidence: str


class AgreeToRelease(Record, frozen=True):
    """The payee or the buyer agrees that money be released."""

    escrow_id: EscrowId
    party_id: PartyId


class ReleaseEscrow(Record, frozen=True):
    """Release part or all of what is held, before its condition is met."""

    escrow_id: EscrowId
    amount: Money


class DisputeEscrow(Record, frozen=True):
    """Object to a release: nothing moves until two people have decided."""

    escrow_id: EscrowId
    reason: str


class ResolveEscrow(Record, frozen=True):
    """Decide a dispute: so much to the payee, so much back to the seller; the rest stays held."""

    escrow_id: EscrowId
    to_payee: Money
    to_seller: Money
    reason: str


class EscrowStage:
    """Applies the verbs of escrow. claim: who is paid before the rest of the seller's."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim

    async def prepare(self, loader: Loader, commands: Sequence[Command]) -> None:
        """Load the escrows, their payments, and those payments' splits."""
        named = [c.body.escrow_id for c in commands if hasattr(c.body, "escrow_id")]
        await loader.rows(ESCROWS, named)
        found = (loader.get(ESCROWS, each) for each in named)
        payment_ids = [each.payment_id for each in found if each is not None]
        payment_ids += [c.body.payment_id for c in commands if isinstance(c.body, ConfirmDelivery)]
        await loader.rows(PAYMENTS, payment_ids)
        await load_splits(loader, payment_ids)
        await load_reserves(loader, payment_ids)

    def apply_confirm_delivery(
        self, draft: Draft, body: ConfirmDelivery, _facts: None
    ) -> Refusal | None:
        """Release what waits for delivery. Refuses: unknown_payment, not_split, nothing_due."""
        payment = draft.get(PAYMENTS, body.payment_id)
        if payment is None:
            return UNKNOWN_PAYMENT.refuse("payment_id", body.payment_id)
        split = draft.get(SPLITS, payment.id) if payment.is_split else None
        if split is None:
            return NOT_SPLIT.refuse("payment_id", payment.id)
        if split.delivered or not any(
            each.escrow and each.escrow.delivery for each in split.shares
        ):
            return NOTHING_DUE.refuse("escrow", "nothing waits for delivery")
        # What is settled later goes past its escrow.
        draft.put(SPLITS, replace(split, delivered=True))
        draft.tell(DeliveryConfirmed(payment.id, body.evidence))
        draft.thread(payment.order_id)
        found = [draft.get(ESCROWS, key) for key in escrow_ids(split)]
        waiting = [
            each
            for each in found
            if each is not None and each.terms.delivery and each.status is EscrowStatus.HELD
        ]
        if not waiting:
            return None
        return self._release(draft, waiting, [each.held for each in waiting], DELIVERED)

    def apply_agree(self, draft: Draft, body: AgreeToRelease, _facts: None) -> Refusal | None:
        """Note an agreement; both together release.

        Refuses: unknown_escrow, wrong_state, not_a_side.
        """
        escrow = _standing(draft, body.escrow_id, EscrowStatus.CLOSED)
        if isinstance(escrow, Refusal):
            return escrow
        sides = {escrow.payee_id, escrow.buyer_id}
        has_say = escrow.terms.both_agree and body.party_id in sides - set(escrow.agreed)
        if not has_say:
            return NOT_A_SIDE.refuse("party_id", body.party_id)
        agreed = replace(escrow, agreed=(*escrow.agreed, body.party_id))
        draft.put(ESCROWS, agreed)
        draft.tell(EscrowAgreed(escrow.id, escrow.payment_id, body.party_id))
        if set(agreed.agreed) == sides:
            return self._release(draft, [agreed], [agreed.held], AGREED)
        draft.thread(escrow.order_id)
        return None

    def apply_release(self, draft: Draft, body: ReleaseEscrow, _facts: None) -> Refusal | None:
        """Release by hand.

        Refuses: unknown_escrow, wrong_state, currency_mismatch, negative_amount, exceeds_escrow.
        """
        escrow = _standing(draft, body.escrow_id, EscrowStatus.CLOSED, EscrowStatus.DISPUTED)
        if isinstance(escrow, Refusal):
            return escrow
        wrong = _amount_refusal(escrow, "amount", body.amount, at_least=1)
        return wrong or self._release(draft, [escrow], [body.amount], BY_HAND)

    def apply_release_due(self, draft: Draft, body: ReleaseDue, _facts: None) -> Refusal | None:
        """Release what is held when its days are over; a dispute holds it on.

        After a dispute, also what was delivered meanwhile.
        """
        escrow = draft.get(ESCROWS, body.escrow_id)
        if escrow is None or escrow.status is not EscrowStatus.HELD:
            return NOTHING_DUE.refuse("escrow", escrow.status if escrow else EscrowStatus.CLOSED)
        is_over = escrow.release_on is not None and draft.now.date() >= escrow.release_on
        why = DAYS_OVER if is_over else DELIVERED
        return self._release(draft, [escrow], [escrow.held], why)

    def apply_dispute(self, draft: Draft, body: DisputeEscrow, _facts: None) -> Refusal | None:
        """Hold on whatever happens. Refuses: unknown_escrow, wrong_state."""
        escrow = _standing(draft, body.escrow_id, EscrowStatus.CLOSED, EscrowStatus.DISPUTED)
        if isinstance(escrow, Refusal):
            return escrow
        draft.put(ESCROWS, replace(escrow, status=EscrowStatus.DISPUTED, reason=body.reason))
        draft.tell(EscrowDisputed(escrow.id, escrow.payment_id, escrow.held, body.reason))
        draft.thread(escrow.order_id)
        return None

    def apply_resolve(self, draft: Draft, body: ResolveEscrow, _facts: None) -> Refusal | None:
        """Carry out the decision.

        Refuses: unknown_escrow, wrong_state, currency_mismatch, negative_amount, exceeds_escrow.
        """
        escrow = _standing(draft, body.escrow_id, EscrowStatus.CLOSED, EscrowStatus.HELD)
        if isinstance(escrow, Refusal):
            return escrow
        wrong = _amount_refusal(escrow, "to_payee", body.to_payee, at_least=0)
        wrong = wrong or _amount_refusal(escrow, "to_seller", body.to_seller, at_least=0)
        if wrong is not None:
            return wrong
        if (body.to_payee + body.to_seller).minor > escrow.held.minor:
            return EXCEEDS_ESCROW.refuse("to_seller", escrow.held)
        settled = replace(escrow, status=EscrowStatus.HELD)
        draft.put(ESCROWS, settled)
        draft.tell(EscrowResolved(escrow.id, escrow.payment_id, body.reason))
        refused = _return(draft, settled, body.to_seller)
        left = draft.get(ESCROWS, escrow.id)
        assert left is not None, f"{escrow.id} was just written"
        if refused is None and body.to_payee.minor:
            refused = self._release(draft, [left], [body.to_payee], BY_HAND)
        else:
            draft.thread(escrow.order_id)
        if refused is None:
            _fall_due_again(draft, escrow.id)
        return refused

    def _release(
        self, draft: Draft, escrows: Sequence[Escrow], amounts: Sequence[Money], why: str
    ) -> Refusal | None:
        payment = draft.get(PAYMENTS, escrows[0].payment_id)
        assert payment is not None, f"{escrows[0].payment_id} was loaded"
        draft.thread(payment.order_id)
        legs: list[Leg] = []
        moved: list[EscrowMoved] = []
        payable: list[Payable] = []
        own = Money(0, payment.book.currency)
        for escrow, amount in zip(escrows, amounts, strict=True):
            word = _word(escrow)
            to = where_among(OPERATOR, escrow.payee_id)
            legs += expand(ESCROW_RELEASE, {word: amount}, to)
            moved.append(taken_out(draft, escrow, released=amount.minor))
            if word == "settled":
                own += amount
            elif word == "released":
                payable.append(Payable(escrow.payee_id, amount))
        draft.tell(EscrowReleased(payment.id, why, tuple(moved)))
        turn = waterfall(draft, self._claim, payment, own) if own.minor else None
        posted = post(draft, legs + (turn.legs if turn else []), draft.now.date())
        if isinstance(posted, Refusal):
            return posted
        tell_ready(draft, payment.id, payable)
        if turn is not None:
            # Of a sale captured in parts: the parts to come may be charged back like the first.
            hold_back(draft, payment, turn.reserve, turn.release_days)
        if turn is not None and turn.rest.minor:
            refusal = initiate_payout(draft, payment.seller_id, turn.rest, "escrow", payment.id)
            if refusal is not None:
                told = PayoutWithheld(payment.id, payment.seller_id, turn.rest, refusal.code)
                draft.tell(told)
        return None


def _fall_due_again(draft: Draft, escrow_id: EscrowId) -> None:
    """Have what a decision leaves in escrow released, where its condition was met meanwhile.

    Its day came, or its goods, while the dispute held it on: nobody else would ask again.
    """
    left = draft.get(ESCROWS, escrow_id)
    if left is None or left.status is not EscrowStatus.HELD:
        return
    split = draft.get(SPLITS, left.payment_id)
    is_delivered = left.terms.delivery and split is not None and split.delivered
    is_over = left.release_on is not None and draft.now.date() >= left.release_on
    if is_delivered or is_over:
        schedule_release(draft, escrow_id, draft.now.date())


def _word(escrow: Escrow) -> str:
    if escrow.payee_id == OPERATOR:
        return "ours"
    return "settled" if escrow.payee_id == escrow.seller_id else "released"


def _return(draft: Draft, escrow: Escrow, amount: Money) -> Refusal | None:
    """Give the seller what a dispute has denied the payee."""
    if amount.minor == 0:
        return None
    where, to = where_among(OPERATOR, escrow.payee_id), where_among(OPERATOR, escrow.seller_id)
    posted = post(draft, expand(ESCROW_RETURN, {"returned": amount}, where, to), draft.now.date())
    if isinstance(posted, Refusal):
        return posted
    moved = taken_out(draft, escrow, returned=amount.minor)
    draft.tell(EscrowReturned(escrow.payment_id, (moved,)))
    return None


def _standing(draft: Draft, escrow_id: EscrowId, *but: EscrowStatus) -> Escrow | Refusal:
    """Return an escrow unless it stands in one of these states."""
    escrow = draft.get(ESCROWS, escrow_id)
    if escrow is None:
        return UNKNOWN_ESCROW.refuse("escrow_id", escrow_id)
    return WRONG_STATE.refuse("escrow", escrow.status) if escrow.status in but else escrow


def _amount_refusal(escrow: Escrow, field: str, amount: Money, *, at_least: int) -> Refusal | None:
    if amount.currency != escrow.currency:
        return CURRENCY_MISMATCH.refuse(f"{field}.currency", escrow.currency)
    if amount.minor < at_least:
        return NEGATIVE_AMOUNT.refuse(field, amount)
    return EXCEEDS_ESCROW.refuse(field, escrow.held) if amount.minor > escrow.held.minor else None
