"""What has happened in the ledger."""

from usance.kernel.records import Record


class AccountsOpened(Record, frozen=True):
    """Accounts were opened by hand."""

    numbers: tuple[int, ...]


class TransfersCreated(Record, frozen=True):
    """A batch of transfers was asked for; `results` has one code each, in order."""

    created: int
    results: tuple[str, ...]
