"""What payments cost, line by line: those that were made, and those that might be."""

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.corridors import require_country
from usance.api.faults import not_a_choice
from usance.api.payments import methods
from usance.api.shapes import shape
from usance.kernel.errors import MALFORMED_INPUT, NotFound
from usance.kernel.ids import PartyId
from usance.kernel.money import Money, parse
from usance.kernel.records import Record
from usance.parties.service.find_parties import bank_accounts_of, party
from usance.payments.service import find_payments as find
from usance.payments.service import find_quotes
from usance.payments.service.charges import FeeQuestion
from usance.payments.service.explain import FeePreview, PaymentFees, explain_payment, preview_fee
from usance.runtime.database import Connection

router = APIRouter(tags=["fees"])
Reader = Annotated[Asker, Depends(reads("payments:read"))]
FEES: Final[Any] = shape(PaymentFees, "payment_fees")
PREVIEW: Final[Any] = shape(FeePreview, "fee_preview")


@router.get("/payments/{payment_id}/fees", response_model=FEES)
async def get_payment_fees(payment_id: shapes.Payment, asker: Reader) -> Record:
    """Explain a payment's fee and conversion line by line; the lines add up to the fee."""
    now = await asker.session.now()
    async with asker.reading() as connection:
        payment = await find.payment(connection, payment_id)
        if payment is None or not asker.sees(payment.seller_id):
            raise NotFound("payment", str(payment_id))
        return await explain_payment(connection, payment, now)


@router.get("/fees/preview", response_model=PREVIEW)
async def preview_fees(
    asker: Reader,
    seller_id: shapes.Party,
    buyer_country: Annotated[str, Query(pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2.")],
    amount: Annotated[shapes.Word, Query(description="What the buyer would pay: `12.50`.")],
    currency: shapes.CurrencyCode,
    rail: Annotated[shapes.Word, Query(description="`card`, `bank_transfer`.")],
) -> Record:
    """Say what a payment would cost the seller today, line by line. Nothing is promised by it."""
    asker.require_own("party", seller_id, seller_id)
    if rail not in methods():
        raise not_a_choice("query", "rail", rail, methods())
    require_country(buyer_country, "buyer_country")
    gross = parse(amount, currency)
    if gross.minor <= 0:
        raise MALFORMED_INPUT.invalid("amount", "above zero")
    now = await asker.session.now()
    async with asker.reading() as connection:
        return await previewed(connection, now, seller_id, buyer_country, gross, rail)


async def previewed(
    connection: Connection,
    now: datetime,
    seller_id: PartyId,
    buyer_country: str,
    gross: Money,
    rail: str,
) -> FeePreview:
    """Return what a payment to a seller would cost. Raises NotFound."""
    seller = await party(connection, seller_id)
    accounts = await bank_accounts_of(connection, seller_id)
    if seller is None or not accounts:
        raise NotFound("seller with a bank account", str(seller_id))
    settled_in = accounts[0].currency
    month = now.date().replace(day=1)
    volume = await find_quotes.seller_volume(connection, seller_id, month, settled_in)
    question = FeeQuestion(
        rail, buyer_country, seller.country, seller.risk_grade, gross.currency, settled_in
    )
    return await preview_fee(connection, question, gross, Money(volume, settled_in), now)
