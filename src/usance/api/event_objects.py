"""What events are about, shown as GET shows it: to webhook endpoints and under /v1/events."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, NamedTuple
from uuid import UUID

from usance.api.beneficiaries import BENEFICIARY
from usance.api.captures import CAPTURE
from usance.api.financing import ADVANCE, FACILITY, OFFER
from usance.api.fx import QUOTE
from usance.api.invoices import INVOICE
from usance.api.orders import GOODS_RETURN, ORDER
from usance.api.parties import BANK_ACCOUNT, PARTY
from usance.api.payments import DISPUTE, PAYMENT, REFUND
from usance.api.payouts import PAYOUT, PAYOUT_BATCH
from usance.api.receiving import RECEIPT, RECEIVING_ACCOUNT
from usance.api.shapes import Shown
from usance.api.shipments import SHIPMENT
from usance.api.splits import ESCROW
from usance.api.tax_refunds import TAX_REFUND
from usance.api.warehouse_receipts import WAREHOUSE_RECEIPT
from usance.api.webhooks import ENDPOINT
from usance.customs.service import find_refunds
from usance.financing.service import find_financing
from usance.kernel.ids import (
    AdvanceId,
    BankAccountId,
    BeneficiaryId,
    CaptureId,
    DisputeId,
    EscrowId,
    FacilityId,
    FxQuoteId,
    GoodsReturnId,
    InvoiceId,
    OfferId,
    OrderId,
    PartyId,
    PaymentId,
    PayoutBatchId,
    PayoutId,
    ReceiptId,
    ReceivingAccountId,
    RefundId,
    ShipmentId,
    TaxRefundId,
    WarehouseReceiptId,
    WebhookEndpointId,
)
from usance.kernel.records import Record
from usance.parties.service import find_parties
from usance.payments.service import find_payments, find_receipts
from usance.payments.service.find_quotes import quote_lock
from usance.runtime.database import Connection
from usance.trade.service import find_papers
from usance.trade.service.find_orders import orders_by_id, returns_by_id
from usance.worker.webhooks import Seen

Found = tuple[Record, tuple[PartyId, ...]] | None


class _Kind(NamedTuple):
    """How an object is shown, and how it is found with the parties whose it is."""

    shape: Any
    find: Callable[[Connection, UUID], Awaitable[Found]]


async def _party(connection: Connection, identifier: UUID) -> Found:
    found = await find_parties.party(connection, PartyId(identifier))
    return None if found is None else (found, (found.id,))


async def _bank_account(connection: Connection, identifier: UUID) -> Found:
    found = await find_parties.bank_account(connection, BankAccountId(identifier))
    return None if found is None else (found, (found.party_id,))


async def _endpoint(connection: Connection, identifier: UUID) -> Found:
    found = await find_parties.endpoint(connection, WebhookEndpointId(identifier))
    return None if found is None else (found, (found.party_id,))


async def _order(connection: Connection, identifier: UUID) -> Found:
    order_id = OrderId(identifier)
    found = (await orders_by_id(connection, [order_id])).get(order_id)
    return None if found is None else (found, (found.seller_id,))


async def _goods_return(connection: Connection, identifier: UUID) -> Found:
    return_id = GoodsReturnId(identifier)
    found = (await returns_by_id(connection, [return_id])).get(return_id)
    return None if found is None else (found, (found.seller_id,))


async def _shipment(connection: Connection, identifier: UUID) -> Found:
    found = await find_papers.shipment(connection, ShipmentId(identifier))
    return None if found is None else (found, (found.seller_id, found.buyer_id))


async def _invoice(connection: Connection, identifier: UUID) -> Found:
    found = await find_papers.invoice(connection, InvoiceId(identifier))
    return None if found is None else (found, (found.seller_id, found.buyer_id))


async def _warehouse_receipt(connection: Connection, identifier: UUID) -> Found:
    found = await find_papers.warehouse_receipt(connection, WarehouseReceiptId(identifier))
    return None if found is None else (found, (found.owner_id, found.keeper_id))


async def _payment(connection: Connection, identifier: UUID) -> Found:
    found = await find_payments.payment(connection, PaymentId(identifier))
    return None if found is None else (found, (found.seller_id,))


async def _refund(connection: Connection, identifier: UUID) -> Found:
    found = await find_payments.refund(connection, RefundId(identifier))
    payment = found and await find_payments.payment(connection, found.payment_id)
    return (found, (payment.seller_id,)) if found and payment else None


async def _dispute(connection: Connection, identifier: UUID) -> Found:
    found = await find_payments.dispute(connection, DisputeId(identifier))
    payment = found and await find_payments.payment(connection, found.payment_id)
    return (found, (payment.seller_id,)) if found and payment else None


async def _payout(connection: Connection, identifier: UUID) -> Found:
    found = await find_payments.payout(connection, PayoutId(identifier))
    return None if found is None else (found, (found.seller_id,))


async def _capture(connection: Connection, identifier: UUID) -> Found:
    found = await find_payments.capture(connection, CaptureId(identifier))
    payment = found and await find_payments.payment(connection, found.payment_id)
    return (found, (payment.seller_id,)) if found and payment else None


async def _escrow(connection: Connection, identifier: UUID) -> Found:
    found = await find_payments.escrow(connection, EscrowId(identifier))
    return None if found is None else (found, (found.seller_id, found.payee_id))


async def _fx_quote(connection: Connection, identifier: UUID) -> Found:
    found = await quote_lock(connection, FxQuoteId(identifier))
    return None if found is None else (found, (found.seller_id,))


async def _receiving_account(connection: Connection, identifier: UUID) -> Found:
    found = await find_receipts.receiving_account(connection, ReceivingAccountId(identifier))
    return None if found is None else (found, (found.seller_id,))


async def _receipt(connection: Connection, identifier: UUID) -> Found:
    found = await find_receipts.receipt(connection, ReceiptId(identifier))
    # Money without an owner is seen by the operator alone.
    owners = () if found is None or found.seller_id is None else (found.seller_id,)
    return None if found is None else (found, owners)


async def _payout_batch(connection: Connection, identifier: UUID) -> Found:
    found = await find_payments.payout_batch(connection, PayoutBatchId(identifier))
    return None if found is None else (found, (found.seller_id,))


async def _beneficiary(connection: Connection, identifier: UUID) -> Found:
    found = await find_parties.beneficiary(connection, BeneficiaryId(identifier))
    return None if found is None else (found, (found.party_id,))


async def _tax_refund(connection: Connection, identifier: UUID) -> Found:
    found = await find_refunds.tax_refund(connection, TaxRefundId(identifier))
    return None if found is None else (found, (found.seller_id,))


async def _facility(connection: Connection, identifier: UUID) -> Found:
    found = await find_financing.facility(connection, FacilityId(identifier))
    return None if found is None else (found, (found.seller_id, found.funder_id))


async def _offer(connection: Connection, identifier: UUID) -> Found:
    found = await find_financing.offer(connection, OfferId(identifier))
    return None if found is None else (found, (found.seller_id, found.funder_id))


async def _advance(connection: Connection, identifier: UUID) -> Found:
    found = await find_financing.advance(connection, AdvanceId(identifier))
    return None if found is None else (found, (found.seller_id, found.funder_id))


KINDS: Final[Mapping[str, _Kind]] = {
    "party": _Kind(PARTY, _party),
    "bank_account": _Kind(BANK_ACCOUNT, _bank_account),
    "webhook_endpoint": _Kind(ENDPOINT, _endpoint),
    "order": _Kind(ORDER, _order),
    "goods_return": _Kind(GOODS_RETURN, _goods_return),
    "shipment": _Kind(SHIPMENT, _shipment),
    "invoice": _Kind(INVOICE, _invoice),
    "warehouse_receipt": _Kind(WAREHOUSE_RECEIPT, _warehouse_receipt),
    "payment": _Kind(PAYMENT, _payment),
    "refund": _Kind(REFUND, _refund),
    "dispute": _Kind(DISPUTE, _dispute),
    "payout": _Kind(PAYOUT, _payout),
    "capture": _Kind(CAPTURE, _capture),
    "escrow": _Kind(ESCROW, _escrow),
    "fx_quote": _Kind(QUOTE, _fx_quote),
    "receiving_account": _Kind(RECEIVING_ACCOUNT, _receiving_account),
    "receipt": _Kind(RECEIPT, _receipt),
    "payout_batch": _Kind(PAYOUT_BATCH, _payout_batch),
    "beneficiary": _Kind(BENEFICIARY, _beneficiary),
    "tax_refund": _Kind(TAX_REFUND, _tax_refund),
    "facility": _Kind(FACILITY, _facility),
    "offer": _Kind(OFFER, _offer),
    "advance": _Kind(ADVANCE, _advance),
}


async def show_object(connection: Connection, kind: str, identifier: UUID) -> Seen | None:
    """Return an object as GET shows it; see worker.webhooks.Show."""
    how = KINDS[kind]
    found = await how.find(connection, identifier)
    if found is None:
        return None
    record, parties = found
    shown: Shown = how.shape.model_validate(record)
    return Seen(shown.model_dump_json(by_alias=True).encode(), parties)
