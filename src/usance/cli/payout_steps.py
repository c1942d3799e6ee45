"""`usance payouts …`: what was paid out, batches and their lines, and what is done with them."""

from usance.api.payouts import PAYOUT, PAYOUT_BATCH, PAYOUT_LINE
from usance.bootstrap import catalogue
from usance.cli.acting import act, propose
from usance.cli.listing import Column, Listing, print_row, print_rows
from usance.cli.naming import named
from usance.cli.orders import seller_of
from usance.cli.payment_steps import money_of
from usance.cli.refusing import option
from usance.cli.voice import Words
from usance.kernel.ids import BeneficiaryId, PayoutBatchId, PayoutId
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments import service
from usance.payments.events import PayoutInitiated
from usance.payments.model import BatchStatus, LineStatus, PayoutBatch, PayoutLine
from usance.payments.service import find_payments as find
from usance.worker.session import Place, Session, opened


def _needs(batch: PayoutBatch) -> str:
    if batch.status is not BatchStatus.NEEDS_APPROVAL:
        return ""
    return "2" if batch.two_people else "1"


PAYOUTS = Listing(
    PAYOUT,
    (
        Column("payout", "出款", lambda row: row.id),
        Column("status", "状态", lambda row: row.status),
        Column("amount", "金额", lambda row: row.amount, right=True),
        Column(
            "came back", "退回", lambda row: Money(row.returned, row.amount.currency), right=True
        ),
        Column("purpose", "用途", lambda row: row.purpose),
        Column("payee", "收款人", lambda row: row.beneficiary_id),
        Column("reference", "参考号", lambda row: row.reference),
        Column("made", "创建时间", lambda row: row.created_at),
    ),
    ("Nothing was paid out.", "没有出款。"),
)
BATCHES = Listing(
    PAYOUT_BATCH,
    (
        Column("batch", "批次", lambda row: row.id),
        Column("reference", "参考号", lambda row: row.reference),
        Column("status", "状态", lambda row: row.status),
        Column("total", "总额", lambda row: row.total, right=True),
        Column("lines", "行数", lambda row: f"{row.lines:,}", right=True),
        Column("accepted", "已接受", lambda row: f"{row.accepted:,}", right=True),
        Column("refused", "已拒绝", lambda row: f"{row.refused:,}", right=True),
        Column("needs", "批准人数", _needs),
        Column("made", "创建时间", lambda row: row.created_at),
    ),
    ("There is no batch.", "没有批量出款。"),
)


def _why(line: PayoutLine, language: Words) -> str:
    if line.refusal is None:
        return ""
    code = catalogue()[line.refusal.code]
    return f"{code.title(language.value, line.refusal.field, line.refusal.value)} ({code.code})"


def _lines(language: Words) -> Listing:
    return Listing(
        PAYOUT_LINE,
        (
            Column("line", "行", lambda row: row.number, right=True),
            Column("reference", "参考号", lambda row: row.reference),
            Column("status", "状态", lambda row: row.status),
            Column("amount", "金额", lambda row: row.amount, right=True),
            Column("payout", "出款", lambda row: row.payout_id),
            Column("why", "原因", lambda row: _why(row, language)),
        ),
        ("There is no such line.", "没有符合条件的行。"),
    )


async def list_payouts(
    place: Place, seller: str, limit: int, *, as_json: bool, language: Words
) -> None:
    """Print payouts, the newest first; one seller's where one is named."""
    async with opened(place) as session:
        whose = await seller_of(session, seller) if seller else None
        async with session.pool.acquire() as connection:
            rows = await find.payouts(connection, whose, limit=limit + 1)
    print_rows(PAYOUTS, rows, limit, as_json=as_json, language=language)


async def show_payout(place: Place, payout: str, *, as_json: bool, language: Words) -> None:
    """Print one payout."""
    async with opened(place) as session, session.pool.acquire() as connection:
        found = await named(connection, "payout", payout, PayoutId, find.payout)
    print_row(PAYOUTS, found, as_json=as_json, language=language)


class Wanted(Record, frozen=True):
    """A payout as it was asked for. by: in whose name it is proposed, "" to ask for it at once."""

    amount: str
    currency: str
    seller: str
    beneficiary: str
    reference: str
    remittance: str
    replaces: str
    key: str
    by: str = ""
    reason: str = ""


async def pay(place: Place, wanted: Wanted, *, as_json: bool, language: Words) -> None:
    """Pay a seller out, or whom it pays; with `by` propose it for a second person."""
    amount = money_of(wanted.amount, wanted.currency)
    with option("--beneficiary"):
        to = BeneficiaryId(wanted.beneficiary) if wanted.beneficiary else None
    with option("--replaces"):
        before = PayoutId(wanted.replaces) if wanted.replaces else None
    async with opened(place) as session:
        seller = await seller_of(session, wanted.seller)
        body = service.PayOut(seller, amount, to, wanted.reference, wanted.remittance, before)
        if wanted.by:
            await propose(
                session,
                wanted.by,
                "pay_out_approved",
                body,
                wanted.reason,
                as_json=as_json,
                language=language,
            )
            return
        outcome = await act(session, "pay_out", body, wanted.key, language)
        async with session.pool.acquire() as connection:
            made = await find.payout(connection, outcome.part(PayoutInitiated).payout_id)
    assert made is not None, "it was just begun"
    print_row(PAYOUTS, made, as_json=as_json, language=language)


async def list_batches(
    place: Place, status: str, limit: int, *, as_json: bool, language: Words
) -> None:
    """Print batches of payouts, the newest first."""
    wanted = BatchStatus(status) if status else None
    async with opened(place) as session, session.pool.acquire() as connection:
        rows = await find.payout_batches(connection, None, wanted, None, limit + 1)
    print_rows(BATCHES, rows, limit, as_json=as_json, language=language)


async def list_lines(
    place: Place, batch: str, status: str, limit: int, *, as_json: bool, language: Words
) -> None:
    """Print the lines of a batch in their order."""
    wanted = LineStatus(status) if status else None
    async with opened(place) as session:
        found = await _batch(session, batch)
        async with session.pool.acquire() as connection:
            rows = await find.payout_lines(connection, found.id, wanted, 0, limit + 1)
    print_rows(_lines(language), rows, limit, as_json=as_json, language=language)


async def start(
    place: Place, batch: str, key: str, by: str, reason: str, *, as_json: bool, language: Words
) -> None:
    """Let a batch begin that waits; with `by` propose it for a second person."""
    async with opened(place) as session:
        found = await _batch(session, batch)
        body = service.StartPayoutBatch(found.id)
        if by:
            verb = "start_payout_batch_approved"
            await propose(session, by, verb, body, reason, as_json=as_json, language=language)
            return
        await act(session, "start_payout_batch", body, key, language)
        found = await _batch(session, batch)
    print_row(BATCHES, found, as_json=as_json, language=language)


async def cancel(
    place: Place, batch: str, reason: str, key: str, *, as_json: bool, language: Words
) -> None:
    """Take a batch back that waits."""
    async with opened(place) as session:
        found = await _batch(session, batch)
        body = service.CancelPayoutBatch(found.id, reason)
        await act(session, "cancel_payout_batch", body, key, language)
        found = await _batch(session, batch)
    print_row(BATCHES, found, as_json=as_json, language=language)


async def _batch(session: Session, batch: str) -> PayoutBatch:
    async with session.pool.acquire() as connection:
        return await named(connection, "payout batch", batch, PayoutBatchId, find.payout_batch)
