"""A message as it is read, and as it is kept.

Reading yields items in order: a head, then what it heads; remarks stand wherever something was
left out or read with a reservation. So a statement of any length is read entry by entry.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Final

from usance.kernel.ids import BankEntryId, BankStatementId, MessageId
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments.model.statements import (
    EntryStatus,
    Statement,
    StatementBalance,
    StatementEntry,
    StatementKind,
)
from usance.payments.model.transfers import CreditTransfer, StatusReport, TransferOrder


class MessageType(StrEnum):
    """The messages that are read, of every version."""

    PAIN_001 = "pain.001"
    PAIN_002 = "pain.002"
    PACS_002 = "pacs.002"
    PACS_004 = "pacs.004"
    PACS_008 = "pacs.008"
    PACS_009 = "pacs.009"
    CAMT_052 = "camt.052"
    CAMT_053 = "camt.053"
    CAMT_054 = "camt.054"
    MT940 = "MT940"
    MT942 = "MT942"
    CSV = "CSV"


# Banks use their message ids again: of these types each statement is known by itself.
STATEMENT_TYPES: Final = frozenset({"camt.052", "camt.053", "camt.054", "MT940", "MT942", "CSV"})


class Remark(Record, frozen=True):
    """What is wrong, and where. path: of an element, or `line 7`.

    left_out: what it is about was not read; otherwise it was, and this is a reservation.
    """

    path: str
    code: str
    value: str = ""
    left_out: bool = True


class MessageHead(Record, frozen=True):
    """What a message is. type: `camt.053`, `MT940`, `CSV`; version: `001.08`, or "".

    validated: it keeps to the schema of its version. message_id: of an order, unique with its
    sender for ever; a digest where the format knows none. digest: of what it is
    about, whatever its envelope and version.
    """

    type: str
    version: str
    validated: bool
    message_id: str
    sender: str
    created_at: datetime | None
    digest: str


class StatementOpened(Record, frozen=True):
    """A statement begins; its entries follow. What it says only at its end is not in it yet."""

    statement: Statement


class StatementClosed(Record, frozen=True):
    """A statement has ended: all it says but its entries."""

    statement: Statement


MessageItem = (
    MessageHead
    | StatementOpened
    | StatementEntry
    | StatementClosed
    | TransferOrder
    | StatusReport
    | Remark
)


class Message(Record, frozen=True):
    """A message that was taken in. file_digest: SHA-256 of the file it came in.

    entries: how many statement entries, transfers or updates were read from it.
    """

    id: MessageId
    type: str
    version: str
    validated: bool
    message_id: str
    sender: str
    file: str
    file_digest: str
    digest: str
    created_at: datetime | None
    received_at: datetime
    entries: int
    remarks: tuple[Remark, ...]


class BankStatement(Record, frozen=True):
    """A statement that was taken in: see Statement.

    identity: what tells it from every other one, hashed; family: the same without what a reading
    may miss. digest: of what it says, "" where several readings were put together. left_out: how
    much of it was never read, and may still be added.
    """

    id: BankStatementId
    message: MessageId
    number: int
    kind: StatementKind
    reference: str
    place: str
    account: str
    servicer: str
    owner: str
    currency: str
    sequence: int | None
    page: int | None
    from_time: datetime | None
    to_time: datetime | None
    created_at: datetime | None
    balances: tuple[StatementBalance, ...]
    entries: int
    identity: str = ""
    digest: str = ""
    family: str = ""
    left_out: int = 0


class StatementCompletion(Record, frozen=True):
    """That a message brought what was left out of a statement. entries: how many it added."""

    message: MessageId
    statement: BankStatementId
    entries: int


class EntryState(StrEnum):
    """Whether an entry's movement is known to the house."""

    UNMATCHED = "unmatched"
    SUGGESTED = "suggested"
    MATCHED = "matched"


class BankEntry(Record, frozen=True):
    """A line of a statement that was taken in: see StatementEntry.

    References and counterparty are those of its one transaction where it has one; a batch has its
    transactions beside it, as BankEntryDetail, and `details` says how many.
    """

    id: BankEntryId
    statement: BankStatementId
    number: int
    kind: StatementKind
    place: str
    account: str
    amount: Money
    is_credit: bool
    status: EntryStatus
    booked_on: date | None
    value_date: date | None
    uetr: str
    end_to_end_id: str
    instruction_id: str
    transaction_id: str
    message_id: str
    servicer_reference: str
    structured: str
    remittance: str
    counterparty_name: str
    counterparty_account: str
    counterparty_agent: str
    counterparty_country: str
    return_reason: str
    purpose: str
    is_reversal: bool
    code: str
    information: str
    details: int
    state: EntryState = EntryState.UNMATCHED


class BankEntryDetail(Record, frozen=True):
    """One of several transactions inside an entry: see EntryDetail. number: from 1."""

    entry: BankEntryId
    number: int
    amount: Money
    is_credit: bool
    uetr: str
    end_to_end_id: str
    instruction_id: str
    transaction_id: str
    message_id: str
    servicer_reference: str
    structured: str
    remittance: str
    counterparty_name: str
    counterparty_account: str
    counterparty_agent: str
    counterparty_country: str
    return_reason: str
    purpose: str


class TakenOrder(Record, frozen=True):
    """An order of credit transfers that was taken in: see TransferOrder."""

    message: MessageId
    kind: str
    message_id: str
    created_at: datetime | None
    initiating_party: str
    transfers: int


class OrderedTransfer(Record, frozen=True):
    """One transfer of such an order. number: from 1, in the order of the file."""

    message: MessageId
    number: int
    uetr: str
    end_to_end_id: str
    amount: Money
    requested_on: date | None
    transfer: CreditTransfer


class TakenUpdate(Record, frozen=True):
    """What another bank said of one transfer: see StatusUpdate. number: from 1."""

    message: MessageId
    number: int
    place: str
    original_message: str
    uetr: str
    end_to_end_id: str
    instruction_id: str
    transaction_id: str
    status: str
    reasons: tuple[str, ...]
    information: str
    amount: Money | None


class FileStatus(StrEnum):
    """What became of a file. known: it, or its messages, were taken in before; nothing is new."""

    READ = "read"
    PARTLY_READ = "partly_read"
    REFUSED = "refused"
    KNOWN = "known"


class FileReport(Record, frozen=True):
    """What became of a file of messages. type and version: of its first message.

    entries: statement entries, transfers or updates that were read. unmatched: entries whose
    movement nobody knows; orders and reports have none. notes: reservations, see Remark.
    """

    file: str
    type: str
    version: str
    validated: bool
    status: FileStatus
    entries: int
    matched: int
    suggested: int
    unmatched: int
    refused: tuple[Remark, ...]
    notes: tuple[Remark, ...]
