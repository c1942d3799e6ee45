"""Invoices on terms: what a seller asks, what the buyer accepts to owe, what is taken off."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from usance.kernel.forms import normalised_number
from usance.kernel.ids import CreditNoteId, InvoiceId, OrderId, PartyId
from usance.kernel.money import Money
from usance.kernel.records import Record


class InvoiceStatus(StrEnum):
    """What the buyer has said of an invoice. Whether it was paid is for payments to know.

    credited: credit notes have taken all of it off; nothing is owed.
    """

    PRESENTED = "presented"
    DISPUTED = "disputed"
    APPROVED = "approved"
    CREDITED = "credited"


# An approval is the buyer's word: it is not taken back, only credited.
INVOICE_MAY_BECOME: Final[dict[InvoiceStatus, frozenset[InvoiceStatus]]] = {
    InvoiceStatus.PRESENTED: frozenset(
        {InvoiceStatus.APPROVED, InvoiceStatus.DISPUTED, InvoiceStatus.CREDITED}
    ),
    InvoiceStatus.DISPUTED: frozenset({InvoiceStatus.APPROVED, InvoiceStatus.CREDITED}),
    InvoiceStatus.APPROVED: frozenset({InvoiceStatus.CREDITED}),
    InvoiceStatus.CREDITED: frozenset(),
}


class Invoice(Record, frozen=True):
    """What a seller asks of a buyer for one order, to be paid by a day.

    amount: as presented. approved: what the buyer accepted, None until then. credited: what credit
    notes took off in all. payable: what it comes to now, payments not counted: the amount as
    presented, then as approved, less what was credited. due_date: the seller's, then the buyer's
    own. approved_by, disputed_by: the person at the buyer's who said so, "" where nobody did.
    """

    id: InvoiceId
    order_id: OrderId
    seller_id: PartyId
    buyer_id: PartyId
    invoice_no: str
    issued_on: date
    due_date: date
    amount: Money
    payable: Money
    credited: Money
    status: InvoiceStatus
    presented_at: datetime
    approved: Money | None = None
    approved_by: str = ""
    approved_at: datetime | None = None
    disputed_by: str = ""
    dispute_reason: str = ""


class CreditNote(Record, frozen=True):
    """What a seller takes off an invoice: goods were missing, spoilt, or too dear."""

    id: CreditNoteId
    invoice_id: InvoiceId
    number: str
    amount: Money
    reason: str
    issued_on: date
    recorded_at: datetime


class DocumentNumber(Record, frozen=True):
    """A number that its issuer has given, once. number: `kind issuer number`; see `numbered`."""

    number: str
    document_id: UUID


def numbered(kind: str, issuer: UUID, number: str) -> str:
    """Return what two papers of one issuer share that are the same one."""
    return f"{kind} {issuer} {normalised_number(number)}"
