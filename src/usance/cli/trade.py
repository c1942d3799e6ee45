"""`usance trade …`: shipments, invoices on terms and warehouse receipts."""

from datetime import UTC, date, datetime

from usance.api.invoices import INVOICE
from usance.api.shipments import SHIPMENT
from usance.api.warehouse_receipts import WAREHOUSE_RECEIPT
from usance.cli.acting import act
from usance.cli.listing import Column, Listing, print_row, print_rows
from usance.cli.moments import day_of, moment_of
from usance.cli.naming import named
from usance.cli.orders import seller_of
from usance.cli.payment_steps import money_of
from usance.cli.refusing import option
from usance.cli.voice import Words
from usance.kernel.ids import InvoiceId, OrderId, PartyId, ShipmentId, WarehouseReceiptId
from usance.kernel.records import Record
from usance.runtime.database import Connection
from usance.trade import service
from usance.trade.events import InvoicePresented, OrderShipped, WarehouseReceiptIssued
from usance.trade.model import InvoiceStatus, Order, StockMove, StockStatus
from usance.trade.service import find_papers as find
from usance.trade.service.find_orders import orders_by_id
from usance.worker.session import Place, Session, opened

SHIPMENTS = Listing(
    SHIPMENT,
    (
        Column("shipment", "发货", lambda row: row.id),
        Column("order", "订单", lambda row: row.order_id),
        Column("carrier", "承运方", lambda row: row.carrier),
        Column("tracking no.", "运单号", lambda row: row.tracking_no),
        Column("shipped", "发货时间", lambda row: row.shipped_at),
        Column("delivered", "送达时间", lambda row: row.delivered_at),
    ),
    ("Nothing was shipped.", "没有发货。"),
)
INVOICES = Listing(
    INVOICE,
    (
        Column("invoice", "发票", lambda row: row.id),
        Column("number", "发票号", lambda row: row.invoice_no),
        Column("status", "状态", lambda row: row.status),
        Column("amount", "金额", lambda row: row.amount, right=True),
        Column("approved", "批准金额", lambda row: row.approved, right=True),
        Column("credited", "已贷记", lambda row: row.credited, right=True),
        Column("payable", "应付", lambda row: row.payable, right=True),
        Column("due", "到期日", lambda row: row.due_date),
    ),
    ("There is no invoice on terms.", "没有账期发票。"),
)
RECEIPTS = Listing(
    WAREHOUSE_RECEIPT,
    (
        Column("receipt", "仓单", lambda row: row.id),
        Column("number", "仓单号", lambda row: row.receipt_no),
        Column("status", "状态", lambda row: row.status),
        Column("goods", "货物", lambda row: row.goods),
        Column("quantity", "数量", lambda row: row.quantity, right=True),
        Column("unit", "单位", lambda row: row.unit),
        Column("unit value", "单价", lambda row: row.unit_value, right=True),
        Column("value", "价值", lambda row: row.value, right=True),
        Column("stored", "入库日", lambda row: row.stored_on),
    ),
    ("There is no warehouse receipt.", "没有仓单。"),
)


# ---- shipments ----


async def ship(
    place: Place,
    order: str,
    carrier: str,
    tracking_no: str,
    at: str,
    key: str,
    *,
    as_json: bool,
    language: Words,
) -> None:
    """Say that the goods of an order were handed to a carrier. at: "" for now."""
    async with opened(place) as session:
        found = await _order(session, order)
        moment = await _moment(session, "--at", at)
        body = service.RecordShipment(found.id, carrier, tracking_no, moment)
        outcome = await act(session, "record_shipment", body, key, language)
        async with session.pool.acquire() as connection:
            made = await find.shipment(connection, outcome.part(OrderShipped).shipment_id)
    assert made is not None, "it was just recorded"
    print_row(SHIPMENTS, made, as_json=as_json, language=language)


