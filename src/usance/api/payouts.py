"""Payouts: to sellers and to whom sellers pay, one at a time or thousands."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from pydantic import Field

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.idempotency import Order, asks, proposes
from usance.api.pages import Cursor, Limit, PageOf, after_id, after_position, page
from usance.api.proposals import PROPOSAL, propose
from usance.api.shapes import Asked, page_of, shape
from usance.kernel import money
from usance.kernel.errors import Invalid, NotFound, Refusal
from usance.kernel.ids import PayoutBatchId, PayoutId
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record
from usance.payments import service
from usance.payments.events import PayoutInitiated
from usance.payments.model import (
    BatchSource,
    BatchStatus,
    LineAsked,
    LineStatus,
    Payout,
    PayoutBatch,
    PayoutLine,
    batch_id_of,
)
from usance.payments.service import find_payments as find

router = APIRouter(tags=["payouts"])
LINES_MAX: Final = 10_000


class PayoutAsked(Asked):
    """Pay a seller what the seller may draw, or somebody the seller pays."""

    seller_id: shapes.Party
    amount: shapes.Amount
    beneficiary_id: shapes.Beneficiary | None = Field(
        None, description="Whom to pay; nothing for the seller's main account."
    )
    reference: shapes.Word = Field("", description="Your own, shown with the payout.")
    remittance: shapes.Word = Field("", description="What the payee is told.")
    replaces: shapes.Payout | None = Field(
        None, description="The payout that was refused or came back, sent once more."
    )
    rail: shapes.Word = Field(
        "", description="By which rail, where you know better; else the one that costs least."
    )

    def told(self) -> service.PayOut:
        """Return it as the book is asked."""
        return service.PayOut(
            self.seller_id,
            self.amount,
            self.beneficiary_id,
            self.reference,
            self.remittance,
            self.replaces,
            self.rail,
        )


class PayoutProposed(PayoutAsked):
    """A payout for another person to approve."""

    reason: shapes.Reason


class LineOfBatch(Asked):
    """One payout of a batch, to a beneficiary by its id or by its account."""

    reference: shapes.Word = Field(description="Your own; it is paid once, for ever.")
    amount: shapes.Word = Field(
        description="A plain decimal in the batch's currency.", examples=["12.50"]
    )
    beneficiary_id: shapes.Beneficiary | None = None
    account: shapes.Word = Field("", description="An IBAN, or a number with its `bank`.")
    bank: shapes.Word = Field("", description="National code or BIC, as the beneficiary has it.")
    remittance: shapes.Word = ""
    rail: shapes.Word = Field(
        "", description="By which rail, where you know better; else the one that costs least."
    )

    def told(self, currency: Currency) -> LineAsked:
        """Return it as the book is asked; an amount that cannot be read refuses this line alone."""
        fault, amount = None, Money(0, currency)
        try:
            amount = money.parse(self.amount, currency)
        except Invalid as wrong:
            fault = Refusal(wrong.code.code, "amount", wrong.value)
        return LineAsked(
            self.reference,
            amount,
            self.beneficiary_id,
            self.account,
            self.bank,
            self.remittance,
            fault,
            self.rail,
        )


class PayoutBatchAsked(Asked):
    """Hand over many payouts; count and total are what you have reckoned yourself."""

    seller_id: shapes.Party
    reference: shapes.Word = Field(
        min_length=1, description="Your own for the whole; handed over again it makes nothing new."
    )
    count: int = Field(ge=0, le=1_000_000)
    total: shapes.AnyAmount
    lines: list[LineOfBatch] = Field(max_length=LINES_MAX)


class StartProposed(Asked):
    """Propose that a batch begins."""

    reason: shapes.Reason


class CancellationAsked(Asked):
    """Take a batch back that waits."""

    reason: shapes.Reason


PAYOUT: Final[Any] = shape(
    Payout,
    "payout",
    without=("hold",),
    more={
        "returned": (Money, lambda payout: Money(payout.returned, payout.amount.currency)),
        "resent": (Money, lambda payout: Money(payout.resent, payout.amount.currency)),
    },
)
PAYOUT_BATCH: Final[Any] = shape(
    PayoutBatch,
    "payout_batch",
    without=("accepted_minor", "refused_minor"),
    more={
        "accepted_total": (Money, lambda batch: Money(batch.accepted_minor, batch.currency)),
        "refused_total": (Money, lambda batch: Money(batch.refused_minor, batch.currency)),
    },
)
PAYOUT_LINE: Final[Any] = shape(PayoutLine, "payout_line", without=("id",))
Reader = Annotated[Asker, Depends(reads("payments:read"))]


@router.post("/payouts", status_code=201, response_model=PAYOUT)
async def create_payout(
    asked: PayoutAsked, order: Annotated[Order, Depends(asks("pay_out"))]
) -> Record | None:
    """Pay a seller out, or somebody the seller pays.

    The money is reserved at once and leaves when the rail has paid. Over the policy's limit it is
    refused with `payout_needs_approval`: propose it.
    """
    order.require_own("party", asked.seller_id, asked.seller_id)
    outcome = await order.do(asked.told())
    async with order.reading() as connection:
        return await find.payout(connection, outcome.part(PayoutInitiated).payout_id)


@router.post("/payouts/proposals", status_code=201, response_model=PROPOSAL)
async def propose_payout(
    asked: PayoutProposed, order: Annotated[Order, Depends(proposes("pay_out_approved"))]
) -> Record:
    """Propose a payout that one person may not ask for alone; another person approves it."""
    order.require_own("party", asked.seller_id, asked.seller_id)
    return await propose(order, "pay_out_approved", asked.told(), asked.reason)


@router.get("/payouts", response_model=page_of(PAYOUT))
async def list_payouts(asker: Reader, limit: Limit = 20, cursor: Cursor = None) -> PageOf:
    """List payouts, the newest first."""
    before = after_id("payouts", cursor, PayoutId)
    async with asker.reading() as connection:
        rows = await find.payouts(connection, asker.bound_to, before, limit + 1)
    return page("payouts", rows, limit, lambda row: row.id)


@router.get("/payouts/{payout_id}", response_model=PAYOUT)
async def get_payout(payout_id: shapes.Payout, asker: Reader) -> Record | None:
    """Show a payout."""
    async with asker.reading() as connection:
        found = await find.payout(connection, payout_id)
    if found is None or not asker.sees(found.seller_id):
        raise NotFound("payout", str(payout_id))
    return found


@router.post("/payout_batches", status_code=201, response_model=PAYOUT_BATCH)
async def create_payout_batch(
    asked: PayoutBatchAsked, order: Annotated[Order, Depends(asks("submit_payout_batch"))]
) -> Record:
    """Hand over up to 10,000 payouts in one currency.

    Each line is paid or refused by itself. A batch over the policy's limit, or with a line over
    it, waits with `needs_approval`. The same reference again is refused and makes nothing new.
    """
    order.require_own("party", asked.seller_id, asked.seller_id)
    currency = asked.total.currency
    body = service.SubmitPayoutBatch(
        asked.seller_id,
        asked.reference,
        BatchSource.API,
        asked.count,
        asked.total,
        tuple([line.told(currency) for line in asked.lines]),
    )
    await order.do(body)
    return await _batch(order, batch_id_of(asked.seller_id, asked.reference))


@router.get("/payout_batches", response_model=page_of(PAYOUT_BATCH))
async def list_payout_batches(
    asker: Reader, status: BatchStatus | None = None, limit: Limit = 20, cursor: Cursor = None
) -> PageOf:
    """List batches of payouts, the newest first."""
    before = after_position("payout_batches", cursor) or None
    async with asker.reading() as connection:
        rows = await find.payout_batches(connection, asker.bound_to, status, before, limit + 1)
    return page("payout_batches", rows, limit, lambda row: row.position)


@router.get("/payout_batches/{batch_id}", response_model=PAYOUT_BATCH)
async def get_payout_batch(batch_id: shapes.PayoutBatch, asker: Reader) -> Record:
    """Show how far a batch is."""
    return await _batch(asker, batch_id)


@router.get("/payout_batches/{batch_id}/lines", response_model=page_of(PAYOUT_LINE))
async def list_payout_lines(
    batch_id: shapes.PayoutBatch,
    asker: Reader,
    status: LineStatus | None = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> PageOf:
    """List the lines of a batch in their order, those refused with code, field and value."""
    await _batch(asker, batch_id)
    after = after_position("payout_lines", cursor)
    async with asker.reading() as connection:
        rows = await find.payout_lines(connection, batch_id, status, after, limit + 1)
    return page("payout_lines", rows, limit, lambda row: row.number)


@router.post("/payout_batches/{batch_id}/start", response_model=PAYOUT_BATCH)
async def start_payout_batch(
    batch_id: shapes.PayoutBatch,
    asked: shapes.Nothing,  # noqa: ARG001 - an empty object, so that unknown fields are refused
    order: Annotated[Order, Depends(asks("start_payout_batch"))],
) -> Record:
    """Let a batch begin that waits for one person; where two are needed, propose it."""
    await _batch(order, batch_id)
    await order.do(service.StartPayoutBatch(batch_id))
    return await _batch(order, batch_id)


@router.post("/payout_batches/{batch_id}/proposals", status_code=201, response_model=PROPOSAL)
async def propose_payout_batch(
    batch_id: shapes.PayoutBatch,
    asked: StartProposed,
    order: Annotated[Order, Depends(proposes("start_payout_batch_approved"))],
) -> Record:
    """Propose that a batch begins; another person approves it."""
    await _batch(order, batch_id)
    body = service.StartPayoutBatch(batch_id)
    return await propose(order, "start_payout_batch_approved", body, asked.reason)


@router.post("/payout_batches/{batch_id}/cancel", response_model=PAYOUT_BATCH)
async def cancel_payout_batch(
    batch_id: shapes.PayoutBatch,
    asked: CancellationAsked,
    order: Annotated[Order, Depends(asks("cancel_payout_batch"))],
) -> Record:
    """Take a batch back that waits; its references may be used in another one."""
    await _batch(order, batch_id)
    await order.do(service.CancelPayoutBatch(batch_id, asked.reason))
    return await _batch(order, batch_id)


async def _batch(asker: Asker, batch_id: PayoutBatchId) -> PayoutBatch:
    async with asker.reading() as connection:
        found = await find.payout_batch(connection, batch_id)
    if found is None or not asker.sees(found.seller_id):
        raise NotFound("payout batch", str(batch_id))
    return found
