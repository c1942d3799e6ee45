"""What banks say to each other about a transfer, beside the transfer itself."""

from datetime import date, datetime
from enum import StrEnum

from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments.model import References, TransferParty


class SettlementMethod(StrEnum):
    """How two banks settle (ISO 20022 SettlementMethod1Code)."""

    INSTRUCTED = "INDA"
    INSTRUCTING = "INGA"
    COVER = "COVE"
    CLEARING = "CLRG"


class Charge(Record, frozen=True):
    """What a bank on the way has taken."""

    amount: Money
    agent: TransferParty


class Interbank(Record, frozen=True):
    """How a transfer goes from one bank to the next.

    cover_from, cover_to: with the method COVE, the correspondents of the two banks.
    """

    method: SettlementMethod
    instructing: TransferParty
    instructed: TransferParty
    settled_on: date
    charges: tuple[Charge, ...] = ()
    cover_from: TransferParty = TransferParty()
    cover_to: TransferParty = TransferParty()


class Header(Record, frozen=True):
    """A business application header. service: the usage guideline, `swift.cbprplus.03`."""

    sender: str
    receiver: str
    message_id: str
    created_at: datetime
    service: str


class Recall(Record, frozen=True):
    """A request to send back a transfer. reason: ISO 20022 external cancellation reason."""

    id: str
    at: datetime
    assigner: TransferParty
    assignee: TransferParty
    original_message: str
    original_kind: str
    references: References
    amount: Money
    settled_on: date
    reason: str
