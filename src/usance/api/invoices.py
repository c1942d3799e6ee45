"""Invoices on terms: presented by sellers, approved or disputed by buyers, credited."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import Field

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.idempotency import Order, asks
from usance.api.orders import order_of
from usance.api.pages import Cursor, Limit, PageOf, after_id, page, whole
from usance.api.shapes import Asked, page_of, shape
from usance.kernel.errors import NotFound
from usance.kernel.ids import InvoiceId
from usance.kernel.records import Record
from usance.trade import service
from usance.trade.events import InvoicePresented
from usance.trade.model import CreditNote, Invoice, InvoiceStatus
from usance.trade.service import find_papers as find

router = APIRouter(tags=["trade"])
_AT_THE_BUYERS = "The person at the buyer's who says so."


class InvoiceAsked(Asked):
    """Ask the buyer of an order to pay by a day."""

    order_id: shapes.Order
    invoice_no: shapes.Word
    issued_on: shapes.Day
    due_date: shapes.Day
    amount: shapes.Amount


class ApprovalAsked(Asked):
    """Accept to owe an amount on a day."""

    amount: shapes.Amount
    due_date: shapes.Day | None = Field(None, description="Left out, the invoice's own.")
    approved_by: shapes.Text = Field(description=_AT_THE_BUYERS)


class InvoiceDisputeAsked(Asked):
    """Do not accept an invoice as it was presented."""

    reason: shapes.Reason
    disputed_by: shapes.Text = Field(description=_AT_THE_BUYERS)


class CreditNoteAsked(Asked):
    """Take something off an invoice."""

    number: shapes.Word = Field(description="The seller's own, of the credit note.")
    amount: shapes.Amount
    issued_on: shapes.Day
    reason: shapes.Reason


INVOICE: Final = shape(Invoice, "invoice")
CREDIT_NOTE: Final = shape(CreditNote, "credit_note")
Reader = Annotated[Asker, Depends(reads("orders:read"))]


@router.post("/invoices", status_code=201, response_model=INVOICE)
async def present_invoice(
    asked: InvoiceAsked, order: Annotated[Order, Depends(asks("present_invoice"))]
) -> Record | None:
    """Ask the buyer of an order to pay by a day.

    An order has one invoice on terms; what it asks is at most what was ordered.
    """
    await order_of(order, asked.order_id)
    body = service.PresentInvoice(
        asked.order_id, asked.invoice_no, asked.issued_on, asked.due_date, asked.amount
    )
    outcome = await order.do(body)
    return await _invoice(order, outcome.part(InvoicePresented).invoice_id)


@router.get("/invoices", response_model=page_of(INVOICE))
async def list_invoices(
    asker: Reader,
    order_id: shapes.Order | None = None,
    status: InvoiceStatus | None = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> PageOf:
    """List invoices on terms, the earliest first.

    A seller sees those it presented, a buyer those presented to it.
    """
    after = after_id("invoices", cursor, InvoiceId)
    async with asker.reading() as connection:
        rows = await find.invoices(connection, asker.bound_to, order_id, status, after, limit + 1)
    return page("invoices", rows, limit, lambda row: row.id)


@router.get("/invoices/{invoice_id}", response_model=INVOICE)
async def get_invoice(invoice_id: shapes.Invoice, asker: Reader) -> Record | None:
    """Show an invoice on terms."""
    return await _invoice(asker, invoice_id)


@router.post("/invoices/{invoice_id}/approve", response_model=INVOICE)
async def approve_invoice(
    invoice_id: shapes.Invoice,
    asked: ApprovalAsked,
    order: Annotated[Order, Depends(asks("approve_invoice"))],
) -> Record | None:
    """Accept to owe an invoice, or part of it.

    It is the buyer's word, or the operator's who has it from the buyer; it is not taken back.
    """
    found = await _invoice(order, invoice_id)
    order.require_own("invoice", invoice_id, found.buyer_id)
    body = service.ApproveInvoice(invoice_id, asked.amount, asked.approved_by, asked.due_date)
    await order.do(body)
    return await _invoice(order, invoice_id)


@router.post("/invoices/{invoice_id}/dispute", response_model=INVOICE)
async def dispute_invoice(
    invoice_id: shapes.Invoice,
    asked: InvoiceDisputeAsked,
    order: Annotated[Order, Depends(asks("dispute_invoice"))],
) -> Record | None:
    """Do not accept an invoice as it was presented."""
    found = await _invoice(order, invoice_id)
    order.require_own("invoice", invoice_id, found.buyer_id)
    await order.do(service.DisputeInvoice(invoice_id, asked.reason, asked.disputed_by))
    return await _invoice(order, invoice_id)


@router.post("/invoices/{invoice_id}/credit_notes", status_code=201, response_model=INVOICE)
async def record_credit_note(
    invoice_id: shapes.Invoice,
    asked: CreditNoteAsked,
    order: Annotated[Order, Depends(asks("record_credit_note"))],
) -> Record | None:
    """Take something off an invoice.

    The answer is the invoice with what is payable now.
    """
    found = await _invoice(order, invoice_id)
    order.require_own("invoice", invoice_id, found.seller_id)
    body = service.RecordCreditNote(
        invoice_id, asked.number, asked.amount, asked.issued_on, asked.reason
    )
    await order.do(body)
    return await _invoice(order, invoice_id)


@router.get("/invoices/{invoice_id}/credit_notes", response_model=page_of(CREDIT_NOTE))
async def list_credit_notes(invoice_id: shapes.Invoice, asker: Reader) -> PageOf:
    """List what was taken off an invoice, the earliest first."""
    await _invoice(asker, invoice_id)
    async with asker.reading() as connection:
        return whole(await find.credit_notes(connection, invoice_id))


async def _invoice(asker: Asker, invoice_id: InvoiceId) -> Invoice:
    async with asker.reading() as connection:
        found = await find.invoice(connection, invoice_id)
    if found is None or not asker.sees(found.seller_id, found.buyer_id):
        raise NotFound("invoice", str(invoice_id))
    return found
