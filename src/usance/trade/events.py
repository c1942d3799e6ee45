"""What has happened in trade."""

from datetime import date, datetime

from usance.kernel.ids import (
    CreditNoteId,
    GoodsReturnId,
    InvoiceId,
    OrderId,
    PartyId,
    ShipmentId,
    WarehouseReceiptId,
)
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.trade.model import InvoiceStatus, StockMove, StockStatus


class OrderPlaced(Record, frozen=True):
    """A buyer has ordered goods; each order tells it once."""

    order_id: OrderId
    seller_id: PartyId
    buyer_id: PartyId
    invoice_no: str
    amount: Money
    placed_at: datetime
    source_date: date
    country: str
    line_count: int


class GoodsReturned(Record, frozen=True):
    """Goods have come back. Where `order_id` is None no money follows from it."""

    return_id: GoodsReturnId
    seller_id: PartyId
    buyer_id: PartyId
    order_id: OrderId | None
    invoice_no: str
    amount: Money
    returned_at: datetime
    source_date: date


class OrderShipped(Record, frozen=True):
    """The goods of an order were handed to a carrier."""

    shipment_id: ShipmentId
    order_id: OrderId
    seller_id: PartyId
    buyer_id: PartyId
    carrier: str
    tracking_no: str
    shipped_at: datetime


class OrderDelivered(Record, frozen=True):
    """The goods of an order have arrived. proof: what says so."""

    shipment_id: ShipmentId
    order_id: OrderId
    seller_id: PartyId
    buyer_id: PartyId
    delivered_at: datetime
    proof: str


class InvoicePresented(Record, frozen=True):
    """A seller asks the buyer of an order to pay by a day."""

    invoice_id: InvoiceId
    order_id: OrderId
    seller_id: PartyId
    buyer_id: PartyId
    invoice_no: str
    issued_on: date
    due_date: date
    amount: Money


class InvoiceApproved(Record, frozen=True):
    """The buyer accepts to owe `approved` on `due_date`. amount: what was presented.

    Who at the buyer's said so stands in the invoice, not in the log.
    """

    invoice_id: InvoiceId
    order_id: OrderId
    seller_id: PartyId
    buyer_id: PartyId
    invoice_no: str
    amount: Money
    approved: Money
    due_date: date


class InvoiceDisputed(Record, frozen=True):
    """The buyer does not accept an invoice as it was presented."""

    invoice_id: InvoiceId
    order_id: OrderId
    seller_id: PartyId
    buyer_id: PartyId
    invoice_no: str
    payable: Money
    reason: str


class CreditNoted(Record, frozen=True):
    """A seller takes something off an invoice. payable, status: of the invoice after it."""

    credit_note_id: CreditNoteId
    invoice_id: InvoiceId
    order_id: OrderId
    seller_id: PartyId
    buyer_id: PartyId
    number: str
    amount: Money
    payable: Money
    status: InvoiceStatus
    reason: str


class WarehouseReceiptIssued(Record, frozen=True):
    """A warehouse keeper holds goods of an owner. stored_on: where their age begins."""

    warehouse_receipt_id: WarehouseReceiptId
    receipt_no: str
    keeper_id: PartyId
    owner_id: PartyId
    goods: str
    unit: str
    quantity: int
    unit_value: Money
    value: Money
    stored_on: date


class StockMoved(Record, frozen=True):
    """Goods came to a warehouse receipt or left it. left, value, status: what is there now."""

    warehouse_receipt_id: WarehouseReceiptId
    keeper_id: PartyId
    owner_id: PartyId
    move: StockMove
    quantity: int
    left: int
    value: Money
    status: StockStatus
    reference: str


class StockRevalued(Record, frozen=True):
    """Goods in a warehouse are worth something else. source: who says so."""

    warehouse_receipt_id: WarehouseReceiptId
    keeper_id: PartyId
    owner_id: PartyId
    before: Money
    unit_value: Money
    value: Money
    source: str
