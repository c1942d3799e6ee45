"""A seller – presents, credits – an invoice on terms; the buyer – approves, disputes – it."""

from collections.abc import Sequence
from datetime import date

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.forms import malformed_number, malformed_text, not_positive, not_yet
from usance.kernel.ids import CreditNoteId, InvoiceId, OrderId
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.runtime.commands import Command, Loader
from usance.trade import store
from usance.trade.errors import (
    DUE_BEFORE_ISSUE,
    EXCEEDS_INVOICE,
    EXCEEDS_ORDER,
    INVOICE_NOT_OPEN,
    NUMBER_TAKEN,
    ORDER_ALREADY_INVOICED,
    OTHER_CURRENCY,
    TOO_EARLY,
    UNKNOWN_INVOICE,
    UNKNOWN_ORDER,
)
from usance.trade.events import CreditNoted, InvoiceApproved, InvoiceDisputed, InvoicePresented
from usance.trade.model import (
    INVOICE_MAY_BECOME,
    CreditNote,
    DocumentNumber,
    Invoice,
    InvoiceStatus,
    Order,
    numbered,
)
from usance.trade.service.papers import (
    invoice_of,
    order_state_of,
    prepare_invoices,
    prepare_order_states,
)
from usance.trade.tables import CREDIT_NOTES, INVOICES, NUMBERS, ORDER_STATES


class PresentInvoice(Record, frozen=True):
    """Ask the buyer of an order to pay by a day. amount: in the order's currency."""

    order_id: OrderId
    invoice_no: str
    issued_on: date
    due_date: date
    amount: Money


class ApproveInvoice(Record, frozen=True):
    """Accept to owe an amount on a day. due_date: None for the invoice's own.

    approved_by: the person at the buyer's who says so.
    """

    invoice_id: InvoiceId
    amount: Money
    approved_by: str
    due_date: date | None = None


class DisputeInvoice(Record, frozen=True):
    """Do not accept an invoice as it was presented."""

    invoice_id: InvoiceId
    reason: str
    disputed_by: str


class RecordCreditNote(Record, frozen=True):
    """Take something off an invoice. number: the seller's own, of the credit note."""

    invoice_id: InvoiceId
    number: str
    amount: Money
    issued_on: date
    reason: str


class Named(Record, frozen=True):
    """What new invoices name: their orders, and the orders that go by the same numbers."""

    orders: dict[OrderId, Order]
    by_number: dict[str, list[Order]]


async def prepare_present_invoice(loader: Loader, commands: Sequence[Command]) -> Named:
    """Load the orders, what has become of them, and whose numbers the invoices have."""
    bodies = [each.body for each in commands if isinstance(each.body, PresentInvoice)]
    wanted = [body.order_id for body in bodies]
    await prepare_order_states(loader, wanted)
    orders = await store.orders_by_id(loader, wanted)
    numbers = [
        numbered("invoice", orders[body.order_id].seller_id, body.invoice_no)
        for body in bodies
        if body.order_id in orders
    ]
    await loader.rows(NUMBERS, numbers)
    return Named(
        orders, await store.orders_of_invoices(loader, [body.invoice_no for body in bodies])
    )


