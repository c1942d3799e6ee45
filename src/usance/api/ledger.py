"""Accounts with their balances, and transfers, as they are now; the past is in ledger_past."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.errors import CURRENCY_DIFFERS
from usance.api.idempotency import Order, asks, proposes
from usance.api.ledger_shown import ACCOUNT, TRANSFER, account_seen, transfer_seen
from usance.api.pages import Cursor, Limit, PageOf, after_place, after_position, page, place, whole
from usance.api.proposals import PROPOSAL, propose
from usance.api.shapes import Asked, page_of
from usance.kernel.errors import MALFORMED_INPUT, NotFound
from usance.kernel.ids import TransferId
from usance.kernel.money import MINOR_MAX
from usance.kernel.records import Record
from usance.ledger import service
from usance.ledger.events import AccountsOpened
from usance.ledger.model import (
    TRANSFER_FLAGS,
    Flags,
    LoneTransferFlag,
    Ref,
    bits_of,
)
from usance.ledger.service import find_accounts as find

router = APIRouter(tags=["ledger"])
# The book gives transfers that people propose their ids: only it knows its time.
_NO_ID: Final = UUID(int=0)
Number = Annotated[int, Path(ge=1, le=2**63 - 1)]


class AccountAsked(Asked):
    """An account, by what it is for."""

    kind: shapes.Word
    currency: shapes.CurrencyCode
    owner: shapes.Party
    obligor: shapes.Party | None = None
    facility: shapes.Facility | None = None


class AccountsAsked(Asked):
    """Open these accounts; one that is open already stays as it is."""

    accounts: list[AccountAsked] = Field(min_length=1, max_length=100)


AccountNumber = Annotated[int, Field(ge=1, le=2**63 - 1)]


class TransferAsked(Asked):
    """One debit and one credit of one amount, in the currency of both accounts.

    A hold (flag `pending`) reserves and runs out after `timeout` seconds, 0 for never. To post or
    void one, name it in `pending_id`; its accounts, amount and code are meant where they are left
    out. A balancing transfer without an amount moves all that is there; a closing hold without
    one reserves nothing.
    """

    debit: AccountNumber | None = None
    credit: AccountNumber | None = None
    amount: shapes.AnyAmount | None = None
    code: shapes.Word = ""
    flags: list[LoneTransferFlag] = Field(default=[], max_length=7)
    pending_id: shapes.Transfer | None = None
    timeout: int = Field(default=0, ge=0, le=2**31 - 1)

    def bits(self) -> int:
        """Return the flags as the ledger takes them."""
        return bits_of(self.flags, TRANSFER_FLAGS)

    def minor(self) -> int:
        """Return the amount in minor units; what is meant by none depends on the flags."""
        if self.amount is not None:
            return self.amount.minor
        return amount_left_out(self.bits())


def amount_left_out(flags: int) -> int:
    """Return the amount that is meant by none: all that is there, or what the hold has."""
    return MINOR_MAX if flags & Flags.BALANCING else 0


def code_left_out(flags: int) -> str:
    """Return the code that is meant by none: the hold's own where there is one."""
    return "" if flags & Flags.RESOLVING else "manual"


class TransfersAsked(Asked):
    """Propose transfers, all of them or none."""

    transfers: list[TransferAsked] = Field(min_length=1, max_length=100)
    value_date: shapes.Day
    reason: shapes.Reason


Reader = Annotated[Asker, Depends(reads("ledger:read"))]


