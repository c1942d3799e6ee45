"""A bank – has credited – our account: the money is booked first and judged then.

Whose it is, is asked in this order: the account number or reference that the payer wrote, the
id of ours in the UETR or the end-to-end id, the structured reference or an invoice's number.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from usance.kernel.decisions import Verdict
from usance.kernel.draft import Draft
from usance.kernel.errors import NEGATIVE_AMOUNT, Refusal
from usance.kernel.ids import InstructionId, PartyId, PaymentId, ReceiptId
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.ledger.model import where_among
from usance.ledger.service import expand, post
from usance.parties.model import OPERATOR
from usance.payments.errors import MALFORMED_REFERENCE, NOTHING_DUE
from usance.payments.events import ReceiptRecorded
from usance.payments.model import (
    Counterparty,
    Payment,
    PaymentStatus,
    Receipt,
    ReceiptOutcome,
    ReceivingAccount,
    References,
    SuspenseAccount,
    SuspenseReason,
)
from usance.payments.ports import Claim, ReleaseGate, Ruling
from usance.payments.rules.postings import RECEIPT
from usance.payments.rules.receiving import (
    compact,
    creditor_references,
    ids_named,
    invoice_numbers,
)
from usance.payments.rules.routing import BANK_TRANSFER
from usance.payments.service.charges import fee_on_receipt
from usance.payments.service.releasing import judge_receipt
from usance.payments.service.settle import RecordSettlement, SettleStage
from usance.payments.service.splits import load_splits
from usance.payments.service.suspense import suspend_receipt
from usance.payments.tables import (
    INSTRUCTIONS,
    PAYMENT_BY_ORDER,
    PAYMENTS,
    RECEIPT_BY_BOOKING,
    RECEIPTS,
    RECEIVING_BY_NUMBER,
    RECEIVING_BY_REFERENCE,
)
from usance.runtime.commands import Command, Loader
from usance.trade.model import Order
from usance.trade.service.find_orders import orders_of_invoices

_LONGEST: Final = 80
_AWAITED: Final = frozenset(
    {
        PaymentStatus.PENDING,
        PaymentStatus.REQUIRES_ACTION,
        PaymentStatus.AUTHORISED,
        PaymentStatus.CAPTURED,
    }
)
_NO_SALE: Final = frozenset({PaymentStatus.FAILED, PaymentStatus.VOIDED})
Invoices = Mapping[str, Sequence[Order]]


class RecordReceipt(Record, frozen=True):
    """Book a credit that a bank has booked, and nothing in our book has told of yet.

    account: ours, compact. reference: the bank's own of the booking; both together name it.
    creditor_account: the number that the payer wrote, where it is another than `account`.
    """

    account: str
    reference: str
    amount: Money
    value_date: date
    creditor_account: str = ""
    payer: Counterparty = Counterparty()
    names: References = References()


class Owner(Record, frozen=True):
    """Whose a receipt seems to be, and what told. payment: the one it is named to be for."""

    found_by: str = ""
    seller_id: PartyId | None = None
    payment: Payment | None = None
    account: ReceivingAccount | None = None


class ReceiptStage:
    """Applies `record_receipt`. gate: whether the money may be released; claim: see settle."""

    def __init__(self, gate: ReleaseGate, claim: Claim) -> None:
        self._gate = gate
        self._settle = SettleStage(claim)

    async def prepare(self, loader: Loader, commands: Sequence[Command]) -> Invoices:
        """Load what transfers may name: receipts, instructions, payments, orders."""
        bodies = [c.body for c in commands if isinstance(c.body, RecordReceipt)]
        await loader.found(RECEIPT_BY_BOOKING, [booking_of(body) for body in bodies])
        named = [each for body in bodies for each in ids_named(body.names)]
        await loader.rows(INSTRUCTIONS, named)
        instructed = [loader.get(INSTRUCTIONS, each) for each in named]
        payments = [each.payment_id for each in instructed if each and each.payment_id]
        await loader.rows(PAYMENTS, [*named, *payments])
        numbers = {each for body in bodies for each in invoice_numbers(body.names)}
        invoices = await orders_of_invoices(loader, sorted(numbers))
        orders = [order.id for several in invoices.values() for order in several]
        await loader.found(PAYMENT_BY_ORDER, orders)
        ordered = [loader.find(PAYMENT_BY_ORDER, each) for each in orders]
        found = [PaymentId(each) for each in named] + payments
        await load_splits(loader, [*found, *(each.id for each in ordered if each)])
        return invoices

    def apply(self, draft: Draft, body: RecordReceipt, invoices: Invoices) -> Refusal | None:
        """Book it whatever it is; the same booking again is refused as nothing_due.

        Refuses also what is malformed: negative_amount, malformed_reference.
        """
        refusal = _refusal(draft, body)
        if refusal is not None:
            return refusal
        owner = _owner(draft, body, invoices)
        receipt = Receipt(
            draft.new_id(ReceiptId),
            booking_of(body),
            body.amount,
            body.value_date,
            compact(body.creditor_account),
            body.payer,
            body.names,
            ReceiptOutcome.UNMATCHED,
            owner.found_by,
            owner.seller_id,
            None if owner.payment is None else owner.payment.id,
            None if owner.account is None else owner.account.id,
            None,
            Money(0, body.amount.currency),
            draft.now,
        )
        ruling = judge_receipt(draft, self._gate, receipt, owner.seller_id)
        draft.thread(receipt.id if owner.payment is None else owner.payment.order_id)
        return self._book(draft, replace(receipt, decision_id=ruling.decision_id), owner, ruling)

    def _book(self, draft: Draft, receipt: Receipt, owner: Owner, ruling: Ruling) -> Refusal | None:
        if ruling.judgement.verdict is not Verdict.ALLOW:
            return _book_blocked(draft, receipt)
        payment = owner.payment
        if payment is not None and _is_awaited(payment, receipt.amount):
            return self._book_sale(draft, receipt, payment)
        if payment is not None and payment.status not in _NO_SALE:
            return _book_unmatched(draft, receipt, SuspenseReason.NOT_AWAITED)
        if owner.seller_id is not None:
            return _book_available(draft, receipt, owner.seller_id)
        return _book_unmatched(draft, receipt, SuspenseReason.UNKNOWN_OWNER)

    def _book_sale(self, draft: Draft, receipt: Receipt, payment: Payment) -> Refusal | None:
        """Settle the payment by the bank's booking, which stands for the rail's notice."""
        _keep(draft, replace(receipt, outcome=ReceiptOutcome.SETTLED))
        nothing = Money(0, receipt.amount.currency)
        settlement = RecordSettlement(payment.id, f"receipt {payment.id}", receipt.amount, nothing)
        return self._settle.book(draft, settlement, receipt)


def booking_of(body: RecordReceipt) -> str:
    """Return what names a booking: our account and the bank's reference."""
    return f"{compact(body.account)} {body.reference}"


