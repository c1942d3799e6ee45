"""What banks say to each other about a transfer, beside the transfer itself."""

from datetime import date, datetime
from enum import StrEnum

from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments.model import ChargeBearer, References, TransferParty


class SettlementMethod(StrEnum):
    """How two banks settle (ISO 20022 SettlementMethod1Code)."""

    INSTRUCTED = "INDA"
    INSTRUCTING = "INGA"
    COVER = "COVE"
    CLEARING = "CLRG"


class Participant(Record, frozen=True):
    """Who sends from bank to bank: the operator itself, where it is a direct participant.

    method: how it settles with the next bank; with COVE, cover_from and cover_to are the BICs of
    the two correspondents through which the cover goes.
    """

    bic: str
    method: SettlementMethod = SettlementMethod.INSTRUCTED
    cover_from: str = ""
    cover_to: str = ""


class Scheme(Record, frozen=True):
    """What a scheme wants said of each of its transfers, "" and None where it does not care.

    service, instrument: external codes, `SEPA`, `INST`. ibans: both accounts must be IBANs, and
    no bank need be named. name_max: how long a name may be. participant: None where a customer
    orders its bank by pain.001; else pacs.008 goes from bank to bank.
    """

    service: str = ""
    instrument: str = ""
    charges: ChargeBearer | None = None
    ibans: bool = False
    name_max: int = 140
    participant: Participant | None = None


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


class Said(Record, frozen=True):
    """What a bank says of one transfer. kind: the message it said it in, `pacs.002`.

    reference: the bank's own id of this, or of the message. status: an external status code,
    `RTND` for a return, the cancellation status for a recall. amount: what comes back, or what
    the bank has been told to move; None where it does not say.
    """

    kind: str
    message_id: str
    reference: str
    uetr: str
    end_to_end_id: str
    status: str
    reason: str
    amount: Money | None
    on: date | None
