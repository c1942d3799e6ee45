"""What has happened in the ledger."""

from uuid import UUID

from usance.kernel.records import Record


class AccountsOpened(Record, frozen=True):
    """Accounts were opened by hand."""

    numbers: tuple[int, ...]


class AccountsCreated(Record, frozen=True):
    """Accounts were asked for by their callers' ids: one code and one number each, in order.

    The number is 0 where there is no such account.
    """

    numbers: tuple[int, ...]
    results: tuple[str, ...]


class HoldExpired(Record, frozen=True):
    """A hold ran out; what it had reserved is free again."""

    hold: UUID
    amount: int


class TransfersCreated(Record, frozen=True):
    """A batch of transfers was asked for; `results` has one code each, in order."""

    created: int
    results: tuple[str, ...]