def apply_present_invoice(draft: Draft, body: PresentInvoice, named: Named) -> Refusal | None:
    """Ask the buyer of an order to pay by a day.

    Refuses: malformed_text, negative_amount, in_the_future, due_before_issue, unknown_order,
    order_already_invoiced, number_taken, other_currency, exceeds_order.
    """
    refusal = malformed_number(invoice_no=body.invoice_no) or not_positive(amount=body.amount)
    refusal = refusal or not_yet(draft.now, issued_on=body.issued_on)
    if refusal is not None:
        return refusal
    if body.due_date < body.issued_on:
        return DUE_BEFORE_ISSUE.refuse("due_date", body.due_date)
    order = named.orders.get(body.order_id)
    if order is None:
        return UNKNOWN_ORDER.refuse("order_id", body.order_id)
    state = order_state_of(draft, order.id)
    if state.invoice_id is not None:
        return ORDER_ALREADY_INVOICED.refuse("order_id", state.invoice_id)
    number = numbered("invoice", order.seller_id, body.invoice_no)
    others = [o for o in named.by_number.get(body.invoice_no, ()) if o.seller_id == order.seller_id]
    if draft.get(NUMBERS, number) is not None or any(other.id != order.id for other in others):
        return NUMBER_TAKEN.refuse("invoice_no", body.invoice_no)
    if body.amount.currency != order.amount.currency:
        return OTHER_CURRENCY.refuse("amount", body.amount)
    if body.amount.minor > order.amount.minor:
        return EXCEEDS_ORDER.refuse("amount", body.amount)
    invoice = _presented(draft, order, body)
    draft.put(INVOICES, invoice)
    draft.put(NUMBERS, DocumentNumber(number, invoice.id))
    draft.put(ORDER_STATES, replace(state, invoice_id=invoice.id))
    draft.thread(order.id)
    draft.tell(
        InvoicePresented(
            invoice.id,
            order.id,
            order.seller_id,
            order.buyer_id,
            invoice.invoice_no,
            invoice.issued_on,
            invoice.due_date,
            invoice.amount,
        )
    )
    return None


def _presented(draft: Draft, order: Order, body: PresentInvoice) -> Invoice:
    return Invoice(
        id=draft.new_id(InvoiceId),
        order_id=order.id,
        seller_id=order.seller_id,
        buyer_id=order.buyer_id,
        invoice_no=body.invoice_no,
        issued_on=body.issued_on,
        due_date=body.due_date,
        amount=body.amount,
        payable=body.amount,
        credited=Money(0, body.amount.currency),
        status=InvoiceStatus.PRESENTED,
        presented_at=draft.now,
    )


async def prepare_answered_invoice(loader: Loader, commands: Sequence[Command]) -> None:
    """Load the invoices that are approved or disputed."""
    bodies = [command.body for command in commands]
    await prepare_invoices(
        loader,
        [body.invoice_id for body in bodies if isinstance(body, ApproveInvoice | DisputeInvoice)],
    )


def apply_approve_invoice(draft: Draft, body: ApproveInvoice, _facts: object) -> Refusal | None:
    """Take the buyer's word that it owes an amount on a day.

    Refuses: malformed_text, negative_amount, unknown_invoice, invoice_not_open,
    due_before_issue, other_currency, exceeds_invoice.
    """
    refusal = malformed_text(approved_by=body.approved_by) or not_positive(amount=body.amount)
    if refusal is not None:
        return refusal
    invoice = _that_may_become(draft, body.invoice_id, InvoiceStatus.APPROVED)
    if isinstance(invoice, Refusal):
        return invoice
    due_date = body.due_date or invoice.due_date
    if due_date < invoice.issued_on:
        return DUE_BEFORE_ISSUE.refuse("due_date", due_date)
    refusal = _beyond(invoice, body.amount)
    if refusal is not None:
        return refusal
    approved = replace(
        invoice,
        status=InvoiceStatus.APPROVED,
        due_date=due_date,
        payable=body.amount,
        approved=body.amount,
        approved_by=body.approved_by,
        approved_at=draft.now,
    )
    draft.put(INVOICES, approved)
    draft.thread(invoice.order_id)
    draft.tell(
        InvoiceApproved(
            invoice.id,
            invoice.order_id,
            invoice.seller_id,
            invoice.buyer_id,
            invoice.invoice_no,
            invoice.amount,
            body.amount,
            due_date,
        )
    )
    return None


def apply_dispute_invoice(draft: Draft, body: DisputeInvoice, _facts: object) -> Refusal | None:
    """Refuses: malformed_text, unknown_invoice, invoice_not_open."""
    refusal = malformed_text(reason=body.reason, disputed_by=body.disputed_by)
    if refusal is not None:
        return refusal
    invoice = _that_may_become(draft, body.invoice_id, InvoiceStatus.DISPUTED)
    if isinstance(invoice, Refusal):
        return invoice
    disputed = replace(
        invoice,
        status=InvoiceStatus.DISPUTED,
        disputed_by=body.disputed_by,
        dispute_reason=body.reason,
    )
    draft.put(INVOICES, disputed)
    draft.thread(invoice.order_id)
    draft.tell(
        InvoiceDisputed(
            invoice.id,
            invoice.order_id,
            invoice.seller_id,
            invoice.buyer_id,
            invoice.invoice_no,
            invoice.payable,
            body.reason,
        )
    )
    return None


