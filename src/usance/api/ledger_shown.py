"""How accounts and transfers of the ledger look, whoever asks for them and by whatever name."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final, get_type_hints
from uuid import UUID

from usance.api import shapes
from usance.api.access import Asker
from usance.api.problems import language_of
from usance.api.shapes import shape
from usance.kernel.ids import FacilityId, PartyId, TransferId
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record
from usance.ledger.model import (
    ACCOUNT_FLAGS,
    CHART,
    TRANSFER_FLAGS,
    Flags,
    Hold,
    Transfer,
    names_of,
)
from usance.ledger.service import find_accounts as find


class AccountSeen(Record, frozen=True):
    """An account with its balance. named_id, code, flags: of one that a program keeps.

    title: in the language of Accept-Language. owner: null where the account is a program's.
    """

    found: find.AccountBalance
    title: str


class NamedAccountSeen(Record, frozen=True):
    """An account by what its program calls it, with its balance."""

    found: find.AccountBalance


class TransferSeen(Record, frozen=True):
    """A transfer. flags: what it was asked to do; state: what became of it.

    state: of a hold `open`, `posted`, `voided` or `expired`; `hold_posted` and `hold_voided` of
    what posted or voided one, named in `pending_id`; else `posted`. amount: what it moved or
    reserved. expires_at: when a hold runs out, or would have.
    """

    id: TransferId
    position: int
    debit: int
    credit: int
    amount: Money
    code: str
    flags: tuple[str, ...]
    state: str
    pending_id: TransferId | None
    expires_at: datetime | None
    value_date: date
    recorded_at: datetime


class NamedTransferSeen(Record, frozen=True):
    """A transfer by what its program calls it; accounts too. For all else see Transfer.

    transfer_id: its id in the book, by which it is reversed. pending_id: the hold's, in the book.
    """

    id: UUID
    debit: UUID
    credit: UUID
    transfer: TransferSeen


def _balance(name: str) -> tuple[Any, Callable[[Any], object]]:
    return Money, lambda row: Money(getattr(row.found.balance, name), row.found.account.currency)


def _of(name: str, kind: Any) -> tuple[Any, Callable[[Any], object]]:  # noqa: ANN401
    return kind, lambda row: getattr(row.found.account, name)


def _called(name: str, kind: Any) -> tuple[Any, Callable[[Any], object]]:  # noqa: ANN401
    return kind, lambda row: row.found.named and getattr(row.found.named, name)


def _flags(row: Any) -> tuple[str, ...]:  # noqa: ANN401 - either of the two above
    return names_of(row.found.named.flags, ACCOUNT_FLAGS) if row.found.named else ()


_SUMS: Final = {
    name: _balance(name)
    for name in ("debits_posted", "credits_posted", "debits_pending", "credits_pending")
}
_STANDS: Final[dict[str, tuple[Any, Callable[[Any], object]]]] = {
    "currency": _of("currency", shapes.CurrencyCode),
    "balance_limit": _of("balance_limit", str),
    "closed": (bool, lambda row: row.found.closed),
    "opened_at": _of("opened_at", datetime),
    **_SUMS,
}
ACCOUNT: Final = shape(
    AccountSeen,
    "account",
    called_model="Account",
    without=("found",),
    more={
        "number": _of("number", int),
        "kind": _of("kind", str),
        # Rails own accounts too, under ids that are nobody's party.
        "owner": (
            str | None,
            lambda row: None if row.found.named else str(PartyId(row.found.account.owner)),
        ),
        "obligor": (
            PartyId | None,
            lambda row: row.found.account.obligor and PartyId(row.found.account.obligor),
        ),
        "facility": (
            FacilityId | None,
            lambda row: row.found.account.facility and FacilityId(row.found.account.facility),
        ),
        "named_id": _called("id", UUID | None),
        "code": _called("code", int | None),
        "flags": (list[str], _flags),
        **_STANDS,
    },
)
NAMED_ACCOUNT: Final = shape(
    NamedAccountSeen,
    "named_account",
    called_model="NamedAccount",
    without=("found",),
    more={
        "id": _called("id", UUID),
        "number": _of("number", int),
        "code": _called("code", int),
        "flags": (list[str], _flags),
        **_STANDS,
    },
)
TRANSFER: Final = shape(TransferSeen, "transfer", called_model="Transfer")


def _told(name: str) -> tuple[Any, Callable[[Any], object]]:
    return get_type_hints(TransferSeen)[name], lambda row: getattr(row.transfer, name)


NAMED_TRANSFER: Final = shape(
    NamedTransferSeen,
    "named_transfer",
    called_model="NamedTransfer",
    without=("transfer",),
    more={
        "transfer_id": _told("id"),
        **{
            name: _told(name)
            for name in TransferSeen.__struct_fields__
            if name not in NamedTransferSeen.__struct_fields__
        },
    },
)


def account_seen(asker: Asker, found: find.AccountBalance) -> AccountSeen:
    """Return an account as its caller reads it."""
    kind = CHART[found.account.kind]
    return AccountSeen(found, kind.zh if language_of(asker.request) == "zh" else kind.en)


def transfer_seen(transfer: Transfer, currency: Currency, hold: Hold | None) -> TransferSeen:
    """Return a transfer with what became of it. hold: what it began, if it is one."""
    pending = transfer.pending_id
    return TransferSeen(
        TransferId(transfer.id),
        transfer.position,
        transfer.debit,
        transfer.credit,
        Money(transfer.amount, currency),
        transfer.code,
        names_of(transfer.flags, TRANSFER_FLAGS),
        _state(transfer.flags) if hold is None else hold.state.value,
        None if pending is None else TransferId(pending),
        None if hold is None else hold.expires_at,
        transfer.value_date,
        transfer.recorded_at,
    )


def _state(flags: int) -> str:
    if flags & Flags.POST_PENDING:
        return "hold_posted"
    return "hold_voided" if flags & Flags.VOID_PENDING else "posted"
