"""Money whose owner is not known yet, or may not have it: one queue for all of it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from usance.kernel.ids import InstructionId, PartyId, PaymentId, ReceiptId, SuspenseId, UserId
from usance.kernel.money import Money
from usance.kernel.records import Record


class SuspenseAccount(StrEnum):
    """The kind of ledger account on which money of the queue lies."""

    UNMATCHED = "suspense_unmatched"
    BLOCKED = "suspense_blocked"


class SuspenseReason(StrEnum):
    """Why money waits."""

    UNKNOWN_OWNER = "unknown_owner"
    NOT_AWAITED = "not_awaited"
    NOT_RELEASED = "not_released"
    SETTLEMENT_UNMATCHED = "settlement_unmatched"
    SETTLEMENT_EXCESS = "settlement_excess"
    LATE_COLLECTION = "late_collection"
    COLLECTED_TWICE = "collected_twice"
    CHARGEBACK_UNMATCHED = "chargeback_unmatched"
    BANK_DEBIT = "bank_debit"


class SuspenseItem(Record, frozen=True):
    """Money that waits for people to say whose it is.

    amount: what went in, all in all; below zero where a bank has taken money that nobody has
    borne. open: what of it still waits, in minor units; going_back: what of it is on its way back
    to the sender besides. hold: what reserves that where people have sent it; what a rail returns
    of its own collecting has none. source: the bank's or the rail's reference, or the instruction
    that collected too much. seller_id, payment_id: whom it seems to be for. receipt_id,
    instruction_id: by which booking of the bank it came, or by what a rail has collected it: the
    way it goes back. assignee: who looks after it.
    """

    id: SuspenseId
    account: SuspenseAccount
    reason: SuspenseReason
    amount: Money
    open: int
    going_back: int
    hold: UUID | None
    source: str
    seller_id: PartyId | None
    payment_id: PaymentId | None
    receipt_id: ReceiptId | None
    assignee: UserId | None
    opened_at: datetime
    closed_at: datetime | None = None
    instruction_id: InstructionId | None = None

    @property
    def waiting(self) -> Money:
        """What still waits and is not on its way back."""
        return Money(self.open, self.amount.currency)
