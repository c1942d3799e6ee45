"""What has happened to money that came in by itself."""

from usance.kernel.ids import (
    InstructionId,
    PartyId,
    PaymentId,
    ReceiptId,
    ReceivingAccountId,
    SuspenseId,
    UserId,
)
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record


class ReceivingAccountOpened(Record, frozen=True):
    """Transfers to this number are a seller's. number: its last four characters."""

    receiving_account_id: ReceivingAccountId
    seller_id: PartyId
    currency: Currency
    country: str
    number: str


class ReceiptRecorded(Record, frozen=True):
    """A bank has credited an account of ours. fee: ours, taken of what the seller got."""

    receipt_id: ReceiptId
    booking: str
    amount: Money
    fee: Money
    outcome: str
    found_by: str
    seller_id: PartyId | None


class SuspenseOpened(Record, frozen=True):
    """Money waits for people to say whose it is; below zero, a bank has taken it."""

    suspense_id: SuspenseId
    account: str
    reason: str
    amount: Money
    payment_id: PaymentId | None
    source: str


class SuspenseAttributed(Record, frozen=True):
    """Two people have said whose money it is. fee: ours, taken of what the seller got.

    payment_id: the payment it settles. owed: what the seller could not bear of what a bank took.
    """

    suspense_id: SuspenseId
    amount: Money
    fee: Money
    seller_id: PartyId | None
    payment_id: PaymentId | None
    owed: Money


class SuspenseReturning(Record, frozen=True):
    """Money goes back to where it came from; reserved until the rail has answered."""

    suspense_id: SuspenseId
    amount: Money
    instruction_id: InstructionId


class SuspenseReturned(Record, frozen=True):
    """The sender has the money back."""

    suspense_id: SuspenseId
    amount: Money


class SuspenseReturnRefused(Record, frozen=True):
    """The sender could not be paid, or sent it back: the money waits again."""

    suspense_id: SuspenseId
    amount: Money
    code: str


class SuspenseAssigned(Record, frozen=True):
    """Somebody looks after it."""

    suspense_id: SuspenseId
    assignee: UserId
