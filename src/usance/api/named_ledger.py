"""A program's own accounts and transfers, under ids that it makes.

They stand beside the accounts of the house and cannot touch them, so nobody has to approve.
Each transfer of a request gets its result code; an id that was used is `exists`.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.idempotency import Order, asks
from usance.api.ledger import amount_left_out, code_left_out
from usance.api.ledger_shown import (
    NAMED_ACCOUNT,
    NAMED_TRANSFER,
    NamedAccountSeen,
    NamedTransferSeen,
    transfer_seen,
)
from usance.api.shapes import Asked
from usance.kernel import money
from usance.kernel.errors import NotFound
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.ledger import service
from usance.ledger.events import AccountsCreated, TransfersCreated
from usance.ledger.model import (
    ACCOUNT_FLAGS,
    TRANSFER_FLAGS,
    AccountFlag,
    Flags,
    TransferFlag,
    bits_of,
)
from usance.ledger.service import find_accounts as find

router = APIRouter(tags=["ledger"])
AT_ONCE: Final = 1000
_TIMEOUT_MAX: Final = 10 * 366 * 86_400


class NamedAccountAsked(Asked):
    """An account under an id of one's own. code: what it is to its program."""

    id: UUID
    currency: shapes.CurrencyCode
    code: int = Field(ge=0, le=2**31 - 1)
    flags: list[AccountFlag] = Field([], max_length=4)


class NamedAccountsAsked(Asked):
    """Create these accounts; one that is there already stays as it is."""

    accounts: list[NamedAccountAsked] = Field(min_length=1, max_length=AT_ONCE)


class NamedTransferAsked(Asked):
    """One debit and one credit of one amount, in the currency of both accounts.

    To post or void a hold, name it in `pending_id`; what is left out is as the hold has it. A
    balancing transfer without an amount moves all that is there, a closing hold without one
    reserves nothing. The code is `manual` where none is given.
    """

    id: UUID = Field(description="Fresh for each transfer; a UUIDv7 is best.")
    debit: UUID | None = None
    credit: UUID | None = None
    amount: shapes.AnyAmount | None = None
    code: shapes.Word = ""
    flags: list[TransferFlag] = Field([], max_length=8)
    pending_id: UUID | None = None
    timeout: int = Field(
        0, ge=0, le=_TIMEOUT_MAX, description="Seconds until a hold runs out; 0 for never."
    )


class NamedTransfersAsked(Asked):
    """Create these transfers, in their order."""

    transfers: list[NamedTransferAsked] = Field(min_length=1, max_length=AT_ONCE)
    value_date: shapes.Day | None = Field(
        None, description="The economic day; the book's own day where there is none."
    )


class NamedAccountsCreated(BaseModel):
    """One result code for each account, and its number (0 where there is none), in order."""

    object: Literal["named_accounts"] = "named_accounts"
    position: int
    results: list[str]
    numbers: list[int]


class NamedTransfersCreated(BaseModel):
    """One result code for each transfer, in order; how many were created."""

    object: Literal["named_transfers"] = "named_transfers"
    position: int
    created: int
    results: list[str]


Program = Annotated[Asker, Depends(reads("ledger:transfer"))]


@router.post("/ledger/named_accounts")
async def create_named_accounts(
    asked: NamedAccountsAsked, order: Annotated[Order, Depends(asks("create_accounts"))]
) -> NamedAccountsCreated:
    """Create accounts under ids of one's own.

    The answer is 200 also where all were refused: `results` has a code for each.
    """
    requests = tuple(
        service.AccountRequest(
            each.id, each.currency, each.code, bits_of(each.flags, ACCOUNT_FLAGS)
        )
        for each in asked.accounts
    )
    outcome = await order.do(service.CreateAccounts(requests))
    told = outcome.part(AccountsCreated)
    assert outcome.fact is not None, "what told a part is a fact"
    return NamedAccountsCreated(
        position=outcome.fact.position, results=list(told.results), numbers=list(told.numbers)
    )


@router.post("/ledger/named_transfers")
async def create_named_transfers(
    asked: NamedTransfersAsked, order: Annotated[Order, Depends(asks("create_named_transfers"))]
) -> NamedTransfersCreated:
    """Create transfers between accounts under ids of one's own: one, or up to 1000.

    Each is created or refused by itself, but for those that are `linked`. The answer is 200 also
    where all were refused: `results` has a code for each.
    """
    made = await _carried_out(
        _body(asked.transfers, asked.value_date, lambda amount: amount), order
    )
    return NamedTransfersCreated(
        position=made.position, created=made.created, results=list(made.results)
    )


