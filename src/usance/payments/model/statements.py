"""What a bank says of an account: statements, reports and advices, whatever format they came in.

ISO 20022 camt.052/053/054, SWIFT MT940/MT942 and CSV are read into these records; nothing here
knows which it was. Amounts are positive, the direction stands beside them.
"""

from datetime import date, datetime
from enum import StrEnum

from usance.kernel.money import Currency, Money
from usance.kernel.records import Record


class StatementKind(StrEnum):
    """What a bank's message about an account is."""

    STATEMENT = "statement"
    REPORT = "report"
    NOTIFICATION = "notification"


class EntryStatus(StrEnum):
    """Whether an entry is in the bank's books (ISO 20022 ExternalEntryStatus1Code)."""

    BOOKED = "BOOK"
    PENDING = "PDNG"
    INFORMATION = "INFO"
    FUTURE = "FUTR"


class References(Record, frozen=True):
    """The names by which a movement may be found again; "" where the bank gave none.

    structured: a creditor reference (ISO 11649 RF or a national one). remittance: free text.
    servicer: the bank's own reference of the booking.
    """

    uetr: str = ""
    end_to_end_id: str = ""
    instruction_id: str = ""
    transaction_id: str = ""
    message_id: str = ""
    servicer: str = ""
    structured: str = ""
    remittance: str = ""


class Counterparty(Record, frozen=True):
    """Who is on the other side of a movement, as far as the bank says.

    account: an IBAN or another number, without blanks. agent: the BIC of its bank, or "".
    """

    name: str = ""
    account: str = ""
    agent: str = ""
    country: str = ""


class EntryDetail(Record, frozen=True):
    """One transaction inside an entry; a batch booked as one sum has many.

    amount: in the entry's currency where the bank gives it so, else the entry's own amount.
    return_reason: an ISO 20022 return reason code where money comes back, else "".
    """

    amount: Money
    is_credit: bool
    references: References
    counterparty: Counterparty
    return_reason: str = ""
    purpose: str = ""


class StatementEntry(Record, frozen=True):
    """One line of a statement. place: where it stands in the file, a path or a line number.

    number: from 1 within its statement. is_reversal: it takes back an earlier booking; its
    direction is as booked. code: the bank's transaction code (ISO domain/family/sub-family,
    or the three letters of SWIFT field 61).
    """

    number: int
    place: str
    amount: Money
    is_credit: bool
    status: EntryStatus
    booked_on: date | None
    value_date: date | None
    references: References
    details: tuple[EntryDetail, ...] = ()
    is_reversal: bool = False
    code: str = ""
    information: str = ""


class StatementBalance(Record, frozen=True):
    """A balance a statement states. code: ISO 20022 (OPBD, CLBD, CLAV, FWAV, PRCD, ITBD, …).

    amount: negative where the account is overdrawn.
    """

    code: str
    amount: Money
    on: date


class Statement(Record, frozen=True):
    """What a bank says of one account for a while.

    reference: the bank's id of it. account: IBAN or other number without blanks. servicer: the
    bank's BIC, or "". sequence: its number in the account's series, where it has one.
    """

    kind: StatementKind
    reference: str
    place: str
    account: str
    servicer: str
    currency: Currency | None
    sequence: int | None
    page: int | None
    from_time: datetime | None
    to_time: datetime | None
    created_at: datetime | None
    balances: tuple[StatementBalance, ...]
    entries: tuple[StatementEntry, ...]
    owner: str = ""
