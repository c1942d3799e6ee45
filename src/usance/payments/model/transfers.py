"""Credit transfers as others order or announce them: pain.001, pacs.008, pacs.009; and answers.

Read from messages into these records and written from them; nothing here knows XML. Amounts are
positive. Addresses follow ISO 20022 PostalAddress24.
"""

from datetime import date, datetime
from enum import StrEnum

from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments.model.statements import References


class Address(Record, frozen=True):
    """A postal address (ISO 20022 PostalAddress24). lines: what is not structured, at most 7."""

    country: str = ""
    town: str = ""
    postal_code: str = ""
    street: str = ""
    building: str = ""
    subdivision: str = ""
    lines: tuple[str, ...] = ()


class TransferParty(Record, frozen=True):
    """A debtor, creditor or agent. account: IBAN or other number, without blanks; bic, or "".

    identifier: an id of the party with its scheme, `LEI:5493…`, or "". clearing: the national
    code of an agent with its scheme, `CNAPS:102100099996`, or "".
    """

    name: str = ""
    account: str = ""
    bic: str = ""
    identifier: str = ""
    clearing: str = ""
    address: Address = Address()


class ChargeBearer(StrEnum):
    """Who pays the banks on the way (ISO 20022 ChargeBearerType1Code)."""

    DEBTOR = "DEBT"
    CREDITOR = "CRED"
    SHARED = "SHAR"
    SERVICE_LEVEL = "SLEV"


class CreditTransfer(Record, frozen=True):
    """One transfer of a message. place: its path in the file.

    amount: what is instructed. settled: between banks, where the message says so. service:
    service level code (SEPA, G001, URGP, …); instrument: local instrument (INST, …). requested_on:
    the day on which the debtor is to be debited, or settlement between banks.
    """

    place: str
    references: References
    amount: Money
    debtor: TransferParty
    debtor_agent: TransferParty
    creditor: TransferParty
    creditor_agent: TransferParty
    settled: Money | None = None
    rate: str = ""
    charges: ChargeBearer | None = None
    requested_on: date | None = None
    service: str = ""
    instrument: str = ""
    category: str = ""
    purpose: str = ""
    batch: str = ""


class TransferOrder(Record, frozen=True):
    """A message that orders or announces credit transfers. kind: `pain.001`, `pacs.008`, ….

    message_id: unique with its sender, for ever. control_sum: as the message states it, a
    decimal, or "".
    """

    kind: str
    message_id: str
    created_at: datetime | None
    initiating_party: str
    stated_number: int | None
    control_sum: str
    transfers: tuple[CreditTransfer, ...]


class StatusUpdate(Record, frozen=True):
    """What became of one transfer (pacs.002, pain.002), or that it comes back (pacs.004).

    status: ExternalPaymentTransactionStatus1Code (ACSC, RJCT, …), `RTND` for a return. reasons:
    external codes. amount: what comes back, or None.
    """

    place: str
    references: References
    status: str
    reasons: tuple[str, ...] = ()
    information: str = ""
    amount: Money | None = None


class StatusReport(Record, frozen=True):
    """A message about transfers ordered before. original_message: the id of that order, or ""."""

    kind: str
    message_id: str
    created_at: datetime | None
    original_message: str
    group_status: str
    updates: tuple[StatusUpdate, ...]
