"""A program – creates – transfers between accounts under ids of its own.

Such a program needs no second pair of eyes, because it cannot name an account of the house: the
accounts it moves are those it made by `create_accounts`, and the ids of its transfers and holds
are a world of their own. All else is as in `create_transfers`.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.records import Record, replace
from usance.ledger.model import TransferRequest
from usance.ledger.service.named import id_in_book, named_account
from usance.ledger.service.transfers import CreateTransfers, TransferStage
from usance.runtime.commands import Command, Loader

# A number that no account has, for an id that no account has.
_NOWHERE: Final = 2**62
_RESERVED: Final = frozenset({0, 2**128 - 1})


class NamedTransfer(Record, frozen=True):
    """One transfer asked for, accounts by the ids of their caller; see model.TransferRequest.

    debit, credit: None to post or void a hold as it is. currency: None where there is no amount.
    """

    id: UUID
    debit: UUID | None
    credit: UUID | None
    amount: int
    currency: str | None
    code: str = "manual"
    flags: int = 0
    pending_id: UUID | None = None
    timeout: int = 0


class CreateNamedTransfers(Record, frozen=True):
    """Create these transfers in their order. value_date: the book's day where there is none."""

    transfers: tuple[NamedTransfer, ...]
    value_date: date | None = None


class _Found(NamedTuple):
    """What a batch prepares: ids that may be in use; the requests of each body, by identity."""

    doubtful: set[int]
    requests: dict[int, list[TransferRequest]]


class NamedTransferStage:
    """Applies `create_named_transfers`."""

    def __init__(self, transfers: TransferStage) -> None:
        self._transfers = transfers

    async def prepare(self, loader: Loader, commands: Sequence[Command]) -> _Found:
        """Give transfers their ids in the book, and make those visible that may be in use."""
        requests: dict[int, list[TransferRequest]] = {}
        asked: list[Command] = []
        for command in commands:
            body = command.body
            assert isinstance(body, CreateNamedTransfers), body
            actor = command.actor
            theirs = requests[id(body)] = [_request(actor, each) for each in body.transfers]
            inner = CreateTransfers(tuple(theirs), body.value_date or date.min)
            asked.append(replace(command, body=inner))
        return _Found(await self._transfers.prepare(loader, asked), requests)

    def apply(self, draft: Draft, body: CreateNamedTransfers, found: _Found) -> Refusal | None:
        """Create what can be created; tell one result for each."""
        requests = [
            _placed(draft, named, request)
            for named, request in zip(body.transfers, found.requests[id(body)], strict=True)
        ]
        inner = CreateTransfers(tuple(requests), body.value_date or draft.now.date())
        return self._transfers.apply(draft, inner, found.doubtful)


def transfer_id(program: UUID, named: UUID) -> UUID:
    """Return the id in the book of the transfer that a program calls `named`."""
    return named if named.int in _RESERVED else id_in_book(program, named, b"transfer\x1f")


def _request(program: UUID, named: NamedTransfer) -> TransferRequest:
    pending = named.pending_id
    return TransferRequest(
        transfer_id(program, named.id),
        0,
        0,
        named.amount,
        named.code,
        named.flags,
        None if pending is None else transfer_id(program, pending),
        named.timeout,
        named.currency,
    )


def _placed(draft: Draft, named: NamedTransfer, request: TransferRequest) -> TransferRequest:
    """Return the request with the numbers of its accounts."""
    debit, credit, currency = 0, 0, named.currency
    if named.debit is not None:
        account = named_account(draft, named.debit)
        debit = _NOWHERE if account is None else account.number
        if account is not None and account.currency == currency:
            # What is so anyhow need not be looked at again.
            currency = None
    if named.credit is not None:
        account = named_account(draft, named.credit)
        credit = _NOWHERE + 1 if account is None else account.number
    return TransferRequest(
        request.id,
        debit,
        credit,
        request.amount,
        request.code,
        request.flags,
        request.pending_id,
        request.timeout,
        currency,
    )
