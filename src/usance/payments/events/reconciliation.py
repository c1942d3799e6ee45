"""What people and rules have found about the statements of banks."""

from usance.kernel.ids import BankEntryId, BreakId, MessageId, UserId
from usance.kernel.money import Money
from usance.kernel.records import Record


class StatementsMatched(Record, frozen=True):
    """The entries of a bank's message were compared with what the book expects."""

    message_id: MessageId
    matched: int
    suggested: int
    unmatched: int
    breaks: int


class MatchAccepted(Record, frozen=True):
    """Somebody has said that an entry is an expected movement. difference: entry less movement."""

    break_id: BreakId
    entry: BankEntryId
    difference: Money


class MatchRejected(Record, frozen=True):
    """Somebody has said that an entry is not the movement that was suggested."""

    break_id: BreakId
    entry: BankEntryId


class BreakAssigned(Record, frozen=True):
    """Somebody looks after a difference between a statement and the book."""

    break_id: BreakId
    assignee: UserId


class BreakClosed(Record, frozen=True):
    """Somebody has explained a difference. note: how."""

    break_id: BreakId
    note: str
