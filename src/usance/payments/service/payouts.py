"""The house – pays out – a seller's money."""

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import PartyId, PaymentId, PayoutId
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.ledger.model import Where
from usance.ledger.service import expand, post
from usance.parties.service import main_account_of
from usance.payments.errors import CURRENCY_MISMATCH, NO_RAIL
from usance.payments.events import PayoutInitiated
from usance.payments.model import InstructionKind, Payout, PayoutStatus
from usance.payments.rules.postings import PAYOUT
from usance.payments.rules.routing import BANK_TRANSFER
from usance.payments.service.instructions import instruct
from usance.payments.tables import PAYOUTS


class PayOut(Record, frozen=True):
    """Pay a seller what the seller may draw."""

    seller_id: PartyId
    amount: Money


def apply_pay_out(draft: Draft, body: PayOut, _facts: None) -> Refusal | None:
    """Reserve the money and instruct the rail."""
    return initiate_payout(draft, body.seller_id, body.amount, "withdrawal", None)


def initiate_payout(
    draft: Draft, seller_id: PartyId, amount: Money, purpose: str, payment_id: PaymentId | None
) -> Refusal | None:
    """Reserve a payout and write its instruction; refused when the seller has too little."""
    account = main_account_of(draft, seller_id)
    if account is None:
        return NO_RAIL.refuse("seller_id", "the seller, who has no bank account")
    if account.currency != amount.currency:
        return CURRENCY_MISMATCH.refuse("amount", amount.currency)
    legs = expand(PAYOUT, {"amount": amount}, Where(seller=seller_id))
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