def _refusal(draft: Draft, body: RecordReceipt) -> Refusal | None:
    if body.amount.minor <= 0:
        return NEGATIVE_AMOUNT.refuse("amount", body.amount)
    for field, text in (("account", body.account), ("reference", body.reference)):
        if not text or len(text) > _LONGEST or not text.isprintable() or text != text.strip():
            return MALFORMED_REFERENCE.refuse(field, ascii(text[:40]))
    known = draft.find(RECEIPT_BY_BOOKING, booking_of(body))
    return None if known is None else NOTHING_DUE.refuse("reference", known.id)


def _owner(draft: Draft, body: RecordReceipt, invoices: Invoices) -> Owner:
    """Return whose money it is, as far as the transfer says."""
    account = draft.find(RECEIVING_BY_NUMBER, compact(body.creditor_account))
    found_by = "receiving_account" if account else ""
    for reference in () if account else creditor_references(body.names):
        account = account or draft.find(RECEIVING_BY_REFERENCE, reference)
        found_by = "creditor_reference" if account else ""
    seller_id = None if account is None else account.seller_id
    payment = _payment_named(draft, body.names, seller_id)
    if payment is not None:
        return Owner(found_by or "payment_id", payment.seller_id, payment, account)
    order = _order_named(body, invoices, seller_id)
    if order is not None:
        payment = draft.find(PAYMENT_BY_ORDER, order.id)
        return Owner(found_by or "invoice", order.seller_id, payment, account)
    return Owner(found_by, seller_id, None, account)