async def deliver(
    place: Place, shipment: str, proof: str, at: str, key: str, *, as_json: bool, language: Words
) -> None:
    """Say that goods have arrived. at: "" for now."""
    async with opened(place) as session, session.pool.acquire() as connection:
        found = await named(connection, "shipment", shipment, ShipmentId, find.shipment)
        body = service.RecordDelivery(found.id, await _moment(session, "--at", at), proof)
        await act(session, "record_delivery", body, key, language)
        arrived = await named(connection, "shipment", shipment, ShipmentId, find.shipment)
    print_row(SHIPMENTS, arrived, as_json=as_json, language=language)


async def list_shipments(
    place: Place, order: str, limit: int, *, as_json: bool, language: Words
) -> None:
    """Print shipments, the earliest first; one order's where it is named."""
    with option("--order"):
        order_id = OrderId(order) if order else None
    async with opened(place) as session, session.pool.acquire() as connection:
        rows = await find.shipments(connection, None, order_id, None, limit + 1)
    print_rows(SHIPMENTS, rows, limit, as_json=as_json, language=language)


# ---- invoices on terms ----


async def present(
    place: Place,
    order: str,
    number: str,
    issued: str,
    due: str,
    amount: str,
    key: str,
    *,
    as_json: bool,
    language: Words,
) -> None:
    """Ask the buyer of an order to pay. issued: "" for today. amount: "" for all of it."""
    async with opened(place) as session:
        found = await _order(session, order)
        body = service.PresentInvoice(
            found.id,
            number,
            await _day(session, "--issued", issued),
            day_of("--due", due),
            money_of(amount, found.amount.currency) if amount else found.amount,
        )
        outcome = await act(session, "present_invoice", body, key, language)
        made = str(outcome.part(InvoicePresented).invoice_id)
        await _print_invoice(session, made, as_json=as_json, language=language)


async def approve(
    place: Place,
    invoice: str,
    amount: str,
    said_by: str,
    due: str,
    key: str,
    *,
    as_json: bool,
    language: Words,
) -> None:
    """Take the buyer's word that it owes an amount; "" for all that is payable."""
    async with opened(place) as session:
        async with session.pool.acquire() as connection:
            found = await named(connection, "invoice", invoice, InvoiceId, find.invoice)
        asked = money_of(amount, found.amount.currency) if amount else found.payable
        by_day = day_of("--due", due) if due else None
        body = service.ApproveInvoice(found.id, asked, said_by, by_day)
        await act(session, "approve_invoice", body, key, language)
        await _print_invoice(session, invoice, as_json=as_json, language=language)


async def dispute(
    place: Place,
    invoice: str,
    reason: str,
    said_by: str,
    key: str,
    *,
    as_json: bool,
    language: Words,
) -> None:
    """Take the buyer's word that it does not accept an invoice."""
    with option("INVOICE"):
        invoice_id = InvoiceId(invoice)
    async with opened(place) as session:
        body = service.DisputeInvoice(invoice_id, reason, said_by)
        await act(session, "dispute_invoice", body, key, language)
        await _print_invoice(session, invoice, as_json=as_json, language=language)


async def credit(
    place: Place,
    invoice: str,
    amount: str,
    number: str,
    issued: str,
    reason: str,
    key: str,
    *,
    as_json: bool,
    language: Words,
) -> None:
    """Take something off an invoice. issued: "" for today."""
    async with opened(place) as session:
        async with session.pool.acquire() as connection:
            found = await named(connection, "invoice", invoice, InvoiceId, find.invoice)
        body = service.RecordCreditNote(
            found.id,
            number,
            money_of(amount, found.amount.currency),
            await _day(session, "--issued", issued),
            reason,
        )
        await act(session, "record_credit_note", body, key, language)
        await _print_invoice(session, invoice, as_json=as_json, language=language)


async def list_invoices(
    place: Place, order: str, status: str, limit: int, *, as_json: bool, language: Words
) -> None:
    """Print invoices on terms, the earliest first."""
    with option("--order"):
        order_id = OrderId(order) if order else None
    wanted = InvoiceStatus(status) if status else None
    async with opened(place) as session, session.pool.acquire() as connection:
        rows = await find.invoices(connection, None, order_id, wanted, None, limit + 1)
    print_rows(INVOICES, rows, limit, as_json=as_json, language=language)