@router.get("/ledger/named_accounts/{named_id}", response_model=NAMED_ACCOUNT)
async def get_named_account(named_id: UUID, asker: Program) -> Record | None:
    """Show an account by the id that its program gave it, with its balance."""
    async with asker.reading() as connection:
        found = await find.account_named(connection, asker.caller.user_id, named_id)
    if found is None:
        raise NotFound("named account", str(named_id))
    return NamedAccountSeen(found)


@router.get("/ledger/named_transfers/{named_id}", response_model=NAMED_TRANSFER)
async def get_named_transfer(named_id: UUID, asker: Program) -> Record | None:
    """Show a transfer by the id that its program gave it: what it moved and what became of it.

    What was refused is not there; asked for again, it is told so by its result code.
    """
    async with asker.reading() as connection:
        found = await find.transfer(connection, service.transfer_id(asker.caller.user_id, named_id))
        sides = found and [
            await find.account(connection, number) for number in (found.debit, found.credit)
        ]
        holds = found and await find.holds(connection, [found.id])
    if found is None or not sides or sides[0] is None or sides[1] is None:
        raise NotFound("named transfer", str(named_id))
    debit, credit = sides[0].named, sides[1].named
    assert debit is not None, "a program names the accounts of its transfers"
    assert credit is not None, "a program names the accounts of its transfers"
    told = transfer_seen(found, debit.currency, (holds or {}).get(found.id))
    return NamedTransferSeen(named_id, debit.id, credit.id, told)


async def carry_out_quickly(body: service.CreateNamedTransfers, order: Order) -> bytes:
    """Have transfers created and return what became of them, as JSON, without pydantic."""
    return msgspec.json.encode(await _carried_out(body, order))


class _Made(msgspec.Struct, gc=False):
    object: str
    position: int
    created: int
    results: tuple[str, ...]


async def _carried_out(body: service.CreateNamedTransfers, order: Order) -> _Made:
    outcome = await order.do(body)
    told = outcome.part(TransfersCreated)
    assert outcome.fact is not None, "what told a part is a fact"
    return _Made("named_transfers", outcome.fact.position, told.created, told.results)


class _AmountRead(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    amount: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    currency: str


class _TransferRead(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    id: UUID
    debit: UUID | None = None
    credit: UUID | None = None
    amount: _AmountRead | None = None
    code: Annotated[str, msgspec.Meta(max_length=80)] = ""
    flags: Annotated[list[TransferFlag], msgspec.Meta(max_length=8)] = []
    pending_id: UUID | None = None
    timeout: Annotated[int, msgspec.Meta(ge=0, le=_TIMEOUT_MAX)] = 0


class _TransfersRead(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    transfers: Annotated[list[_TransferRead], msgspec.Meta(min_length=1, max_length=AT_ONCE)]
    value_date: date | None = None


_READER: Final = msgspec.json.Decoder(_TransfersRead)


def read_quickly(raw: bytes) -> service.CreateNamedTransfers:
    """Return what a well-formed request asks for, without pydantic.

    Raises ValueError or UsanceError where pydantic must look at it: it has the last word.
    """
    asked = _READER.decode(raw)
    if asked.value_date is not None and not shapes.FIRST_DAY <= asked.value_date <= shapes.LAST_DAY:
        raise ValueError(asked.value_date)
    for each in asked.transfers:
        if not each.code.isprintable():
            raise ValueError(each.code)
    return _body(asked.transfers, asked.value_date, _money_read)


def _money_read(read: _AmountRead) -> Money:
    return money.parse(read.amount, read.currency)


def _body(
    transfers: Sequence[NamedTransferAsked | _TransferRead],
    value_date: date | None,
    money_of: Callable[..., Money],
) -> service.CreateNamedTransfers:
    """Return the body of the verb. money_of: reads an amount as it stands in a transfer."""
    return service.CreateNamedTransfers(
        tuple([_transfer(each, money_of) for each in transfers]), value_date
    )


def _transfer(
    asked: NamedTransferAsked | _TransferRead, money_of: Callable[..., Money]
) -> service.NamedTransfer:
    amount = None if asked.amount is None else money_of(asked.amount)
    flags = bits_of(asked.flags, TRANSFER_FLAGS) if asked.flags else Flags.NONE
    return service.NamedTransfer(
        asked.id,
        asked.debit,
        asked.credit,
        amount_left_out(flags) if amount is None else amount.minor,
        None if amount is None else amount.currency,
        asked.code or code_left_out(flags),
        flags,
        asked.pending_id,
        asked.timeout,
    )
