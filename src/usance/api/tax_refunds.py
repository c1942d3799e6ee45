"""Tax refunds: claimed by sellers, approved, paid or refused by tax offices."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import Field

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.idempotency import Order, asks
from usance.api.pages import Cursor, Limit, PageOf, after_id, page
from usance.api.shapes import Asked, page_of, shape
from usance.customs import service
from usance.customs.events import TaxRefundClaimed
from usance.customs.model import TaxRefund, TaxRefundStatus
from usance.customs.service import find_refunds as find
from usance.kernel.errors import NotFound
from usance.kernel.ids import TaxRefundId
from usance.kernel.records import Record

router = APIRouter(tags=["customs"])


class TaxRefundAsked(Asked):
    """Claim a tax back for goods that left the country."""

    seller_id: shapes.Party
    tax_office_id: shapes.Party = Field(description="A party of kind payee.")
    declaration_no: shapes.Word = Field(description="Of the export declaration.")
    amount: shapes.Amount
    expected_on: shapes.Day


class TaxRefundApprovalAsked(Asked):
    """The office will pay an amount."""

    amount: shapes.Amount
    expected_on: shapes.Day | None = Field(None, description="Left out, as expected before.")


class TaxRefundPaymentAsked(Asked):
    """The office has paid."""

    amount: shapes.Amount
    paid_on: shapes.Day
    receipt: shapes.Word = Field(description="The number under which the money came.")


class TaxRefundRefusalAsked(Asked):
    """The office does not pay, or takes its approval back."""

    reason: shapes.Reason


TAX_REFUND: Final = shape(TaxRefund, "tax_refund")
Reader = Annotated[Asker, Depends(reads("customs:read"))]


@router.post("/tax_refunds", status_code=201, response_model=TAX_REFUND)
async def claim_tax_refund(
    asked: TaxRefundAsked, order: Annotated[Order, Depends(asks("claim_tax_refund"))]
) -> Record | None:
    """Claim a tax back for goods that left the country.

    One declaration is claimed once, and anew only where its claim was refused.
    """
    order.require_own("party", asked.seller_id, asked.seller_id)
    body = service.ClaimTaxRefund(
        asked.seller_id,
        asked.tax_office_id,
        asked.declaration_no,
        asked.amount,
        asked.expected_on,
    )
    outcome = await order.do(body)
    return await _refund(order, outcome.part(TaxRefundClaimed).tax_refund_id)


@router.get("/tax_refunds", response_model=page_of(TAX_REFUND))
async def list_tax_refunds(
    asker: Reader,
    status: TaxRefundStatus | None = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> PageOf:
    """List tax refunds, the earliest first."""
    after = after_id("tax_refunds", cursor, TaxRefundId)
    async with asker.reading() as connection:
        rows = await find.tax_refunds(connection, asker.bound_to, status, after, limit + 1)
    return page("tax_refunds", rows, limit, lambda row: row.id)


@router.get("/tax_refunds/{tax_refund_id}", response_model=TAX_REFUND)
async def get_tax_refund(tax_refund_id: shapes.TaxRefund, asker: Reader) -> Record | None:
    """Show a tax refund."""
    return await _refund(asker, tax_refund_id)


@router.post("/tax_refunds/{tax_refund_id}/approve", response_model=TAX_REFUND)
async def approve_tax_refund(
    tax_refund_id: shapes.TaxRefund,
    asked: TaxRefundApprovalAsked,
    order: Annotated[Order, Depends(asks("approve_tax_refund"))],
) -> Record | None:
    """Say what the tax office will pay."""
    await _refund(order, tax_refund_id)
    await order.do(service.ApproveTaxRefund(tax_refund_id, asked.amount, asked.expected_on))
    return await _refund(order, tax_refund_id)


@router.post("/tax_refunds/{tax_refund_id}/payment", response_model=TAX_REFUND)
async def record_tax_refund_payment(
    tax_refund_id: shapes.TaxRefund,
    asked: TaxRefundPaymentAsked,
    order: Annotated[Order, Depends(asks("record_tax_refund_payment"))],
) -> Record | None:
    """Say what the tax office has paid, more or less than it had approved.

    Nothing is posted by it: money that came to an account of ours is a receipt.
    """
    await _refund(order, tax_refund_id)
    body = service.RecordTaxRefundPayment(tax_refund_id, asked.amount, asked.paid_on, asked.receipt)
    await order.do(body)
    return await _refund(order, tax_refund_id)


@router.post("/tax_refunds/{tax_refund_id}/refuse", response_model=TAX_REFUND)
async def refuse_tax_refund(
    tax_refund_id: shapes.TaxRefund,
    asked: TaxRefundRefusalAsked,
    order: Annotated[Order, Depends(asks("refuse_tax_refund"))],
) -> Record | None:
    """Say that the tax office does not pay, or takes its approval back."""
    await _refund(order, tax_refund_id)
    await order.do(service.RefuseTaxRefund(tax_refund_id, asked.reason))
    return await _refund(order, tax_refund_id)


async def _refund(asker: Asker, refund_id: TaxRefundId) -> TaxRefund:
    async with asker.reading() as connection:
        found = await find.tax_refund(connection, refund_id)
    if found is None or not asker.sees(found.seller_id):
        raise NotFound("tax refund", str(refund_id))
    return found
