"""The lines of a file for `usance ledger apply`; docs/reference/ledger-apply.md describes them."""

import re
from collections.abc import Iterator
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
        raise ValueError(f"{text[:60]!r} is no 128-bit id in decimal digits")
    return int(text)


def uuid_of(text: str) -> UUID:
    """Return a 128-bit id as the ledger takes it."""
    return UUID(int=number_of(text))


def _require_whole(step: AnyStep) -> None:
    """Raise ValueError where an id, a flag or a number of a step is none."""
    if isinstance(step, LookupAccounts | LookupTransfers):
        for text in step.ids:
            number_of(text)
    elif isinstance(step, ClockStep):
        _require_unsigned("seconds", step.seconds, 2**32)
    elif isinstance(step, AccountsStep):
        for account in step.events:
            number_of(account.id)
            bits_of(account.flags, ACCOUNT_WORDS)
            _require_unsigned("ledger", account.ledger, 2**32)
            _require_unsigned("code", account.code, 2**16)
    elif isinstance(step, TransfersStep):
        for transfer in step.events:
            for text in (transfer.id, transfer.debit_account_id, transfer.credit_account_id):
                number_of(text)
            number_of(transfer.pending_id)
            bits_of(transfer.flags, TRANSFER_WORDS)
            _require_unsigned("amount", transfer.amount, 2**128)
            _require_unsigned("timeout", transfer.timeout, 2**63)
            _require_unsigned("ledger", transfer.ledger, 2**32)
            _require_unsigned("code", transfer.code, 2**16)


def _require_unsigned(field: str, number: int, end: int) -> None:
    if not 0 <= number < end:
        raise ValueError(f"{field} {number} is not between 0 and {end - 1}")
