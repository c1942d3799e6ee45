"""Receiving accounts of sellers, and what came in by transfer."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from pydantic import Field

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.idempotency import Order, asks
from usance.api.pages import Cursor, Limit, PageOf, after_id, page
from usance.api.shapes import Asked, page_of, shape
from usance.kernel.errors import NotFound
from usance.kernel.ids import ReceiptId, ReceivingAccountId
from usance.kernel.records import Record
from usance.payments import service
from usance.payments.model import Receipt, ReceivingAccount
from usance.payments.service import find_receipts as find

router = APIRouter(tags=["receiving accounts"])


class ReceivingAccountAsked(Asked):
    """Say that transfers to a number our bank has given us are a seller's money."""

    seller_id: shapes.Party
    currency: shapes.CurrencyCode
    country: shapes.Word = Field(description="ISO 3166-1 alpha-2.")
    bank: shapes.Text = Field(description="The name of the bank that keeps it.")
    iban: shapes.Word | None = None
    number: shapes.Word | None = Field(None, description="Where the country has no IBAN.")
    bic: shapes.Word | None = None


RECEIVING_ACCOUNT: Final[Any] = shape(ReceivingAccount, "receiving_account")
RECEIPT: Final[Any] = shape(Receipt, "receipt")
Reader = Annotated[Asker, Depends(reads("payments:read"))]


@router.post("/receiving_accounts", status_code=201, response_model=RECEIVING_ACCOUNT)
async def open_receiving_account(
    asked: ReceivingAccountAsked, order: Annotated[Order, Depends(asks("open_receiving_account"))]
) -> Record | None:
    """Open a receiving account: one for each seller, currency and country.

    The answer carries a creditor reference (ISO 11649): a transfer to any account of ours that
    names it is the seller's too.
    """
    account_id = order.new_id(ReceivingAccountId)
    await order.do(
        service.OpenReceivingAccount(
            account_id,
            asked.seller_id,
            asked.currency,
            asked.country,
            asked.bank,
            asked.iban,
            asked.number,
            asked.bic,
        )
    )
    return await _account(order, account_id)


@router.get("/receiving_accounts", response_model=page_of(RECEIVING_ACCOUNT))
async def list_receiving_accounts(
    asker: Reader, limit: Limit = 20, cursor: Cursor = None
) -> PageOf:
    """List receiving accounts, the newest first."""
    before = after_id("receiving_accounts", cursor, ReceivingAccountId)
    async with asker.reading() as connection:
        rows = await find.receiving_accounts(connection, asker.bound_to, before, limit + 1)
    return page("receiving_accounts", rows, limit, lambda row: row.id)


@router.get("/receiving_accounts/{account_id}", response_model=RECEIVING_ACCOUNT)
async def get_receiving_account(
    account_id: shapes.ReceivingAccount, asker: Reader
) -> Record | None:
    """Show a receiving account."""
    return await _account(asker, account_id)


@router.get("/receipts", response_model=page_of(RECEIPT))
async def list_receipts(asker: Reader, limit: Limit = 20, cursor: Cursor = None) -> PageOf:
    """List what came in by transfer, the newest first."""
    before = after_id("receipts", cursor, ReceiptId)
    async with asker.reading() as connection:
        rows = await find.receipts(connection, asker.bound_to, before, limit + 1)
    return page("receipts", rows, limit, lambda row: row.id)


@router.get("/receipts/{receipt_id}", response_model=RECEIPT)
async def get_receipt(receipt_id: shapes.Receipt, asker: Reader) -> Record | None:
    """Show a receipt as it was booked."""
    async with asker.reading() as connection:
        found = await find.receipt(connection, receipt_id)
    if found is None or not asker.sees(found.seller_id):
        raise NotFound("receipt", str(receipt_id))
    return found


async def _account(asker: Asker, account_id: ReceivingAccountId) -> ReceivingAccount:
    async with asker.reading() as connection:
        found = await find.receiving_account(connection, account_id)
    if found is None or not asker.sees(found.seller_id):
        raise NotFound("receiving account", str(account_id))
    return found
