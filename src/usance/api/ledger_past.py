"""The ledger's past: balances and statements by either time, closed periods, what was reversed."""

from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from usance.api import shapes
from usance.api.access import Asker
from usance.api.errors import CURRENCY_DIFFERS
from usance.api.idempotency import Order, proposes
from usance.api.ledger import Number, Reader, account_of
from usance.api.ledger_shown import TransferSeen, transfer_seen
from usance.api.pages import LIMIT_MAX, Cursor, Limit, PageOf, after_position, page
from usance.api.proposals import PROPOSAL, propose
from usance.api.shapes import Asked, page_of, shape
from usance.kernel.errors import NotFound
from usance.kernel.ids import TransferId
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record
from usance.ledger import service
from usance.ledger.model import AccountStatement, Balance, Movement, MovementKind, Period
from usance.ledger.service import find_accounts as find
from usance.runtime.reading import position_at

router = APIRouter(tags=["ledger"])
Position = Annotated[
    int | None, Query(ge=0, le=2**63 - 1, description="As the book knew it at this fact.")
]
RecordedAt = Annotated[shapes.Moment | None, Query(description="As the book knew it then.")]


class ReversalAsked(Asked):
    """Propose to reverse transfers: all of one fact, or those named; all of them or none."""

    position: int | None = Field(default=None, ge=1, le=2**63 - 1)
    transfers: list[shapes.Transfer] = Field(default=[], max_length=1000)
    value_date: shapes.Day
    reason: shapes.Reason


class RepostAsked(Asked):
    """What should have been posted, in the currency of both accounts."""

    debit: int = Field(ge=1, le=2**63 - 1)
    credit: int = Field(ge=1, le=2**63 - 1)
    amount: shapes.Amount
    code: shapes.Word = Field(default="correction", min_length=1)


class CorrectionAsked(ReversalAsked):
    """Propose to reverse transfers and to post others in their stead, in one chain."""

    repost: list[RepostAsked] = Field(min_length=1, max_length=100)


class CloseAsked(Asked):
    """Propose to close all value dates up to and with a day that is over."""

    day: shapes.Day
    reason: shapes.Reason


class Sums(Record, frozen=True):
    """The four sums of an account, or changes of them."""

    debits_posted: Money
    credits_posted: Money
    debits_pending: Money
    credits_pending: Money


class PastBalance(Record, frozen=True):
    """What an account held by a value date, as the book knew it at the fact `position`."""

    number: int
    currency: Currency
    value_date: date | None
    position: int
    sums: Sums


class PastLine(Record, frozen=True):
    """One transfer as an account saw it: what it changed, and what there was afterwards."""

    kind: MovementKind
    value_date: date
    position: int
    recorded_at: datetime
    transfer: TransferId
    code: str
    other: int
    change: Sums
    after: Sums


class PastStatement(Record, frozen=True):
    """An account over days of value, both included, as the book knew it at a position."""

    number: int
    currency: Currency
    first_day: date
    last_day: date
    position: int
    opening: Sums
    lines: tuple[PastLine, ...]
    closing: Sums


class CorrectedTransfer(TransferSeen, frozen=True):
    """A transfer, what became of it, what it reverses, and what reversed it.

    corrects: the transfer it was made to reverse. reversed_by: the one that reverses it. For all
    else see Transfer.
    """

    corrects: TransferId | None
    reversed_by: TransferId | None
    reason: str


BALANCE: Final = shape(PastBalance, "balance")
STATEMENT: Final = shape(PastStatement, "account_statement")
TRANSFER: Final = shape(CorrectedTransfer, "transfer")
PERIOD: Final = shape(Period, "period")


@router.get("/ledger/accounts/{number}/balance", response_model=BALANCE)
async def get_balance(
    number: Number,
    asker: Reader,
    value_date: shapes.Day | None = None,
    position: Position = None,
    recorded_at: RecordedAt = None,
) -> Record | None:
    """Show what an account held by a value date, as the book knew it at a fact or a moment.

    Of a position and a moment the earlier counts; what is left out is the latest there is.
    """
    account = (await account_of(asker, number)).account
    known = await _known(asker, position, recorded_at)
    async with asker.reading() as connection:
        found = await service.balance_as_of(connection, account, value_date, known)
    return past_balance(found)


@router.get("/ledger/accounts/{number}/statement", response_model=STATEMENT)
async def get_account_statement(
    number: Number,
    asker: Reader,
    first_day: shapes.Day,
    last_day: shapes.Day,
    position: Position = None,
    recorded_at: RecordedAt = None,
) -> Record | None:
    """Show an account over days of value, as the book knew it at a fact or a moment."""
    account = (await account_of(asker, number)).account
    known = await _known(asker, position, recorded_at)
    async with asker.reading() as connection:
        found = await service.account_statement(connection, account, first_day, last_day, known)
    return past_statement(found)


