"""What has happened in the ledger."""

from datetime import date

from usance.kernel.ids import TransferId
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

    hold: TransferId
    amount: int


class TransfersCreated(Record, frozen=True):
    """A batch of transfers was asked for; `results` has one code each, in order."""

    created: int
    results: tuple[str, ...]


class PeriodClosed(Record, frozen=True):
    """All value dates up to and with `day` are closed.

    position: up to which transfers count, that of this very fact. digest: SHA-256, hexadecimal,
    over the trial balance of the accounts that were ever moved, of which there are `accounts`.
    """

    day: date
    position: int
    digest: str
    accounts: int


class ValueDateMoved(Record, frozen=True):
    """What took effect on a day of a closed period was booked on the first open day."""

    asked: date
    booked: date


class TransfersReversed(Record, frozen=True):
    """Transfers were reversed, each by the one at its place in `reversals`.

    reposted: what was posted in their stead, in the same chain.
    """

    transfers: tuple[TransferId, ...]
    reversals: tuple[TransferId, ...]
    reposted: tuple[TransferId, ...]
    value_date: date
    reason: str
