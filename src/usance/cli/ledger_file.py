"""The lines of a file for `usance ledger apply`; docs/reference/ledger-apply.md describes them."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec

from usance.kernel.errors import MALFORMED_INPUT
from usance.ledger.model import ACCOUNT_FLAGS, TRANSFER_FLAGS, bits_of

ID_MAX: Final = 2**128 - 1
# Besides the ledger's own flags: one that no ledger has, and one that every account has.
_RESERVED: Final = {"reserved": 1 << 15}
ACCOUNT_WORDS: Final = {**ACCOUNT_FLAGS, "history": 0, **_RESERVED}
TRANSFER_WORDS: Final = {**TRANSFER_FLAGS, **_RESERVED}
# The fields of an event that are ids, and how many bits its numbers may have.
_IDS: Final = ("id", "debit_account_id", "credit_account_id", "pending_id")
_BITS: Final = {"amount": 128, "timeout": 63, "ledger": 32, "code": 16}


class AccountLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One account to be created."""

    id: str
    ledger: int = 0
    code: int = 0
    flags: tuple[str, ...] = ()


class TransferLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One transfer to be created."""

    id: str
    debit_account_id: str = "0"
    credit_account_id: str = "0"
    amount: int = 0
    pending_id: str = "0"
    timeout: int = 0
    ledger: int = 0
    code: int = 0
    flags: tuple[str, ...] = ()


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="op"):
    """One line of the file."""


class AccountsStep(Step, frozen=True, tag="create_accounts"):
    """Create accounts."""

    events: tuple[AccountLine, ...]


class TransfersStep(Step, frozen=True, tag="create_transfers"):
    """Create transfers. value_date: the book's today where none is given."""

    events: tuple[TransferLine, ...]
    value_date: date | None = None


class CloseStep(Step, frozen=True, tag="close_period"):
    """Close all value dates up to and with a day."""

    day: date


class LookupAccounts(Step, frozen=True, tag="lookup_accounts"):
    """Show accounts and what is on them."""

    ids: tuple[str, ...]


class LookupTransfers(Step, frozen=True, tag="lookup_transfers"):
    """Show transfers."""

    ids: tuple[str, ...]


class ClockStep(Step, frozen=True, tag="clock"):
    """Set the book's time forward; what is due by then happens."""

    seconds: int


AnyStep = AccountsStep | TransfersStep | CloseStep | LookupAccounts | LookupTransfers | ClockStep


def read_steps(file: Path) -> Iterator[tuple[int, AnyStep]]:
    """Read a file's steps with the numbers of their lines. Empty lines are passed over.

    Raises Invalid(malformed_input) naming the line that is not of the format.
    """
    for number, line in enumerate(file.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        try:
            step = msgspec.json.decode(line, type=AnyStep)
            _require_whole(step)
        except (msgspec.ValidationError, msgspec.DecodeError, ValueError) as wrong:
            raise MALFORMED_INPUT.invalid(f"{file.name}:{number}", str(wrong)) from wrong
        yield number, step


def number_of(text: str) -> int:
    """Return a 128-bit id. Raises ValueError where it is none."""
    if not re.fullmatch(r"[0-9]{1,39}", text) or int(text) > ID_MAX:
        raise ValueError(f"{text[:60]!r} is no 128-bit id: decimal digits, up to {ID_MAX}")
    return int(text)


def uuid_of(text: str) -> UUID:
    """Return a 128-bit id as the ledger takes it."""
    return UUID(int=number_of(text))


def _require_whole(step: AnyStep) -> None:
    """Raise ValueError where an id, a flag or a number of a step is none, and say where it is."""
    if isinstance(step, LookupAccounts | LookupTransfers):
        for at, text in enumerate(step.ids):
            _require(f"ids[{at}]", number_of, text)
    elif isinstance(step, ClockStep):
        _require("seconds", _unsigned, step.seconds, 32)
    elif isinstance(step, AccountsStep):
        for at, account in enumerate(step.events):
            _require_event(f"events[{at}]", account, ACCOUNT_WORDS)
    elif isinstance(step, TransfersStep):
        for at, transfer in enumerate(step.events):
            _require_event(f"events[{at}]", transfer, TRANSFER_WORDS)


def _require_event(path: str, event: AccountLine | TransferLine, words: Mapping[str, int]) -> None:
    _require(f"{path}.flags", bits_of, event.flags, words)
    for field in _IDS:
        _require(f"{path}.{field}", number_of, getattr(event, field, "0"))
    for field, bits in _BITS.items():
        _require(f"{path}.{field}", _unsigned, getattr(event, field, 0), bits)


def _require(path: str, read: Callable[..., object], *values: object) -> None:
    """Raise ValueError, with the path as msgspec says it, where this cannot be read."""
    try:
        read(*values)
    except ValueError as wrong:
        raise ValueError(f"{wrong} - at `$.{path}`") from wrong


def _unsigned(number: int, bits: int) -> None:
    if not 0 <= number < 2**bits:
        raise ValueError(f"{number} is not between 0 and {2**bits - 1}")