@router.get("/ledger/transfers/{transfer_id}", response_model=TRANSFER)
async def get_transfer(transfer_id: shapes.Transfer, asker: Reader) -> Record | None:
    """Show a transfer, what became of it, what it reverses and what reversed it."""
    async with asker.reading() as connection:
        found = await find.transfer(connection, transfer_id)
        sides = found and [
            await find.account(connection, number) for number in (found.debit, found.credit)
        ]
        links = await find.corrections(connection, transfer_id)
        holds = await find.holds(connection, [transfer_id])
    owners = [side.account.owner for side in sides or [] if side is not None]
    if found is None or not sides or sides[0] is None or not asker.sees(*owners):
        raise NotFound("transfer", str(transfer_id))
    made = next((link for link in links if link.transfer_id == transfer_id), None)
    undone = next((link for link in links if link.corrects == transfer_id), None)
    latest = undone or made
    told = transfer_seen(found, sides[0].account.currency, holds.get(found.id))
    return CorrectedTransfer(
        **{name: getattr(told, name) for name in told.__struct_fields__},
        corrects=TransferId(made.corrects) if made else None,
        reversed_by=TransferId(undone.transfer_id) if undone else None,
        reason=latest.reason if latest else "",
    )


@router.get("/ledger/periods", response_model=page_of(PERIOD))
async def list_periods(asker: Reader, limit: Limit = 20, cursor: Cursor = None) -> PageOf:
    """List the closed periods, the latest first."""
    _require_whole_book(asker)
    before = after_position("periods", cursor)
    day = date.fromordinal(before) if 0 < before <= date.max.toordinal() else date.max
    async with asker.reading() as connection:
        rows = await find.periods(connection, day, min(limit, LIMIT_MAX) + 1)
    return page("periods", rows, limit, lambda row: row.day.toordinal())


@router.post("/ledger/periods", status_code=201, response_model=PROPOSAL)
async def propose_close(
    asked: CloseAsked, order: Annotated[Order, Depends(proposes("close_period"))]
) -> Record | None:
    """Propose to close a period; another person approves it.

    From then on nothing is added to days up to and with `day`: what the house learns later of
    them is booked under the first open day.
    """
    return await propose(order, "close_period", service.ClosePeriod(asked.day), asked.reason)


@router.post("/ledger/reversals", status_code=201, response_model=PROPOSAL)
async def propose_reversal(
    asked: ReversalAsked, order: Annotated[Order, Depends(proposes("reverse_transfers"))]
) -> Record | None:
    """Propose to post transfers the other way round; another person approves it."""
    body = service.ReverseTransfers(asked.value_date, asked.reason, asked.position, _ids(asked))
    return await propose(order, "reverse_transfers", body, asked.reason)


@router.post("/ledger/corrections", status_code=201, response_model=PROPOSAL)
async def propose_correction(
    asked: CorrectionAsked, order: Annotated[Order, Depends(proposes("correct_transfers"))]
) -> Record | None:
    """Propose to reverse transfers and to post what is right; another person approves it."""
    for index, each in enumerate(asked.repost):
        for number in (each.debit, each.credit):
            account = (await account_of(order, number)).account
            if account.currency != each.amount.currency:
                field = f"repost[{index}].amount.currency"
                raise CURRENCY_DIFFERS.invalid(field, each.amount.currency)
    repost = tuple(
        service.Repost(each.debit, each.credit, each.amount.minor, each.code, each.amount.currency)
        for each in asked.repost
    )
    body = service.CorrectTransfers(
        asked.value_date, asked.reason, repost, asked.position, _ids(asked)
    )
    return await propose(order, "correct_transfers", body, asked.reason)


def _ids(asked: ReversalAsked) -> tuple[UUID, ...]:
    """Return the transfers named, with exactly one way of naming them."""
    ids = tuple(UUID(int=each.int) for each in asked.transfers)
    service.require_named(asked.position, ids)
    return ids


def past_balance(found: service.BalanceAsOf) -> PastBalance:
    """Return a balance as it goes out."""
    account = found.account
    sums = _sums(found.balance, account.currency)
    return PastBalance(account.number, account.currency, found.value_date, found.position, sums)


def past_statement(found: AccountStatement) -> PastStatement:
    """Return a statement as it goes out."""
    account = found.account
    currency = account.currency
    lines = tuple(
        PastLine(
            line.kind,
            line.value_date,
            line.position,
            line.recorded_at,
            TransferId(line.transfer),
            line.code,
            line.other,
            _sums(line, currency),
            _sums(after, currency),
        )
        for line, after in zip(found.lines, found.balances, strict=True)
    )
    opening, closing = _sums(found.opening, currency), _sums(found.closing, currency)
    return PastStatement(
        account.number,
        currency,
        found.first_day,
        found.last_day,
        found.position,
        opening,
        lines,
        closing,
    )


def _sums(of: Balance | Movement, currency: Currency) -> Sums:
    return Sums(
        Money(of.debits_posted, currency),
        Money(of.credits_posted, currency),
        Money(of.debits_pending, currency),
        Money(of.credits_pending, currency),
    )


async def _known(asker: Asker, position: int | None, moment: datetime | None) -> int | None:
    if moment is None:
        return position
    async with asker.reading() as connection:
        then = await position_at(connection, moment)
    return then if position is None else min(then, position)


def _require_whole_book(asker: Asker) -> None:
    if asker.bound_to is not None:
        raise NotFound("list", "periods")
