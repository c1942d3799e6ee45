"""`usance customs …`: tax refunds, claimed, approved, paid or refused."""

from usance.api.tax_refunds import TAX_REFUND
from usance.cli.acting import act
from usance.cli.listing import Column, Listing, print_row, print_rows
from usance.cli.moments import day_of
from usance.cli.naming import named
from usance.cli.orders import seller_of
from usance.cli.payment_steps import money_of
from usance.cli.refusing import option
from usance.cli.voice import Words
from usance.customs import service
from usance.customs.events import TaxRefundClaimed
from usance.customs.model import TaxRefund, TaxRefundStatus
from usance.customs.service import find_refunds as find
from usance.kernel.ids import PartyId, TaxRefundId
from usance.kernel.records import Record
from usance.worker.session import Place, Session, opened

REFUNDS = Listing(
    TAX_REFUND,
    (
        Column("tax refund", "退税", lambda row: row.id),
        Column("declaration", "报关单", lambda row: row.declaration_no),
        Column("status", "状态", lambda row: row.status),
        Column("claimed", "申报金额", lambda row: row.amount, right=True),
        Column("approved", "批准金额", lambda row: row.approved, right=True),
        Column("paid", "退付金额", lambda row: row.paid, right=True),
        Column("expected", "预计到账", lambda row: row.expected_on),
    ),
    ("No tax refund was claimed.", "没有退税申请。"),
)


class Claimed(Record, frozen=True):
    """A claim as the command line describes it."""

    seller: str
    office: str
    declaration: str
    amount: str
    currency: str
    expected: str


async def claim(place: Place, of: Claimed, key: str, *, as_json: bool, language: Words) -> None:
    """Claim a tax back for goods that left the country."""
    amount = money_of(of.amount, of.currency)
    expected_on = day_of("--expected", of.expected)
    with option("--office"):
        office = PartyId(of.office)
    async with opened(place) as session:
        body = service.ClaimTaxRefund(
            await seller_of(session, of.seller), office, of.declaration, amount, expected_on
        )
        outcome = await act(session, "claim_tax_refund", body, key, language)
        made = str(outcome.part(TaxRefundClaimed).tax_refund_id)
        await _print(session, made, as_json=as_json, language=language)


async def approve(
    place: Place,
    refund: str,
    amount: str,
    expected: str,
    key: str,
    *,
    as_json: bool,
    language: Words,
) -> None:
    """Say what the office will pay; "" for all that was claimed."""
    async with opened(place) as session:
        found = await _named(session, refund)
        asked = money_of(amount, found.amount.currency) if amount else found.amount
        expected_on = day_of("--expected", expected) if expected else None
        body = service.ApproveTaxRefund(found.id, asked, expected_on)
        await act(session, "approve_tax_refund", body, key, language)
        await _print(session, refund, as_json=as_json, language=language)


async def paid(
    place: Place,
    refund: str,
    amount: str,
    on: str,
    receipt: str,
    key: str,
    *,
    as_json: bool,
    language: Words,
) -> None:
    """Say what the office has paid. amount: "" for what was expected; on: "" for today."""
    async with opened(place) as session:
        found = await _named(session, refund)
        expected = found.approved or found.amount
        money = money_of(amount, found.amount.currency) if amount else expected
        day = day_of("--on", on) if on else (await session.now()).date()
        body = service.RecordTaxRefundPayment(found.id, money, day, receipt)
        await act(session, "record_tax_refund_payment", body, key, language)
        await _print(session, refund, as_json=as_json, language=language)


async def refuse(
    place: Place, refund: str, reason: str, key: str, *, as_json: bool, language: Words
) -> None:
    """Say that the office does not pay, or takes its approval back."""
    async with opened(place) as session:
        found = await _named(session, refund)
        body = service.RefuseTaxRefund(found.id, reason)
        await act(session, "refuse_tax_refund", body, key, language)
        await _print(session, refund, as_json=as_json, language=language)


async def list_refunds(
    place: Place, seller: str, status: str, limit: int, *, as_json: bool, language: Words
) -> None:
    """Print tax refunds, the earliest first; one seller's where one is named."""
    wanted = TaxRefundStatus(status) if status else None
    async with opened(place) as session:
        whose = await seller_of(session, seller) if seller else None
        async with session.pool.acquire() as connection:
            rows = await find.tax_refunds(connection, whose, wanted, None, limit + 1)
    print_rows(REFUNDS, rows, limit, as_json=as_json, language=language)


async def show_refund(place: Place, refund: str, *, as_json: bool, language: Words) -> None:
    """Print one tax refund."""
    async with opened(place) as session:
        await _print(session, refund, as_json=as_json, language=language)


async def _named(session: Session, refund: str) -> TaxRefund:
    async with session.pool.acquire() as connection:
        return await named(connection, "tax refund", refund, TaxRefundId, find.tax_refund)


async def _print(session: Session, refund: str, *, as_json: bool, language: Words) -> None:
    print_row(REFUNDS, await _named(session, refund), as_json=as_json, language=language)