# ---- stock ----


class Stored(Record, frozen=True):
    """Goods in a warehouse, as the command line describes them. stored: "" for today."""

    number: str
    keeper: str
    owner: str
    goods: str
    unit: str
    quantity: int
    unit_value: str
    currency: str
    stored: str


async def receipt(place: Place, of: Stored, key: str, *, as_json: bool, language: Words) -> None:
    """Take a keeper's word that it holds goods of an owner."""
    unit_value = money_of(of.unit_value, of.currency)
    with option("--keeper"):
        keeper = PartyId(of.keeper)
    async with opened(place) as session:
        body = service.IssueWarehouseReceipt(
            of.number,
            keeper,
            await seller_of(session, of.owner),
            of.goods,
            of.unit,
            of.quantity,
            unit_value,
            await _day(session, "--stored", of.stored),
        )
        outcome = await act(session, "issue_warehouse_receipt", body, key, language)
        made = str(outcome.part(WarehouseReceiptIssued).warehouse_receipt_id)
        await _print_receipt(session, made, as_json=as_json, language=language)


async def move(
    place: Place,
    receipt_id: str,
    way: str,
    quantity: int,
    reference: str,
    key: str,
    *,
    as_json: bool,
    language: Words,
) -> None:
    """Add goods to a receipt, or let them go."""
    with option("RECEIPT"):
        wanted = WarehouseReceiptId(receipt_id)
    async with opened(place) as session:
        body = service.MoveStock(wanted, StockMove(way), quantity, reference)
        await act(session, "move_stock", body, key, language)
        await _print_receipt(session, receipt_id, as_json=as_json, language=language)


async def revalue(
    place: Place,
    receipt_id: str,
    unit_value: str,
    source: str,
    key: str,
    *,
    as_json: bool,
    language: Words,
) -> None:
    """Say what one unit of the goods is worth now, in the receipt's currency."""
    async with opened(place) as session:
        async with session.pool.acquire() as connection:
            found = await named(
                connection,
                "warehouse receipt",
                receipt_id,
                WarehouseReceiptId,
                find.warehouse_receipt,
            )
        worth = money_of(unit_value, found.unit_value.currency)
        body = service.RevalueStock(found.id, worth, source)
        await act(session, "revalue_stock", body, key, language)
        await _print_receipt(session, receipt_id, as_json=as_json, language=language)


async def list_receipts(
    place: Place, status: str, limit: int, *, as_json: bool, language: Words
) -> None:
    """Print warehouse receipts, the earliest first."""
    wanted = StockStatus(status) if status else None
    async with opened(place) as session, session.pool.acquire() as connection:
        rows = await find.warehouse_receipts(connection, None, wanted, None, limit + 1)
    print_rows(RECEIPTS, rows, limit, as_json=as_json, language=language)


# ---- what commands name ----


async def _order(session: Session, order: str) -> Order:
    async def one(connection: Connection, order_id: OrderId) -> Order | None:
        return (await orders_by_id(connection, [order_id])).get(order_id)

    async with session.pool.acquire() as connection:
        return await named(connection, "order", order, OrderId, one)


async def _moment(session: Session, name: str, text: str) -> datetime:
    return moment_of(name, text).astimezone(UTC) if text else await session.now()


async def _day(session: Session, name: str, text: str) -> date:
    return day_of(name, text) if text else (await session.now()).date()


async def _print_invoice(session: Session, invoice: str, *, as_json: bool, language: Words) -> None:
    async with session.pool.acquire() as connection:
        found = await named(connection, "invoice", invoice, InvoiceId, find.invoice)
    print_row(INVOICES, found, as_json=as_json, language=language)


async def _print_receipt(
    session: Session, receipt_id: str, *, as_json: bool, language: Words
) -> None:
    async with session.pool.acquire() as connection:
        found = await named(
            connection, "warehouse receipt", receipt_id, WarehouseReceiptId, find.warehouse_receipt
        )
    print_row(RECEIPTS, found, as_json=as_json, language=language)