async def prepare_record_credit_note(loader: Loader, commands: Sequence[Command]) -> None:
    """Load the invoices, and whether their sellers have given the numbers before."""
    bodies = [each.body for each in commands if isinstance(each.body, RecordCreditNote)]
    await prepare_invoices(loader, [body.invoice_id for body in bodies])
    known = [(body, loader.get(INVOICES, body.invoice_id)) for body in bodies]
    await loader.rows(
        NUMBERS,
        [
            numbered("credit note", invoice.seller_id, body.number)
            for body, invoice in known
            if invoice is not None
        ],
    )


def apply_record_credit_note(
    draft: Draft, body: RecordCreditNote, _facts: object
) -> Refusal | None:
    """Take something off an invoice.

    Refuses: malformed_text, negative_amount, in_the_future, unknown_invoice, too_early,
    invoice_not_open, number_taken, other_currency, exceeds_invoice.
    """
    refusal = malformed_number(number=body.number) or malformed_text(reason=body.reason)
    refusal = refusal or not_positive(amount=body.amount)
    refusal = refusal or not_yet(draft.now, issued_on=body.issued_on)
    if refusal is not None:
        return refusal
    invoice = _that_may_become(draft, body.invoice_id, InvoiceStatus.CREDITED)
    if isinstance(invoice, Refusal):
        return invoice
    if body.issued_on < invoice.issued_on:
        return TOO_EARLY.refuse("issued_on", body.issued_on)
    number = numbered("credit note", invoice.seller_id, body.number)
    if draft.get(NUMBERS, number) is not None:
        return NUMBER_TAKEN.refuse("number", body.number)
    refusal = _beyond(invoice, body.amount)
    if refusal is not None:
        return refusal
    note = CreditNote(
        draft.new_id(CreditNoteId),
        invoice.id,
        body.number,
        body.amount,
        body.reason,
        body.issued_on,
        draft.now,
    )
    payable = invoice.payable - body.amount
    left = replace(
        invoice,
        payable=payable,
        credited=invoice.credited + body.amount,
        status=invoice.status if payable.minor else InvoiceStatus.CREDITED,
    )
    draft.put(CREDIT_NOTES, note)
    draft.put(NUMBERS, DocumentNumber(number, note.id))
    draft.put(INVOICES, left)
    _tell_credit(draft, note, left)
    return None


def _tell_credit(draft: Draft, note: CreditNote, invoice: Invoice) -> None:
    draft.thread(invoice.order_id)
    draft.tell(
        CreditNoted(
            note.id,
            invoice.id,
            invoice.order_id,
            invoice.seller_id,
            invoice.buyer_id,
            note.number,
            note.amount,
            invoice.payable,
            invoice.status,
            note.reason,
        )
    )


def _that_may_become(
    draft: Draft, invoice_id: InvoiceId, status: InvoiceStatus
) -> Invoice | Refusal:
    """Return an invoice that may take a status. Refuses: unknown_invoice, invoice_not_open."""
    invoice = invoice_of(draft, invoice_id)
    if invoice is None:
        return UNKNOWN_INVOICE.refuse("invoice_id", invoice_id)
    if status not in INVOICE_MAY_BECOME[invoice.status]:
        return INVOICE_NOT_OPEN.refuse("invoice_id", invoice.status)
    return invoice


def _beyond(invoice: Invoice, amount: Money) -> Refusal | None:
    """Refuses: other_currency, exceeds_invoice."""
    if amount.currency != invoice.amount.currency:
        return OTHER_CURRENCY.refuse("amount", amount)
    return (
        EXCEEDS_INVOICE.refuse("amount", amount) if amount.minor > invoice.payable.minor else None
    )
