"""What has happened to what we earned."""

from usance.kernel.money import Money
from usance.kernel.records import Record


class IncomeSwept(Record, frozen=True):
    """Income left the clients' account for our own. left: what is earned and not swept."""

    amount: Money
    left: Money
    reason: str
