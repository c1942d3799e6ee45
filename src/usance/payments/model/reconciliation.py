"""What our book expects of a bank, what was matched to it, and what differs."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from usance.kernel.ids import BankEntryId, BankStatementId, BreakId, UserId
from usance.kernel.money import Money
from usance.kernel.records import Record


class MovementState(StrEnum):
    """Whether our book is sure of a movement: a payout that waits for its answer is not."""

    IN_FLIGHT = "in_flight"
    BOOKED = "booked"


class Movement(Record, frozen=True):
    """What the ledger says our account at a bank has seen, or is about to see.

    id: of the transfer, or of the hold it resolves. code: the leg's. names: by which the bank may
    know it, as `rules.matching.names` spells them. counterparty: who is on the other side. is_due:
    whether it is late when no statement shows it. entry: the booking it was matched to.
    """

    id: UUID
    position: int
    code: str
    kind: str
    amount: Money
    is_credit: bool
    value_date: date
    names: tuple[str, ...]
    counterparty: str
    state: MovementState
    is_due: bool
    entry: BankEntryId | None = None


class MatchState(StrEnum):
    """What became of a pair of an entry and a movement."""

    MATCHED = "matched"
    SUGGESTED = "suggested"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Match(Record, frozen=True):
    """That an entry is, or may be, a movement. One entry may be many, and many may be one.

    rule: which found it. score: per mille, 1000 where nothing speaks against it. why: in words.
    """

    entry: BankEntryId
    movement: UUID
    state: MatchState
    rule: str
    score: int
    why: str


class BreakKind(StrEnum):
    """How a statement and the book differ."""

    NOT_EXPECTED = "not_expected"
    NOT_SHOWN = "not_shown"
    AMOUNT_DIFFERS = "amount_differs"
    FOUND_TWICE = "found_twice"
    BALANCE_JUMPS = "balance_jumps"
    STATEMENT_MISSING = "statement_missing"
    SUM_DIFFERS = "sum_differs"


class BreakState(StrEnum):
    """Whether anybody still has to look. booked: what came in or went out is in the ledger."""

    OPEN = "open"
    BOOKED = "booked"
    MATCHED = "matched"
    CLOSED = "closed"


class Break(Record, frozen=True):
    """Something that a bank's statement and our book say differently, until it is explained.

    entry, movement, statement: what it is about. amount: of the entry or the movement, below zero
    where money leaves. difference: statement less book, where both are known. suggested: the
    movement that the entry may be, with score and reason. other: the entry that shows it too.
    since: the day of the booking, from which its age is counted.
    """

    id: BreakId
    kind: BreakKind
    account: str
    entry: BankEntryId | None
    movement: UUID | None
    statement: BankStatementId | None
    other: BankEntryId | None
    amount: Money
    difference: Money
    suggested: UUID | None
    score: int
    why: str
    since: date
    opened_at: datetime
    state: BreakState = BreakState.OPEN
    assignee: UserId | None = None
    note: str = ""
    closed_at: datetime | None = None
