"""The house – pays out – a seller's money."""

from usance.kernel.draft import Draft
from usance.kernel.errors import NEGATIVE_AMOUNT, Refusal
from usance.kernel.ids import PartyId, PaymentId, PayoutId
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.ledger.model import where_among
from usance.ledger.service import balance_at, expand, post, post_hold, ref_of, void_hold
from usance.parties.errors import PARTY_NOT_ACTIVE, UNKNOWN_PARTY
from usance.parties.model import OPERATOR, PartyStatus
from usance.parties.service import main_account_of, party_of
from usance.payments.errors import CURRENCY_MISMATCH, NO_RAIL
from usance.payments.events import PayoutInitiated, PayoutPaid, PayoutRefused, PayoutReturned
from usance.payments.model import Instruction, InstructionKind, Payout, PayoutEvent, PayoutStatus
from usance.payments.ports import RailAnswer
from usance.payments.rules.postings import LATE_PAYOUT, PAYOUT, PAYOUT_RETURN
from usance.payments.rules.routing import BANK_TRANSFER
from usance.payments.rules.unwinding import bearers
from usance.payments.service.corridors import unpayable
from usance.payments.service.instructions import instruct
from usance.payments.service.steps import payout_stepped
from usance.payments.tables import PAYOUTS


class PayOut(Record, frozen=True):
    """Pay a seller what the seller may draw."""

    seller_id: PartyId
    amount: Money


def apply_pay_out(draft: Draft, body: PayOut, _facts: None) -> Refusal | None:
    """Reserve the money and instruct the rail. Refuses also: negative_amount, unknown_party."""
    if body.amount.minor <= 0:
        return NEGATIVE_AMOUNT.refuse("amount", body.amount)
    if party_of(draft, body.seller_id) is None:
        return UNKNOWN_PARTY.refuse("seller_id", body.seller_id)
    return initiate_payout(draft, body.seller_id, body.amount, "withdrawal", None)


def initiate_payout(
    draft: Draft, seller_id: PartyId, amount: Money, purpose: str, payment_id: PaymentId | None
) -> Refusal | None:
    """Reserve a payout and write its instruction. A refused one leaves nothing behind.

    Refuses: party_not_active, no_rail, currency_mismatch, what a corridor does (outside_corridor,
    beneficiary_incomplete, beneficiary_malformed), insufficient_balance.
    """
    seller = party_of(draft, seller_id)
    if seller is not None and seller.status is not PartyStatus.ACTIVE:
        return PARTY_NOT_ACTIVE.refuse("seller_id", seller.status)
    account = main_account_of(draft, seller_id)
    if account is None:
        return NO_RAIL.refuse("seller_id", "the seller, who has no bank account")
    if account.currency != amount.currency:
        return CURRENCY_MISMATCH.refuse("amount", amount.currency)
    refusal = unpayable(draft, account, amount)
    if refusal is not None:
        return refusal
    legs = expand(PAYOUT, {"amount": amount}, where_among(OPERATOR, seller_id))
    posted = post(draft, legs, draft.now.date())
    if isinstance(posted, Refusal):
        return posted
    payout = Payout(
        draft.new_id(PayoutId),
        seller_id,
        payment_id,
        amount,
        purpose,
        PayoutStatus.PENDING,
        posted[0],
        draft.now,
    )
    draft.put(PAYOUTS, payout)
    instruction_id = instruct(
        draft,
        InstructionKind.PAYOUT,
        payout.id,
        payment_id,
        BANK_TRANSFER,
        f"bank:{account.id}",
        amount,
    )
    draft.tell(PayoutInitiated(payout.id, seller_id, payment_id, amount, purpose, instruction_id))
    return None


def confirm_payout(draft: Draft, instruction: Instruction, answer: RailAnswer) -> Refusal | None:
    """Book a payout the rail has made."""
    payout = _payout_of(draft, instruction)
    draft.put(PAYOUTS, payout_stepped(payout, PayoutEvent.CONFIRMED))
    draft.tell(PayoutPaid(payout.id, payout.amount, answer.reference))
    return post_hold(draft, payout.hold, "payout_paid", draft.now.date())


def refuse_payout(draft: Draft, instruction: Instruction, answer: RailAnswer) -> Refusal | None:
    """Give the seller back what a payout had reserved."""
    payout = _payout_of(draft, instruction)
    draft.put(PAYOUTS, payout_stepped(payout, PayoutEvent.REFUSED))
    draft.tell(PayoutRefused(payout.id, payout.amount, answer.code))
    return void_hold(draft, payout.hold, "payout_refused", draft.now.date())


def return_payout(draft: Draft, instruction: Instruction, answer: RailAnswer) -> Refusal | None:
    """Book a payout that came back after it was made, as much of it as came back.

    Banks on the way may keep charges: those the seller bears, as the payout had left our account.
    """
    payout = _payout_of(draft, instruction)
    amount = answer.amount or payout.amount
    if amount.currency != payout.amount.currency:
        return CURRENCY_MISMATCH.refuse("answer.amount", amount.currency)
    legs = expand(PAYOUT_RETURN, {"amount": amount}, where_among(OPERATOR, payout.seller_id))
    posted = post(draft, legs, draft.now.date())
    if isinstance(posted, Refusal):
        return posted
    draft.put(PAYOUTS, payout_stepped(payout, PayoutEvent.RETURNED))
    draft.tell(PayoutReturned(payout.id, amount, answer.code))
    return None


def late_payout(draft: Draft, instruction: Instruction) -> Money | Refusal:
    """Book a payout the rail has made after refusing it; return what the seller owes for it."""
    payout = _payout_of(draft, instruction)
    where = where_among(OPERATOR, payout.seller_id)
    shares = bearers(
        payout.amount,
        0,
        balance_at(draft, ref_of("seller_available", where, payout.amount)),
        balance_at(draft, ref_of("seller_reserve", where, payout.amount)),
    )
    shares.pop("from_escrow")  # A payout has nothing to do with what a sale holds back.
    posted = post(draft, expand(LATE_PAYOUT, shares, where), draft.now.date())
    if isinstance(posted, Refusal):
        return posted
    draft.put(PAYOUTS, payout_stepped(payout, PayoutEvent.LATE_SUCCESS))
    return shares["owed"]


def _payout_of(draft: Draft, instruction: Instruction) -> Payout:
    payout = draft.get(PAYOUTS, instruction.subject)
    assert payout is not None, f"payout {instruction.subject} was not loaded"
    return payout