@router.get("/ledger/accounts", response_model=page_of(ACCOUNT))
async def list_accounts(
    asker: Reader,
    owner: shapes.Party | None = None,
    kind: Annotated[shapes.Word | None, Query(description="A line of the chart.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> PageOf:
    """List accounts with their balances, in the order of their numbers."""
    after = after_position("accounts", cursor)
    if not asker.sees(owner or asker.bound_to):
        return whole([])
    async with asker.reading() as connection:
        rows = await find.accounts(connection, asker.bound_to or owner, kind, after, limit + 1)
    seen = [account_seen(asker, row) for row in rows]
    return page("accounts", seen, limit, lambda row: row.found.account.number)


@router.get("/ledger/accounts/{number}", response_model=ACCOUNT)
async def get_account(number: Number, asker: Reader) -> Record | None:
    """Show an account with its balance."""
    return account_seen(asker, await account_of(asker, number))


@router.get("/ledger/accounts/{number}/transfers", response_model=page_of(TRANSFER))
async def list_transfers(
    number: Number, asker: Reader, limit: Limit = 20, cursor: Cursor = None
) -> PageOf:
    """List the transfers of an account, the newest first: by position, then by id."""
    account = (await account_of(asker, number)).account
    before = after_place("transfers", cursor, TransferId)
    async with asker.reading() as connection:
        rows = await find.transfers(connection, number, before, limit + 1)
        holds = await find.holds(connection, [row.id for row in rows])
    seen = [transfer_seen(row, account.currency, holds.get(row.id)) for row in rows]
    return page("transfers", seen, limit, lambda row: place(row.position, row.id))


@router.post("/ledger/accounts", response_model=page_of(ACCOUNT))
async def open_accounts(
    asked: AccountsAsked, order: Annotated[Order, Depends(asks("open_accounts"))]
) -> PageOf:
    """Open accounts by hand; those that are open already stay as they are."""
    refs = tuple(
        Ref(each.kind, each.currency, each.owner, each.obligor, each.facility)
        for each in asked.accounts
    )
    outcome = await order.do(service.OpenAccounts(refs))
    numbers = outcome.part(AccountsOpened).numbers
    return whole([account_seen(order, await account_of(order, number)) for number in numbers])


@router.post("/ledger/transfers", status_code=201, response_model=PROPOSAL)
async def propose_transfers(
    asked: TransfersAsked, order: Annotated[Order, Depends(proposes("create_transfers"))]
) -> Record | None:
    """Propose transfers by hand; another person approves them.

    They are posted together, all of them or none.
    """
    last = len(asked.transfers) - 1
    requests = []
    for index, each in enumerate(asked.transfers):
        request = _request(each, Flags.NONE if index == last else Flags.LINKED)
        malformed = service.form_error(request)
        if malformed is not None:
            raise MALFORMED_INPUT.invalid(f"transfers[{index}]", malformed)
        await _require_accounts(order, each, f"transfers[{index}]")
        requests.append(request)
    body = service.CreateTransfers(tuple(requests), asked.value_date)
    return await propose(order, "create_transfers", body, asked.reason)


def _request(each: TransferAsked, linked: int) -> service.TransferRequest:
    return service.TransferRequest(
        _NO_ID,
        each.debit or 0,
        each.credit or 0,
        each.minor(),
        each.code or code_left_out(each.bits()),
        each.bits() | linked,
        None if each.pending_id is None else UUID(int=each.pending_id.int),
        each.timeout,
        None if each.amount is None else each.amount.currency,
    )


async def _require_accounts(asker: Asker, each: TransferAsked, field: str) -> None:
    """Raise where an account or hold is not the asker's to see, or has another currency."""
    numbers = {each.debit, each.credit}
    if each.pending_id is not None:
        async with asker.reading() as connection:
            hold = await find.transfer(connection, each.pending_id)
        if hold is None:
            raise NotFound("transfer", str(each.pending_id))
        numbers |= {hold.debit, hold.credit}
    for number in sorted(number for number in numbers if number is not None):
        account = (await account_of(asker, number)).account
        if each.amount is not None and account.currency != each.amount.currency:
            raise CURRENCY_DIFFERS.invalid(f"{field}.amount.currency", each.amount.currency)


async def account_of(asker: Asker, number: int) -> find.AccountBalance:
    """Return an account that the asker may see. Raises NotFound."""
    async with asker.reading() as connection:
        found = await find.account(connection, number)
    if found is None or not asker.sees(found.account.owner):
        raise NotFound("account", str(number))
    return found