def _payment_named(draft: Draft, names: References, seller_id: PartyId | None) -> Payment | None:
    for each in ids_named(names):
        instruction = draft.get(INSTRUCTIONS, InstructionId(each))
        payment_id = instruction.payment_id if instruction else PaymentId(each)
        payment = None if payment_id is None else draft.get(PAYMENTS, payment_id)
        if payment is not None and seller_id in {None, payment.seller_id}:
            return payment
    return None


def _order_named(
    body: RecordReceipt, invoices: Invoices, seller_id: PartyId | None
) -> Order | None:
    """Return the one order that a number names; where several sellers use it, it names none."""
    for number in invoice_numbers(body.names):
        found = [
            order for order in invoices.get(number, ()) if seller_id in {None, order.seller_id}
        ]
        if len(found) == 1:
            return found[0]
    return None


def _is_awaited(payment: Payment, amount: Money) -> bool:
    """Whether a transfer to our bank can be what this payment's rail owes us.

    What the rail has not confirmed is a sale only when all of it is here: a pound that names an
    invoice of a thousand does not pay it, and nobody advances money on it.
    """
    is_whole = payment.status is PaymentStatus.CAPTURED or amount.minor >= payment.gross.minor
    return (
        payment.rail == BANK_TRANSFER
        and payment.status in _AWAITED
        and is_whole
        and payment.gross.currency == amount.currency
        and payment.settled_at is None
    )


def _book_available(draft: Draft, receipt: Receipt, seller_id: PartyId) -> Refusal | None:
    fee = fee_on_receipt(draft, receipt.amount)
    amounts = {"amount": receipt.amount, "fee": fee}
    _keep(draft, replace(receipt, outcome=ReceiptOutcome.AVAILABLE, fee=fee))
    return _post(draft, receipt, amounts, seller_id)


def _book_blocked(draft: Draft, receipt: Receipt) -> Refusal | None:
    blocked = replace(receipt, outcome=ReceiptOutcome.BLOCKED)
    _keep(draft, blocked)
    suspend_receipt(draft, blocked, SuspenseAccount.BLOCKED, SuspenseReason.NOT_RELEASED)
    return _post(draft, receipt, {"blocked": receipt.amount}, None)


def _book_unmatched(draft: Draft, receipt: Receipt, reason: SuspenseReason) -> Refusal | None:
    _keep(draft, receipt)
    suspend_receipt(draft, receipt, SuspenseAccount.UNMATCHED, reason)
    return _post(draft, receipt, {"unmatched": receipt.amount}, None)


def _post(
    draft: Draft, receipt: Receipt, amounts: Mapping[str, Money], seller_id: PartyId | None
) -> Refusal | None:
    legs = expand(RECEIPT, amounts, where_among(OPERATOR, seller_id))
    posted = post(draft, legs, receipt.value_date)
    return posted if isinstance(posted, Refusal) else None


def _keep(draft: Draft, receipt: Receipt) -> None:
    draft.put(RECEIPTS, receipt)
    draft.tell(
        ReceiptRecorded(
            receipt.id,
            receipt.booking,
            receipt.amount,
            receipt.fee,
            receipt.outcome,
            receipt.found_by,
            receipt.seller_id,
        )
    )
