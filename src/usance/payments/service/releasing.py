"""May this money be somebody's? What came in by itself is judged as a payment is."""

from decimal import Decimal

from usance.kernel.decisions import Verdict
from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import PartyId
from usance.kernel.money import Money, Rounding, convert
from usance.parties.model import OPERATOR, Party, PartyStatus
from usance.parties.service import main_account_of, party_of
from usance.payments.errors import NOT_RELEASED
from usance.payments.model import Payment, Receipt, SuspenseItem
from usance.payments.ports import ReleaseGate, ReleaseQuestion, Ruling
from usance.payments.rules.receiving import country_of
from usance.payments.service.fixings import market_rate
from usance.payments.tables import PAYMENTS, RECEIPTS


def judge_receipt(
    draft: Draft, gate: ReleaseGate, receipt: Receipt, seller_id: PartyId | None
) -> Ruling:
    """Ask the gate about a receipt. Where nobody is known to own it, the house is its payee."""
    payer = receipt.payer
    known = payer.account or payer.name
    payee = party_of(draft, seller_id or OPERATOR)
    return gate.judge(
        draft,
        ReleaseQuestion(
            receipt.id,
            PartyId.derived(0, "payer", known or receipt.id.hex),
            payer.name,
            country_of(payer),
            payer_frozen=_buyer_is_frozen(draft, receipt),
            payee_id=seller_id or OPERATOR,
            payee_name="" if payee is None else payee.legal_name,
            payee_frozen=_is_frozen(payee),
            instrument=f"account:{known or receipt.id.hex}",
            amount=receipt.amount,
            amount_book=_in_book(draft, receipt.amount, seller_id),
        ),
    )


def release_refusal(
    draft: Draft, gate: ReleaseGate, item: SuspenseItem, seller_id: PartyId | None
) -> Refusal | None:
    """Ask the gate again about money that waits, now that people say whose it is.

    Refuses not_released, naming the reasons. What two people have cleared in the case about it
    no longer speaks against it.
    """
    if item.receipt_id is None:
        return _frozen_refusal(draft, item, seller_id)
    receipt = draft.get(RECEIPTS, item.receipt_id)
    assert receipt is not None, f"receipt {item.receipt_id} was not loaded"
    ruling = judge_receipt(draft, gate, receipt, seller_id)
    if ruling.judgement.verdict is Verdict.ALLOW:
        return None
    reasons = ", ".join(reason.code for reason in ruling.judgement.reasons)
    return NOT_RELEASED.refuse("suspense_id", reasons)


def _frozen_refusal(draft: Draft, item: SuspenseItem, seller_id: PartyId | None) -> Refusal | None:
    """Refuse what a rail has paid where the seller or the buyer is frozen."""
    payment: Payment | None = None
    if item.payment_id is not None:
        payment = draft.get(PAYMENTS, item.payment_id)
    buyer_id = None if payment is None else payment.buyer_id
    for party_id in (seller_id, buyer_id):
        if party_id is not None and _is_frozen(party_of(draft, party_id)):
            return NOT_RELEASED.refuse("suspense_id", f"{party_id} is frozen")
    return None


def _buyer_is_frozen(draft: Draft, receipt: Receipt) -> bool:
    payment = None if receipt.payment_id is None else draft.get(PAYMENTS, receipt.payment_id)
    return payment is not None and _is_frozen(party_of(draft, payment.buyer_id))


def _is_frozen(party: Party | None) -> bool:
    return party is not None and party.status is PartyStatus.FROZEN


def _in_book(draft: Draft, amount: Money, seller_id: PartyId | None) -> Money:
    """Return an amount in the currency the seller is paid out in, as payments are counted."""
    account = None if seller_id is None else main_account_of(draft, seller_id)
    if account is None:
        return amount
    rate: Decimal | None = market_rate(draft, amount.currency, account.currency)
    if rate is None:
        return amount
    return convert(amount, rate, account.currency, Rounding.HALF_EVEN)
